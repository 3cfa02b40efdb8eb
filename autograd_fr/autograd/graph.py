"""What the graph keeps for backward, in the hands of the user: `torch.autograd.graph`'s names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import record
from .memory import watch
from .node import Node as Node
from .value import Value


class saved_tensors_hooks:
    """While it lasts, what operations save for backward is packed, and unpacked when needed.

    `pack_hook(tensor)` gives anything, which is kept in place of the tensor; `unpack_hook` makes
    of it a tensor of the same values again. Neither may write into the tensor.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([1.0, 2.0], requires_grad=True)
    >>> with ag.autograd.graph.saved_tensors_hooks(lambda t: t.tolist(), ag.tensor):
    ...     y = (x * x).sum()
    >>> y.backward()
    >>> x.grad
    tensor([2., 4.])
    """

    def __init__(self, pack_hook: Callable[[Any], Any], unpack_hook: Callable[[Any], Any]) -> None:
        self.pack_hook, self.unpack_hook = pack_hook, unpack_hook

    def __enter__(self) -> None:
        record.packing.set((self, *record.packing.get()))
        watch(1)

    def __exit__(self, *_: Any) -> None:
        record.packing.set(record.packing.get()[1:])
        watch(-1)


class save_on_cpu(saved_tensors_hooks):
    """While it lasts, operations save copies, which nobody can write into; both lie on the CPU."""

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        super().__init__(lambda tensor: tensor.clone(), lambda tensor: tensor)


def increment_version(tensor: Value | tuple[Value, ...] | list[Value]) -> None:
    """Tell graphs that the memory of these tensors was written into behind their back."""
    for t in [tensor] if isinstance(tensor, Value) else tensor:
        t.note_write("increment_version")
