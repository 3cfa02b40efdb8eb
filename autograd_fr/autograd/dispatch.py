"""From a call on tensors to a call on arrays, and back to a recorded tensor.

One way in for operations on one tensor, one for two, and one for all the rest; the first two are
what scalar graphs spend their time in.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ParamSpec

import numpy as np

from .. import dtypes
from ..batching import known
from ..errors import AutogradError, DtypeError
from . import memory, watching
from . import value as value_module
from .composites import misbound, translated, unbound
from .failures import REFUSALS, cause_of, refused, told
from .memory import expose, is_own, strangers, tick
from .modes import is_grad_enabled
from .node import Node
from .promotion import Promoted, cast, noted
from .readings import peek
from .record import KEPT_BYTES, record, thin, thin_from, watch_node
from .value import Value, ndarray, share, wrap
from .views import enter
from .written import call_of, head_of, params_of, recorded_of

if TYPE_CHECKING:
    from .op import Op

P = ParamSpec("P")

PYTHON_NUMBERS = dtypes.PYTHON_NUMBERS
_NO_PARAMS: Mapping[str, Any] = {}


def _first_recorded(op: Op) -> Callable[..., Any]:
    """What records the first result of an operation that is computed entry by entry."""

    def recorded(*given: Any) -> Any:
        op.recorded = recorded_of(op, _IN_CALLS)
        return op.recorded(*given)

    return recorded


def unary(op: Op) -> Callable[..., Any]:
    """The call of an operation on one tensor."""
    op.recorded = _first_recorded(op)
    forward, floating = op.swift, op.floating

    def call(input: Any) -> Any:
        x = input if isinstance(input, Value) else wrap(_array(op.name, "input", input))
        a = x.array
        if floating and a.dtype.kind != "f":
            a = a.astype(dtypes.get_default_dtype())
        try:
            y = forward(a)
        except (ValueError, TypeError):
            y = _by_sample(op, (input,), (a,), {})
        if x._requires_grad:
            if is_grad_enabled():
                return op.recorded(x.node or x, (a,), y)
            if x._peeked <= memory.last_write:  # as `peek` asks, but without a call
                peek(op.name, x)
        return _watched(op, _NO_PARAMS, (a,), y) if memory.watched else wrap(y)

    return call


def binary(op: Op) -> Callable[..., Any]:
    """The call of an operation on two tensors, or on a tensor and a number."""
    op.recorded = _first_recorded(op)
    forward, floating = op.swift, op.floating

    def call(input: Any, other: Any) -> Any:
        if isinstance(input, Value):
            x, p = input.array, (input.node or input) if input._requires_grad else None
        else:
            x, p = input if type(input) in PYTHON_NUMBERS else _raw(op.name, "input", input), None
            if not isinstance(other, Value):
                other = wrap(_array(op.name, "other", other))
        if isinstance(other, Value):
            z, q = other.array, (other.node or other) if other._requires_grad else None
        else:
            z, q = other if type(other) in PYTHON_NUMBERS else _raw(op.name, "other", other), None
        if type(x) is type(z):
            mixed = (type(x) is ndarray and x.dtype is not z.dtype) or (
                floating and x.dtype.kind != "f"
            )
        elif type(z) in PYTHON_NUMBERS:  # which adapt to any wide floating tensor
            mixed = x.dtype.char not in "fd"
        else:
            alike = type(x) in PYTHON_NUMBERS or x.dtype is z.dtype
            mixed = not alike or z.dtype.char not in "fd"
        if mixed and (made := _promoted(op, call, (input, other), (x, z))) is not None:
            return made
        try:
            y = forward(x, z)
        except OverflowError:
            return call(*dtypes.wrapped(input, other))
        except (ValueError, TypeError):
            y = _by_sample(op, (input, other), (x, z), {})
        if p is not None or q is not None:
            if is_grad_enabled():
                return op.recorded(p, q, (x, z), y)
            for t, edge in ((input, p), (other, q)):
                if edge is not None and t._peeked <= memory.last_write:
                    peek(op.name, t)
        return _watched(op, _NO_PARAMS, (x, z), y) if memory.watched else wrap(y)

    return call


def _promoted(op: Op, call: Callable[..., Any], given: Any, arrays: Any) -> Any:
    """The result for two operands of different kinds; None where they may stay as they are."""
    if op.check is not None:
        op.check(*arrays)
    common = dtypes.to_promote(arrays, op.floating)
    if common is None:
        return _beside_half(op, given, arrays) if op.wide else None
    if op.wide and common == dtypes.float16 and 0 in map(np.ndim, arrays):
        return cast(call(*[cast(t, dtypes.float32) for t in given]), common)
    return noted(call(*[cast(t, common) for t in given]), given, common)


def _beside_half(op: Op, given: Any, arrays: Any) -> Any:
    """The result for a number and a tensor of float16, computed in float32; None for others.

    The number is kept in float32, so that the rules compute in it, too.
    """
    if dtypes.float16 not in [getattr(x, "dtype", None) for x in arrays]:
        return None
    with np.errstate(all="ignore"):
        wide = tuple([np.float32(x) if type(x) in PYTHON_NUMBERS else x for x in arrays])
        y = op.swift(*wide).astype(dtypes.float16, copy=False)
    values = [t if isinstance(t, Value) else None for t in given]
    return _finished(op, _NO_PARAMS, given, values, wide, op.ruled, y)


def general(op: Op) -> Callable[..., Any]:
    """The call of any other operation: parameters, several tensors, or a sequence of them."""
    careful = _careful(op)
    if op.variadic:
        return careful

    def call(*args: Any, **kwargs: Any) -> Any:
        if op.call is None:  # when first called: most operations never are
            op.call = call_of(op, {**_IN_CALLS, "careful": careful})
        try:
            return op.call(*args, **kwargs)
        except TypeError as error:
            if not unbound(error):
                raise
        return careful(*args, **kwargs)

    return call


def _careful(op: Op) -> Callable[..., Any]:
    """The call that takes numbers, arrays, several dtypes, and batches, and explains its errors."""
    forward, variadic = op.forward, op.variadic
    bind: Any = None

    def call(*args: Any, **kwargs: Any) -> Any:
        nonlocal bind
        bind = bind or _binder(op)  # when first called: most operations never are
        try:
            tensors, params = bind(*args, **(translated(op.name, kwargs) if kwargs else kwargs))
        except TypeError as error:
            raise misbound(op.function, op.name, error, kwargs) from None
        ruled = op.ruled * len(tensors) if variadic else op.ruled
        try:
            values = _prepared(op, tensors, ruled)
            if op.view:
                values[0].memory()
            arrays = tuple([None if t is None else t.array for t in values])
        except (AutogradError, AttributeError) as error:
            raise refused(op, tensors, params, error) from cause_of(error)
        try:
            y = forward(arrays, **params) if variadic else forward(*arrays, **params)
        except REFUSALS:
            y = _by_sample(op, tensors, arrays, params)
        return _finished(op, params, tensors, values, arrays, ruled, y)

    return call


def _finished(
    op: Op, params: Any, tensors: Any, values: list[Any], arrays: Any, ruled: list[bool], y: Any
) -> Any:
    """The result of an operation, recorded where gradients are to flow through it."""
    parents = tuple([
        (t.node or t) if rule and t is not None and t._requires_grad else None
        for t, rule in zip(values, ruled)
    ])  # fmt: skip
    several = op.result is not None
    if all(p is None for p in parents):
        return _unrecorded(op, params, values, arrays, y)
    if not is_grad_enabled() or not (several or op.view or y.dtype.kind == "f"):
        return _looked(op, params, values, arrays, y)
    made = record(op, params, parents, arrays, y)
    if type(values) is Promoted:
        noted(made[0] if several else made, tensors, values.common)
    if op.view:
        enter(values[0], made, op, params)
    return op.result(*made) if several else made


def _looked(op: Op, params: Mapping[str, Any], tensors: Any, arrays: Any, y: Any) -> Any:
    """The result of an operation on what is in a graph, though it is not recorded itself."""
    if not is_grad_enabled():
        peek(op.name, *tensors)
    return _unrecorded(op, params, tensors, arrays, y)


def _unrecorded(op: Op, params: Mapping[str, Any], tensors: Any, arrays: Any, y: Any) -> Any:
    """The result of an operation as a value, or several, in no graph."""
    made = (_watched if memory.watched else _plain)(op, params, arrays, y)
    if op.view:
        enter(tensors[0], made, op, params)
    return made if op.result is None else op.result(*made)


def _plain(op: Op, params: Mapping[str, Any], arrays: tuple[Any, ...], y: Any) -> Any:
    """The result of an operation, or the several, as values that are in no graph."""
    if op.result is not None:
        return [wrap(part) for part in y]
    return share(y) if op.view else wrap(y)


def _watched(op: Op, params: Mapping[str, Any], arrays: tuple[Any, ...], y: Any) -> Any:
    """The same, told to those who watch."""
    made = _plain(op, params, arrays, y)
    arrays_made = made.array if op.result is None else tuple(part.array for part in made)
    watching.operated(op, params, arrays, arrays_made)
    return made


def _prepared(op: Op, tensors: Iterable[Any], ruled: list[bool]) -> list[Any]:
    """The arguments as values, those with a rule in one dtype; None for an absent one."""
    tensors = list(tensors)
    if _agree(tensors, ruled) and not op.floating:
        return tensors
    given = [
        t if t is None or isinstance(t, Value)
        else _exposed(dtypes.plain(op.name, t)) if rule else as_value(t)
        for t, rule in zip(tensors, ruled)
    ]  # fmt: skip
    operands = [
        t.array if isinstance(t, Value) else t
        for t, rule in zip(given, ruled)
        if rule and t is not None
    ]
    arrays = [x for x in operands if type(x) not in dtypes.PYTHON_NUMBERS]
    if arrays and not op.promotes and any(x.dtype != arrays[0].dtype for x in arrays):
        kinds = {str(x.dtype): x.dtype for x in arrays}
        floating = [name for name, kind in kinds.items() if kind.kind == "f"] or kinds
        raise DtypeError(
            f"{op.name}: operands of different dtypes, {' and '.join(kinds)}; "
            f"convert one, with {' or '.join(f'.to({d})' for d in floating)}"
        )
    if not operands:
        return given
    common = dtypes.to_promote(operands, op.floating) if arrays else dtypes.result_type(*operands)
    number_dtype = common if common is not None or not arrays else arrays[0].dtype
    prepared = [
        t if t is None
        else cast(t, common) if isinstance(t, Value) and rule and common is not None
        else t if isinstance(t, Value)
        else wrap(dtypes.fitting(t, number_dtype))
        for t, rule in zip(given, ruled)
    ]  # fmt: skip
    return prepared if common is None else Promoted(prepared, common)


def _by_sample(op: Op, tensors: Any, arrays: Any, params: Mapping[str, Any]) -> Any:
    """What `op` gives one sample after the other, of batches that its forward could not take.

    Raises the error that is being handled, told, where there are none; and lets go of it, for it
    holds this frame.
    """
    try:
        if known.used and known.levels_among((arrays, params)):
            given = (arrays,) if op.variadic else arrays
            return known.by_sample(op.forward, given, params, lift=True)
    except REFUSALS as error:
        raise refused(op, tensors, params, error) from cause_of(error)
    error_now: Any = sys.exception()
    try:
        raise refused(op, tensors, params, error_now) from cause_of(error_now)
    finally:
        del error_now


def _array(
    name: str, argument: str, operand: Any, taken: Callable[..., Any] = dtypes.operand_array
) -> Any:
    """An argument of the operation `name` as `taken` has it, or an error that says which it is."""
    try:
        return taken(name, operand)
    except AutogradError as error:
        raise told(error, name, {argument: operand}) from cause_of(error)


def _raw(name: str, argument: str, operand: Any) -> Any:
    """What stands beside a tensor, as `dtypes.plain` has it; NumPy code may write into it."""
    return _exposed(_array(name, argument, operand, dtypes.plain))


def _exposed(x: Any) -> Any:
    if type(x) is ndarray:
        expose(x)
    return x


def as_value(operand: Any) -> Any:
    """`operand` as a value: itself, or its data, which NumPy code may write into."""
    if isinstance(operand, Value):
        return operand
    return wrap(_exposed(dtypes.numbers_array(operand)))


def _agree(tensors: list[Any], ruled: list[bool]) -> bool:
    """Whether all are values already, and of one dtype where there is a rule: the usual case."""
    dtype = None
    for t, rule in zip(tensors, ruled):
        if t is None:
            continue
        if not isinstance(t, Value):
            return False
        if rule:
            if dtype is None:
                dtype = t.array.dtype
            elif t.array.dtype is not dtype:
                return False
    return dtype is not None


def _binder(op: Op) -> Callable[..., Any]:
    """A function of the public signature that splits a call into tensors and parameters.

    Python itself then binds the arguments, with its own errors where they do not fit.
    """
    names = op.public[: len(op.arguments)]
    tensors = names[0] if op.variadic else f"({', '.join(names)},)"
    binder: Callable[..., Any] = eval(
        f"lambda {head_of(op)}: ({tensors}, {params_of(op)})",
        {"_defaults": op.defaults, "_lists": (list, tuple), "_integers": _integers},
    )
    binder.__qualname__ = op.name
    return binder


def _integers(numbers: Any) -> tuple[int, ...]:
    return tuple(map(operator.index, numbers))


def _small(x: float) -> bool:
    """Whether a number has its like in any wide floating dtype, infinity among them."""
    return -3e38 < x < 3e38 or x in (math.inf, -math.inf)


# What is known by name in the calls that are written out.
_IN_CALLS: Mapping[str, Any] = {
    "Node": Node, "REFUSALS": REFUSALS, "enter": enter, "frame_at": sys._getframe,
    "integers": _integers, "is_grad_enabled": is_grad_enabled, "is_own": is_own,
    "kept_bytes": KEPT_BYTES, "lists": (list, tuple), "looked": _looked, "memory": memory,
    "ndarray": ndarray, "new": object.__new__, "no_params": _NO_PARAMS,
    "numbers": frozenset((int, float)), "record": record, "small": _small,
    "strangers": strangers, "thin": thin, "thin_from": thin_from, "tick": tick,
    "unrecorded": _unrecorded, "values": value_module,
    "watch": watch_node, "wide": (dtypes.float32, dtypes.float64), "wrap": wrap,
}  # fmt: skip
