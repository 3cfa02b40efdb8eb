"""NumPy functions called on tensors: each goes to the operation that computes it, or is refused."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from .. import ops
from ..autograd.composites import ALIASES
from ..autograd.op import NUMPY_TWINS
from ..autograd.readings import looking
from ..autograd.value import Value
from ..errors import DtypeError
from . import twins  # noqa: F401  (which fills NUMPY_TWINS)

# Functions about arrays, which give no array.
_ABOUT = frozenset((
    np.shape, np.ndim, np.size, np.allclose, np.array_equal, np.array_equiv, np.iscomplexobj,
    np.isrealobj, np.may_share_memory, np.shares_memory, np.result_type, np.can_cast,
    np.min_scalar_type, np.common_type,
))  # fmt: skip

# What the methods of a ufunc that repeat it along an axis compute, by default along the first.
_REPEATED: dict[Any, Callable[..., Any]] = {
    (np.add, "reduce"): np.sum, (np.add, "accumulate"): np.cumsum,
    (np.multiply, "reduce"): np.prod, (np.multiply, "accumulate"): np.cumprod,
    (np.maximum, "reduce"): np.max, (np.minimum, "reduce"): np.min,
    (np.logical_and, "reduce"): np.all, (np.logical_or, "reduce"): np.any,
}  # fmt: skip


def array_ufunc(self: Value, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """NumPy's hook for its elementwise functions and for operators with an array on the left."""
    if (ufunc, method) in _REPEATED:
        return _REPEATED[ufunc, method](*inputs, **{"axis": 0, **kwargs})
    name, twin = _name(ufunc), _twin(ufunc)
    if method == "outer":
        a, b = inputs
        inputs = (np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b)
    elif method != "__call__":
        name, twin = f"{name}.{method}", None
    if twin is None:
        raise _no_derivative(name)
    twin = _noting(twin, name)
    return _called(twin, name, list(inputs), kwargs) if kwargs else twin(*inputs)


def array_function(self: Value, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
    """NumPy's hook for its other functions."""
    if func in _ABOUT:
        return func(*map(_bare, args), **{name: _bare(x) for name, x in kwargs.items()})
    twin = _twin(func)
    if twin is None:
        raise _no_derivative(_name(func))
    twin = _noting(twin, _name(func))
    leading, parameters = _signature(func)
    if kwargs or len(args) > leading:
        return _called(twin, _name(func), *_sorted_out(parameters, args, kwargs))
    return twin(*args)


@cache
def _noting(twin: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A twin that takes a note where it looks at values; what is one operation records itself."""
    return twin if hasattr(twin, "op") else looking(twin, name)


@cache
def _signature(func: Any) -> tuple[int, inspect.Signature | None]:
    """The signature of a NumPy function, if it tells, and how many arguments go by position."""
    try:
        signature = inspect.signature(func)
    except ValueError:
        return 0, None
    kinds = [_by_position(p) for p in signature.parameters.values()]
    return kinds.index(False) if False in kinds else len(kinds), signature


def _by_position(p: inspect.Parameter) -> bool:
    """Whether an argument is an operand; what has a default is an option, and known by its name."""
    return p.kind is p.POSITIONAL_ONLY or (
        p.kind is p.POSITIONAL_OR_KEYWORD and p.default is p.empty
    )


def _sorted_out(
    signature: inspect.Signature | None, args: Any, kwargs: Any
) -> tuple[list[Any], dict[str, Any]]:
    """The operands of a call, and the options that are not left at NumPy's default, by name."""
    if signature is None:
        return list(args), kwargs
    operands: list[Any] = []
    options: dict[str, Any] = {}
    for name, x in signature.bind(*args, **kwargs).arguments.items():
        p = signature.parameters[name]
        if p.kind is p.VAR_POSITIONAL:
            operands.extend(x)
        elif p.kind is p.VAR_KEYWORD:
            options.update(x)
        elif _by_position(p):
            operands.append(x)
        elif x is not p.default:
            options[name] = x
    return operands, options


def _called(twin: Callable[..., Any], name: str, operands: list[Any], options: Any) -> Any:
    """The twin of a NumPy function, with the options that it knows; the others are refused."""
    known = inspect.signature(twin).parameters
    own = {option: option if option in known else ALIASES.get(option, option) for option in options}
    if unknown := [option for option in options if own[option] not in known]:
        raise DtypeError(
            f"{name} of a tensor takes no {' nor '.join(map(repr, unknown))}: results are new "
            "tensors, of all entries, in PyTorch's dtype; convert one with .to()"
        )
    return twin(*operands, **{own[option]: x for option, x in options.items()})


def _twin(func: Any) -> Callable[..., Any] | None:
    """What computes a NumPy function on tensors; None where nothing does."""
    twin = NUMPY_TWINS.get(func)
    if twin is None:
        ops.load()
        from . import matrix_twins  # noqa: F401  (which fills in those of linear algebra)

        twin = NUMPY_TWINS.get(func)
    return twin


def _bare(x: Any) -> Any:
    return x.array if isinstance(x, Value) else x


def _name(func: Any) -> str:
    """The name of a NumPy function as one writes it."""
    module = getattr(func, "__module__", None) or "numpy"
    return f"{module}.{func.__name__}".replace("numpy", "np", 1)


def _no_derivative(name: str) -> DtypeError:
    import difflib  # only when something is missing

    known = {_name(func).split(".")[-1]: _name(func) for func in NUMPY_TWINS}
    near = difflib.get_close_matches(name.split(".")[-1], known, 1)
    hint = f"; {known[near[0]]} has one" if near else ""
    return DtypeError(
        f"{name} has no derivative here{hint}; for the bare array use t.detach().numpy()"
    )
