"""The loss itself: no number, ever larger, or always the same."""

from __future__ import annotations

import math
import weakref
from typing import Any

import numpy as np

from ...autograd.memory import Line
from ...autograd.node import Node
from .patient import Examination, Place, place
from .sights import LossCall, Pass, Step


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


# From a loss of `nn.functional` down to its input.
OF_LOSSES = (
    "mean", "sum", "div", "mul", "pow", "square", "sub", "neg", "read_at", "log_softmax",
    "softplus", "logaddexp", "abs", "relu", "where", "mse_loss", "nll_loss", "huber", "ctc_loss",
    "cross_entropy", "binary_cross_entropy", "binary_cross_entropy_with_logits",
)  # fmt: skip


class Uphill(Examination):
    """Speaks at the end of a loss that the gradient was followed up: `(-loss).backward()`.

    Only of a loss of `nn.functional` with nothing but a minus before it, that has grown, and where
    all that it reaches is in the optimizers: against an adversary it is right so.
    """

    def __init__(self, patient: Any) -> None:
        super().__init__(patient)
        self._inputs: list[Any] = []  # of the losses since the last pass, weakly
        self._negative: dict[Place, list[float]] = {}

    def loss_called(self, call: LossCall) -> None:
        if call.input.node is not None:
            self._inputs.append(weakref.ref(call.input.node))

    def before_pass(self, sight: Pass) -> None:
        inputs, self._inputs = [link() for link in self._inputs], []
        root = sight.outputs[0].node
        if sight.loss is None or root is None or root.op.name != "neg":
            return
        edge: Any = root.parents[0]
        while isinstance(edge, Node) and edge not in inputs and edge.op.name in OF_LOSSES:
            edge = next((p for p in edge.parents if p is not None), None)
        ours = sight.leaves.keys() <= self.patient.optimized().keys()
        if ours and isinstance(edge, Node) and edge in inputs:
            self._negative.setdefault(place(sight.line), []).append(-sight.loss)

    def finish(self) -> None:
        if any(g.get("maximize") for o in self.patient.optimizers for g in o.param_groups):
            return
        few = self.limits.window // 2
        for (code, offset), values in self._negative.items():
            first, now = (float(np.median(part)) for part in (values[:few], values[-few:]))
            if len(values) >= self.limits.window and now > 1.5 * first > 0:
                self.say(
                    "loss maximised", "error", "",
                    f"What goes back is a loss with a minus before it, and the loss has grown from "
                    f"{first:.3g} to {now:.3g}: every step makes it worse.",
                    f"backward() in {Line(code, offset)}",
                    "Leave out the minus: loss.backward() and optimizer.step() make the loss less.",
                    len(values),
                )  # fmt: skip
