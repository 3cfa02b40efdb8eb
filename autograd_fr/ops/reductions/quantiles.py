"""Entries by their rank: medians, quantiles; and the most frequent ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ... import kernels
from ...autograd.composites import numpy_names
from ...autograd.results import named_result
from ...autograd.value import Value, wrap
from ...batching.known import anywhere
from ...errors import AutogradError, DimensionError, DtypeError, ShapeError
from ..elementwise.arithmetic import mul
from ..elementwise.choice import where
from ..indexing.positions import as_value
from ..indexing.reading import take_along_dim
from ..shapes.axes import axis
from ..shapes.shape import reshape, squeeze, unsqueeze
from .extrema import evenly, picked
from .reduction import check_floating

__all__ = [
    "median",
    "mode",
    "nanmedian",
    "nanquantile",
    "quantile",
]

Median = named_result("median", "values", "indices")
Nanmedian = named_result("nanmedian", "values", "indices")
Mode = named_result("mode", "values", "indices")


@numpy_names
def median(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The entry in the middle of their order, the lower of two; along a `dim`, also its index.

    nan where there is one. Over all entries, equal ones share the gradient evenly.

    >>> import autograd_fr as ag
    >>> ag.median(ag.tensor([[5.0, 1.0, 3.0], [4.0, 2.0, 9.0]]), dim=1)
    torch.return_types.median(
    values=tensor([3., 4.]),
    indices=tensor([2, 0]))
    """
    return _middle(Median, input, dim, keepdim, False)


@numpy_names
def nanmedian(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The median of the entries that are not nan; nan where all are.

    >>> import autograd_fr as ag
    >>> ag.nanmedian(ag.tensor([5.0, float("nan"), 3.0]))
    tensor(3.)
    """
    return _middle(Nanmedian, input, dim, keepdim, True)


def _middle(result: Any, input: Any, dim: int | None, keepdim: bool, skip_nan: bool) -> Any:
    input, name = as_value(input), result.__name__
    if input.dtype == bool:
        raise DtypeError(f"{name} of bools is not defined; convert with .long()")

    def find(x: Any, d: int) -> Any:
        return kernels.median_index(x, d, skip_nan)

    if dim is not None:
        return picked(result, input, dim, keepdim, find)
    if keepdim:
        raise AutogradError(f"{name}: keepdim goes with a dim")
    flat = np.reshape(input.array, -1)
    if not flat.size and input.dtype.kind != "f":
        raise DimensionError(f"{name}: an empty tensor of {input.dtype} has none")
    return evenly(input, flat[find(flat, 0)[0]] if flat.size else np.nan)


@numpy_names
def mode(input: Any, dim: int = -1, keepdim: bool = False) -> Any:
    """The most frequent entry along `dim`, the least of several, and the last index it stands at.

    >>> import autograd_fr as ag
    >>> ag.mode(ag.tensor([3.0, 1.0, 3.0, 2.0]))
    torch.return_types.mode(
    values=tensor(3.),
    indices=tensor(2))
    """
    return picked(Mode, input, dim, keepdim, kernels.mode_index)


@numpy_names
def quantile(
    input: Any, q: Any, dim: int | None = None, keepdim: bool = False, *,
    interpolation: str = "linear",
) -> Any:  # fmt: skip
    """The entry below which the part `q` of the entries lies: q = 0 the least, 1 the greatest.

    `q`: a number, or a vector of them, which then stand along a new first axis. `interpolation`:
    what is taken between two entries, one of linear, lower, higher, nearest, midpoint.
    nan where there is one.

    >>> import autograd_fr as ag
    >>> ag.quantile(ag.tensor([1.0, 2.0, 4.0]), 0.75)
    tensor(3.)
    """
    return _quantile("quantile", input, q, dim, keepdim, interpolation)


@numpy_names
def nanquantile(
    input: Any, q: Any, dim: int | None = None, keepdim: bool = False, *,
    interpolation: str = "linear",
) -> Any:  # fmt: skip
    """The quantile of the entries that are not nan; nan where all are.

    >>> import autograd_fr as ag
    >>> ag.nanquantile(ag.tensor([1.0, float("nan"), 2.0]), 0.5)
    tensor(1.5000)
    """
    return _quantile("nanquantile", input, q, dim, keepdim, interpolation)


def _quantile(
    name: str, input: Any, q: Any, dim: int | None, keepdim: bool, interpolation: str
) -> Any:
    x = as_value(input)
    q, between = _checked(name, x, q, interpolation)
    kept = (1,) * x.ndim if dim is None or not x.ndim else None
    x = reshape(x, (-1,)) if dim is None or not x.ndim else x
    d = axis(0 if dim is None else dim, x.ndim, name)
    order = np.argsort(x.array, axis=d, kind="stable")  # nan comes last
    ordered = unsqueeze(take_along_dim(x, wrap(order), d), 0)
    ranks = _ranks(reshape(q, (-1, *(1,) * x.ndim)), x.array, d, name == "nanquantile")
    y = between(ordered, ranks, d + 1)
    y = y if keepdim and kept is None else squeeze(y, d + 1)
    if keepdim and kept is not None:
        y = reshape(y, (-1, *kept))
    return y if q.ndim else squeeze(y, 0)


def _checked(name: str, x: Any, q: Any, interpolation: str) -> tuple[Any, Callable[..., Any]]:
    """`q` as a tensor, and what takes entries at ranks; or an error."""
    check_floating(x, f"a {name}")
    if not x.array.size:
        raise ShapeError(f"{name} needs entries, got a tensor of shape {x.shape}")
    q = q if isinstance(q, Value) else wrap(np.asarray(q, x.dtype))
    if q.dtype != x.dtype:
        raise DtypeError(f"{name}: q is {q.dtype} and the input {x.dtype}; they must agree")
    if q.ndim > 1:
        raise ShapeError(f"{name}: q is a number or a vector, not of shape {q.shape}")
    if anywhere(~((q.array >= 0) & (q.array <= 1))):
        raise AutogradError(f"{name}: q is between 0 and 1, got {q.array}")
    if interpolation not in _BETWEEN:
        raise AutogradError(
            f"{name}: interpolation is one of {', '.join(_BETWEEN)}, not {interpolation!r}"
        )
    return q, _BETWEEN[interpolation]


def _ranks(q: Any, x: Any, d: int, skip_nan: bool) -> Any:
    """Where in their order the quantiles stand, from 0; at a nan where there is one."""
    missing = np.isnan(x).sum(axis=d, keepdims=True)
    last = x.shape[d] - 1
    if skip_nan:
        return mul(q, wrap(np.maximum(last - missing, 0).astype(x.dtype)))
    ranks = mul(q, wrap(np.full(missing.shape, last, x.dtype)))
    return where(missing > 0, float(last), ranks) if anywhere(missing) else ranks


def _at(rounded: Callable[[Any], Any]) -> Callable[..., Any]:
    """Entries at ranks brought to integers."""
    return lambda x, ranks, d: take_along_dim(x, wrap(rounded(ranks.array).astype(np.int64)), d)


_lower, _higher = _at(np.floor), _at(np.ceil)


def _linear(x: Any, ranks: Any, d: int) -> Any:
    low, high = _lower(x, ranks, d), _higher(x, ranks, d)
    return low + (ranks - wrap(np.floor(ranks.array))) * (high - low)


def _midpoint(x: Any, ranks: Any, d: int) -> Any:
    low, high = _lower(x, ranks, d), _higher(x, ranks, d)
    return low + (high - low) / 2


_BETWEEN = {
    "linear": _linear, "lower": _lower, "higher": _higher, "midpoint": _midpoint,
    "nearest": _at(np.rint),
}  # fmt: skip
