"""Whether a gradient is the derivative of what is drawn, and where it comes from if it is not."""

from __future__ import annotations

from typing import Any

from ...autograd.node import Node, Whose
from ...autograd.value import Value
from .names import Names
from .recording import Recording


class Provenance:
    """What is known of the gradients of a recording."""

    def __init__(self, recording: Recording, known: Names) -> None:
        node = recording.f.node
        self._root = 0 if node is None else node.number
        self._known = known
        self._altered = _altered(recording, self._root)

    def remark(self, source: Any, gradient: Any, of: int | Whose | None) -> str:
        """Where a gradient comes from; "" where it is the derivative of what is drawn.

        `gradient`: the tensor that holds it, if there is one. `of`: whose it was when computed.
        """
        writes = gradient._writes if isinstance(gradient, Value) else None
        if writes is not None and writes.name != "backward":
            return "set to zero" if writes.name == "zero_" else f"changed by {writes.name}"
        if of is None:
            return "set by hand"
        if isinstance(of, Whose):
            return of.value
        if of != self._root:
            return f"of {self._known.results.get(of, 'another tensor')}"
        return Whose.ALTERED.value if id(source) in self._altered else ""


def _altered(recording: Recording, root: int) -> set[int]:
    """The ids of the sources whose gradients are what a hook made of those of `root`, or come from
    such."""

    def extras(edge: Any) -> Any:
        return edge.extras if isinstance(edge, Node) else getattr(edge, "_extras", None)

    def at(edge: Any) -> bool:
        own = extras(edge)
        return own is not None and own.altered == root

    def on(node: Node) -> bool:
        return node.extras is not None and node.extras.passed_on in (root, Whose.ALTERED)

    found = {id(source) for source in recording.sources if at(source)}
    for step in reversed(recording.steps):
        if on(step.node) or any(id(recording.sources[k]) in found for k in step.outputs):
            found.update(id(recording.sources[k]) for k in step.inputs)
    return found
