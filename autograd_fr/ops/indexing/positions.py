"""What users write to name entries, brought to what NumPy takes: checked, copied, not negative."""

from __future__ import annotations

import operator
import warnings
from typing import Any

import numpy as np

from ... import dtypes
from ...autograd.dispatch import as_value as as_value
from ...autograd.value import Value
from ...batching.known import ARRAYS, Batched, anywhere, array_of, entries
from ...errors import DimensionError, DtypeError, IndexKindError, NotBatchable, ShapeError
from ..shapes.axes import axis
from ..shapes.expanding import broadcast_to
from ..shapes.shape import reshape

__all__: list[str] = []

Index = tuple[Any, ...]
ALL = slice(None)
_BOUNDS = frozenset((int, type(None)))
_UNSIGNED = np.dtype(np.uint64)
_NESTED = (list, tuple, range, np.ndarray, Value, slice, type(None), type(...))


def split(name: str, index: Any, shape: tuple[int, ...]) -> tuple[Index | None, Index | None]:
    """An index in two steps: one that gives a view, then one with arrays; None for no step.

    So an integer takes its axis away first, and only arrays decide where the axes of the result
    come: in place of theirs where these are neighbours, in front otherwise.
    """
    given = index if type(index) is tuple else (index,)
    if (plain := _plain(name, given, shape)) is not None:
        return plain, None
    if (whole := _arrays(name, given, shape)) is not None:
        return None, whole
    items = [_item(name, item) for item in _items(index)]
    taken = sum(map(_axes, items))
    if taken > len(shape):
        raise DimensionError(f"{name} of {tuple(shape)}: {taken} indices for {len(shape)} axes")
    basic: list[Any] = []
    advanced: list[Any] = []
    k = 0
    for item in items:
        if item is ...:
            item, n = ALL, len(shape) - taken
            taken = len(shape)
        else:
            n = _axes(item)
        if item is None or isinstance(item, bool):
            basic.append(None)
            advanced.append(ALL if item is None else np.zeros(int(item), np.intp))
        elif isinstance(item, int):
            basic.append(_position(name, item, shape, k))
        elif isinstance(item, slice):
            basic += [item] * n
            advanced += [ALL] * n
        else:
            basic += [ALL] * n
            advanced.append(_array(name, item, shape, k))
        k += n
    arrays = [part for part in advanced if isinstance(part, ARRAYS)]
    if not arrays:
        return tuple(basic), None
    if len(arrays) > 1:
        check_together(name, arrays)
    return (tuple(basic) if any(part != ALL for part in basic) else None), tuple(advanced)


def _plain(name: str, index: tuple[Any, ...], shape: tuple[int, ...]) -> Index | None:
    """An index of integers, `:` and slices from one integer to another; None for any other."""
    if len(index) > len(shape):
        return None
    for k, item in enumerate(index):
        if type(item) is int:
            if not -shape[k] <= item < shape[k]:
                _position(name, item, shape, k)
        elif type(item) is not slice or not _simple(item.start, item.stop, item.step):
            return None
    return index


def _simple(start: Any, stop: Any, step: Any) -> bool:
    """Whether a slice goes from one integer to another, or has a positive integer for a step."""
    return (
        type(start) in _BOUNDS and type(stop) in _BOUNDS
        and (step is None or (type(step) is int and step > 0))
    )  # fmt: skip


def _arrays(name: str, index: tuple[Any, ...], shape: tuple[int, ...]) -> Index | None:
    """An index of nothing but tensors of int64, or of one mask, as arrays; None for any other."""
    if not 0 < len(index) <= len(shape):
        return None
    if len(index) == 1 and _masks(index[0], shape):
        return (index[0].array.copy(),)
    parts = []
    for k, item in enumerate(index):
        if not isinstance(item, Value) or not _counts(item.array):
            return None
        parts.append(_inside(name, item.array.copy(), shape, k))
    if len(parts) > 1:
        check_together(name, parts)
    return tuple(parts)


def _masks(item: Any, shape: tuple[int, ...]) -> bool:
    """Whether an index is a tensor of bools, with axes, that fits the first axes of `shape`."""
    array = item.array if isinstance(item, Value) else None
    return (
        type(array) is np.ndarray and array.dtype == np.bool_
        and array.ndim > 0 and array.shape == shape[: array.ndim]
    )  # fmt: skip


def _counts(array: Any) -> bool:
    """Whether an array is an index as it is: of int64, and with axes."""
    return type(array) is np.ndarray and array.dtype == np.int64 and array.ndim > 0


def _items(index: Any) -> tuple[Any, ...]:
    if isinstance(index, tuple):
        return index
    if isinstance(index, list) and len(index) < 32 and any(isinstance(i, _NESTED) for i in index):
        warnings.warn(
            "a list of sequences, slices or tensors as an index is taken for a tuple, as PyTorch "
            "does until it changes this: write x[tuple(index)], or x[tensor(index)] for an array",
            stacklevel=4,
        )
        return tuple(index)
    return (index,)


def _item(name: str, item: Any) -> Any:
    """One part of an index as None, ..., a bool, an int, a slice, or an array with axes."""
    if item is None or item is ... or isinstance(item, (bool, int)):
        return item
    if isinstance(item, slice):
        return _slice(name, item)
    if isinstance(item, (Value, np.bool_, ARRAYS)):
        array = array_of(getattr(item, "array", item))
        if type(item) is np.ndarray and array.dtype.kind == "i":
            array = array.astype(np.int64, copy=False)  # `indices` makes one
    elif isinstance(item, (list, tuple, range)):
        array = np.asarray(dtypes.as_array(list(item))) if len(item) else np.empty(0, np.int64)
    else:
        return integer(name, item)
    array = indices(name, array, masks=True)
    return array if array.ndim or isinstance(array, Batched) else array.item()


def integer(name: str, given: Any) -> int:
    """One integer, maybe a 0-d tensor, as Python's."""
    try:
        return operator.index(given)
    except NotBatchable:
        raise
    except TypeError:
        raise IndexKindError(
            f"{name}: {given!r} names no entries; integers do, slices of integers, ..., None, and "
            "tensors or lists of integers or bools"
        ) from None


def _slice(name: str, item: slice) -> slice:
    start, stop, step = (
        None if n is None else integer(name, n) for n in (item.start, item.stop, item.step)
    )
    if step is not None and step < 1:
        raise ShapeError(f"{name}: the step of a slice is positive, got {step}; flip() reverses")
    return slice(start, stop, step)


def _axes(item: Any) -> int:
    """How many axes a part of an index takes."""
    if item is None or item is ... or isinstance(item, bool):
        return 0
    return item.ndim if isinstance(item, ARRAYS) and item.dtype.kind == "b" else 1


def _array(name: str, array: Any, shape: tuple[int, ...], k: int) -> Any:
    """An index array, checked against the axes of `shape` from `axis` on."""
    if array.dtype.kind != "b":
        return _inside(name, array, shape, k)
    if array.shape != shape[k : k + array.ndim]:
        raise DimensionError(
            f"{name} of {tuple(shape)}: a mask of shape {array.shape} does not fit the axes from "
            f"{k} on"
        )
    return array


def check_together(name: str, arrays: list[Any]) -> None:
    """Raise DimensionError where index arrays do not broadcast."""
    shapes = [(int(a.sum()),) if a.dtype.kind == "b" else a.shape for a in arrays]
    if shapes.count(shapes[0]) == len(shapes):
        return
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        raise DimensionError(
            f"{name}: index arrays of shapes {' and '.join(map(str, shapes))} do not broadcast"
        ) from None


def as_source(name: str, given: Any, x: Any) -> Any:
    """What is written into `x`, as a tensor: one of the same dtype, or a number or an array."""
    if not isinstance(given, Value):
        dtypes.check_no_tensors(given)
        return as_value(dtypes.fitting(given, x.dtype))
    if given.dtype != x.dtype:
        raise DtypeError(
            f"{name}: a tensor of {x.dtype} cannot take one of {given.dtype}: "
            f"convert that, with .to({x.dtype})"
        )
    return given


def indices(name: str, given: Any, *, masks: bool = False) -> Any:
    """A copy of an index tensor as an int64 array; of a mask, where those are allowed, as bool."""
    array = array_of(given.array if isinstance(given, Value) else dtypes.as_array(given))
    if masks and array.dtype in (dtypes.bool_, dtypes.uint8):
        return array.astype(bool)
    if array.size and array.dtype not in (dtypes.int64, dtypes.int32):
        kinds = "int64, int32, bool or uint8" if masks else "int64 or int32"
        raise IndexKindError(f"{name}: an index is of {kinds}, this one is {array.dtype}")
    return array.astype(dtypes.int64)


def along(name: str, given: Any, shape: tuple[int, ...], k: int, *, back: bool = False) -> Any:
    """An index tensor for one axis of `shape`; with `back`, it may count from the end."""
    array = indices(name, given)
    if _within(array, shape[k]):
        return array
    if not back and anywhere(array < 0):
        raise DimensionError(
            f"{name}: index {entries(array).min()} is negative, which this cannot take"
        )
    return _inside(name, array, shape, k)


def _within(array: Any, n: int) -> bool:
    """Whether an index array counts from 0 and stays below `n`."""
    whole = array if type(array) is np.ndarray else entries(array)
    if not whole.size:
        return True
    # A negative number is a huge one without its sign; `argmax` is found faster than `maximum`.
    unsigned = whole.view(_UNSIGNED)
    return unsigned.item(unsigned.argmax()) < n


def _inside(name: str, array: Any, shape: tuple[int, ...], k: int) -> Any:
    """`array` counted from 0, or DimensionError where an index leaves the axis."""
    n = shape[k]
    if _within(array, n):
        return array
    whole = entries(array)
    _position(name, whole.max(), shape, k)
    _position(name, whole.min(), shape, k)
    return np.where(array < 0, array + n, array)


def _position(name: str, i: int, shape: tuple[int, ...], k: int) -> int:
    n = shape[k]
    if not -n <= i < n:
        raise DimensionError(
            f"{name} of {tuple(shape)}: index {i} is out of range for axis {k} of size {n}"
        )
    return i


def vector(name: str, given: Any, shape: tuple[int, ...], dim: int, *, back: bool = False) -> Index:
    """The index of the parts of one axis that a vector of integers names."""
    k = axis(dim, len(shape), name)
    index = along(name, given, shape, k, back=back)
    if index.ndim > 1:
        raise DimensionError(f"{name}: the index is a vector, this one has shape {index.shape}")
    return (ALL,) * k + (index.reshape(-1),)


def in_lines(
    name: str, given: Any, shape: tuple[int, ...], dim: int
) -> tuple[Index, tuple[int, ...]]:
    """The index of what an index tensor names along `dim`, each in its own line; and its shape."""
    k = axis(dim, len(shape), name)
    index = along(name, given, shape, k)
    wanted = index.shape
    if not index.size:
        index = index.reshape((0,) * len(shape))
    if not index.ndim:
        index = index.reshape(1)
    fits = len(index.shape) == len(shape) and all(
        i == k or m <= n for i, (m, n) in enumerate(zip(index.shape, shape))
    )
    if not fits:
        raise DimensionError(
            f"{name} of {tuple(shape)}: an index of shape {tuple(wanted)} does not fit; it has as "
            f"many axes, and none longer but axis {k}"
        )
    return grid(index, index.shape, k), wanted


def grid(index: Any, shape: tuple[int, ...], k: int) -> Index:
    """The index of the entries that `index` names along axis k, each in its own line of `shape`."""
    axes = len(shape)
    return tuple([
        index if i == k else np.arange(n).reshape((1,) * i + (n,) + (1,) * (axes - i - 1))
        for i, n in enumerate(shape)
    ])  # fmt: skip


def raised(x: Any) -> Any:
    """`x`, a 0-d tensor as one of a single entry: it has one axis to speak of, as in PyTorch."""
    return x if x.ndim else reshape(x, (1,))


def together(name: str, input: Any, mask: Any) -> tuple[Any, Any]:
    """A tensor and a mask of bools, copied, broadcast to one shape."""
    x = as_value(input)
    bools = array_of(mask.array if isinstance(mask, Value) else dtypes.as_array(mask)).copy()
    if bools.dtype != dtypes.bool_:
        raise DtypeError(f"{name}: a mask is of bools, this one is {bools.dtype}: use .bool()")
    try:
        shape = np.broadcast_shapes(x.shape, bools.shape)
    except ValueError:
        raise ShapeError(
            f"{name} of {tuple(x.shape)}: a mask of shape {bools.shape} does not broadcast with "
            "that"
        ) from None
    return x if x.shape == shape else broadcast_to(x, shape), np.broadcast_to(bools, shape)
