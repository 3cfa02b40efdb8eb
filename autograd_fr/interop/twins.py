"""NumPy functions in terms of the catalogue, where their arguments differ from the operations'.

Those that are one operation under the same arguments stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from .. import ops
from ..autograd.op import NUMPY_TWINS
from ..autograd.value import Value, wrap
from ..errors import ShapeError


def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    """Joined along an axis; flattened first where none is given."""
    return np.concatenate(
        [arr, values] if axis is not None else list(map(np.ravel, (arr, values))), axis=axis or 0
    )


def cov(m: Any, *, rowvar: bool = True, bias: bool = False, ddof: int | None = None) -> Any:
    """The covariances of rows, over n - ddof."""
    correction = int(not bias) if ddof is None else ddof
    return ops.cov(m if rowvar else ops.transpose(m, 0, 1), correction=correction)


def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    """Equal parts, or parts that end at given indices."""
    if isinstance(indices_or_sections, int) and ary.shape[axis] % indices_or_sections:
        raise ShapeError(
            f"np.split: {indices_or_sections} equal parts of {ary.shape[axis]} entries do not "
            "exist; np.array_split takes unequal ones"
        )
    return np.array_split(ary, indices_or_sections, axis)


def take(a: Any, indices: Any, axis: int | None = None) -> Any:
    """The entries along an axis, or of the flattened tensor, at given positions."""
    if axis is None:
        return ops.getitem(ops.reshape(a, (-1,)), indices)
    return ops.getitem(a, (slice(None),) * (axis % np.ndim(a)) + (indices,))


def compress(condition: Any, a: Any, axis: int | None = None) -> Any:
    """The entries along an axis, or of the flattened tensor, where a condition holds."""
    return take(a, np.flatnonzero(_plain(condition)), axis)


def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """The choice of the first condition that holds."""
    pairs = list(zip(condlist, choicelist, strict=True))[::-1]
    return reduce(lambda rest, pair: ops.where(*pair, rest), pairs, default)


def _quantile(name: str, share: Callable[[Any], Any]) -> Callable[..., Any]:
    """The quantile called `name`, of what `share` makes of NumPy's second argument."""

    def call(
        a: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
    ) -> Any:
        shares = wrap(np.asarray(share(_plain(q)), a.dtype))
        return getattr(ops, name)(a, shares, axis, keepdims, interpolation=method)

    return call


def _halves(name: str) -> Callable[..., Any]:
    """NumPy's median: between the two middle entries, where PyTorch's is the lesser one."""
    return lambda a, axis=None, keepdims=False: getattr(ops, name)(a, 0.5, axis, keepdims)


def _trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    return ops.trapezoid(y, dx=dx, dim=axis) if x is None else ops.trapezoid(y, x, dim=axis)


def _plain(x: Any) -> Any:
    return x.array if isinstance(x, Value) else np.asarray(x)


def _itself(x: Any) -> Any:
    return x


TWINS: dict[str, Callable[..., Any]] = {
    # Entry by entry
    "astype": lambda x, dtype: x.to(dtype),
    "around": lambda a, decimals=0: np.round(a, decimals),
    "conjugate": _itself,
    "divmod": lambda a, b: (ops.floor_divide(a, b), ops.remainder(a, b)),
    "fabs": ops.abs,
    "isclose": ops.isclose,
    "modf": lambda x: (ops.frac(x), ops.trunc(x)),
    "real": lambda val: val,
    "select": select,
    # Reductions
    "average": lambda a, axis=None, keepdims=False: ops.mean(a, axis, keepdims),
    "corrcoef": lambda x: ops.corrcoef(x),
    "cov": cov,
    "cumulative_prod": lambda x, axis=None: np.cumprod(x, axis),
    "cumulative_sum": lambda x, axis=None: np.cumsum(x, axis),
    "median": _halves("quantile"),
    "nanmedian": _halves("nanquantile"),
    "nanpercentile": _quantile("nanquantile", lambda q: q / 100),
    "nanquantile": _quantile("nanquantile", _itself),
    "percentile": _quantile("quantile", lambda q: q / 100),
    "ptp": lambda a, axis=None, keepdims=False: ops.sub(
        ops.amax(a, axis, keepdims), ops.amin(a, axis, keepdims)
    ),
    "quantile": _quantile("quantile", _itself),
    "trapezoid": _trapezoid,
    # Positions
    "compress": compress,
    "digitize": lambda x, bins, right=False: ops.bucketize(x, wrap(_plain(bins)), right=not right),
    "extract": lambda condition, arr: compress(np.ravel(_plain(condition)), arr),
    "flatnonzero": lambda a: ops.nonzero(ops.reshape(a, (-1,)), as_tuple=True)[0],
    "take": take,
    # Shape
    "append": append,
    "diag": lambda v, k=0: ops.diag(v, k),
    "diagflat": lambda v, k=0: ops.diagflat(v, k),
    "diagonal": lambda a, offset=0, axis1=0, axis2=1: ops.diagonal(a, offset, axis1, axis2),
    "split": split,
    "tril": lambda m, k=0: ops.tril(m, k),
    "triu": lambda m, k=0: ops.triu(m, k),
    "unstack": lambda x, axis=0: ops.unbind(x, axis),
}

# Some came to NumPy after 2.0.
NUMPY_TWINS.update((getattr(np, name), TWINS[name]) for name in TWINS if hasattr(np, name))
