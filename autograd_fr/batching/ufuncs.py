"""NumPy's elementwise functions, and the matrix product, on batches.

The axes of the batches are brought in front, in the order of their levels; an operand that lacks a
level has an axis of length 1 there. Then NumPy's own broadcasting does the rest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..errors import NotBatchable
from . import known
from .known import ARRAYS, Batched, levels_of, ordered
from .levels import Level

Levels = tuple[Level, ...]

ndarray = np.ndarray
_NUMBERS = {*dtypes.PYTHON_NUMBERS, np.float32, np.float64}

NO_ROOM = "an array that is no batch has no room for values of each sample"


def common_levels(operands: Iterable[Any]) -> Levels:
    """The levels of all operands together."""
    found = {levels_of(x) for x in operands if isinstance(x, Batched)}
    return found.pop() if len(found) == 1 else ordered(level for one in found for level in one)


def wrapped(physical: Any, levels: Levels) -> Any:
    """A batch over `physical`; or, where there are several arrays, one over each."""
    if isinstance(physical, tuple):
        parts = (wrapped(part, levels) for part in physical)
        kind: Any = type(physical)
        return kind(*parts) if hasattr(physical, "_fields") else tuple(parts)
    return known.batch(physical if type(physical) is ndarray else np.asarray(physical), levels)


def laid(x: Any, levels: Levels, ndim: int) -> Any:
    """The array of `x` with an axis in front for each of `levels`, and then `ndim` axes.

    What is no batch is left alone: NumPy broadcasts it from behind.
    """
    if not isinstance(x, Batched):
        return x
    missing = ndim - (x.physical.ndim - len(x.levels))
    if x.levels == levels and not missing:
        return x.physical
    front = [slice(None) if level in x.levels else None for level in levels]
    return x.physical[(*front, *(None,) * missing)]


def aligned(operands: Sequence[Any]) -> tuple[Levels, list[Any]]:
    """The levels of all operands, and their arrays, which broadcast together."""
    levels = common_levels(operands)
    ndim = max(np.ndim(x) for x in operands)
    return levels, [laid(x, levels, ndim) for x in operands]


def full(x: Any, levels: Levels) -> Any:
    """The array of `x` with all axes of `levels` in their whole length, batch or not."""
    shape = (*(level.size for level in levels), *np.shape(x))
    whole = laid(x, levels, np.ndim(x))
    return whole if np.shape(whole) == shape else np.broadcast_to(whole, shape)


def axes_behind(axis: Any, ndim: int, k: int) -> Any:
    """The axes of a sample as axes of the whole array, which has `k` more in front."""
    if axis is None:
        return tuple(range(k, k + ndim))
    if isinstance(axis, (tuple, list)):
        return tuple(axes_behind(one, ndim, k) for one in axis)
    if not -ndim <= axis < ndim:
        raise np.exceptions.AxisError(axis, ndim)
    return k + axis % ndim


def called(ufunc: Any, method: str, inputs: Any, options: dict[str, Any]) -> Any:
    """What `ufunc`, or one of its methods, makes of batches."""
    if method == "__call__" and not options and ufunc.signature is None:
        alike = _alike(inputs)
        if alike is not None:
            return wrapped(ufunc(*alike[1]), alike[0])
    if not all(isinstance(x, ARRAYS) or np.isscalar(x) for x in inputs):
        if any(hasattr(x, "node") for x in inputs):
            return NotImplemented  # a tensor: it knows better
        inputs = [x if isinstance(x, Batched) else np.asarray(x) for x in inputs]
    if any(isinstance(x, Batched) for x in options.values()):
        raise NotBatchable(f"np.{ufunc.__name__} takes no options of a batch")
    if method == "at":
        return _at(ufunc, *inputs)
    (out,) = options.pop("out", None) or (None,)
    if ufunc is np.matmul:
        y = product(*inputs)
    elif method in ("reduce", "accumulate"):
        y = _along(ufunc, method, *inputs, **options)
    elif method == "__call__" and ufunc.signature is None:
        levels, arrays = aligned(_promoted(ufunc, inputs, options))
        y = wrapped(ufunc(*arrays, **options), levels)
    else:
        raise NotBatchable(f"np.{ufunc.__name__}.{method} has no rule for batches")
    return y if out is None else _stored(y, out)


def _alike(inputs: Any) -> tuple[Levels, list[Any]] | None:
    """Batches of the same levels, axes and dtype as their arrays, and beside them numbers, and
    arrays that all samples share, of no more axes than a sample has.

    With their levels; None where there is anything else among them. This is the usual case.
    """
    levels: Any = None
    arrays, width = [], 0
    for x in inputs:
        kind = type(x)
        if kind is ndarray:
            width = max(width, x.ndim)
        elif kind not in _NUMBERS:
            if not isinstance(x, Batched):
                return None
            batch, x = x, x.physical
            if levels is None:
                levels, ndim, dtype = batch.levels, x.ndim, x.dtype
            elif batch.levels != levels or x.ndim != ndim or x.dtype != dtype:
                return None
        arrays.append(x)
    return None if levels is None or width + len(levels) > ndim else (levels, arrays)


def _promoted(ufunc: Any, inputs: Any, options: Any) -> Any:
    """Two batches of different dtypes in the one that tensors have in common."""
    kinds = {x.dtype for x in inputs if isinstance(x, Batched)}
    if len(kinds) < 2 or "dtype" in options or ufunc is np.ldexp:
        return inputs
    common = dtypes.result_type(*inputs)
    return [x.astype(common, copy=False) if isinstance(x, Batched) else x for x in inputs]


def _stored(y: Any, out: Any) -> Any:
    """`y` written into `out`, which has the levels for it."""
    if not isinstance(out, Batched) or not set(y.levels) <= set(out.levels):
        raise NotBatchable(NO_ROOM)
    if y.shape != out.shape:
        raise ValueError(f"a result of shape {y.shape} does not fit in {out.shape}")
    np.copyto(out.physical, laid(y, out.levels, out.physical.ndim - len(out.levels)), "same_kind")
    return out


def _along(ufunc: Any, method: str, x: Any, axis: Any = 0, **options: Any) -> Any:
    ndim, k = np.ndim(x), len(x.levels)
    if not ndim and axis in (0, -1, (0,), (-1,)):
        axis = ()
    behind = axes_behind(axis, ndim, k)
    return wrapped(getattr(ufunc, method)(x.physical, axis=behind, **options), x.levels)


def _at(ufunc: Any, target: Any, index: Any, *values: Any) -> None:
    """`ufunc.at` on a vector: for each sample at its own positions."""
    levels = common_levels((target, index, *values))
    if levels_of(target) != levels:
        raise NotBatchable(NO_ROOM)
    n = target.shape[0]
    rows = target.physical.reshape(math.prod(target.physical.shape[:-1]), n)
    starts = np.arange(len(rows)).reshape(*target.physical.shape[:-1], 1) * n
    places = starts + full(index, levels)
    given = [np.broadcast_to(full(x, levels), places.shape).reshape(-1) for x in values]
    ufunc.at(rows.reshape(-1), places.reshape(-1), *given)


def product(a: Any, b: Any) -> Any:
    """The matrix product. Beside one matrix for all samples, their rows make a single matrix."""
    na, nb = np.ndim(a), np.ndim(b)
    if not isinstance(b, Batched) and nb == 2:
        lead, m = a.physical.shape[:-1], a.shape[-1]
        rows = a.physical.reshape(math.prod(lead), m) @ b
        return wrapped(rows.reshape((*lead, b.shape[-1])), a.levels)
    if not isinstance(a, Batched) and na == 2 and nb == 1:
        return product(b, a.swapaxes(-2, -1))
    a = a[None] if na == 1 else a
    b = b[..., None] if nb == 1 else b
    levels, (x, z) = aligned((a, b))
    y = x * z if x.shape[-1] == 1 else np.matmul(x, z)
    y = y[..., 0] if nb == 1 else y
    if na == 1:
        y = y[..., 0] if nb == 1 else y[..., 0, :]
    return wrapped(y, levels)
