"""The cross-entropy of class numbers: two operations in the graph, one line in a program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...autograd.node import Node
from .text import Lines

if TYPE_CHECKING:
    from .call import Call


class CrossEntropy(NamedTuple):
    """`-log_p[rows, targets].sum() / n`, of `log_p = log_softmax(scores)`, node by node."""

    log_p: Node
    mean: Node

    def place(self, call: Call) -> str:
        """Which entries are chosen: `np.arange(n), targets`."""
        return call.index(self.mean.params["index"])

    @property
    def rows(self) -> int:
        """How many rows the mean is over."""
        n: int = self.log_p.y.shape[0]
        return n

    def forward(self, call: Call) -> str:
        """The loss. `call` is that of the last operation."""
        log_p = call.recording[self.log_p].name
        return f"-{log_p}[{self.place(call)}].sum() / {self.rows}"

    def backward(self, call: Call) -> Lines:
        """The gradient of the scores, (softmax - one-hot) / n."""
        return Lines([
            f"{{}} = np.exp({call.recording[self.log_p].name})",
            f"{{}}[{self.place(call)}] -= 1",
            f"{{}} *= {call.g} / {self.rows}",
        ])  # fmt: skip


def cross_entropies(nodes: Iterable[Node]) -> Iterable[CrossEntropy]:
    """Those in a graph."""
    for node in nodes:
        log_p = node.parents[0] if node.op.name == "nll_loss" else None
        if isinstance(log_p, Node) and log_p.op.name == "log_softmax":
            found = CrossEntropy(log_p, node)
            if _is_plain(found):
                yield found


def _is_plain(found: CrossEntropy) -> bool:
    """Whether it is one class per row, and the mean of all."""
    params, index, log_p = found.mean.params, found.mean.params["index"], found.log_p
    return (
        params["weights"] is None
        and params["reduction"] == "mean"
        and len(index) == len(log_p.y.shape) == 2
        and all(isinstance(part, np.ndarray) for part in index)
        and log_p.params["dim"] in (1, -1)
        and log_p.params["dtype"] is None
        and found.rows > 0
    )
