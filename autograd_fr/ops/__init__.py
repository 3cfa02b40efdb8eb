"""The catalogue of operations: array functions with the rules of their derivatives.

Each module lists its public names in `__all__`; they come together here.
"""

from . import (
    arithmetic,
    comparison,
    elementwise,
    indexing,
    linalg,
    reduction,
    shape,
    slices,
)
from .arithmetic import *
from .comparison import *
from .elementwise import *
from .indexing import *
from .linalg import *
from .reduction import *
from .shape import *

__all__: list[str] = []
__all__ += arithmetic.__all__
__all__ += comparison.__all__
__all__ += elementwise.__all__
__all__ += indexing.__all__
__all__ += linalg.__all__
__all__ += reduction.__all__
__all__ += shape.__all__
