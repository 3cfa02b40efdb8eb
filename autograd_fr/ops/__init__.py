"""The catalogue of operations: array functions with the rules of their derivatives.

Each module lists its public names in `__all__`; they come together here.
"""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from ..autograd.composites import composite as _composite
from ..autograd.readings import looking as _looking
from ..late import by_name as _by_name
from ..late import found as _found
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
    powers,
    predicates,
    roots,
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
from .elementwise.powers import *
from .elementwise.predicates import *
from .elementwise.roots import *
from .elementwise.trigonometric import *
from .indexing import (
    positions,
    reading,
    reducing_at,
    replacing,
    scattering,
    slices,
)
from .indexing.reading import *
from .indexing.replacing import *
from .indexing.scattering import *
from .linear_algebra import products
from .linear_algebra.products import *
from .reductions import (
    extrema,
    reduction,
    softmaxes,
    statistics,
)
from .reductions.extrema import *
from .reductions.reduction import *
from .reductions.softmaxes import *
from .reductions.statistics import *
from .shapes import (
    diagonals,
    expanding,
    joining,
    permuting,
    shape,
    splitting,
)
from .shapes.diagonals import *
from .shapes.expanding import *
from .shapes.joining import *
from .shapes.permuting import *
from .shapes.shape import *
from .shapes.splitting import *

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
__all__ += powers.__all__
__all__ += predicates.__all__
__all__ += roots.__all__
__all__ += trigonometric.__all__
__all__ += reading.__all__
__all__ += replacing.__all__
__all__ += scattering.__all__
__all__ += products.__all__
__all__ += extrema.__all__
__all__ += reduction.__all__
__all__ += softmaxes.__all__
__all__ += statistics.__all__
__all__ += diagonals.__all__
__all__ += expanding.__all__
__all__ += joining.__all__
__all__ += permuting.__all__
__all__ += shape.__all__
__all__ += splitting.__all__

# Imported at first use: not every program decomposes matrices, sorts, or looks for quantiles.
_HOMES = {
    "elementwise.plane": "arctan2 atan2 hypot",
    "elementwise.special": "digamma erf erfc erfinv lgamma mvlgamma polygamma",
    "indexing.distinct": "unique unique_consecutive",
    "indexing.searching": """
        argwhere bincount bucketize interp isin nonzero searchsorted unravel_index""",
    "indexing.sorting": "argsort kthvalue msort sort topk",
    "linear_algebra.affine": "addbmm addmm addmv addr baddbmm",
    "linear_algebra.contraction": "einsum inner tensordot",
    "linear_algebra.determinants": "det logdet slogdet",
    "linear_algebra.distances": "cdist dist",
    "linear_algebra.elimination": "lu_solve",
    "linear_algebra.matrix_norms": "norm",
    "linear_algebra.matrix_powers": "chain_matmul matrix_exp matrix_power vander",
    "linear_algebra.older": "cholesky qr svd",
    "linear_algebra.pseudoinverse": "pinverse",
    "linear_algebra.solving": "cholesky_inverse cholesky_solve inverse triangular_solve",
    "reductions.quantiles": "median mode nanmedian nanquantile quantile",
    "reductions.scan": """
        cummax cummin cumprod cumsum cumulative_trapezoid diff logcumsumexp trapezoid trapz""",
    "reductions.slopes": "gradient",
    "shapes.rearranging": "flip fliplr flipud roll rot90",
    "shapes.repeating": "repeat_interleave tile",
    "shapes.strides": "as_strided",
}
LATE = _by_name(_HOMES)
if _TYPE_CHECKING:
    from .elementwise import plane, special
    from .elementwise.plane import *
    from .elementwise.special import *
    from .indexing import distinct, searching, sorting
    from .indexing.distinct import *
    from .indexing.searching import *
    from .indexing.sorting import *
    from .linear_algebra import (
        affine,
        contraction,
        determinants,
        distances,
        elimination,
        matrix_norms,
        matrix_powers,
        older,
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
    from .linear_algebra.pseudoinverse import *
    from .linear_algebra.solving import *
    from .reductions import quantiles, scan, slopes
    from .reductions.quantiles import *
    from .reductions.scan import *
    from .reductions.slopes import *
    from .shapes import rearranging, repeating, strides
    from .shapes.rearranging import *
    from .shapes.repeating import *
    from .shapes.strides import *

    __all__ += plane.__all__
    __all__ += special.__all__
    __all__ += distinct.__all__
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
    __all__ += pseudoinverse.__all__
    __all__ += solving.__all__
    __all__ += quantiles.__all__
    __all__ += scan.__all__
    __all__ += slopes.__all__
    __all__ += rearranging.__all__
    __all__ += repeating.__all__
    __all__ += strides.__all__

# What these give, or which entries they read, hangs on values in a way that no graph knows of.
_LOOKING = {
    *comparison.__all__, *predicates.__all__, *closeness.__all__,
    *_HOMES["indexing.sorting"].split(),
    "all", "any", "argmax", "argmin", "argwhere", "bincount", "bucketize", "count_nonzero", "cov",
    "cummax", "cummin", "histc", "interp", "isin", "logdet", "max", "median", "min", "mode",
    "nanmean", "nanmedian", "nanquantile", "nansum", "nonzero", "quantile", "searchsorted",
    "unique", "unique_consecutive",
}  # fmt: skip


def _finished(name: str, function: _Any) -> _Any:
    """A function as it is public: its errors speak of it, and it takes a note where it looks."""
    if not hasattr(function, "op"):
        function = _composite(function, name, __name__)
    return _looking(function) if name in _LOOKING else function


for _name in __all__:
    globals()[_name] = _finished(_name, globals()[_name])


if not _TYPE_CHECKING:  # who would take it for a promise of any name

    def __getattr__(name: str) -> _Any:
        return _found(__name__, LATE, name, _finished)


def load() -> None:
    """Import the late operations too: from then on the registry has all, and NumPy's twins."""
    for home in _HOMES:
        _import_module(f"{__name__}.{home}")
