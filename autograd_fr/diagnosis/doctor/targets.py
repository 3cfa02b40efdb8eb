"""Targets of the wrong shape, or out of the range that their loss is made for."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.node import Node
from .patient import Examination, Place, place
from .sights import LossCall, Pass, percent

# From a loss written by hand down to the difference it is made of.
FROM_LOSS = ("mean", "sum", "sqrt", "div", "mul", "pow", "square", "abs")

# Losses that warn where they broadcast.
BROADCASTING = ("mse_loss", "half_mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")


class Targets(Examination):
    """Speaks at once of shapes and ranges; of a class never seen when it has seen many."""

    def __init__(self, patient: Any) -> None:
        super().__init__(patient)
        self._classes: dict[Place, list[int]] = {}  # the least seen, how many batches and examples

    def loss_called(self, call: LossCall) -> None:
        target = np.asarray(call.target.array)
        if not target.size:
            return
        if call.name in BROADCASTING and call.input.shape != call.target.shape:
            self._shape(call.line, call.input.shape, call.target.shape)
        if call.name == "binary_cross_entropy_with_logits":
            self._truths(call, target)
        if call.name == "cross_entropy" and target.dtype.kind == "f":
            self._probabilities(call, target)
        if call.name in ("cross_entropy", "nll_loss") and target.dtype.kind in "iu":
            self._numbers(call, target)

    def before_pass(self, sight: Pass) -> None:
        """Look for a difference of (n, 1) and (n,) right below the loss."""
        edge: Any = sight.nodes[0] if sight.nodes else None
        while isinstance(edge, Node) and edge.op.name in FROM_LOSS:
            edge = edge.parents[0] if edge.parents[0] is not None else edge.parents[-1]
        if not isinstance(edge, Node) or edge.op.name != "sub":
            return
        if all(parent is not None for parent in edge.parents):
            return
        a, b = (tuple(getattr(arg, "shape", ())) for arg in edge.args)
        if sorted((len(a), len(b))) == [1, 2] and a[0] == b[0] > 1 and 1 in (a[-1], b[-1]):
            known = edge.parents[1] is None
            self._shape(edge.line, *((a, b) if known else (b, a)))

    def _shape(self, line: Any, prediction: Any, target: Any) -> None:
        prediction, target = tuple(prediction), tuple(target)
        both = np.broadcast_shapes(prediction, target)
        self.say(
            "target of another shape", "error", str(line),
            f"A prediction of shape {prediction} meets a target of shape {target}: broadcast to "
            f"{both}, every prediction is held against every target.",
            line,
            f"Give both one shape, e.g. target.reshape{prediction}, or prediction.squeeze(-1).",
        )  # fmt: skip

    def _truths(self, call: LossCall, target: Any) -> None:
        low, high = target.min(), target.max()
        if low >= 0 and high <= 1:
            return
        signs = set(np.unique(target).tolist()) <= {-1, 1}
        self.say(
            "target out of range", "error", str(call.line),
            f"binary_cross_entropy_with_logits takes targets from 0 to 1, but is given "
            f"{low:g} to {high:g}: the loss has no lower bound.",
            call.line,
            "Turn -1 and 1 into 0 and 1: (target + 1) / 2." if signs
            else "Bring the targets to 0 and 1; for more classes than two use cross_entropy.",
        )  # fmt: skip

    def _probabilities(self, call: LossCall, target: Any) -> None:
        sums = target.sum(1 if target.ndim > 1 else 0)
        worst = sums.reshape(-1)[np.abs(sums - 1).argmax()]
        wrong = np.abs(sums - 1) > 1e-3
        if target.min() < 0 or wrong.any():
            self.say(
                "target out of range", "error", str(call.line),
                f"cross_entropy takes floating targets as probabilities, but "
                f"{percent(wrong.mean())} of the rows do not sum to 1 (one sums to {worst:.3g}, "
                f"the least entry is {target.min():g}).",
                call.line,
                "Give class numbers as integers, .long(); for several classes at once use "
                "binary_cross_entropy_with_logits; else normalise the rows.",
            )  # fmt: skip

    def _numbers(self, call: LossCall, target: Any) -> None:
        classes = call.input.shape[min(call.input.ndim - 1, 1)]
        seen = self._classes.setdefault(place(call.line), [int(target.min()), 0, 0])
        seen[0] = min(seen[0], int(target.min()))
        seen[1] += 1
        seen[2] += target.size
        enough = seen[1] >= self.limits.window and seen[2] >= self.limits.window * classes
        if enough and seen[0] == 1:
            self.say(
                "class 0 never seen", "hint", str(call.line),
                f"In {seen[2]} targets for {classes} classes, 0 to {classes - 1}, the least class "
                "number is 1.",
                call.line,
                "If the labels count from 1, subtract 1, and let the last layer have one output "
                "less.",
            )  # fmt: skip
