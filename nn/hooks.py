"""Hooks on the calls of a module: functions called before its `forward`, and after it."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from typing import Any

from ..autograd.hooks import Hook, RemovableHandle
from ..errors import AutogradError
from .backward_hooks import Passage

TABLES = ("before", "after", "before_backward", "after_backward")


class CallHooks:
    """The hooks on the calls of one module, or of all."""

    def __init__(self) -> None:
        self.before: OrderedDict[int, Hook] = OrderedDict()
        self.after: OrderedDict[int, Hook] = OrderedDict()
        self.before_backward: OrderedDict[int, Hook] = OrderedDict()
        self.after_backward: OrderedDict[int, Hook] = OrderedDict()
        self.with_kwargs: set[int] = set()  # the hooks that are given keyword arguments too
        self.always: set[int] = set()  # those that are called after an error as well
        self.full: bool | None = None  # whether those after backward are full ones, once one is

    def add(self, table: str, hook: Hook, prepend: bool, with_kwargs: bool) -> RemovableHandle:
        """Put `hook` into one of the tables, last or first."""
        hooks = getattr(self, table)
        handle = (_HandleOnAll if self is EVERY else RemovableHandle)(hooks, hook)
        if prepend:
            hooks.move_to_end(handle.id, last=False)
        if with_kwargs:
            self.with_kwargs.add(handle.id)
        return handle

    def call(self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What `module` computes, with its hooks around; those on all modules come first."""
        both = (self,) if self is EVERY else (EVERY, self)
        result, called = None, set()
        try:
            for hooks in both:
                args, kwargs = hooks._changed(module, args, kwargs)
            passage = _passage(module, both)
            if passage is not None:
                args = passage.entered(args)
            result = module.forward(*args, **kwargs)
            for hooks in both:
                for number, hook in list(hooks.after.items()):
                    called.add(number)
                    answer = hooks._after(number, hook, module, args, kwargs, result)
                    result = result if answer is None else answer
            return result if passage is None else passage.left(result)
        except Exception:
            for hooks in both:
                hooks._after_error(called, module, args, kwargs, result)
            raise

    def _changed(
        self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments after the hooks, which may have changed them."""
        for number, hook in list(self.before.items()):
            if number not in self.with_kwargs:
                answer = hook(module, args)
                if answer is not None:
                    args = answer if isinstance(answer, tuple) else (answer,)
                continue
            answer = hook(module, args, kwargs)
            if answer is not None:
                if not isinstance(answer, tuple) or len(answer) != 2:
                    size = f" of {len(answer)}" if isinstance(answer, tuple) else ""
                    raise AutogradError(
                        "a forward pre-hook with keyword arguments returns None or the pair "
                        f"(args, kwargs), not a {type(answer).__name__}{size}"
                    )
                args, kwargs = answer
        return args, kwargs

    def _after(
        self, number: int, hook: Hook, module: Any, args: Any, kwargs: Any, result: Any
    ) -> Any:
        if number in self.with_kwargs:
            return hook(module, args, kwargs, result)
        return hook(module, args, result)

    def _after_error(
        self, called: set[int], module: Any, args: Any, kwargs: Any, result: Any
    ) -> None:
        """Call the hooks that are always called; their own errors do not hide the first one."""
        for number, hook in list(self.after.items()):
            if number in self.always and number not in called:
                try:
                    self._after(number, hook, module, args, kwargs, result)
                except Exception as error:
                    warnings.warn(f"a forward hook failed after an error: {error!r}", stacklevel=3)


EVERY = CallHooks()  # those on the calls of all modules


class _HandleOnAll(RemovableHandle):
    """Takes a hook on all modules off; with the last one, calls are as fast as before."""

    def remove(self) -> None:
        super().remove()
        if not any(getattr(EVERY, table) for table in TABLES):
            Hookable._call_hooks = None


def _passage(module: Any, both: tuple[CallHooks, ...]) -> Passage | None:
    """The way of the gradients through this call; None where no hook looks at them."""
    if not any(hooks.before_backward or hooks.after_backward for hooks in both):
        return None
    before = [hook for hooks in both for hook in hooks.before_backward.values()]
    after = [hook for hooks in both for hook in hooks.after_backward.values()]
    return Passage(module, before, after)


def _table(name: str) -> Any:
    """The hooks of one kind by their numbers, under the name that PyTorch's programs know."""

    def read(self: Any) -> OrderedDict[int, Hook]:
        hooks: OrderedDict[int, Hook] = getattr(hooks_of(self), name)
        return hooks

    return property(read, lambda self, hooks: setattr(hooks_of(self), name, hooks))


class Hookable:
    """What is called through its `forward`, with hooks before and after; none cost nothing."""

    _call_hooks: CallHooks | None = None  # the class has those on all modules, if there are any
    _forward_pre_hooks, _forward_hooks = _table("before"), _table("after")
    _backward_pre_hooks, _backward_hooks = _table("before_backward"), _table("after_backward")

    def register_forward_pre_hook(
        self, hook: Hook, *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args)` before every `forward`; what it returns replaces the arguments.

        With `with_kwargs` it is `hook(module, args, kwargs)`, and returns None or both. `prepend`:
        before the hooks there are. The handle's `remove()` takes the hook off.

        >>> import autograd_fr as ag
        >>> layer = ag.nn.ReLU()
        >>> with layer.register_forward_pre_hook(lambda module, args: -args[0]):
        ...     print(layer(ag.tensor([-1.0, 2.0])))
        tensor([1., 0.])
        """
        return hooks_of(self).add("before", hook, prepend, with_kwargs)

    def register_forward_hook(
        self,
        hook: Hook,
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Call `hook(module, args, output)` after every `forward`; what it returns replaces that.

        With `with_kwargs` it is `hook(module, args, kwargs, output)`. `prepend`: before the hooks
        there are. `always_call`: after an error too, with None for the output.

        >>> import autograd_fr as ag
        >>> layer, shapes = ag.nn.Linear(3, 2), []
        >>> with layer.register_forward_hook(lambda module, args, y: shapes.append(y.shape)):
        ...     _ = layer(ag.zeros(4, 3))
        >>> shapes
        [torch.Size([4, 2])]
        """
        handle = hooks_of(self).add("after", hook, prepend, with_kwargs)
        if always_call:
            hooks_of(self).always.add(handle.id)
        return handle

    def register_full_backward_pre_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_output)` when the gradients of the outputs are there.

        `grad_output` is a tuple, one per output, None where no gradient flows; a tuple returned
        takes its place.
        """
        return hooks_of(self).add("before_backward", hook, prepend, False)

    def register_full_backward_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when the gradients of the inputs are there.

        Both are tuples; `grad_input` has one per positional argument, None for what is no tensor,
        and a tuple returned takes its place. Where no input requires a gradient the hook is called
        as soon as `grad_output` is there, with a warning, and has nothing to replace.

        The inputs and outputs must not be changed in place.

        >>> import autograd_fr as ag
        >>> layer, x = ag.nn.Tanh(), ag.zeros(1, requires_grad=True)
        >>> with layer.register_full_backward_hook(lambda m, gx, gy: (10 * gx[0],)):
        ...     layer(x).backward()
        >>> x.grad
        tensor([10.])
        """
        return _after_backward(self, hook, prepend, full=True)

    def register_backward_hook(self, hook: Hook) -> RemovableHandle:
        """The same as `register_full_backward_hook`, and a warning: PyTorch's saw less.

        Raises AutogradError where the module has, or had, a hook of the other kind.
        """
        warnings.warn(
            "register_backward_hook: this hook is called as one of register_full_backward_hook",
            FutureWarning,
            stacklevel=2,
        )
        return _after_backward(self, hook, prepend=False, full=False)


def _after_backward(module: Any, hook: Hook, prepend: bool, full: bool) -> RemovableHandle:
    hooks = hooks_of(module)
    if hooks.full is (not full):
        raise AutogradError(
            f"{type(module).__name__} has backward hooks of the "
            f"{'older' if full else 'full'} kind: use register_full_backward_hook for all"
        )
    hooks.full = full
    return hooks.add("after_backward", hook, prepend, False)


def hooks_of(module: Any) -> CallHooks:
    """The hooks on the calls of a module, which has some from now on."""
    hooks: CallHooks = vars(module).setdefault("_call_hooks", CallHooks())
    return hooks


def before_calls(module: Any) -> dict[int, Hook]:
    """The hooks before the calls of a module, by their numbers."""
    hooks: CallHooks | None = vars(module).get("_call_hooks")
    return {} if hooks is None else hooks.before


def _on_all(table: str, hook: Hook, with_kwargs: bool = False) -> RemovableHandle:
    Hookable._call_hooks = EVERY
    return EVERY.add(table, hook, False, with_kwargs)


def register_module_forward_pre_hook(hook: Hook) -> RemovableHandle:
    """Call `hook(module, args)` before the `forward` of every module, and before its own hooks."""
    return _on_all("before", hook)


def register_module_forward_hook(
    hook: Hook, *, with_kwargs: bool = False, always_call: bool = False
) -> RemovableHandle:
    """Call `hook(module, args, output)` after the `forward` of every module.

    >>> from autograd_fr import nn
    >>> import autograd_fr as ag
    >>> def told(module, args, output):
    ...     print(module, tuple(output.shape))
    >>> with nn.modules.module.register_module_forward_hook(told):
    ...     _ = nn.Sequential(nn.Linear(2, 3, bias=False), nn.ReLU())[1](ag.zeros(4, 3))
    ReLU() (4, 3)
    """
    handle = _on_all("after", hook, with_kwargs)
    if always_call:
        EVERY.always.add(handle.id)
    return handle


def register_module_full_backward_pre_hook(hook: Hook) -> RemovableHandle:
    """Call `hook(module, grad_output)` for every module; see `register_full_backward_pre_hook`."""
    return _on_all("before_backward", hook)


def register_module_full_backward_hook(hook: Hook) -> RemovableHandle:
    """Call `hook(module, grad_input, grad_output)` for every module, before its own hooks."""
    return _on_all("after_backward", hook)
