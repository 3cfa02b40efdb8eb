"""Hooks on optimizers: around steps, of one optimizer or of all, and around their states."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any

from ..autograd.hooks import Hook, RemovableHandle

Table = OrderedDict[int, Hook]

_before_all: Table = OrderedDict()
_after_all: Table = OrderedDict()


def register_optimizer_step_pre_hook(hook: Hook) -> RemovableHandle:
    """Call `hook(optimizer, args, kwargs)` before every step of every optimizer."""
    return RemovableHandle(_before_all, hook)


def register_optimizer_step_post_hook(hook: Hook) -> RemovableHandle:
    """Call `hook(optimizer, args, kwargs)` after every step of every optimizer.

    >>> import autograd_fr as ag
    >>> w = ag.tensor([1.0], requires_grad=True)
    >>> optimizer = ag.optim.SGD([w], lr=0.1)
    >>> with ag.optim.register_optimizer_step_post_hook(lambda o, *_: print(type(o).__name__)):
    ...     (w * w).sum().backward(); optimizer.step()
    SGD
    """
    return RemovableHandle(_after_all, hook)


class OptimizerHooks:
    """The hooks of one optimizer."""

    def __init__(self) -> None:
        self.before_step: Table = OrderedDict()
        self.after_step: Table = OrderedDict()
        self.before_saving: Table = OrderedDict()
        self.after_saving: Table = OrderedDict()
        self.before_loading: Table = OrderedDict()
        self.after_loading: Table = OrderedDict()


def put(table: Table, hook: Hook, prepend: bool = False) -> RemovableHandle:
    """Put a hook into a table, last or first."""
    handle = RemovableHandle(table, hook)
    if prepend:
        table.move_to_end(handle.id, last=False)
    return handle


def with_hooks(step: Callable[..., Any]) -> Callable[..., Any]:
    """A method `step` of an optimizer, with the hooks called before and after it."""

    @wraps(step)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        given: tuple[Any, Any] = (self, *args), kwargs
        if _before_all or self._hooks.before_step:
            for hook in (*_before_all.values(), *self._hooks.before_step.values()):
                given = _pair(hook(self, *given)) or given
        result = step(*given[0], **given[1])
        self._has_stepped = True
        if _after_all or self._hooks.after_step:
            for hook in (*self._hooks.after_step.values(), *_after_all.values()):
                hook(self, *given)
        return result

    return call


def _pair(given: Any) -> tuple[Any, Any] | None:
    """What a hook before a step returned: nothing, or arguments in place of those there were."""
    if given is not None and not (isinstance(given, tuple) and len(given) == 2):
        raise TypeError(
            "a hook before a step returns None or a pair (args, kwargs), "
            f"not {type(given).__name__}"
        )
    return given


def changed(table: Table, optimizer: Any, state: dict[str, Any]) -> dict[str, Any]:
    """A state after the hooks of a table, each of which may return another."""
    for hook in list(table.values()):
        result = hook(optimizer, state)
        state = state if result is None else result
    return state
