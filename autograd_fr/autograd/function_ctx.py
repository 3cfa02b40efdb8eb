"""What a user's `Function` carries from its forward to its backward."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..errors import OverwrittenError
from . import memory
from .checks import check_not_released
from .node import Node
from .record import packing, part, standing_for, taken, unpacked
from .value import Value, share


class FunctionCtx:
    """What a `Function` carries from its forward to its backward: tensors, and any attributes."""

    def __init__(self, needs_input_grad: tuple[bool, ...]) -> None:
        self.needs_input_grad = needs_input_grad
        self._saved: list[_Saved | None] = []
        self._to_save: tuple[Any, ...] = ()
        self._saved_forward: list[_Saved | None] = []
        self._to_save_forward: tuple[Any, ...] = ()
        self._constant: tuple[Any, ...] = ()
        self._dirty: tuple[Any, ...] = ()
        self._materialize = True
        self._node: Callable[[], Node | None] = lambda: None

    def save_for_backward(self, *tensors: Value | None) -> None:
        """Keep inputs, outputs or other tensors for `saved_tensors`; None is kept as None."""
        self._to_save = _tensors("save_for_backward", tensors)

    def save_for_forward(self, *tensors: Value | None) -> None:
        """Keep tensors for `jvp`, which finds them in `saved_tensors`; None is kept as None."""
        self._to_save_forward = _tensors("save_for_forward", tensors)

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """The tensors that were saved. Raises GraphError where one was written into since."""
        node = self._node()
        if node is not None:
            check_not_released(node)
        return tuple(None if saved is None else saved.restored(node) for saved in self._saved)

    def mark_non_differentiable(self, *outputs: Value) -> None:
        """Say that no gradient is asked of these outputs."""
        self._constant = outputs

    def mark_dirty(self, *inputs: Value) -> None:
        """Say that forward wrote into these inputs, which it also returns."""
        self._dirty = inputs

    def set_materialize_grads(self, value: bool) -> None:
        """Whether backward gets zeros (the default) or None for outputs without a gradient."""
        self._materialize = value

    def _keep(self, outputs: tuple[Any, ...]) -> None:
        """Settle what `save_for_backward` was given, now that the outputs are known."""
        self._saved = [None if t is None else _Saved(t, outputs) for t in self._to_save]
        if self._to_save_forward:
            kept = [None if t is None else _Saved(t, outputs) for t in self._to_save_forward]
            self._saved_forward = kept
        self._to_save = self._to_save_forward = ()

    def _push(self, jvp: Callable[..., Any], tangents: Sequence[Any]) -> tuple[Any, ...]:
        """What a jvp makes of tangents, as a tuple."""
        for_backward, self._saved = self._saved, self._saved_forward
        try:
            answers = jvp(self, *tangents)
        finally:
            self._saved = for_backward
        return answers if isinstance(answers, tuple) else (answers,)


def _tensors(name: str, given: tuple[Any, ...]) -> tuple[Any, ...]:
    for t in given:
        if t is not None and not isinstance(t, Value):
            raise TypeError(f"{name}() takes tensors, not {type(t).__name__}")
    return given


class _Saved:
    """A tensor kept for backward, by its array, and how it hangs in the graph.

    Held itself, an output would hold its own graph.
    """

    __slots__ = ("_edge", "_kept", "_output", "_unpack")

    def __init__(self, t: Value, outputs: tuple[Any, ...]) -> None:
        self._output = next((k for k, y in enumerate(outputs) if y is t), None)
        self._edge = (t.node or t) if t._requires_grad and self._output is None else None
        self._kept: Any = None
        self._unpack: Callable[[Any], Any] | None = None
        if packing.get():
            self._kept, self._unpack = taken(t.array, packing.get()[0])
        else:
            self._kept = memory.Guard(t.array)

    def restored(self, node: Node | None) -> Any:
        """The tensor again; an output as what `node`, that of the operation, made."""
        array = self._unwritten() if self._unpack is None else unpacked(self._unpack(self._kept))
        if self._output is not None and node is not None:
            return part(node, self._output, array)
        return share(array) if self._edge is None else standing_for(array, self._edge)

    def _unwritten(self) -> Any:
        writer = self._kept.writer()
        if writer is not None:
            raise OverwrittenError(
                f"a tensor that was saved for backward was written into since by {writer}"
            )
        return self._kept.array
