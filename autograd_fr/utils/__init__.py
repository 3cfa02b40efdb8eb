"""Tools around the engine, under PyTorch's names."""

from ..messages.suggestions import suggest as _suggest
from . import checkpoint as checkpoint
from . import data as data
from . import hooks as hooks

_suggest(__name__)
