"""Optimizers: one update equation per file."""

from ..messages.suggestions import suggest as _suggest
from .adam import Adam as Adam
from .adamw import AdamW as AdamW
from .optimizer import Optimizer as Optimizer
from .sgd import SGD as SGD

_suggest(__name__)
