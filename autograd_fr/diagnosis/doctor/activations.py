"""Units that no longer pass gradients on: dead ReLUs, saturated sigmoids and tanhs."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np

from ...autograd.node import Node
from .patient import Examination
from .sights import Pass, percent, result_of

# The slope of each from its result, over the greatest slope.
SLOPES = {"sigmoid": lambda y: 4 * y * (1 - y), "tanh": lambda y: 1 - y * y}


class Activations(Examination):
    """Looks at the graph of every backward pass, so at functions as well as at modules."""

    def subject(self, node: Node, width: int) -> tuple[Any, ...]:
        """What is the same at every call of an activation, and tells it from others."""
        inner = node.parents[0]
        path = self.patient.calls.path_at(node.number)
        fed_by = self.patient.calls.path_at(inner.number) if isinstance(inner, Node) else None
        return path, fed_by, str(node.line), width


class DeadReLUs(Activations):
    """Speaks where too many units of a layer were 0 for many batches and examples in a row.

    A unit is a column of (N, F) or (N, T, F), a channel of (N, C, H, W). One that gives nan is ill,
    but not dead.
    """

    def __init__(self, patient: Any) -> None:
        super().__init__(patient)
        self._silent: dict[Any, np.ndarray[Any, Any]] = {}  # batches and examples since it spoke

    def before_pass(self, sight: Pass) -> None:
        alive: dict[Any, tuple[Any, Any, int]] = {}
        for node in sight.nodes:
            y = result_of(node) if node.op.name == "relu" else None
            if y is None or y.ndim < 2 or not y.size:
                continue
            axis = 1 if y.ndim > 3 else y.ndim - 1
            active = (y != 0).any(tuple(i for i in range(y.ndim) if i != axis))
            key = self.subject(node, active.size)
            before = alive[key][1] if key in alive else False
            alive[key] = node, active | before, y.size // active.size
        for key, (node, active, examples) in alive.items():
            silent = self._silent.setdefault(key, np.zeros((2, active.size), int))
            silent += [[1], [examples]]
            silent[:, active] = 0
            self._judge(node, key, silent)

    def _judge(self, node: Node, key: Any, silent: Any) -> None:
        limits = self.limits
        dead = (silent[0] >= limits.window) & (silent[1] >= limits.examples)
        if not dead.any() or dead.mean() < limits.dead:
            return
        fed_by = f", after {key[1]}" if key[1] and key[1] != key[0] else ""
        self.say(
            "dead ReLUs", "error" if dead.all() else "warning", key,
            f"{percent(dead.mean())} of the {dead.size} ReLU units gave 0 for all of the last "
            f"{silent[0][dead].min()} batches ({silent[1][dead].min()} examples): no gradient "
            "flows through them.",
            self.patient.where(node) + fed_by,
            "Lower the learning rate, see to inputs of mean 0 and biases that are not large and "
            "negative, or take an activation that is nowhere flat.",
        )  # fmt: skip


class Saturated(Activations):
    """Speaks where most values of a hidden sigmoid or tanh lie where it is flat, for long.

    That of an output is no matter: there it is how a net is certain.
    """

    def __init__(self, patient: Any) -> None:
        super().__init__(patient)
        self._shares: dict[Any, deque[float]] = {}

    def before_pass(self, sight: Pass) -> None:
        for node in sight.nodes:
            if node.op.name not in SLOPES or node not in sight.hidden:
                continue
            y = result_of(node)
            if y is None or y.ndim < 2 or not y.size:
                continue
            key = (node.op.name, *self.subject(node, y.shape[-1]))
            shares = self._shares.setdefault(key, deque(maxlen=self.limits.window))
            shares.append(float((SLOPES[node.op.name](y) < self.limits.slope).mean()))
            share = float(np.median(shares))
            if len(shares) == shares.maxlen and share >= self.limits.saturated:
                self._speak(node, key, share)

    def _speak(self, node: Node, key: Any, share: float) -> None:
        name = node.op.name
        self.say(
            f"saturated {name}", "warning", key,
            f"In the last {self.limits.window} batches {percent(share)} of the values of {name} "
            f"had less than {percent(self.limits.slope)} of its greatest slope: hardly any "
            "gradient flows through them.",
            self.patient.where(node),
            "Start with smaller weights (nn.init.xavier_uniform_), normalise the inputs, lower the "
            "learning rate, or use ReLU.",
        )  # fmt: skip
