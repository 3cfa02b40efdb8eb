"""Recording on or off, kept in a context variable so that no thread or task leaks into another."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import ContextDecorator
from contextvars import ContextVar
from functools import partial, wraps
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

_recording: ContextVar[bool] = ContextVar("recording", default=True)
# The modes to come back to, innermost first: (mode, rest). Not on the context manager itself, for
# several threads may be inside the same one.
_former: ContextVar[tuple[Any, ...]] = ContextVar("former", default=())

_inferring: ContextVar[tuple[bool, ...]] = ContextVar("inferring", default=())

is_grad_enabled = _recording.get


class _Mode(ContextDecorator):
    """A mode that lasts as long as a `with` block or a call of the decorated function."""

    recording: bool

    def __new__(cls, func: F | None = None) -> Any:
        self = super().__new__(cls)
        return self if func is None else self(func)  # `@no_grad` without parentheses

    def __call__(self, func: F) -> F:
        if not inspect.isgeneratorfunction(func):
            return super().__call__(func)

        @wraps(func)
        def generator(*args: Any, **kwargs: Any) -> Any:
            inner = func(*args, **kwargs)
            resume = partial(inner.send, None)
            while True:  # in the mode while it runs, not while it waits
                try:
                    with self:
                        item = resume()
                except StopIteration as end:
                    return end.value
                try:
                    resume = partial(inner.send, (yield item))
                except GeneratorExit:
                    with self:
                        inner.close()
                    raise
                except BaseException as error:
                    resume = partial(inner.throw, error)

        return generator  # type: ignore[return-value]

    def __enter__(self) -> None:
        _former.set((_recording.get(), _former.get()))
        _recording.set(self.recording)

    def __exit__(self, *_: Any) -> None:
        mode, rest = _former.get()
        _recording.set(mode)
        _former.set(rest)


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


class inference_mode(_Mode):
    """Record nothing, like `no_grad`; with `mode=False`, record. As a decorator too.

    What is computed inside may be used outside as any constant.

    >>> import autograd_fr as ag
    >>> x = ag.tensor(3.0, requires_grad=True)
    >>> with ag.inference_mode():
    ...     y = x * x
    >>> y.requires_grad, ag.is_inference_mode_enabled()
    (False, False)
    """

    recording = False

    def __new__(cls, mode: Any = True) -> Any:
        self = super().__new__(cls)
        if callable(mode):  # `@inference_mode` without parentheses
            return self(mode)
        self.recording = not mode
        return self

    def __init__(self, mode: Any = True) -> None:
        pass

    def __enter__(self) -> None:
        super().__enter__()
        _inferring.set((not self.recording, *_inferring.get()))

    def __exit__(self, *_: Any) -> None:
        _inferring.set(_inferring.get()[1:])
        super().__exit__()


def is_inference_mode_enabled() -> bool:
    """Whether the innermost `inference_mode` is on.

    >>> is_inference_mode_enabled()
    False
    """
    return bool(_inferring.get() and _inferring.get()[0])


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
        return (enable_grad if self._mode else no_grad)(func)

    def __enter__(self) -> None:
        _recording.set(self._mode)

    def __exit__(self, *_: Any) -> None:
        _recording.set(self._before)
