"""Recording on or off, kept in a context variable so that no thread or task leaks into another."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

_recording: ContextVar[bool] = ContextVar("recording", default=True)

is_grad_enabled = _recording.get


class _Mode(ContextDecorator):
    """A mode that lasts as long as a `with` block or a call of the decorated function."""

    recording: bool

    def __new__(cls, func: F | None = None) -> Any:
        self = super().__new__(cls)
        if func is None:
            return self
        self._tokens = []
        return self(func)  # `@no_grad` without parentheses

    def __init__(self) -> None:
        self._tokens: list[Token[bool]] = []

    def _recreate_cm(self) -> _Mode:
        return type(self)()  # a decorated function may run in several threads at once

    def __enter__(self) -> None:
        self._tokens.append(_recording.set(self.recording))

    def __exit__(self, *_: Any) -> None:
        _recording.reset(self._tokens.pop())


class no_grad(_Mode):
    """Record nothing: results have `requires_grad` False. A context manager and a decorator.

    >>> import autograd_fr as ag
    >>> x = ag.tensor(3.0, requires_grad=True)
    >>> with ag.no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    recording = False


class enable_grad(_Mode):
    """Record again inside a `no_grad` block. A context manager and a decorator.

    >>> import autograd_fr as ag
    >>> x = ag.tensor(3.0, requires_grad=True)
    >>> with ag.no_grad(), ag.enable_grad():
    ...     y = x * x
    >>> y.requires_grad
    True
    """

    recording = True


class set_grad_enabled(ContextDecorator):
    """Switch recording at once; as a context manager, give the former mode back at the end.

    >>> import autograd_fr as ag
    >>> with ag.set_grad_enabled(False):
    ...     ag.is_grad_enabled()
    False
    >>> ag.is_grad_enabled()
    True
    """

    def __init__(self, mode: bool) -> None:
        self._before = _recording.get()
        _recording.set(bool(mode))
        self._mode = bool(mode)

    def __call__(self, func: F) -> F:
        _recording.set(self._before)  # decorating a function switches nothing by itself
        return (enable_grad if self._mode else no_grad)(func)  # type: ignore[call-arg, return-value]

    def __enter__(self) -> None:
        _recording.set(self._mode)

    def __exit__(self, *_: Any) -> None:
        _recording.set(self._before)
