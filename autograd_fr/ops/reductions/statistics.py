"""How entries are spread: variances, standard deviations, covariances, histograms.

Variances divide by n - `correction`. The older `unbiased` says 1 or 0 for it, and may stand in the
place of `dim`, as in PyTorch.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import kernels
from ...autograd.composites import numpy_names
from ...autograd.op import NUMPY_TWINS, Sample, differentiable, polymorphic
from ...autograd.value import wrap
from ...batching.known import anywhere
from ...errors import AutogradError, DtypeError, ShapeError
from ..elementwise.division import div
from ..elementwise.piecewise import clamp
from ..elementwise.roots import sqrt
from ..indexing.positions import as_value
from ..indexing.reading import getitem
from ..shapes.shape import reshape, squeeze
from .reduction import Dim, check_floating, length, mean, reduced, spread

__all__ = [
    "corrcoef",
    "cov",
    "histc",
    "std",
    "std_mean",
    "var",
    "var_mean",
]

SAMPLES = [
    Sample((3, 4)),
    Sample((3, 4), dim=0),
    Sample((3, 4), dim=-1, correction=0, keepdim=True),
    Sample((3, 4), dim=1, unbiased=False),
    Sample((2, 3, 4), dim=(0, 2)),
]


def _settled(dim: Any, unbiased: bool | None, correction: float | None) -> tuple[Any, float]:
    """The axes, and what is taken off n, whichever way they were said."""
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if unbiased is not None and correction is not None:
        raise AutogradError("a variance takes `correction` or the older `unbiased`, not both")
    if unbiased is not None:
        return dim, int(unbiased)
    return dim, 1 if correction is None else correction


def _of_variance(
    g: Any, x: Any, dim: Any, unbiased: bool | None, keepdim: bool, correction: float | None
) -> Any:
    """Twice the deviation from the mean, over n - correction; inf or nan where that is 0."""
    dim, correction = _settled(dim, unbiased, correction)
    n = length(x, dim) - correction
    with np.errstate(invalid="ignore"):
        deviation = x - polymorphic(mean)(x, dim=reduced(dim, x.ndim), keepdim=True)
        return spread(g, x, dim, keepdim) * deviation * (2 / n if n else math.inf)


def _of_deviation(
    g: Any, y: Any, x: Any, dim: Any, unbiased: bool | None, keepdim: bool,
    correction: float | None,
) -> Any:  # fmt: skip
    """That of the variance, over 2 y; 0 where y is 0."""
    slope = g * (y != 0) / (2 * np.where(y == 0, 1, y))
    return _of_variance(slope, x, dim, unbiased, keepdim, correction)


@differentiable(
    x=_of_variance,
    derivatives={"x": r"\frac{2}{n - c} G \odot (x - \operatorname{mean} x)"},
    latex=r"\frac{1}{n - c} \sum (x - \operatorname{mean} x)^2", samples=SAMPLES,
)  # fmt: skip
def var(
    x: Any, dim: Any = None, unbiased: bool | None = None, keepdim: bool = False, *,
    correction: float | None = None,
) -> Any:  # fmt: skip
    """Variance: the squared deviations from the mean, summed, over n - correction (1).

    >>> import autograd_fr as ag
    >>> ag.var(ag.tensor([1.0, 2.0, 3.0]))
    tensor(1.)
    """
    check_floating(x, "a variance")
    dim, correction = _settled(dim, unbiased, correction)
    return kernels.var(x, reduced(dim, x.ndim, "var"), correction, keepdim)


@differentiable(
    x=_of_deviation,
    derivatives={"x": r"\frac{G \odot (x - \operatorname{mean} x)}{(n - c) y}"},
    latex=r"\sqrt{\frac{1}{n - c} \sum (x - \operatorname{mean} x)^2}",
    symbol="std", samples=SAMPLES,
)  # fmt: skip
def std(
    x: Any, dim: Any = None, unbiased: bool | None = None, keepdim: bool = False, *,
    correction: float | None = None,
) -> Any:  # fmt: skip
    """Standard deviation, the root of `var`. The gradient of equal entries is 0.

    >>> import autograd_fr as ag
    >>> ag.std(ag.tensor([1.0, 3.0, 5.0]))
    tensor(2.)
    """
    check_floating(x, "a standard deviation")
    dim, correction = _settled(dim, unbiased, correction)
    wide = x.astype(np.float32) if x.dtype == np.float16 else x
    return np.sqrt(kernels.var(wide, reduced(dim, x.ndim, "std"), correction, keepdim)).astype(
        x.dtype
    )


@numpy_names
def var_mean(
    input: Any, dim: Any = None, unbiased: bool | None = None, keepdim: bool = False, *,
    correction: float | None = None,
) -> tuple[Any, Any]:  # fmt: skip
    """The variance and the mean.

    >>> import autograd_fr as ag
    >>> ag.var_mean(ag.tensor([1.0, 2.0, 3.0]))
    (tensor(1.), tensor(2.))
    """
    along = None if isinstance(dim, bool) else dim
    spread_out = var(input, dim, unbiased, keepdim, correction=correction)
    return spread_out, mean(input, along, keepdim)


@numpy_names
def std_mean(
    input: Any, dim: Any = None, unbiased: bool | None = None, keepdim: bool = False, *,
    correction: float | None = None,
) -> tuple[Any, Any]:  # fmt: skip
    """The standard deviation and the mean.

    >>> import autograd_fr as ag
    >>> ag.std_mean(ag.tensor([1.0, 3.0, 5.0]))
    (tensor(2.), tensor(3.))
    """
    along = None if isinstance(dim, bool) else dim
    spread_out = std(input, dim, unbiased, keepdim, correction=correction)
    return spread_out, mean(input, along, keepdim)


def _numpy_twin(function: Any) -> Any:
    """np.var or np.std on a tensor, with NumPy's default of no correction."""

    def twin(x: Any, axis: Dim = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
        return function(x, axis, correction=ddof, keepdim=keepdims)

    return twin


NUMPY_TWINS.update({np.var: _numpy_twin(var), np.std: _numpy_twin(std)})


def cov(input: Any, *, correction: int = 1, fweights: Any = None, aweights: Any = None) -> Any:
    """Covariances of the rows of a matrix, each a variable, its entries the observations.

    `fweights`: how often each observation counts, as integers. `aweights`: how much it weighs.
    The products of deviations are summed, over the number of observations less `correction`; a
    single variable has a single number, its variance.

    >>> import autograd_fr as ag
    >>> ag.cov(ag.tensor([[1.0, 2.0, 3.0], [1.0, 0.0, -1.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    x = _variables(as_value(input))
    w = _weights(x, fweights, aweights)
    if w is None:
        total, weighted = x.shape[1], x
    else:
        total, weighted = w.sum(), x * w
    centre = div(weighted.sum(1, keepdim=True), total)
    n = total - correction
    if aweights is not None and correction:
        n = total - correction * (w * aweights).sum() / total
    n = clamp(as_value(n), min=0)
    apart = x - centre
    products = apart @ (apart if w is None else apart * w.to(apart.dtype)).T
    with np.errstate(divide="ignore", invalid="ignore"):
        return squeeze(div(products, n))


def _variables(x: Any) -> Any:
    if x.ndim > 2:
        raise ShapeError(f"cov takes a matrix, variables by observations, not shape {x.shape}")
    if x.dtype == bool:
        raise DtypeError("cov of bools is not defined; convert with .float()")
    return x if x.ndim == 2 else reshape(x, (1, -1))


def _weights(x: Any, fweights: Any, aweights: Any) -> Any:
    """The weights of the observations, checked and multiplied; None for none."""
    for name, weights, kinds in (("fweights", fweights, "iu"), ("aweights", aweights, "f")):
        if weights is None:
            continue
        if weights.dtype.kind not in kinds:
            raise DtypeError(f"cov: {name} are {weights.dtype}, but must be "
                             f"{'integers' if name == 'fweights' else 'floating'}")  # fmt: skip
        if weights.shape != x.shape[1:]:
            raise ShapeError(
                f"cov: {name} have shape {weights.shape}, but there are {x.shape[1]} observations"
            )
        if anywhere(weights.array < 0):
            raise AutogradError(f"cov: {name} must not be negative")
    if fweights is None or aweights is None:
        return aweights if fweights is None else fweights
    return fweights * aweights


def corrcoef(input: Any) -> Any:
    """Correlations of the rows of a matrix: covariances over both standard deviations.

    >>> import autograd_fr as ag
    >>> ag.corrcoef(ag.tensor([[1.0, 2.0, 3.0], [1.0, 0.0, -1.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    c = cov(input)
    if not c.ndim:
        return c / c
    i = np.arange(len(c))
    deviations = sqrt(getitem(c, (i, i)))
    scaled = c / reshape(deviations, (-1, 1)) / deviations
    return clamp(scaled, -1, 1)


def histc(input: Any, bins: int = 100, min: float = 0, max: float = 0) -> Any:
    """How many entries fall into each of `bins` intervals of one width from `min` to `max`.

    Equal bounds stand for the least and the greatest entry. Entries beyond are not counted. The
    result, of the input's floating dtype, takes part in no gradient.

    >>> import autograd_fr as ag
    >>> ag.histc(ag.tensor([1.0, 2.0, 1.0]), bins=4, min=0, max=3)
    tensor([0., 2., 1., 0.])
    """
    x = as_value(input).array
    check_floating(x, "histc")
    if bins < 1:
        raise AutogradError(f"histc needs at least one interval, got bins={bins}")
    low, high = min, max
    if low == high and x.size:
        low, high = float(x.min()), float(x.max())
    if low == high:
        low, high = low - 1, high + 1
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise AutogradError(f"histc needs finite bounds, min below max, got {low} and {high}")
    inside = x[(x >= low) & (x <= high)]
    number = ((inside - low) * bins / (high - low)).astype(np.int64)
    counts = np.bincount(np.minimum(number, bins - 1), minlength=bins)
    return wrap(counts.astype(x.dtype))
