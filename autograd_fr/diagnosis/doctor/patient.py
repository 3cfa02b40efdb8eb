"""The patient: the model and its optimizers, what is known of them, and how to name their parts."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from ...autograd.memory import Line, tick
from ...autograd.node import Node
from ...autograd.value import Value
from ...nn import Module
from ...optim import Optimizer
from .calls import Calls
from .limits import Limits
from .report import Finding, Report
from .sights import Pass, here

Place = tuple[Any, int]  # a line as something to look up: code and offset


def place(line: Line) -> Place:
    """A line as a key."""
    return line.code, line.offset


class Patient:
    """What all examinations share."""

    def __init__(
        self, model: Module, name: str, optimizers: list[Optimizer], limits: Limits
    ) -> None:
        self.model, self.name, self.optimizers, self.limits = model, name, optimizers, limits
        self.calls = Calls(model, name)
        self.report = Report()
        self.passes = 0
        self.clock = [tick()]  # when each step was done
        self.reached: set[int] = set()  # parameters that were in some graph, by id
        self.losses: dict[Place, list[tuple[int, float]]] = defaultdict(list)  # with their steps
        self._versions = {key: (id(p.array), p._version) for key, p in self._all().items()}
        self.entered_at: Line = here()

    @property
    def step(self) -> int:
        """The number of the step that is being made, from 1."""
        return self.report.steps + 1

    def advance(self) -> None:
        """A step is done; without an optimizer, a backward pass is."""
        self.report.steps += 1
        self.clock.append(tick())
        self.calls.forget()

    def named(self) -> dict[int, tuple[str, Any]]:
        """The parameters of the model by id, with their names."""
        return {id(p): (f"{self.name}.{path}", p) for path, p in self.model.named_parameters()}

    def optimized(self) -> dict[int, Any]:
        """The parameters of all the optimizers by id."""
        groups = [group for optimizer in self.optimizers for group in optimizer.param_groups]
        return {id(p): p for group in groups for p in group["params"]}

    def _all(self) -> dict[int, Any]:
        return {**{key: p for key, (_, p) in self.named().items()}, **self.optimized()}

    def changed(self, p: Any) -> bool:
        """Whether anybody has written into a parameter since the doctor came."""
        return self._versions.get(id(p)) != (id(p.array), p._version)

    def called(self, p: Value) -> str:
        """What a parameter is called."""
        return self.named().get(id(p), (f"a tensor of shape {tuple(p.shape)}", p))[0]

    def where(self, node: Node) -> str:
        """The layer that made a node, and the line."""
        path = self.calls.path_at(node.number)
        return f"{self.calls.shown(path)}, {node.line}" if path else str(node.line)

    def saw(self, sight: Pass) -> None:
        """Note a backward pass: its loss, and what it reaches."""
        self.passes += 1
        self.reached |= sight.leaves.keys()
        series = self.losses[place(sight.line)]
        if sight.loss is not None and (not series or series[-1][0] != self.step):
            series.append((self.step, sight.loss))

    def falls(self) -> bool:
        """Whether some loss is clearly lower now than at first."""
        few = self.limits.window // 2
        for series in self.losses.values():
            first, now = series[0][1], np.median([value for _, value in series[-few:]])
            if now < first - self.limits.fall * abs(first):
                return True
        return False


class Examination:
    """One examination: looks at what it is shown, and says what is wrong.

    What a subclass defines none of these for passes it by.
    """

    def __init__(self, patient: Patient) -> None:
        self.patient, self.limits = patient, patient.limits

    def module_called(self, call: Any) -> None:
        """A module of the model was called, outside of backward passes."""

    def loss_called(self, call: Any) -> None:
        """A loss of `nn.functional` is computed."""

    def before_pass(self, sight: Any) -> None:
        """A backward pass that reaches the patient begins."""

    def after_pass(self, sight: Any) -> None:
        """It is done: the gradients are there."""

    def stepped(self, step: Any) -> None:
        """An optimizer has made a step."""

    def finish(self) -> None:
        """The training is over."""

    def say(
        self,
        kind: str,
        level: str,
        subject: Any,
        what: str,
        where: object,
        fix: str,
        count: int = 1,
    ) -> None:
        """Report that something is wrong with `subject`; said again, it counts and is renewed.

        `count`: of what is said once about the whole training, its steps or passes.
        """
        report, subject = self.patient.report, str(subject)
        known = report.known(kind, subject)
        if known is not None:
            known.level, known.what, known.count = level, what, known.count + count
            return
        step = self.patient.step if count == 1 else 1
        report.add(subject, Finding(kind, level, what, str(where), fix, step, count))
