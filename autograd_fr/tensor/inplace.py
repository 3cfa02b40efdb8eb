"""Changing a tensor in place: its memory is written into, its views follow, and graphs are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dtypes, ops
from ..autograd import memory, watching
from ..autograd.failures import told
from ..autograd.history import check_not_leaf, check_views, is_recorded, rewrite
from ..autograd.modes import enable_grad, is_grad_enabled
from ..autograd.node import unasked
from ..autograd.readings import peek
from ..autograd.record import keep_drawn
from ..autograd.value import Value, ndarray, share, wrap
from ..autograd.views import Path, base_of, hand_over, part_from, view_of, views_of
from ..batching import known
from ..batching.known import ARRAYS
from ..errors import AutogradError, DtypeError, GraphError, ShapeError
from ..ops.indexing.slices import fitted, place, route, written


def assign(t: Value, values: Any, path: Path = (), name: str = "assignment") -> None:
    """Write `values` into the memory of `t`, or into a part of it, past any graph.

    Graphs that have saved that memory will refuse to use it.
    """
    array = t.array
    if known.used and not known.levels_among((values, path)) <= set(known.levels_of(array)):
        raise GraphError(
            f"{name}: inside vmap, values that differ from sample to sample have no room in a "
            f"tensor that all samples share, of shape {tuple(array.shape)}: make a new tensor, as "
            "in x = x + y, or map over this one too"
        )
    if not path and type(array) is ndarray and array.flags.carray:  # the usual case
        array[...] = values
    elif not isinstance(array, ARRAYS):
        t.note_write(name)
        t.array = array.dtype.type(np.reshape(values, ()))
        if memory.watched:
            watching.written(t.array, values, name)
        return
    else:
        _check_places(array, path, name)
        place(array, path, values)
    t.note_write(name)
    if memory.watched:
        watching.written(array, values, name)


def _check_places(array: Any, path: Path, name: str) -> None:
    """Raise GraphError where an array, or the part that a path leads to, cannot be written into."""
    part = written(array, path)
    if part.size and any(step == 0 and n > 1 for step, n in zip(part.strides, part.shape)):
        raise GraphError(
            f"{name}: several entries of this expanded tensor share one place in memory; "
            "write into its clone()"
        )
    if not array.flags.writeable:
        raise GraphError(f"{name}: the memory of this tensor is read-only; write into its clone()")


def write(t: Any, name: str, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Put what `function` makes of `t` into the memory of `t`; returns `t`.

    Raises GraphError for a leaf that requires a gradient, or a view of one, while recording;
    ShapeError, DtypeError where the result does not fit.
    """
    check_not_leaf(t, name)
    old, given = t, (t, *args, *kwargs.values())
    if is_grad_enabled() and any(isinstance(x, Value) and x._requires_grad for x in given):
        # What the graph saves of `t` must not be what is about to be overwritten.
        old = unasked(ops.clone(t))
        args = tuple(old if x is t else x for x in args)
        kwargs = {key: old if x is t else x for key, x in kwargs.items()}
    elif t._requires_grad and t.node is None:
        old = share(t.array)  # what is seen of a parameter is overwritten at once
    result = function(old, *args, **kwargs)
    if result.array.shape != t.array.shape:
        raise ShapeError(
            f"{name}: a result of shape {result.array.shape} does not fit in {t.array.shape}"
        )
    if dtypes.category(result.dtype) > dtypes.category(t.dtype):
        raise DtypeError(
            f"{name}: a result of {result.dtype} does not fit in a tensor of {t.dtype}"
        )
    _store(t, result.to(t.dtype), (), name)
    return t


def set_item(t: Any, index: Any, value: Any) -> None:
    """`t[index] = value`, recorded; the value is broadcast, and brought to the dtype of `t`."""
    name = "assignment"
    try:
        check_not_leaf(t, name)
        value = as_tensor_of(value, t.dtype)
        path = route(name, index, t.array.shape)
        _store(t, fitted(name, value, path, t.array.shape), path, name)
    except AutogradError as error:
        raise told(error, name, {"input": t, "value": value}) from error.__cause__


def _store(t: Any, value: Any, path: Path, name: str) -> None:
    """Write `value`, in shape and dtype what fits, and give `t` and its views their new history."""
    recorded = is_recorded(t, value)
    if recorded:
        check_views(t, name)
    else:
        peek(name, value)
    for seen in (base_of(t), *views_of(base_of(t))):
        if seen.node is not None:
            keep_drawn(seen.node)
    assign(t, value.array, path, name)
    if recorded:
        rewrite(t, value, path)


def in_place(function: Callable[..., Any], name: str | None = None) -> Callable[..., Any]:
    """The method that writes what `function` makes of a tensor into its memory."""
    name = name or f"{function.__name__}_"

    def method(input: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return write(input, name, function, *args, **kwargs)
        except AutogradError as error:
            told(error, name, {"input": input, **dict(zip(("other", "third"), args))})
            raise

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"`{function.__name__}`, written into the memory of this tensor; returns it."
    return method


def as_tensor_of(value: Any, dtype: Any) -> Any:
    """`value` as a tensor of `dtype`, in the graph if it was."""
    if isinstance(value, Value):
        return value.to(dtype)  # type: ignore[attr-defined]
    dtypes.check_no_tensors(value)
    return wrap(dtypes.fitting(value, dtype))


def rearranged(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """The method after which a tensor is seen as `function`, which gives a view, sees it.

    Raises GraphError for a leaf that requires a gradient; under no_grad() it stays such a leaf.
    """

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        check_not_leaf(self, name)
        if self._requires_grad and self.node is None:
            part_from(self)
            self.array = function(share(self.memory()), *args, **kwargs).array
            return self
        if views_of(self):
            hand_over(self)
        with enable_grad():  # else the graph would go on with the former shape
            seen = function(self, *args, **kwargs)
        if seen is not self:
            view = view_of(self)
            if view is not None:
                self._view = seen._view
            self.array, self.node, self._requires_grad = seen.array, seen.node, seen._requires_grad
            self._peeked = 0
        return self

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"See this tensor as `{function.__name__}` would; returns it."
    return method
