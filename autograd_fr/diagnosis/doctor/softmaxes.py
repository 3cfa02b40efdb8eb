"""Scores that were normalised twice, or not at all, before a loss."""

from __future__ import annotations

import numpy as np

from ...autograd.node import Node
from .patient import Examination
from .sights import LossCall, Pass, array_of, origin, result_of

DOUBLE = "softmax before cross-entropy"
FIXES = {
    "softmax": "Give the loss the raw scores: leave out the softmax, cross_entropy has its own; "
    "apply it outside of training, where probabilities are shown.",
    "log_softmax": "Give the log-probabilities to nll_loss, or the raw scores to cross_entropy.",
    "sigmoid": "Give the loss the raw scores: leave out the sigmoid; it presses all scores "
    "between 0 and 1, and the softmax in cross_entropy can then tell no class from the others.",
}


class Softmaxes(Examination):
    """Speaks at once: what is normalised twice learns slowly and badly, whatever the data."""

    def before_pass(self, sight: Pass) -> None:
        for node in sight.nodes:
            if node.op.name == "log_softmax":
                self._double(node)
            if node.op.name in ("softmax", "log_softmax"):
                self._alone(node)
            if node.op.name == "log":
                self._logarithm(node)

    def _double(self, node: Node) -> None:
        """Look at what a log_softmax, as cross_entropy has one, is taken of."""
        source = origin(node.parents[0])
        if source is None or source.op.name not in FIXES:
            return
        name, p = source.op.name, result_of(source)
        range_ = "" if p is None or not p.size else f", here from {p.min():.3g} to {p.max():.3g},"
        self.say(
            DOUBLE, "hint" if name == "log_softmax" else "error", (name, str(node.line)),
            f"The log-softmax inside the loss is taken of the result of {name}{range_} "
            "which is normalised already.",
            f"{name} in {self.patient.where(source)}; the loss in {node.line}",
            FIXES[name],
        )  # fmt: skip

    def _alone(self, node: Node) -> None:
        """Look whether a softmax runs over one entry only."""
        shape = node.y.shape
        if not shape or shape[node.params["dim"]] != 1 or 0 in shape:
            return
        self.say(
            "softmax of one entry", "error", str(node.line),
            f"A softmax along an axis of length 1 (shape {tuple(shape)}) is 1 whatever the scores "
            "are: nothing flows back through it.",
            self.patient.where(node),
            "For two classes give the last layer two outputs; with one output use "
            "binary_cross_entropy_with_logits.",
        )  # fmt: skip

    def _logarithm(self, node: Node) -> None:
        """Look at the logarithm of a softmax, where that comes near 0."""
        source, p = origin(node.parents[0]), array_of(node.args[0])
        if source is None or source.op.name != "softmax" or p is None or not p.size:
            return
        if p.min() < self.limits.tiny_probability:
            self.say(
                "log of softmax", "hint", str(node.line),
                f"log is taken of a softmax as small as {p.min():.2g}: its gradient is up to "
                f"{1 / max(float(p.min()), 1e-300):.1g}, and at 0 infinite.",
                self.patient.where(node),
                "Use log_softmax(scores, dim) in place of log(softmax(scores, dim)).",
            )  # fmt: skip

    def loss_called(self, call: LossCall) -> None:
        source = origin(call.input.node)
        name = "" if source is None else source.op.name
        if call.name == "nll_loss":
            self._not_logarithms(call, name)
        if call.name == "binary_cross_entropy_with_logits" and name in ("sigmoid", "softmax"):
            assert source is not None
            self.say(
                "sigmoid before its loss", "error", str(call.line),
                f"binary_cross_entropy_with_logits takes raw scores and has a sigmoid of its own, "
                f"but is given the result of {name}.",
                f"{name} in {self.patient.where(source)}; the loss in {call.line}",
                f"Leave out the {name} before the loss.",
            )  # fmt: skip

    def _not_logarithms(self, call: LossCall, name: str) -> None:
        """Look whether nll_loss is given what no logarithms of probabilities can be."""
        scores = np.asarray(call.input.array)
        if name != "softmax" and not (scores.size and scores.max() > 1e-3):
            return
        given = "the result of softmax" if name == "softmax" else "what are no logarithms"
        self.say(
            "nll_loss without logarithms", "error", str(call.line),
            f"nll_loss takes logarithms of probabilities, which are at most 0, but is given "
            f"{given}: entries up to {scores.max():.3g}.",
            call.line,
            "Give the raw scores to cross_entropy, or log_softmax(scores, 1) to nll_loss.",
        )  # fmt: skip
