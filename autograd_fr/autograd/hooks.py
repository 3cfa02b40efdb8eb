"""What users hang on nodes and leaves: hooks to call in a backward pass, and handles to take them
off again."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from itertools import count
from typing import Any

from .memory import Seal

Hook = Callable[..., Any]
Hooks = dict[int, Hook]

_next_id = count().__next__


class RemovableHandle:
    """Takes a hook off again: by `remove()`, or at the end of a `with` block.

    >>> import autograd_fr as ag
    >>> x = ag.tensor(1.0, requires_grad=True)
    >>> with x.register_hook(lambda g: 10 * g):
    ...     (2 * x).backward()
    >>> x.grad
    tensor(20.)
    """

    def __init__(self, hooks: Hooks, hook: Hook) -> None:
        if not callable(hook):
            raise TypeError(f"a hook is a function, not {type(hook).__name__}")
        self.id = _next_id()
        while self.id in hooks:  # which another process has numbered, before they were pickled
            self.id = _next_id()
        self._hooks = hooks
        hooks[self.id] = hook

    def remove(self) -> None:
        """Take the hook off; doing it twice is harmless."""
        self._hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *_: Any) -> None:
        self.remove()


class Extras:
    """What a few nodes and leaves have and most have not."""

    __slots__ = (
        "after_accumulation", "altered", "metadata", "packed", "passed_on", "post_hooks",
        "pre_hooks", "retained", "seals", "tensor_hooks",
    )  # fmt: skip

    retained: weakref.ref[Any] | None  # the value whose `grad` every backward pass adds to
    seals: dict[int, Seal] | None  # by place, the saved arrays that NumPy shares
    packed: Any  # how to get back what saved-tensor hooks have taken
    # Whether hooks changed the gradient that was kept, and what went on from there: whose
    # derivative it had been, told as `Node.grad_of` tells it, or None.
    altered: Any
    passed_on: Any

    def __init__(self) -> None:
        self.retained = self.seals = self.packed = None
        self.altered = self.passed_on = None
        self.metadata: dict[Any, Any] = {}
        self.tensor_hooks: Hooks = {}  # on the gradient of the result, or of the leaf
        self.pre_hooks: Hooks = {}  # before the rules of a node
        self.post_hooks: Hooks = {}  # after them
        self.after_accumulation: Hooks = {}  # when a leaf has its gradient

    @property
    def between(self) -> bool:
        """Whether somebody stands between the gradient of a node, what it kept, and its rules."""
        return bool(self.pre_hooks or self.post_hooks) or self.packed is not None
