"""Changing a tensor in place: its memory is written into, its views follow, and graphs are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import dtypes, ops
from .autograd.memory import touch
from .autograd.modes import is_grad_enabled
from .autograd.node import Node
from .autograd.op import polymorphic
from .autograd.record import record
from .autograd.value import Value, wrap
from .autograd.views import Path, base_of, refresh, view_of
from .errors import DtypeError, GraphError, ShapeError
from .methods import Methods
from .ops.slices import copy_slices, fitted, place, route


def assign(t: Value, values: Any, path: Path = (), name: str = "assignment") -> None:
    """Write `values` into the memory of `t`, or into a part of it, past any graph.

    Graphs that have saved that memory will refuse to use it.
    """
    array = t.array
    if not isinstance(array, np.ndarray):
        touch(t.node or t, name)
        t.array = array.dtype.type(np.reshape(values, ()))
        return
    if array.size and any(step == 0 and n > 1 for step, n in zip(array.strides, array.shape)):
        raise GraphError(
            f"{name}: several entries of this expanded tensor share one place in memory; "
            "write into its clone()"
        )
    if not array.flags.writeable:
        raise GraphError(f"{name}: the memory of this tensor is read-only; write into its clone()")
    place(array, path, values)
    touch(array, name)


def write(t: Any, name: str, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Put what `function` makes of `t` into the memory of `t`; returns `t`.

    Raises GraphError for a leaf that requires a gradient, or a view of one, while recording;
    ShapeError, DtypeError where the result does not fit.
    """
    _check_not_leaf(t, name)
    old = t
    if is_grad_enabled() and any(isinstance(x, Value) and x._requires_grad for x in (t, *args)):
        # What the graph saves of `t` must not be what is about to be overwritten.
        old = ops.clone(t)
    result = function(old, *(old if x is t else x for x in args), **kwargs)
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
    _check_not_leaf(t, "assignment")
    value = _tensor(value, t.dtype)
    path = route("assignment", index, t.array.shape)
    value = fitted("assignment", value, path, t.array.shape)
    _store(t, value, path, "assignment")


def _check_not_leaf(t: Value, name: str) -> None:
    base = base_of(t)
    if base._requires_grad and base.node is None and is_grad_enabled():
        what = "a leaf" if base is t else "a view of a leaf"
        raise GraphError(
            f"{name}: {what} that requires a gradient cannot be changed in place; make a new "
            "tensor, as in x = x + y, or update a parameter under no_grad()"
        )


def _store(t: Any, value: Any, path: Path, name: str) -> None:
    """Write `value`, in shape and dtype what fits, and give `t` and its views their new history."""
    assign(t, value.array, path, name)
    if not (is_grad_enabled() and (base_of(t)._requires_grad or value._requires_grad)):
        return
    view = view_of(t)
    if view is None and not path and value.node is not None:
        _adopt(t, value.node)
    else:
        base = t if view is None else view.base
        route = path if view is None else (*view.path, *path)
        parents = tuple(x.node or x if x._requires_grad else None for x in (base, value))
        arrays = (base.array, value.array)
        new = record(polymorphic(copy_slices), {"path": route}, parents, arrays, base.array)
        _adopt(base, new.node)
    refresh(base_of(t))


def _adopt(t: Value, node: Node) -> None:
    """Make `t` the result of `node`; a gradient that it retained is from now on that one's."""
    former = t.node.extras if t.node is not None else None
    if former is not None and former.retained is not None and former.retained() is t:
        node.extra().retained, former.retained = former.retained, None
    t.node, t._requires_grad = node, True


def in_place(function: Callable[..., Any], name: str | None = None) -> Callable[..., Any]:
    """The method that writes what `function` makes of a tensor into its memory."""
    name = name or f"{function.__name__}_"

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return write(self, name, function, *args, **kwargs)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"`{function.__name__}`, written into the memory of this tensor; returns it."
    return method


def _tensor(value: Any, dtype: Any) -> Any:
    """`value` as a tensor of `dtype`, in the graph if it was."""
    return value.to(dtype) if isinstance(value, Value) else wrap(dtypes.as_array(value, dtype))  # type: ignore[attr-defined]


def _copied(input: Any, source: Any, non_blocking: bool = False) -> Any:
    if not isinstance(source, Value):
        raise TypeError(f"copy_() takes a tensor, not {type(source).__name__}")
    return ops.broadcast_to(_tensor(source, input.dtype), input.shape)


def _filled(input: Any, value: Any) -> Any:
    value = _tensor(value, input.dtype)
    if value.ndim:
        raise ShapeError(
            f"fill_ takes a number or a 0-d tensor, not one of shape {tuple(value.shape)}"
        )
    return ops.broadcast_to(value, input.shape)


def _zero(input: Any) -> Any:
    return wrap(np.zeros_like(input.array))


class InPlace(Methods):
    """A value with the operations that change it."""

    __slots__ = ()

    copy_ = in_place(_copied, "copy_")
    fill_ = in_place(_filled, "fill_")
    zero_ = in_place(_zero, "zero_")

    add_ = __iadd__ = in_place(ops.add)
    sub_ = __isub__ = in_place(ops.sub)
    mul_ = __imul__ = in_place(ops.mul)
    div_ = __itruediv__ = in_place(ops.div)
    pow_ = __ipow__ = in_place(ops.pow)

    abs_ = in_place(ops.abs)
    absolute_ = in_place(ops.absolute)
    acos_ = in_place(ops.acos)
    acosh_ = in_place(ops.acosh)
    arccos_ = in_place(ops.arccos)
    arccosh_ = in_place(ops.arccosh)
    arcsin_ = in_place(ops.arcsin)
    arcsinh_ = in_place(ops.arcsinh)
    arctan_ = in_place(ops.arctan)
    arctanh_ = in_place(ops.arctanh)
    asin_ = in_place(ops.asin)
    asinh_ = in_place(ops.asinh)
    atan_ = in_place(ops.atan)
    atanh_ = in_place(ops.atanh)
    ceil_ = in_place(ops.ceil)
    clamp_ = in_place(ops.clamp)
    clamp_max_ = in_place(ops.clamp_max)
    clamp_min_ = in_place(ops.clamp_min)
    clip_ = in_place(ops.clip)
    cos_ = in_place(ops.cos)
    cosh_ = in_place(ops.cosh)
    deg2rad_ = in_place(ops.deg2rad)
    digamma_ = in_place(ops.digamma)
    erf_ = in_place(ops.erf)
    erfc_ = in_place(ops.erfc)
    erfinv_ = in_place(ops.erfinv)
    exp_ = in_place(ops.exp)
    exp2_ = in_place(ops.exp2)
    expm1_ = in_place(ops.expm1)
    fix_ = in_place(ops.fix)
    floor_ = in_place(ops.floor)
    frac_ = in_place(ops.frac)
    lgamma_ = in_place(ops.lgamma)
    log_ = in_place(ops.log)
    log10_ = in_place(ops.log10)
    log1p_ = in_place(ops.log1p)
    log2_ = in_place(ops.log2)
    logit_ = in_place(ops.logit)
    mvlgamma_ = in_place(ops.mvlgamma)
    nan_to_num_ = in_place(ops.nan_to_num)
    neg_ = in_place(ops.neg)
    rad2deg_ = in_place(ops.rad2deg)
    reciprocal_ = in_place(ops.reciprocal)
    relu_ = in_place(ops.relu)
    round_ = in_place(ops.round)
    rsqrt_ = in_place(ops.rsqrt)
    sgn_ = in_place(ops.sgn)
    sigmoid_ = in_place(ops.sigmoid)
    sign_ = in_place(ops.sign)
    sin_ = in_place(ops.sin)
    sinc_ = in_place(ops.sinc)
    sinh_ = in_place(ops.sinh)
    sqrt_ = in_place(ops.sqrt)
    square_ = in_place(ops.square)
    tan_ = in_place(ops.tan)
    tanh_ = in_place(ops.tanh)
    trunc_ = in_place(ops.trunc)

    def polygamma_(self, n: int) -> Any:
        """`polygamma`, written into the memory of this tensor; returns it."""
        return write(self, "polygamma_", lambda input: ops.polygamma(n, input))

    def __setitem__(self, index: Any, value: Any) -> None:
        set_item(self, index, value)
