"""Minima, roots and fits of functions of tensors, by SciPy with exact derivatives.

They come with the extra `scipy`.
"""

from ..messages.suggestions import list_names_only as _list_names_only
from ..messages.suggestions import suggest as _suggest
from .minimize import minimize as minimize
from .minimize_module import minimize_module as minimize_module
from .systems import least_squares as least_squares
from .systems import root as root

_suggest(__name__)
_list_names_only(__name__)
