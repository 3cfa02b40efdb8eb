"""The loss itself: no number, ever larger, or always the same."""

from __future__ import annotations

import math

import numpy as np

from ...autograd.memory import Line
from .patient import Examination, place
from .sights import Pass, Step


class Progress(Examination):
    """Speaks at once of a loss that is no number; of how it goes, when it has seen many.

    Losses that start at 0 or below are not asked to fall.
    """

    def before_pass(self, sight: Pass) -> None:
        loss = sight.loss
        if loss is None:
            return
        if not math.isfinite(loss):
            self.say(
                "loss not finite", "error", str(sight.line),
                f"The loss is {loss}: all gradients are lost with it.",
                f"backward() in {sight.line}",
                "Run the same step under ag.debug(), which names the operation that first made it; "
                "a lower learning rate, or clip_grad_norm_ before step(), often helps.",
            )  # fmt: skip
            return
        self._diverged(sight)

    def _diverged(self, sight: Pass) -> None:
        values = [value for _, value in self.patient.losses[place(sight.line)]]
        few = self.limits.window // 2
        first, now = float(np.median(values[:few])), float(np.median(values[-few:]))
        if min(values[:few]) > 0 and now > self.limits.diverged * first:
            self.say(
                "loss grows", "error", str(sight.line),
                f"The loss was {first:.3g} in the first {few} steps, and is {now:.3g} now.",
                f"backward() in {sight.line}",
                "Lower the learning rate, tenfold at first, or bound the gradients: "
                "nn.utils.clip_grad_norm_ before step(). Is the sign of the loss right?",
            )  # fmt: skip

    def stepped(self, step: Step) -> None:
        bad = [layer.name for layer in step.layers if not math.isfinite(layer.gradient)]
        if bad:
            self.say(
                "gradient not finite", "error", bad[0],
                f"The gradient of {bad[0]} has nan or inf in it, and step() has put them into the "
                "weights.",
                f"{bad[0]}; step() in {step.line}",
                "Run the same step under ag.debug(), which names the operation that first made it.",
            )  # fmt: skip

    def finish(self) -> None:
        window = self.limits.window
        for (code, offset), series in self.patient.losses.items():
            values = [value for _, value in series[:window]]
            if len(values) < window or values[0] == 0 or self.patient.report.steps < window:
                continue
            if max(values) - min(values) <= 1e-6 * abs(values[0]):
                self.say(
                    "loss does not change", "warning", "",
                    f"The loss was {values[0]:.6g} in each of the first {window} steps.",
                    f"backward() in {Line(code, offset)}",
                    "Does the loss depend on what the model computes? Are the inputs all the same, "
                    "the units dead, or the learning rate 0? See the other findings.",
                    window,
                )  # fmt: skip
