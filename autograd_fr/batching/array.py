"""BatchedArray: an array of which an axis is hidden: code for one sample runs on many.

It shows the shape of one sample, and takes part in NumPy's functions and operators as an array of
that shape would. Behind each stands a rule that computes for all samples at once (`ufuncs`,
`functions`, `indexing`), or else a loop over them (`loops`).

    with level(3) as L:
        x = batched(rows, 0, L)      # rows of shape (3, 4); x of shape (4,)
        y = np.exp(x).sum()          # y of shape ()
    unbatched(y, L, 0)               # of shape (3,)
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from ..errors import NotBatchable
from . import functions, indexing, known, matrices, ufuncs  # noqa: F401  (matrices adds its rules)
from .known import ARRAYS, Batched, ordered
from .levels import Level


class BatchedArray(NDArrayOperatorsMixin, Batched):
    """The array `physical` with its first axes hidden, one for each of `levels`, oldest first."""

    __slots__ = ("__weakref__", "levels", "physical")

    def __init__(self, physical: Any, levels: tuple[Level, ...]) -> None:
        self.physical: Any = physical
        self.levels = levels

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.physical.shape[len(self.levels) :])

    @property
    def ndim(self) -> int:
        return int(self.physical.ndim) - len(self.levels)

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def strides(self) -> tuple[int, ...]:
        return tuple(self.physical.strides[len(self.levels) :])

    @property
    def dtype(self) -> np.dtype[Any]:
        dtype: np.dtype[Any] = self.physical.dtype
        return dtype

    @property
    def nbytes(self) -> int:
        return int(self.physical.nbytes)

    @property
    def itemsize(self) -> int:
        return int(self.physical.itemsize)

    @property
    def flags(self) -> Any:
        return self.physical.flags

    @property
    def base(self) -> Any:
        return self.physical

    @property
    def T(self) -> Any:
        return self.transpose()

    @property
    def mT(self) -> Any:
        return np.swapaxes(self, -2, -1)

    def like(self, physical: Any) -> BatchedArray:
        """A batch of the same levels over another array."""
        return BatchedArray(physical, self.levels)

    # What NumPy's functions do under other names

    def reshape(self, *shape: Any, **options: Any) -> Any:
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, **options)

    def transpose(self, *axes: Any) -> Any:
        return np.transpose(self, (axes[0] if len(axes) == 1 else axes) or None)

    def astype(self, dtype: Any, order: Any = "K", copy: bool = True) -> BatchedArray:
        cast = self.physical.astype(dtype, order=order, copy=copy)
        return self if cast is self.physical else self.like(cast)

    def copy(self, order: Any = "C") -> BatchedArray:
        return self.like(self.physical.copy(order))

    def view(self, *kind: Any) -> BatchedArray:
        return self.like(self.physical.view(*kind))

    def fill(self, value: Any) -> None:
        self[...] = value

    def flatten(self, order: Any = "C") -> Any:
        return self.reshape(-1, order=order).copy()

    def __getitem__(self, index: Any) -> Any:
        return indexing.read(self, index)

    def __setitem__(self, index: Any, value: Any) -> None:
        indexing.write(self, index, value)

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("an array without axes has no length")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (self[k] for k in range(len(self)))

    # NumPy's protocols

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return ufuncs.called(ufunc, method, inputs, options)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if not all(issubclass(kind, ARRAYS) for kind in types):
            return NotImplemented  # a tensor: it knows better
        return functions.called(func, args, kwargs)

    # What one sample could answer, and many cannot

    def _refused(self, *_: Any, **__: Any) -> Any:
        raise NotBatchable(
            "inside vmap a tensor stands for many samples, of which no single number, truth value "
            "or array can be had: choose between values with where(condition, a, b), and leave "
            ".item(), .numpy(), float() and `if` for the results of vmap"
        )

    __bool__ = __int__ = __float__ = __index__ = __complex__ = item = tolist = _refused
    __array__ = tobytes = _refused
    __array_interface__ = __array_struct__ = property(_refused)
    flat = property(_refused)

    def __repr__(self) -> str:
        return f"BatchedArray({self.physical!r}, levels={self.levels})"


known.kind_is(BatchedArray)


def _as_method(name: str) -> Any:
    function = getattr(np, name)

    def method(self: BatchedArray, *args: Any, **options: Any) -> Any:
        return function(self, *args, **options)

    method.__name__ = method.__qualname__ = name
    return method


for _name in (
    "all", "any", "argmax", "argmin", "argsort", "clip", "cumprod", "cumsum", "diagonal", "dot",
    "max", "mean", "min", "nonzero", "prod", "ravel", "repeat", "round", "searchsorted", "squeeze",
    "std", "sum", "swapaxes", "take", "trace", "var",
):  # fmt: skip
    setattr(BatchedArray, _name, _as_method(_name))


def batched(array: Any, axis: int, level: Level) -> BatchedArray:
    """`array`, whose `axis` has an entry per sample of `level`, with that axis hidden.

    The array may be a batch of other levels already.
    """
    held = array.levels if isinstance(array, Batched) else ()
    whole = array.physical if held else np.asarray(array)
    levels = ordered((*held, level))
    ndim = whole.ndim - len(held)
    return BatchedArray(np.moveaxis(whole, len(held) + axis % ndim, levels.index(level)), levels)


def unbatched(array: Any, level: Level, axis: int) -> Any:
    """`array` with the axis of `level` shown as `axis`; what is no batch of it is repeated.

    A NumPy array, where it is a batch of no other level.
    """
    held = array.levels if isinstance(array, Batched) else ()
    if level not in held:
        lengths = (level.size, *np.shape(array))
        shown = np.broadcast_to(array, lengths)
        return np.moveaxis(shown, 0, axis)
    rest = tuple(other for other in held if other is not level)
    whole = array.physical
    axis = axis % (whole.ndim - len(rest))
    shown = np.moveaxis(whole, held.index(level), len(rest) + axis)
    return BatchedArray(shown, rest) if rest else shown
