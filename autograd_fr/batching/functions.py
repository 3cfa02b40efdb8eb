"""NumPy's other functions on batches: a rule for each that operations use, a loop for the rest.

A rule computes on the whole arrays, in which the axes of the batches come first: so axes counted
from the front move back, and shapes get the lengths of the batches.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import NotBatchable
from . import known
from .known import Batched
from .ufuncs import NO_ROOM, aligned, axes_behind, common_levels, full, laid, wrapped

FUNCTIONS: dict[Any, Callable[..., Any]] = {}

# What writes into its first argument, which then needs an axis for each sample.
_WRITING = {np.copyto, np.fill_diagonal, np.place, np.put, np.put_along_axis, np.putmask}


def called(func: Any, args: Any, kwargs: Any) -> Any:
    """What `func` makes of batches: by its rule, or sample by sample."""
    if func in _WRITING and common_levels(known.leaves((args, kwargs))) != known.levels_of(args[0]):
        raise NotBatchable(NO_ROOM)
    rule = FUNCTIONS.get(func)
    if rule is None or any(isinstance(x, Batched) for x in kwargs.values()):
        return known.by_sample(func, args, kwargs)
    try:
        return rule(*args, **kwargs)
    except NotBatchable:
        return known.by_sample(func, args, kwargs)


def rule(*functions: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a function as what batches do for others."""

    def enter(computed: Callable[..., Any]) -> Callable[..., Any]:
        FUNCTIONS.update(dict.fromkeys(functions, computed))
        return computed

    return enter


def _batch(x: Any) -> Any:
    """`x`, which must be a batch where a rule is about one array."""
    if not isinstance(x, Batched):
        raise NotBatchable("this argument cannot be a batch")
    return x


def _lengths(x: Any) -> tuple[int, ...]:
    """The lengths of the hidden axes."""
    return tuple(x.physical.shape[: len(x.levels)])


# Along axes


def _along(func: Any, flattens: bool) -> Callable[..., Any]:
    """A function of an array and an axis; without one, of all axes, or of the flattened array."""

    def along(a: Any, axis: Any = None, *args: Any, **kwargs: Any) -> Any:
        ndim = _batch(a).ndim
        if flattens and axis is None:
            return _along_all(func, a, *args, **kwargs)
        if not ndim and axis in (0, -1):
            if flattens:
                y = along(a.reshape(1), 0, *args, **kwargs)
                return y.reshape(()) if kwargs.get("keepdims") is True else y
            axis = ()
        axis = axes_behind(axis, ndim, len(a.levels))
        return wrapped(func(a.physical, axis, *args, **kwargs), a.levels)

    return along


def _along_all(func: Any, a: Any, *args: Any, **kwargs: Any) -> Any:
    kept = kwargs.pop("keepdims", False) is True
    y = func(a.physical.reshape(*_lengths(a), a.size), -1, *args, **kwargs)
    y = y.reshape(_lengths(a) + (1,) * a.ndim) if kept else y
    return wrapped(y, a.levels)


_func: Any
for _func in (np.sum, np.prod, np.mean, np.std, np.var, np.max, np.min, np.any, np.all, np.amax,
              np.amin, np.count_nonzero):  # fmt: skip
    FUNCTIONS[_func] = _along(_func, False)
for _func in (np.argmax, np.argmin, np.cumsum, np.cumprod):
    FUNCTIONS[_func] = _along(_func, True)


def _last_by_default(func: Any) -> Callable[..., Any]:
    """Sorting, which goes along the last axis where none is named, and flattens for None."""

    def along(a: Any, axis: Any = -1, *args: Any, **kwargs: Any) -> Any:
        return _along(func, True)(a, axis, *args, **kwargs)

    return along


for _func in (np.sort, np.argsort):
    FUNCTIONS[_func] = _last_by_default(_func)


@rule(np.flip)
def flip(m: Any, axis: Any = None) -> Any:
    return wrapped(np.flip(m.physical, axes_behind(axis, m.ndim, len(m.levels))), m.levels)


@rule(np.roll)
def roll(a: Any, shift: Any, axis: Any = None) -> Any:
    if axis is None:
        return roll(a.reshape(-1), sum(shift) if isinstance(shift, tuple) else shift, 0).reshape(
            a.shape
        )
    behind = axes_behind(axis, a.ndim, len(_batch(a).levels))
    return wrapped(np.roll(a.physical, shift, behind), a.levels)


@rule(np.diff)
def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    behind = axes_behind(axis, a.ndim, len(_batch(a).levels))
    return wrapped(np.diff(a.physical, n, behind), a.levels)


# Shapes


@rule(np.shape)
def shape(a: Any) -> Any:
    return a.shape


@rule(np.ndim)
def ndim(a: Any) -> Any:
    return a.ndim


@rule(np.may_share_memory)
def may_share_memory(a: Any, b: Any, **options: Any) -> bool:
    return np.may_share_memory(known.entries(a), known.entries(b), **options)


@rule(np.size)
def size(a: Any, axis: Any = None) -> Any:
    return a.size if axis is None else a.shape[axis]


@rule(np.reshape)
def reshape(a: Any, shape: Any, order: Any = "C") -> Any:
    if order != "C":
        raise NotBatchable("only rows are reshaped for many samples")
    wanted = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    if -1 in wanted and 0 in _lengths(a):
        wanted = np.broadcast_to(np.False_, a.shape).reshape(wanted).shape
    try:
        return wrapped(a.physical.reshape(_lengths(a) + wanted), a.levels)
    except ValueError:
        raise ValueError(f"{a.size} entries do not fill the shape {shape}") from None


@rule(np.ravel)
def ravel(a: Any, order: Any = "C") -> Any:
    return reshape(a, -1, order)


@rule(np.transpose)
def transpose(a: Any, axes: Any = None) -> Any:
    k = len(a.levels)
    order = range(a.ndim)[::-1] if axes is None else axes
    return wrapped(a.physical.transpose(*range(k), *axes_behind(tuple(order), a.ndim, k)), a.levels)


@rule(np.swapaxes)
def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    i, j = axes_behind((axis1, axis2), a.ndim, len(a.levels))
    return wrapped(a.physical.swapaxes(i, j), a.levels)


@rule(np.matrix_transpose)
def matrix_transpose(x: Any) -> Any:
    return swapaxes(x, -2, -1)


@rule(np.moveaxis)
def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    k = len(a.levels)
    places = (axes_behind(axis, a.ndim, k) for axis in (source, destination))
    return wrapped(np.moveaxis(a.physical, *places), a.levels)


@rule(np.expand_dims)
def expand_dims(a: Any, axis: Any) -> Any:
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    behind = axes_behind(tuple(axes), a.ndim + len(axes), len(a.levels))
    return wrapped(np.expand_dims(a.physical, behind), a.levels)


@rule(np.squeeze)
def squeeze(a: Any, axis: Any = None) -> Any:
    if axis is None:
        axis = tuple(i for i, n in enumerate(a.shape) if n == 1)
    return wrapped(np.squeeze(a.physical, axes_behind(axis, a.ndim, len(a.levels))), a.levels)


@rule(np.broadcast_to)
def broadcast_to(array: Any, shape: Any, subok: bool = False) -> Any:
    whole = laid(array, array.levels, len(shape))
    return wrapped(np.broadcast_to(whole, _lengths(array) + tuple(shape)), array.levels)


@rule(np.tile)
def tile(A: Any, reps: Any) -> Any:
    reps = reps if isinstance(reps, tuple) else (reps,)
    ndim = max(A.ndim, len(reps))
    own = (1,) * (len(A.levels) + ndim - len(reps))
    return wrapped(np.tile(laid(A, A.levels, ndim), own + tuple(reps)), A.levels)


@rule(np.repeat)
def repeat(a: Any, repeats: Any, axis: Any = None) -> Any:
    a, axis = (a.reshape(-1), 0) if axis is None else (a, axis)
    behind = axes_behind(axis, a.ndim, len(a.levels))
    return wrapped(np.repeat(a.physical, repeats, behind), a.levels)


@rule(np.diagonal)
def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    i, j = axes_behind((axis1, axis2), a.ndim, len(a.levels))
    return wrapped(np.diagonal(a.physical, offset, i, j), a.levels)


def _in_the_plane(func: Any) -> Callable[..., Any]:
    def triangle(m: Any, k: int = 0) -> Any:
        if m.ndim < 2:
            raise NotBatchable("a vector, of which NumPy makes a matrix")
        return wrapped(func(m.physical, k), m.levels)

    return triangle


FUNCTIONS |= {np.tril: _in_the_plane(np.tril), np.triu: _in_the_plane(np.triu)}


# Joining, choosing


@rule(np.concatenate)
def concatenate(arrays: Any, axis: Any = 0, **options: Any) -> Any:
    levels = common_levels(arrays)
    if axis is None:
        arrays, axis = [np.ravel(x) for x in arrays], 0
    behind = axes_behind(axis, np.ndim(arrays[0]), len(levels))
    return wrapped(np.concatenate([full(x, levels) for x in arrays], behind, **options), levels)


@rule(np.stack)
def stack(arrays: Any, axis: int = 0, **options: Any) -> Any:
    arrays = list(arrays)
    levels = common_levels(arrays)
    behind = axes_behind(axis, np.ndim(arrays[0]) + 1, len(levels))
    return wrapped(np.stack([full(x, levels) for x in arrays], behind, **options), levels)


@rule(np.where)
def where(condition: Any, *choices: Any) -> Any:
    if not choices:
        raise NotBatchable("each sample has entries that are not 0 at places of its own")
    levels, arrays = aligned((condition, *choices))
    return wrapped(np.where(*arrays), levels)


@rule(np.clip)
def clip(a: Any, a_min: Any = None, a_max: Any = None, **options: Any) -> Any:
    low, high = options.pop("min", a_min), options.pop("max", a_max)
    given = [x for x in (a, low, high) if x is not None]
    levels, arrays = aligned(given)
    rest = iter(arrays[1:])
    bounds = [None if x is None else next(rest) for x in (low, high)]
    return wrapped(np.clip(arrays[0], *bounds, **options), levels)


@rule(np.take)
def take(a: Any, indices: Any, axis: Any = None, **options: Any) -> Any:
    if options:
        raise NotBatchable("np.take with options")
    a, axis = (a.reshape(-1), 0) if axis is None else (a, axis % a.ndim)
    return a[(slice(None),) * axis + (indices,)]


@rule(np.searchsorted)
def searchsorted(a: Any, v: Any, side: Any = "left") -> Any:
    if isinstance(a, Batched):
        raise NotBatchable("each sample has edges of its own")
    return wrapped(np.searchsorted(a, v.physical, side), v.levels)


@rule(np.take_along_axis)
def take_along_axis(arr: Any, indices: Any, axis: Any = -1) -> Any:
    if axis is None:
        return take_along_axis(np.ravel(arr), indices, 0)
    levels = common_levels((arr, indices))
    behind = axes_behind(axis, np.ndim(arr), len(levels))
    return wrapped(np.take_along_axis(full(arr, levels), full(indices, levels), behind), levels)


@rule(np.put_along_axis)
def put_along_axis(arr: Any, indices: Any, values: Any, axis: Any) -> None:
    levels = common_levels((arr, indices, values))
    if axis is None:
        raise NotBatchable("np.put_along_axis without an axis")
    behind = axes_behind(axis, arr.ndim, len(levels))
    np.put_along_axis(arr.physical, full(indices, levels), laid(values, levels, arr.ndim), behind)


@rule(np.piecewise)
def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    levels = common_levels((x, *condlist))
    conditions = [np.array(full(condition, levels)) for condition in condlist]
    return wrapped(np.piecewise(full(x, levels), conditions, funclist, *args, **kw), levels)


# Entry by entry


@rule(np.round, np.around)
def rounded(a: Any, decimals: int = 0) -> Any:
    return wrapped(np.round(a.physical, decimals), a.levels)


@rule(np.real, np.conj)
def real(a: Any) -> Any:
    return a


@rule(np.copy)
def copy(a: Any, order: Any = "K", subok: bool = False) -> Any:
    return a.copy(order)


def of_entries(func: Any) -> Callable[..., Any]:
    """A function that takes the whole array as it takes one sample."""

    def same(x: Any, *args: Any, **kwargs: Any) -> Any:
        return wrapped(func(_batch(x).physical, *args, **kwargs), x.levels)

    return same


for _func in (np.nan_to_num, np.isneginf, np.isposinf, np.isreal, np.sinc, np.fix):
    FUNCTIONS[_func] = of_entries(_func)


def _filled(func: Any) -> Callable[..., Any]:
    """A function that makes an array like another."""

    def made(a: Any, *args: Any, **kwargs: Any) -> Any:
        wanted = kwargs.pop("shape", None)
        wanted = a.shape if wanted is None else wanted
        wanted = tuple(wanted) if isinstance(wanted, (tuple, list)) else (wanted,)
        if any(isinstance(x, Batched) for x in args):
            filling = FUNCTIONS[np.empty_like](a, shape=wanted, **kwargs)
            filling[...] = args[0]
            return filling
        return wrapped(func(a.physical, *args, shape=_lengths(a) + wanted, **kwargs), a.levels)

    return made


for _func in (np.zeros_like, np.ones_like, np.empty_like, np.full_like):
    FUNCTIONS[_func] = _filled(_func)
