"""Graphs kept alive after their step: by a running loss, by lists, by a state never detached."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from typing import Any

from ...autograd.engine import newest_first
from ...autograd.memory import calling_frame
from ...autograd.node import Node
from ...autograd.value import Value
from ...messages.namespaces import sightings
from .patient import Examination
from .sights import ModuleCall, Pass

REMEDY = {
    "loss": "Add up numbers, not graphs: total += loss.item(), losses.append(loss.item()).",
    "output": "Keep the values only: outputs.append(y.detach()), or y.numpy(force=True).",
}


class KeptGraphs(Examination):
    """Speaks where losses or outputs of many earlier steps are still alive with their graphs."""

    def __init__(self, patient: Any) -> None:
        super().__init__(patient)
        self._links: dict[str, list[tuple[int, Any]]] = {"loss": [], "output": []}

    def module_called(self, call: ModuleCall) -> None:
        if call.path == self.patient.name and isinstance(call.output, Value):
            self._remember("output", call.output.node)

    def before_pass(self, sight: Pass) -> None:
        for output in sight.outputs:
            self._remember("loss", output.node)
        for kind in ("loss", "output"):
            if self._judge(kind):
                break  # the outputs hang on the losses

    def _remember(self, kind: str, node: Node | None) -> None:
        if node is not None:
            self._links[kind].append((self.patient.step, weakref.ref(node)))

    def _judge(self, kind: str) -> bool:
        alive = [(step, link) for step, link in self._links[kind] if link() is not None]
        self._links[kind] = alive
        steps = sorted({step for step, _ in alive if step < self.patient.step - 1})
        if len(steps) < self.limits.kept:
            return False
        name = "graph of an earlier loss" if kind == "loss" else "graph of an earlier output"
        known = self.patient.report.known(f"{name} kept", kind)
        where = known.where if known else self._holder(alive[0][1]())
        self.say(
            f"{name} kept", "error", kind,
            f"The {kind} of each of {len(steps)} earlier steps is still alive with its graph, "
            f"the oldest from step {steps[0]}, with {len(newest_first([alive[0][1]()]))} "
            "operations: memory grows with every step.",
            where, REMEDY[kind],
        )  # fmt: skip
        return True

    def _holder(self, node: Any) -> str:
        """Who keeps a node alive: an operation on it, or a variable."""
        name = next(
            (
                name
                for name, value in sightings(calling_frame())
                if isinstance(value, Value) and value.node and node in newest_first([value.node])
            ),
            None,
        )
        by = f"{name}, " if name else ""
        user = next(users(node), None)
        made = f"made by `{user.op.name}` in {user.line}" if user else f"computed in {node.line}"
        return by + made


def users(node: Node) -> Iterator[Node]:
    """The nodes alive that have `node` for a parent."""
    for holder in gc.get_referrers(node):
        for user in gc.get_referrers(holder) if type(holder) is tuple else (holder,):
            if type(user) is Node and any(parent is node for parent in user.parents):
                yield user


class OldGraphs(Examination):
    """Speaks where a backward pass goes through what was computed many steps ago."""

    def before_pass(self, sight: Pass) -> None:
        if not sight.nodes:
            return
        oldest = sight.nodes[-1]
        age = sum(when > oldest.number for when in self.patient.clock[1:])
        if age >= self.limits.kept:
            self.say(
                "graph of earlier steps", "warning", str(oldest.line),
                f"The graph of this loss has {len(sight.nodes)} operations and goes back {age} "
                "steps: to parameters that have changed since, and through all that lies between.",
                f"backward() in {sight.line}; the oldest operation in {oldest.line}",
                "Compute it anew in every step, or cut the graph where a state goes from one step "
                "to the next: state = state.detach().",
            )  # fmt: skip
