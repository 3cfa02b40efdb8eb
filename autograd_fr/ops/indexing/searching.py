"""Where entries are, and between which: positions, counts, and interpolation by them."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ... import dtypes
from ...autograd.op import NUMPY_TWINS
from ...autograd.value import Value, wrap
from ...batching.known import array_of
from ...errors import AutogradError, DtypeError, ShapeError
from ..elementwise.choice import where
from ..shapes.joining import cat
from ..shapes.shape import reshape
from .positions import as_value, indices
from .reading import add_at, read_at

__all__ = [
    "argwhere",
    "bincount",
    "bucketize",
    "interp",
    "isin",
    "nonzero",
    "searchsorted",
    "unravel_index",
]


def nonzero(input: Any, *, as_tuple: bool = False) -> Any:
    """The positions of the entries that are not 0, a row each, in row-major order.

    `as_tuple`: a vector per axis instead, which is an index: `x[nonzero(x, as_tuple=True)]`.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([[0.0, 1.0], [2.0, 0.0]])
    >>> ag.nonzero(x)
    tensor([[0, 1],
            [1, 0]])
    """
    array = np.asarray(as_value(input).array)
    if as_tuple:
        return tuple(map(wrap, np.atleast_1d(array).nonzero()))
    return wrap(np.argwhere(array))


def argwhere(input: Any) -> Any:
    """The positions of the entries that are not 0, a row each.

    >>> import autograd_fr as ag
    >>> ag.argwhere(ag.tensor([0.0, 3.0, 4.0]))
    tensor([[1],
            [2]])
    """
    return nonzero(input)


def unravel_index(indices: Any, shape: Any) -> tuple[Any, ...]:
    """Positions in a tensor read row by row as one index per axis; beyond its end they wrap around.

    `shape`: the lengths, or one integer. Raises DtypeError for positions that are no integers,
    ShapeError for a length that is not above 0.

    >>> import autograd_fr as ag
    >>> ag.unravel_index(ag.tensor([3, 5]), (2, 3))
    (tensor([1, 1]), tensor([0, 2]))
    """
    flat = as_value(indices).array
    if flat.dtype.kind not in "iu":
        raise DtypeError(f"unravel_index: positions are integers, not {flat.dtype}")
    lengths = (shape,) if isinstance(shape, int) else tuple(map(operator.index, shape))
    if any(n <= 0 for n in lengths):
        raise ShapeError(f"unravel_index: there is no position in the shape {lengths}")
    flat, found = flat.astype(np.int64), []
    for n in reversed(lengths):
        found.append(wrap(flat % n))
        flat = flat // n
    return tuple(reversed(found))


def isin(
    elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False
) -> Any:
    """Which elements are among others; with `invert`, which are not.

    >>> import autograd_fr as ag
    >>> ag.isin(ag.tensor([1, 2, 3]), ag.tensor([3, 1]))
    tensor([ True, False,  True])
    """
    if not isinstance(elements, Value) and not isinstance(test_elements, Value):
        raise DtypeError("isin: one of the two must be a tensor")
    those, others = as_value(elements).array, as_value(test_elements).array
    return wrap(np.isin(those, others, assume_unique=assume_unique, invert=invert))


def searchsorted(
    sorted_sequence: Any,
    input: Any,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Any = None,
) -> Any:
    """Where values belong in ascending sequences: before the first entry that is not less.

    `right`, or `side="right"`: before the first entry that is greater. `sorted_sequence` is one
    vector, or has the axes of `input` but for the last; `sorter` gives the ascending order of a
    sequence that is not sorted. `out_int32`: int32 positions.

    >>> import autograd_fr as ag
    >>> ag.searchsorted(ag.tensor([1.0, 3.0, 5.0]), ag.tensor([3.0, 6.0]))
    tensor([1, 3])
    """
    if side not in (None, "left", "right"):
        raise AutogradError(f"searchsorted: side is 'left' or 'right', not {side!r}")
    if side == "left" and right:
        raise AutogradError("searchsorted: side='left' and right=True contradict each other")
    side = "right" if right else side or "left"
    edges, x = (array_of(as_value(t).array) for t in (sorted_sequence, input))
    if not edges.ndim:
        raise ShapeError("searchsorted: the sorted sequence is a number, and must be a vector")
    if edges.ndim > 1 and edges.shape[:-1] != x.shape[:-1]:
        raise ShapeError(
            f"searchsorted: sequences of shape {edges.shape} and values of shape {tuple(x.shape)} "
            "differ in other axes than the last"
        )
    if sorter is not None:
        order = indices("searchsorted", sorter)
        if order.shape != edges.shape:
            raise ShapeError(
                f"searchsorted: a sorter of shape {order.shape} for sequences of {edges.shape}"
            )
        edges = np.take_along_axis(edges, order, -1)
    found = _searched(edges, x, side)
    return wrap(found.astype(np.int32 if out_int32 else np.int64))


def _searched(edges: Any, x: Any, side: Any) -> Any:
    if edges.ndim == 1:
        return array_of(np.searchsorted(edges, x, side))
    found = np.empty(x.shape, np.int64)
    for row in np.ndindex(x.shape[:-1]):
        found[row] = np.searchsorted(edges[row], x[row], side)
    return found


def bucketize(input: Any, boundaries: Any, *, out_int32: bool = False, right: bool = False) -> Any:
    """The number of the interval between ascending boundaries that each entry lies in.

    An entry on a boundary belongs to the interval that it ends; with `right`, that it begins.

    >>> import autograd_fr as ag
    >>> ag.bucketize(ag.tensor([0.5, 1.0, 9.0]), ag.tensor([1.0, 2.0]))
    tensor([0, 0, 2])
    """
    if as_value(boundaries).ndim != 1:
        raise ShapeError("bucketize: the boundaries are a vector")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)


def bincount(input: Any, weights: Any = None, minlength: int = 0) -> Any:
    """How often each number 0, 1, 2, ... is in a vector of integers; or the sum of its `weights`.

    The result has `minlength` entries at least. Sums of float32 weights are float32, of others
    float64; the gradient flows to them.

    >>> import autograd_fr as ag
    >>> ag.bincount(ag.tensor([1, 1, 3]), minlength=5)
    tensor([0, 2, 0, 1, 0])
    """
    numbers = as_value(input).array
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu" or (numbers < 0).any():
        raise DtypeError("bincount: the input is a vector of integers that are not negative")
    if minlength < 0:
        raise ShapeError(f"bincount: minlength is {minlength}, and cannot be negative")
    if weights is None:
        return wrap(np.bincount(numbers, minlength=minlength))
    given = as_value(weights)
    if given.shape != numbers.shape:
        raise ShapeError(
            f"bincount: weights of shape {tuple(given.shape)} for {numbers.shape} numbers"
        )
    if given.dtype != dtypes.float32:
        given = given.to(dtypes.float64)
    n = max(minlength, int(numbers.max()) + 1 if numbers.size else 0)
    return add_at(given, (n,), (numbers.astype(np.int64),))


def interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    """Linear interpolation at `x` through the points (`xp`, `fp`), as `np.interp`.

    `xp` ascends. Beyond it the values are `left` and `right`, by default the first and the last of
    `fp`; or the points repeat with `period`, and need not ascend. Differentiable in `x`, `xp` and
    `fp`; on a point, the derivative in `x` is that of the interval it begins.

    >>> import autograd_fr as ag
    >>> ag.interp(ag.tensor([1.5, 9.0]), ag.tensor([1.0, 2.0]), ag.tensor([10.0, 20.0]))
    tensor([15., 20.])
    """
    x, xp, fp = map(_floating, (x, xp, fp))
    if xp.ndim != 1 or fp.shape != xp.shape or not xp.shape[0]:
        raise ShapeError(
            f"interp: xp and fp are vectors of one length, not {xp.shape} and {fp.shape}"
        )
    if period is not None:
        x, xp, fp = _periodic(x, xp, fp, abs(period))
        left = right = None
    n = xp.shape[0]
    after = np.searchsorted(xp.array, x.array, "right")
    i = np.clip(after - 1, 0, n - 1)
    j = np.minimum(i + 1, n - 1)
    x0, x1, y0, y1 = (_picked(t, k) for t, k in ((xp, i), (xp, j), (fp, i), (fp, j)))
    gap = where(wrap(x1.array == x0.array), 1, x1 - x0)  # beyond the points, where it is not used
    y = y0 + (x - x0) / gap * (y1 - y0)
    y = where(wrap(x.array < xp.array[0]), fp[0] if left is None else left, y)
    last = fp[-1] if right is None else where(wrap(x.array == xp.array[-1]), fp[-1], right)
    return where(wrap(x.array >= xp.array[-1]), last, y)


def _picked(t: Any, i: Any) -> Any:
    """The entries at an index array with or without axes."""
    return reshape(read_at(t, (np.reshape(i, -1),)), np.shape(i))


def _periodic(x: Any, xp: Any, fp: Any, period: Any) -> tuple[Any, Any, Any]:
    """Everything moved into one period, the points in order and with one more at either end."""
    if not period:
        raise AutogradError("interp: the period cannot be 0")
    x, xp = (t - period * np.floor(t.array / period) for t in (x, xp))
    order = np.argsort(xp.array, kind="stable")
    xp, fp = read_at(xp, (order,)), read_at(fp, (order,))
    return x, cat([xp[-1:] - period, xp, xp[:1] + period]), cat([fp[-1:], fp, fp[:1]])


def _floating(given: Any) -> Any:
    t = as_value(given)
    return t if t.dtype.kind == "f" else t.to(dtypes.get_default_dtype())


NUMPY_TWINS[np.interp] = interp
NUMPY_TWINS[np.searchsorted] = lambda a, v, side="left", sorter=None: searchsorted(
    a, v, side=side, sorter=sorter
)
NUMPY_TWINS[np.bincount] = lambda x, weights=None, minlength=0: bincount(x, weights, minlength)
NUMPY_TWINS[np.isin] = isin
NUMPY_TWINS[np.nonzero] = lambda a: nonzero(a, as_tuple=True)
NUMPY_TWINS[np.argwhere] = lambda a: argwhere(a)
