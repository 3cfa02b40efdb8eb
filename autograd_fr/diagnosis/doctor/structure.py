"""How the model is put together: layers it does not know of, layers with nothing in between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...autograd.node import Node
from ...nn import Module, Parameter
from .parameters import counted
from .patient import Examination
from .sights import Pass


class Hidden(Examination):
    """Speaks at the end of layers in plain lists and dictionaries, where none are registered.

    The loss has reached them all, and nobody has taught them: what hides on purpose is not reached,
    or has an optimizer.
    """

    def finish(self) -> None:
        patient = self.patient
        if patient.passes < self.limits.repeats or not patient.report.steps:
            return
        known = {*patient.named(), *patient.optimized()}
        for path, module in patient.calls.modules.items():
            for name, holder in vars(module).items():
                hidden = {id(p): p for p in parameters_in(holder) if id(p) not in known}
                written = any(p.written > patient.clock[0] for p in hidden.values())
                if hidden and hidden.keys() <= patient.reached and not written:
                    self._speak(f"{path}.{name}", type(holder).__name__, len(hidden))

    def _speak(self, where: str, kind: str, number: int) -> None:
        steps = self.patient.report.steps
        self.say(
            f"layers in a plain {kind}", "error", where,
            f"The model looks for layers among its attributes, not inside of a {kind}: the loss "
            f"reached {counted(number)} in {where}, but neither the model nor an optimizer has "
            f"them, and they have not changed in {steps} steps.",
            where,
            "Hold them in nn.Sequential(*layers), or register each with self.add_module(name, "
            "layer), before the optimizer is made.",
            steps,
        )  # fmt: skip


def parameters_in(holder: Any) -> Iterator[Any]:
    """The parameters in a list, a tuple or a dictionary, and in those inside of it."""
    if isinstance(holder, Module):
        yield from holder.parameters()
    elif isinstance(holder, Parameter):
        yield holder
    elif type(holder) in (list, tuple, dict):
        for part in holder.values() if isinstance(holder, dict) else holder:
            yield from parameters_in(part)


class Stacked(Examination):
    """Speaks of two linear layers that do together what one could: W₂(W₁x) = (W₂W₁)x.

    Not where the result between them is narrower than both ends: that is a bottleneck, on purpose.
    """

    def before_pass(self, sight: Pass) -> None:
        for node in sight.nodes:
            first = _seen_as(node.parents[0]) if node.op.name == "linear" else None
            if isinstance(first, Node) and first.op.name == "linear":
                widths = [_width(first.args[0]), _width(first.y), _width(node.y)]
                if widths[1] >= min(widths[0], widths[2]):
                    self._speak(first, node, widths)

    def _speak(self, first: Node, second: Node, widths: list[int]) -> None:
        below, above = self.patient.where(first), self.patient.where(second)
        self.say(
            "no activation in between", "hint", (below, above),
            f"Two linear layers follow each other directly ({' → '.join(map(str, widths))}): "
            "together they can do no more than a single one.",
            f"{below}; {above}",
            "Put an activation between them, such as nn.ReLU(), or leave one of them out.",
        )  # fmt: skip


def _seen_as(edge: Any) -> Any:
    """What `edge` is a view of; a factor may be an activation, as in h * (h > 0)."""
    while isinstance(edge, Node) and edge.op.view:
        edge = edge.parents[0]
    return edge


def _width(array: Any) -> int:
    return int(array.shape[-1])
