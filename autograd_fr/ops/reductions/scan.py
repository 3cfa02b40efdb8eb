"""Results after every entry along an axis: running sums, products, extremes; and differences."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.composites import numpy_names
from ...autograd.op import NUMPY_TWINS, Sample, differentiable, polymorphic
from ...autograd.results import named_result
from ...errors import AutogradError, DimensionError, DtypeError, ShapeError
from ..elementwise.integers import bitwise_xor
from ..indexing.positions import as_value
from ..indexing.reading import getitem
from ..shapes.axes import at, axis
from ..shapes.joining import cat
from ..shapes.shape import clone, reshape
from .extrema import taken
from .reduction import as_total

__all__ = [
    "cummax",
    "cummin",
    "cumprod",
    "cumsum",
    "cumulative_trapezoid",
    "diff",
    "logcumsumexp",
    "trapezoid",
    "trapz",
]

SAMPLES = [
    Sample((3, 4), dim=0),
    Sample((3, 4), dim=-1),
    Sample((2, 7, 2), dim=1),
    Sample((5,), dim=0),
    Sample((1,), dim=0),
    Sample((), dim=0),
    Sample((0, 3), dim=0),
    Sample((0, 3), dim=1),
]

Cummax = named_result("cummax", "values", "indices")
Cummin = named_result("cummin", "values", "indices")


def _accumulated(ufunc: Any, x: Any, dim: int, name: str) -> Any:
    """The running results of a ufunc, those of float16 in float32 meanwhile."""
    along = axis(dim, x.ndim, name)
    if not x.ndim:
        return x
    wide = np.float32 if x.dtype == np.float16 else x.dtype
    with np.errstate(invalid="ignore"):  # logaddexp of nan
        return ufunc.accumulate(x, axis=along, dtype=wide).astype(x.dtype, copy=False)


@differentiable(
    x=lambda g, dim: _of_cumsum(g, dim),
    derivatives={"x": r"\sum_{j \ge i} G_j"},
    push="linear", latex=r"\sum_{j \le i} x_j", symbol="cumsum", samples=SAMPLES,
)  # fmt: skip
def cumsum(x: Any, dim: int, *, dtype: Any = None) -> Any:
    """Running sums along `dim`, computed in `dtype` where given; of integers, as int64.

    >>> import autograd_fr as ag
    >>> ag.cumsum(ag.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([1., 3., 6.])
    """
    return _accumulated(np.add, as_total(x, dtype), dim, "cumsum")


@differentiable(
    x=lambda g, x, y, dim: _of_cumprod(g, x, y, dim),
    derivatives={"x": r"\sum_{j \ge i} G_j \prod_{k \le j, k \ne i} x_k"},
    latex=r"\prod_{j \le i} x_j", symbol="cumprod",
    samples=[Sample(*s.tensors, low=0.5, high=2.0, **s.params) for s in SAMPLES],
)  # fmt: skip
def cumprod(x: Any, dim: int, *, dtype: Any = None) -> Any:
    """Running products along `dim`, computed in `dtype` where given; of integers, as int64.

    Its derivatives are exact where entries are 0.

    >>> import autograd_fr as ag
    >>> ag.cumprod(ag.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([1., 2., 6.])
    """
    return _accumulated(np.multiply, as_total(x, dtype), dim, "cumprod")


@differentiable(
    x=lambda g, x, y, dim: _of_logcumsumexp(g, x, y, dim),
    derivatives={"x": r"\sum_{j \ge i} G_j e^{x_i - y_j}"},
    latex=r"\ln \sum_{j \le i} e^{x_j}", symbol="logcumsumexp", floating=True, samples=SAMPLES,
)  # fmt: skip
def logcumsumexp(x: Any, dim: int) -> Any:
    """`log(cumsum(exp(x)))` along `dim`, for any x without overflow.

    >>> import autograd_fr as ag
    >>> ag.logcumsumexp(ag.tensor([1000.0, 1000.0]), dim=0)
    tensor([1000.0000, 1000.6932])
    """
    return _accumulated(np.logaddexp, x, dim, "logcumsumexp")


def _of_cumsum(g: Any, dim: int) -> Any:
    """The running sums from the other end."""
    return _flipped(polymorphic(cumsum)(_flipped(g, dim), dim=dim), dim)


def _of_cumprod(g: Any, x: Any, y: Any, dim: int) -> Any:
    """All before x_i, times the sum over k of g_k and all from x_i to x_k: no division."""
    if not g.ndim:
        return g
    g, x, y = (z.swapaxes(dim, -1) for z in (g, x.astype(g.dtype), y))
    after = recurrence(_flipped(g), _shifted(_flipped(x)))
    return (_shifted(y) * _flipped(after)).swapaxes(dim, -1)


def _of_logcumsumexp(g: Any, x: Any, y: Any, dim: int) -> Any:
    """The sum over k of g_k exp(x_i - y_k), by steps exp(y_i - y_k) that are never above 1."""
    if not g.ndim:
        return g
    g, x, y = (z.swapaxes(dim, -1) for z in (g, x, y))
    before, after = y[..., :-1], y[..., 1:]
    with np.errstate(invalid="ignore"):  # -inf less -inf
        steps = np.exp(np.where(before == after, 0, before - after))
        sums = _flipped(recurrence(_flipped(g), _shifted(_flipped(steps), whole=True)))
        return (np.exp(x - y) * sums).swapaxes(dim, -1)


def recurrence(b: Any, a: Any) -> Any:
    """y_i = a_i y_(i-1) + b_i along the last axis, y_0 = b_0: pairs, pairs of pairs, and so on.

    Guy Blelloch, "Prefix sums and their applications", 1990.
    """
    n = b.shape[-1]
    if n < 2:
        return b
    half = n // 2
    b0, b1, a0, a1 = (z[..., k : 2 * half : 2] for z in (b, a) for k in (0, 1))
    odd = recurrence(a1 * b0 + b1, a1 * a0)
    later = a[..., 2::2] * odd[..., : n - half - 1] + b[..., 2::2]
    even = np.concatenate((b[..., :1], later), -1)
    woven = np.stack((even[..., :half], odd), -1).reshape((*b.shape[:-1], 2 * half))
    return np.concatenate((woven, even[..., half:]), -1)


def _shifted(x: Any, whole: bool = False) -> Any:
    """1 before the entries along the last axis, the last of which goes unless they are `whole`."""
    ones = np.ones((*x.shape[:-1], 1), x.dtype)
    return np.concatenate((ones, x if whole else x[..., :-1]), -1)


def _flipped(x: Any, dim: int = -1) -> Any:
    """The entries in reverse order along an axis."""
    return np.flip(x, dim) if x.ndim else x


@numpy_names
def cummax(input: Any, dim: int) -> Any:
    """Running maxima along `dim` and their indices, of the last among equals; nan stays.

    >>> import autograd_fr as ag
    >>> ag.cummax(ag.tensor([1.0, 3.0, 2.0]), dim=0)
    torch.return_types.cummax(
    values=tensor([1., 3., 3.]),
    indices=tensor([0, 1, 1]))
    """
    return _running(Cummax, np.maximum, input, dim)


@numpy_names
def cummin(input: Any, dim: int) -> Any:
    """Running minima along `dim` and their indices, of the last among equals; nan stays.

    >>> import autograd_fr as ag
    >>> ag.cummin(ag.tensor([3.0, 1.0, 2.0]), dim=0)
    torch.return_types.cummin(
    values=tensor([3., 1., 1.]),
    indices=tensor([0, 1, 1]))
    """
    return _running(Cummin, np.minimum, input, dim)


def _running(result: Any, ufunc: Any, input: Any, dim: int) -> Any:
    def find(x: Any, d: int) -> Any:
        reached = (x == ufunc.accumulate(x, axis=d)) | (x != x)
        number = np.arange(x.shape[d]).reshape((-1, *(1,) * (x.ndim - d - 1)))
        return np.maximum.accumulate(np.where(reached, number, 0), axis=d)

    input = as_value(input)
    return result(*taken(input, axis(dim, input.ndim, result.__name__), find))


@numpy_names
def diff(input: Any, n: int = 1, dim: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """Each entry less the one before it along `dim`, `n` times over; of bools, whether they differ.

    `prepend`, `append`: what stands before and after the entries.

    >>> import autograd_fr as ag
    >>> ag.diff(ag.tensor([1.0, 3.0, 2.0]))
    tensor([ 2., -1.])
    """
    x = as_value(input)
    if n < 0:
        raise AutogradError(f"diff: n must not be negative, got {n}")
    if not x.ndim:
        raise DimensionError("diff needs a tensor with at least one axis, not a number")
    d = axis(dim, x.ndim, "diff")
    if n == 0:
        return clone(x)
    ends = [None if end is None else as_value(end) for end in (prepend, append)]
    if [end for end in ends if end is not None and end.ndim != x.ndim]:
        raise ShapeError(f"diff: prepend and append need as many axes as the input, {x.ndim}")
    parts = [part for part in (ends[0], x, ends[1]) if part is not None]
    x = cat(parts, d) if len(parts) > 1 else x
    for _ in range(min(n, x.shape[d])):
        before, after = _neighbours(x, d)
        x = bitwise_xor(after, before) if x.dtype == bool else after - before
    return x


def _neighbours(x: Any, d: int) -> tuple[Any, Any]:
    """All entries along an axis but the last, and all but the first."""
    return getitem(x, at(slice(None, -1), d)), getitem(x, at(slice(1, None), d))


@numpy_names
def trapezoid(y: Any, x: Any = None, *, dx: Any = None, dim: int = -1) -> Any:
    """The integral along `dim` by the trapezoidal rule, of samples y at x, or `dx` (1) apart.

    >>> import autograd_fr as ag
    >>> ag.trapezoid(ag.tensor([1.0, 2.0, 4.0]))
    tensor(4.5000)
    """
    y = as_value(y)
    doubled, d = _doubled_areas(y, x, dx, dim, "trapezoid")
    if not y.shape[d]:
        return y.sum(d, dtype=y.dtype)
    if x is not None:
        return doubled.sum(d) / 2
    # Not from `doubled`, for in a narrow dtype the sums of neighbours do not fit.
    ends = y.select(d, 0) + y.select(d, -1)
    return (y.sum(d) - ends / 2) * (1 if dx is None else dx)


trapz = trapezoid


@numpy_names
def cumulative_trapezoid(y: Any, x: Any = None, *, dx: Any = None, dim: int = -1) -> Any:
    """The running integrals along `dim` by the trapezoidal rule, one fewer than the samples.

    >>> import autograd_fr as ag
    >>> ag.cumulative_trapezoid(ag.tensor([1.0, 2.0, 4.0]))
    tensor([1.5000, 4.5000])
    """
    doubled, d = _doubled_areas(y, x, dx, dim, "cumulative_trapezoid")
    return cumsum(doubled, d) / 2


def _doubled_areas(y: Any, x: Any, dx: Any, dim: int, name: str) -> tuple[Any, int]:
    """Twice the area between every two neighbours, and the axis they stand along."""
    y = as_value(y)
    if x is not None and dx is not None:
        raise AutogradError(f"{name} takes `x` or `dx`, not both")
    if not y.ndim:
        raise DimensionError(f"{name} needs a tensor with at least one axis, not a number")
    if y.dtype == bool:
        raise DtypeError(f"{name} of bools is not defined; convert with .float()")
    d = axis(dim, y.ndim, name)
    width = 1 if dx is None else dx
    if x is not None:
        before, after = _neighbours(_sample_points(as_value(x), y, d, name), d)
        width = after - before
    before, after = _neighbours(y, d)
    return (before + after) * width, d


def _sample_points(x: Any, y: Any, d: int, name: str) -> Any:
    """`x` with as many axes as `y`; a vector goes along axis d."""
    if x.ndim == 1 and y.ndim > 1:
        if x.shape[0] != y.shape[d]:
            raise ShapeError(
                f"{name} needs one x per sample, {y.shape[d]} along axis {d}, got {x.shape[0]}"
            )
        return reshape(x, (1,) * d + (-1,) + (1,) * (y.ndim - d - 1))
    return x if x.ndim >= y.ndim else reshape(x, (1,) * (y.ndim - x.ndim) + x.shape)


def _numpy_cumulative(function: Any) -> Any:
    """np.cumsum or np.cumprod on a tensor: without an axis, of all entries in a row."""

    def twin(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
        rows = reshape(x, (-1,)) if axis is None else x
        return function(rows, 0 if axis is None else axis, dtype=dtype)

    return twin


NUMPY_TWINS[np.diff] = diff
NUMPY_TWINS.update({np.cumsum: _numpy_cumulative(cumsum), np.cumprod: _numpy_cumulative(cumprod)})
