"""Training and evaluation mode where the other is meant, for modules that know the difference."""

from __future__ import annotations

from typing import Any

from .patient import Examination
from .sights import ModuleCall, Pass, Step, here


def heeds_mode(module: Any) -> bool:
    """Whether a module asks for its mode in `forward`, as dropout does."""
    code = getattr(type(module).forward, "__code__", None)
    return code is not None and "training" in code.co_names


class Modes(Examination):
    """Speaks after a few steps in which every such module was in evaluation mode, and the model.

    Single modules may rest on purpose, as frozen ones do.
    """

    def __init__(self, patient: Any) -> None:
        super().__init__(patient)
        self._modes: dict[str, bool] = {}  # of the recorded calls since the last step
        self._resting = self._wakeful = 0
        self._line: Any = None

    def module_called(self, call: ModuleCall) -> None:
        if not heeds_mode(call.module):
            return
        if call.recording:
            whole = self.patient.model.training
            self._modes[call.path] = call.module.training or whole
            self._line = here()
        elif call.module.training and self.patient.model.training:
            self._wakeful += 1
            if self._wakeful >= self.limits.repeats:
                self._awake(call)

    def stepped(self, step: Step) -> None:
        self._judge(f"step() in {step.line}")

    def after_pass(self, sight: Pass) -> None:
        if not self.patient.optimizers:
            self._judge(f"backward() in {sight.line}")

    def _judge(self, learning: str) -> None:
        modes, self._modes = self._modes, {}
        if not modes or any(modes.values()):
            return
        self._resting += 1
        if self._resting >= self.limits.repeats:
            paths = [self.patient.calls.shown(path) for path in modes]
            self.say(
                "eval mode left on", "error", "",
                f"The model is trained in evaluation mode: {', '.join(paths)} did not act as in "
                "training.",
                f"the model called in {self._line}; {learning}",
                f"Call {self.patient.name}.train() before training, and after every evaluation.",
            )  # fmt: skip

    def _awake(self, call: ModuleCall) -> None:
        self.say(
            "train mode in evaluation", "hint", call.path,
            f"{self.patient.calls.shown(call.path)} was called under no_grad in training mode, "
            f"{self._wakeful} times: what is measured so is not how the model will act.",
            f"{call.path}, {here()}",
            f"Call {self.patient.name}.eval() before the evaluation, and .train() after it.",
        )  # fmt: skip
