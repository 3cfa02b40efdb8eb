"""The catalogue of operations: array functions with the rules of their derivatives.

Each module lists its public names in `__all__`; they come together here.
"""

from . import (
    arithmetic,
    closeness,
    comparison,
    diagonals,
    elementwise,
    expanding,
    indexing,
    joining,
    linalg,
    permuting,
    rearranging,
    reduction,
    shape,
    slices,
    splitting,
    strides,
)
from .arithmetic import *
from .closeness import *
from .comparison import *
from .diagonals import *
from .elementwise import *
from .expanding import *
from .indexing import *
from .joining import *
from .linalg import *
from .permuting import *
from .rearranging import *
from .reduction import *
from .shape import *
from .splitting import *
from .strides import *

__all__: list[str] = []
__all__ += arithmetic.__all__
__all__ += closeness.__all__
__all__ += comparison.__all__
__all__ += diagonals.__all__
__all__ += elementwise.__all__
__all__ += expanding.__all__
__all__ += indexing.__all__
__all__ += joining.__all__
__all__ += linalg.__all__
__all__ += permuting.__all__
__all__ += rearranging.__all__
__all__ += reduction.__all__
__all__ += shape.__all__
__all__ += splitting.__all__
__all__ += strides.__all__
