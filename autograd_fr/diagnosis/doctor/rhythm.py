"""The order of zero_grad, backward and step."""

from __future__ import annotations

import weakref
from typing import Any

from ...optim import Optimizer
from .patient import Examination
from .sights import Pass, Step, norm


class Used:
    """A gradient as a step has used it, to be known again."""

    def __init__(self, gradient: Any) -> None:
        self._version: int = gradient._version
        self._link = weakref.ref(gradient)
        self.norm = norm(gradient.array)

    def still(self, gradient: Any) -> bool:
        """Whether `gradient` is that very one, unchanged."""
        same = self._version == gradient._version and self._link() is gradient
        return same and self.norm == norm(gradient.array)


def filled(p: Any) -> bool:
    """Whether a parameter has a gradient other than zeros."""
    return p._grad is not None and bool(p._grad.array.any())


class Rhythm(Examination):
    """Speaks of what has happened in several steps; accumulating on purpose is none of it.

    A gradient is stale where a step has used it and a later pass adds to it. It need not have been
    cleared before that pass, but must be before the next step.
    """

    def __init__(self, patient: Any) -> None:
        super().__init__(patient)
        self._used: dict[int, dict[int, Used]] = {}  # by optimizer and parameter
        self._stale: set[int] = set()  # parameters
        self._passed: dict[int, bool] = {}  # by optimizer: passes since its step, with gradients?
        self._until: dict[int, int] = {}  # by optimizer: how many passes of any kind at its step
        self._counts: dict[str, int] = {}
        self._line: Any = None

    def before_pass(self, sight: Pass) -> None:
        self._line = sight.line
        for key, p in self.patient.optimized().items():
            if key in sight.leaves:
                if not filled(p):
                    self._stale.discard(key)
                elif any(key in used and used[key].still(p._grad) for used in self._used.values()):
                    self._stale.add(key)

    def after_pass(self, sight: Pass) -> None:
        for optimizer in self.patient.optimizers:
            reached = [p for p in params_of(optimizer) if id(p) in sight.leaves]
            if reached:
                before = self._passed.get(id(optimizer), False)
                self._passed[id(optimizer)] = before or any(map(filled, reached))

    def stepped(self, step: Step) -> None:
        params = params_of(step.optimizer)
        full = [p for p in params if filled(p)]
        passed = self._passed.pop(id(step.optimizer), None)
        idle = self._until.get(id(step.optimizer), 0) == self.patient.passes
        self._until[id(step.optimizer)] = self.patient.passes
        used = self._used.setdefault(id(step.optimizer), {})
        again = [p for p in full if id(p) in used and used[id(p)].still(p._grad)]
        stale = [p for p in full if id(p) in self._stale]
        self._stale -= {id(p) for p in params}
        if not full and passed:
            self._cleared(step)
        elif not full and idle:  # passes that reach none of its parameters are for `Parameters`
            self._nothing(step, "no parameter had a gradient: it changed nothing, or by momentum")
        elif full and len(again) == len(full):
            self._nothing(step, f"all {len(full)} gradients were those of the step before")
        elif stale:
            self._kept(step, stale, len(full), used)
        used |= {id(p): Used(p._grad) for p in full}

    def _often(self, kind: str) -> bool:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return self._counts[kind] >= self.limits.repeats

    def _kept(self, step: Step, stale: list[Any], number: int, used: dict[int, Used]) -> None:
        known = [p for p in stale if id(p) in used]
        if known and self._often("kept"):
            p = known[0]
            before = used[id(p)].norm
            self.say(
                "missing zero_grad", "error", step.line,
                f"{len(stale)} of {number} gradients were not cleared after the step before: "
                f"backward() added to them. That of {self.patient.called(p)} had the norm "
                f"{before:.3g} then, and has {norm(p._grad.array):.3g} now.",
                f"backward() in {self._line}; step() in {step.line}",
                "Call optimizer.zero_grad() in every round, before backward().",
            )  # fmt: skip

    def _cleared(self, step: Step) -> None:
        if self._often("cleared"):
            self.say(
                "zero_grad before step", "error", step.line,
                "backward() gave gradients, but they were cleared before step() could use them.",
                f"step() in {step.line}; backward() in {self._line}",
                "The order is optimizer.zero_grad(), loss.backward(), optimizer.step().",
            )  # fmt: skip

    def _nothing(self, step: Step, what: str) -> None:
        if self._often("nothing"):
            self.say(
                "step without backward", "error", step.line,
                f"step() was called without a backward() before it: {what}.",
                f"step() in {step.line}",
                "Call loss.backward() before every optimizer.step(); is the loss that of this "
                "model, and is backward() in the loop?",
            )  # fmt: skip

    def finish(self) -> None:
        patient = self.patient
        optimized = patient.optimized()
        if patient.optimizers and not patient.report.steps and patient.passes >= self.limits.window:
            if any(map(patient.changed, optimized.values())):
                return  # somebody else learns
            self.say(
                "backward without step", "error", "",
                f"{patient.passes} backward passes and no step of the optimizer: the parameters "
                "have not changed.",
                f"backward() in {self._line}",
                "Call optimizer.step() after loss.backward().",
                patient.passes,
            )  # fmt: skip


def params_of(optimizer: Optimizer) -> list[Any]:
    """The parameters of one optimizer."""
    return [p for group in optimizer.param_groups for p in group["params"]]
