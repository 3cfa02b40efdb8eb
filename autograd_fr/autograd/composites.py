"""Functions made of operations: NumPy's names for their keywords, and errors in their own name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec

from ..batching import known
from ..dtypes import check_no_tensors
from ..errors import AutogradError, NotBatchable, SequenceError
from .failures import told
from .value import Value

P = ParamSpec("P")

ALIASES = {"axis": "dim", "keepdims": "keepdim"}  # NumPy's names, and PyTorch's


def translated(name: str, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments with NumPy's names, `axis` and `keepdims`, made PyTorch's."""
    if kwargs.pop("out", None) is not None:
        raise AutogradError(f"{name}: out= is not supported, results are new tensors; use copy_()")
    for alias, own in ALIASES.items():
        if alias in kwargs:
            if own in kwargs:
                raise TypeError(f"{name}() got both {own!r} and {alias!r}, which mean the same")
            kwargs[own] = kwargs.pop(alias)
    return kwargs


def composite(
    function: Callable[P, Any], name: str = "", module: str | None = None
) -> Callable[P, Any]:
    """A function made of operations, whose errors speak of it and its arguments, not of its parts.

    What is no tensor and was taken for one is a TypeError that names the argument. `name` and
    `module`: where it is public, if not where it is written.
    """
    name = name or function.__name__

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            return function(*args, **kwargs)
        except AttributeError as error:
            better = misfit(name, function, args, kwargs, error)
            if better is None:
                raise
            raise better from None
        except NotBatchable:
            return known.by_sample(function, args, kwargs)
        except AutogradError as error:
            given = {} if error.told else _given(function, args, kwargs)
            told(error, name, given, given)
            raise
        except TypeError as error:
            if not unbound(error):
                raise
            raise misbound(function, name, error, kwargs) from None

    if module is not None:  # where pickle finds it again
        call.__module__ = module
        call.__name__ = call.__qualname__ = name.rpartition(".")[2]
    return call


def unbound(error: TypeError) -> bool:
    """Whether the arguments of a call did not fit: then nothing has run below it."""
    return error.__traceback__ is not None and error.__traceback__.tb_next is None


def _given(function: Any, args: Any, kwargs: Any) -> dict[str, Any]:
    """The arguments of a call by name; none where they do not fit."""
    try:
        return dict(inspect.signature(function).bind(*args, **kwargs).arguments)
    except TypeError:
        return {}


def misfit(
    name: str, function: Any, args: Any, kwargs: Any, error: AttributeError
) -> Exception | None:
    """Of the argument that had not the attribute of a tensor; None where it is none of these."""
    if error.name is None or isinstance(error.obj, Value):
        return None
    given = inspect.signature(function).bind(*args, **translated(name, dict(kwargs))).arguments
    wanted = f"must be a tensor, not {type(error.obj).__name__}"
    for argument, value in given.items():
        if value is error.obj:
            try:
                check_no_tensors(value)
            except SequenceError as better:
                return told(better, name, {argument: value})
            return TypeError(f"{name}(): argument {argument!r} {wanted}")
        if isinstance(value, (list, tuple)) and any(item is error.obj for item in value):
            return TypeError(f"{name}(): each of {argument!r} {wanted}")
    return None


def suggesting(function: Callable[P, Any]) -> Callable[P, Any]:
    """Let a function say of a keyword that it does not take which one was meant."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            return function(*args, **kwargs)
        except TypeError as error:
            if not unbound(error):
                raise
            raise misbound(function, function.__name__, error, kwargs) from None

    return call


def numpy_names(function: Callable[P, Any]) -> Callable[P, Any]:
    """Let a function that is no operation itself take `axis` and `keepdims` too."""

    named = suggesting(function)

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return named(*args, **translated(function.__name__, kwargs))

    return call


def misbound(function: Any, name: str, error: TypeError, kwargs: Mapping[str, Any]) -> TypeError:
    """Python's error about the arguments of a call, with the one that was meant."""
    from ..messages.suggestions import misnamed

    return misnamed(function, error, kwargs, name)
