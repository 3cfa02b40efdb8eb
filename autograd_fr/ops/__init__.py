"""The catalogue of operations: array functions with the rules of their derivatives.

Each module lists its public names in `__all__`; they come together here.
"""

from . import (
    affine,
    arithmetic,
    choice,
    closeness,
    comparison,
    contraction,
    decomposition,
    determinants,
    diagonals,
    distinct,
    division,
    elimination,
    expanding,
    exponential,
    exponentiation,
    extrema,
    hyperbolic,
    indexing,
    integers,
    joining,
    lengths,
    matrix_powers,
    norms,
    older,
    permuting,
    piecewise,
    plane,
    positions,
    powers,
    predicates,
    products,
    pseudoinverse,
    quantiles,
    rearranging,
    reducing_at,
    reduction,
    repeating,
    replacing,
    results,
    scan,
    scattering,
    searching,
    shape,
    slices,
    softmaxes,
    solving,
    sorting,
    special,
    splitting,
    statistics,
    strides,
    trigonometric,
)
from .affine import *
from .arithmetic import *
from .choice import *
from .closeness import *
from .comparison import *
from .contraction import *
from .determinants import *
from .diagonals import *
from .distinct import *
from .division import *
from .elimination import *
from .expanding import *
from .exponential import *
from .exponentiation import *
from .extrema import *
from .hyperbolic import *
from .indexing import *
from .integers import *
from .joining import *
from .matrix_powers import *
from .norms import *
from .older import *
from .permuting import *
from .piecewise import *
from .plane import *
from .powers import *
from .predicates import *
from .products import *
from .pseudoinverse import *
from .quantiles import *
from .rearranging import *
from .reduction import *
from .repeating import *
from .replacing import *
from .scan import *
from .scattering import *
from .searching import *
from .shape import *
from .softmaxes import *
from .solving import *
from .sorting import *
from .special import *
from .splitting import *
from .statistics import *
from .strides import *
from .trigonometric import *

__all__: list[str] = []
__all__ += affine.__all__
__all__ += arithmetic.__all__
__all__ += choice.__all__
__all__ += closeness.__all__
__all__ += comparison.__all__
__all__ += contraction.__all__
__all__ += determinants.__all__
__all__ += diagonals.__all__
__all__ += distinct.__all__
__all__ += division.__all__
__all__ += elimination.__all__
__all__ += expanding.__all__
__all__ += exponential.__all__
__all__ += exponentiation.__all__
__all__ += extrema.__all__
__all__ += hyperbolic.__all__
__all__ += indexing.__all__
__all__ += integers.__all__
__all__ += joining.__all__
__all__ += matrix_powers.__all__
__all__ += norms.__all__
__all__ += older.__all__
__all__ += permuting.__all__
__all__ += piecewise.__all__
__all__ += plane.__all__
__all__ += powers.__all__
__all__ += predicates.__all__
__all__ += products.__all__
__all__ += pseudoinverse.__all__
__all__ += quantiles.__all__
__all__ += rearranging.__all__
__all__ += reduction.__all__
__all__ += repeating.__all__
__all__ += replacing.__all__
__all__ += scan.__all__
__all__ += scattering.__all__
__all__ += searching.__all__
__all__ += shape.__all__
__all__ += softmaxes.__all__
__all__ += solving.__all__
__all__ += sorting.__all__
__all__ += special.__all__
__all__ += splitting.__all__
__all__ += statistics.__all__
__all__ += strides.__all__
__all__ += trigonometric.__all__
