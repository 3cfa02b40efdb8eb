"""The catalogue of operations: array functions with the rules of their derivatives.

Each module lists its public names in `__all__`; they come together here.
"""

from . import (
    arithmetic,
    comparison,
    distinct,
    elementwise,
    indexing,
    linalg,
    reduction,
    replacing,
    scattering,
    searching,
    shape,
    sorting,
)
from .arithmetic import *
from .comparison import *
from .distinct import *
from .elementwise import *
from .indexing import *
from .linalg import *
from .reduction import *
from .replacing import *
from .scattering import *
from .searching import *
from .shape import *
from .sorting import *

__all__: list[str] = []
__all__ += arithmetic.__all__
__all__ += comparison.__all__
__all__ += distinct.__all__
__all__ += elementwise.__all__
__all__ += indexing.__all__
__all__ += linalg.__all__
__all__ += reduction.__all__
__all__ += replacing.__all__
__all__ += scattering.__all__
__all__ += searching.__all__
__all__ += shape.__all__
__all__ += sorting.__all__
