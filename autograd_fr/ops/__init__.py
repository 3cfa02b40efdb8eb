"""The catalogue of operations: array functions with the rules of their derivatives.

Each module lists its public names in `__all__`; they come together here.
"""

from ..autograd.composites import composite
from ..autograd.readings import looking
from .elementwise import (
    arithmetic,
    choice,
    closeness,
    comparison,
    complex_parts,
    division,
    exponential,
    hyperbolic,
    integers,
    piecewise,
    plane,
    powers,
    predicates,
    roots,
    special,
    trigonometric,
)
from .elementwise.arithmetic import *
from .elementwise.choice import *
from .elementwise.closeness import *
from .elementwise.comparison import *
from .elementwise.complex_parts import *
from .elementwise.division import *
from .elementwise.exponential import *
from .elementwise.hyperbolic import *
from .elementwise.integers import *
from .elementwise.piecewise import *
from .elementwise.plane import *
from .elementwise.powers import *
from .elementwise.predicates import *
from .elementwise.roots import *
from .elementwise.special import *
from .elementwise.trigonometric import *
from .indexing import (
    distinct,
    positions,
    reading,
    reducing_at,
    replacing,
    scattering,
    searching,
    slices,
    sorting,
)
from .indexing.distinct import *
from .indexing.reading import *
from .indexing.replacing import *
from .indexing.scattering import *
from .indexing.searching import *
from .indexing.sorting import *
from .linear_algebra import (
    affine,
    contraction,
    decomposition,
    determinants,
    distances,
    elimination,
    matrix_norms,
    matrix_powers,
    older,
    products,
    pseudoinverse,
    solving,
)
from .linear_algebra.affine import *
from .linear_algebra.contraction import *
from .linear_algebra.determinants import *
from .linear_algebra.distances import *
from .linear_algebra.elimination import *
from .linear_algebra.matrix_norms import *
from .linear_algebra.matrix_powers import *
from .linear_algebra.older import *
from .linear_algebra.products import *
from .linear_algebra.pseudoinverse import *
from .linear_algebra.solving import *
from .reductions import (
    extrema,
    quantiles,
    reduction,
    scan,
    slopes,
    softmaxes,
    statistics,
    vector_norms,
)
from .reductions.extrema import *
from .reductions.quantiles import *
from .reductions.reduction import *
from .reductions.scan import *
from .reductions.slopes import *
from .reductions.softmaxes import *
from .reductions.statistics import *
from .shapes import (
    diagonals,
    expanding,
    joining,
    permuting,
    rearranging,
    repeating,
    shape,
    splitting,
    strides,
)
from .shapes.diagonals import *
from .shapes.expanding import *
from .shapes.joining import *
from .shapes.permuting import *
from .shapes.rearranging import *
from .shapes.repeating import *
from .shapes.shape import *
from .shapes.splitting import *
from .shapes.strides import *

__all__: list[str] = []
__all__ += arithmetic.__all__
__all__ += choice.__all__
__all__ += closeness.__all__
__all__ += comparison.__all__
__all__ += complex_parts.__all__
__all__ += division.__all__
__all__ += exponential.__all__
__all__ += hyperbolic.__all__
__all__ += integers.__all__
__all__ += piecewise.__all__
__all__ += plane.__all__
__all__ += powers.__all__
__all__ += predicates.__all__
__all__ += roots.__all__
__all__ += special.__all__
__all__ += trigonometric.__all__
__all__ += distinct.__all__
__all__ += reading.__all__
__all__ += replacing.__all__
__all__ += scattering.__all__
__all__ += searching.__all__
__all__ += sorting.__all__
__all__ += affine.__all__
__all__ += contraction.__all__
__all__ += determinants.__all__
__all__ += distances.__all__
__all__ += elimination.__all__
__all__ += matrix_norms.__all__
__all__ += matrix_powers.__all__
__all__ += older.__all__
__all__ += products.__all__
__all__ += pseudoinverse.__all__
__all__ += solving.__all__
__all__ += extrema.__all__
__all__ += quantiles.__all__
__all__ += reduction.__all__
__all__ += scan.__all__
__all__ += slopes.__all__
__all__ += softmaxes.__all__
__all__ += statistics.__all__
__all__ += diagonals.__all__
__all__ += expanding.__all__
__all__ += joining.__all__
__all__ += permuting.__all__
__all__ += rearranging.__all__
__all__ += repeating.__all__
__all__ += shape.__all__
__all__ += splitting.__all__
__all__ += strides.__all__

# What these give, or which entries they read, hangs on values in a way that no graph knows of.
_LOOKING = {
    *comparison.__all__, *predicates.__all__, *closeness.__all__, *sorting.__all__,
    "all", "any", "argmax", "argmin", "argwhere", "bincount", "bucketize", "count_nonzero", "cov",
    "cummax", "cummin", "histc", "interp", "isin", "logdet", "max", "median", "min", "mode",
    "nanmean", "nanmedian", "nanquantile", "nansum", "nonzero", "quantile", "searchsorted",
    "unique", "unique_consecutive",
}  # fmt: skip

for _name in __all__:
    if not hasattr(globals()[_name], "op"):
        globals()[_name] = composite(globals()[_name], _name, __name__)
    if _name in _LOOKING:
        globals()[_name] = looking(globals()[_name])
