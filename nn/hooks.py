"""Hooks on the calls of a module: functions called before its `forward`, and after it."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from typing import Any

from ..autograd.hooks import Hook, RemovableHandle


class CallHooks:
    """The hooks on the calls of one module."""

    def __init__(self) -> None:
        self.before: OrderedDict[int, Hook] = OrderedDict()
        self.after: OrderedDict[int, Hook] = OrderedDict()
        self.with_kwargs: set[int] = set()  # the hooks that are given keyword arguments too
        self.always: set[int] = set()  # those that are called after an error as well

    def add(self, hooks: Any, hook: Hook, prepend: bool, with_kwargs: bool) -> RemovableHandle:
        """Put `hook` into one of the two tables, last or first."""
        handle = RemovableHandle(hooks, hook)
        if prepend:
            hooks.move_to_end(handle.id, last=False)
        if with_kwargs:
            self.with_kwargs.add(handle.id)
        return handle

    def call(self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What `module` computes, with its hooks around."""
        result, pending = None, set(self.always)
        try:
            for number, hook in list(self.before.items()):
                args, kwargs = self._changed(number, hook, module, args, kwargs)
            result = module.forward(*args, **kwargs)
            for number, hook in list(self.after.items()):
                pending.discard(number)
                changed = self._after(number, hook, module, args, kwargs, result)
                result = result if changed is None else changed
            return result
        except BaseException:
            self._after_error(pending, module, args, kwargs, result)
            raise

    def _changed(
        self, number: int, hook: Hook, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments after a hook that may have changed them."""
        if number not in self.with_kwargs:
            changed = hook(module, args)
            if changed is None:
                return args, kwargs
            return changed if isinstance(changed, tuple) else (changed,), kwargs
        changed = hook(module, args, kwargs)
        if changed is None:
            return args, kwargs
        if not isinstance(changed, tuple) or len(changed) != 2:
            raise TypeError(
                "a forward pre-hook with keyword arguments returns None or a pair "
                f"(args, kwargs), not {type(changed).__name__}"
            )
        return changed

    def _after(
        self, number: int, hook: Hook, module: Any, args: Any, kwargs: Any, result: Any
    ) -> Any:
        if number in self.with_kwargs:
            return hook(module, args, kwargs, result)
        return hook(module, args, result)

    def _after_error(
        self, pending: set[int], module: Any, args: Any, kwargs: Any, result: Any
    ) -> None:
        """Call the hooks that are always called; their own errors do not hide the first one."""
        for number in [n for n in self.after if n in pending]:
            try:
                self._after(number, self.after[number], module, args, kwargs, result)
            except Exception as error:
                warnings.warn(f"a forward hook failed after an error: {error!r}", stacklevel=3)


class Hookable:
    """What is called through its `forward`, with hooks before and after; none cost nothing."""

    _call_hooks: CallHooks | None = None

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
        hooks = self._hooks()
        return hooks.add(hooks.before, hook, prepend, with_kwargs)

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
        hooks = self._hooks()
        handle = hooks.add(hooks.after, hook, prepend, with_kwargs)
        if always_call:
            hooks.always.add(handle.id)
        return handle

    def _hooks(self) -> CallHooks:
        if self._call_hooks is None:
            object.__setattr__(self, "_call_hooks", CallHooks())
        assert self._call_hooks is not None
        return self._call_hooks
