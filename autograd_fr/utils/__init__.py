"""Tools around the engine, under PyTorch's names."""

from ..messages.suggestions import suggest as _suggest
from . import checkpoint as checkpoint

_suggest(__name__)
