"""Scores that were normalised twice, or not at all, before a loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.node import Node
from .patient import Examination, Place, place
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
            if node.op.name in ("log_softmax", "cross_entropy"):
                self._double(node)
            if node.op.name in ("softmax", "log_softmax", "cross_entropy"):
                self._alone(node)
            if node.op.name == "log":
                self._logarithm(node)

    def _double(self, node: Node) -> None:
        """Look at what a log_softmax, or a cross_entropy, which has one, is taken of."""
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
        shape = node.args[0].shape
        if not shape or shape[node.params.get("dim", -1)] != 1 or 0 in shape:
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


class Scores(Examination):
    """Looks at the scores themselves, whoever normalised or cut them, and along which axis."""

    def __init__(self, patient: Any) -> None:
        super().__init__(patient)
        self._in_a_row: dict[Place, int] = {}  # calls with probabilities in place of scores

    def loss_called(self, call: LossCall) -> None:
        scores = call.input.array
        if scores.ndim < 2 or not scores.size:
            return
        source = origin(call.input.node)
        name = "" if source is None else source.op.name
        if call.name == "cross_entropy" and source is not None:
            if name == "relu":
                self._cut(call, source)
            elif name not in FIXES:  # those are seen in the graph
                self._probabilities(call, scores)
        if call.name == "nll_loss":
            self._columns(call, scores)

    def _cut(self, call: LossCall, source: Node) -> None:
        self.say(
            "ReLU before cross-entropy", "warning", str(call.line),
            "The scores come from a ReLU and are never negative: no class can be given less than "
            "the others that stand at 0, and no gradient flows to those.",
            f"relu in {self.patient.where(source)}; the loss in {call.line}",
            "Leave out the activation after the last layer: cross_entropy takes raw scores.",
        )  # fmt: skip

    def _probabilities(self, call: LossCall, scores: Any) -> None:
        """Look whether every row sums to 1, in several calls one after the other."""
        key = place(call.line)
        found = bool((scores >= 0).all()) and _sum_to_one(scores, 1)
        self._in_a_row[key] = self._in_a_row.get(key, 0) + 1 if found else 0
        if self._in_a_row[key] >= self.limits.repeats:
            self.say(
                DOUBLE, "error", ("by hand", str(call.line)),
                f"In {self._in_a_row[key]} calls one after the other every row given to "
                f"cross_entropy was positive and summed to 1, here from {scores.min():.3g} to "
                f"{scores.max():.3g}: these are probabilities, normalised already.",
                f"the loss in {call.line}",
                FIXES["softmax"],
            )  # fmt: skip

    def _columns(self, call: LossCall, scores: Any) -> None:
        """Look whether probabilities sum to 1 over the batch in place of the classes."""
        with np.errstate(over="ignore"):
            p = np.exp(scores)
        if len(p) > 1 and _sum_to_one(p, 0) and not _sum_to_one(p, 1):
            self.say(
                "softmax over the batch", "error", str(call.line),
                f"The probabilities given to nll_loss, of shape {tuple(p.shape)}, sum to 1 along "
                f"axis 0, over the batch; over the classes, axis 1, they sum to "
                f"{p.sum(1).min():.3g} to {p.sum(1).max():.3g}.",
                call.line,
                "Normalise over the classes: log_softmax(scores, 1); or give the raw scores to "
                "cross_entropy.",
            )  # fmt: skip


def _sum_to_one(p: Any, axis: int) -> bool:
    return bool((np.abs(p.sum(axis) - 1) < 1e-3).all())
