"""The cross-entropy of class numbers: five operations in the graph, one line in a program."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...autograd.node import Node
from ...dtypes import PYTHON_NUMBERS
from .text import Lines

if TYPE_CHECKING:
    from .call import Call


class CrossEntropy(NamedTuple):
    """`-log_p[rows, targets].sum() / n`, of `log_p = log_softmax(scores)`, node by node."""

    log_p: Node
    chosen: Node
    negative: Node
    total: Node
    mean: Node

    def place(self, call: Call) -> str:
        """Which entries are chosen: `np.arange(n), targets`."""
        return call.index(self.chosen.params["index"])

    def forward(self, call: Call) -> str:
        """The loss. `call` is that of the last operation."""
        log_p = call.recording[self.log_p].name
        return f"-{log_p}[{self.place(call)}].sum() / {call.args[1]}"

    def backward(self, call: Call) -> Lines:
        """The gradient of the scores, (softmax - one-hot) / n."""
        return Lines([
            f"{{}} = np.exp({call.recording[self.log_p].name})",
            f"{{}}[{self.place(call)}] -= 1",
            f"{{}} *= {call.g} / {call.args[1]}",
        ])  # fmt: skip


def cross_entropies(
    nodes: Iterable[Node], is_passing: Callable[[Node], bool]
) -> Iterable[CrossEntropy]:
    """Those in a graph. `is_passing`: whether a result has no name and is used once."""
    for node in nodes:
        chain = [node]
        for name in ("div", "sum", "neg", "read_at", "log_softmax"):
            last = chain[-1]
            if last.op.name != name or (last is not node and not is_passing(last)):
                break
            if name == "log_softmax":
                found = CrossEntropy(*chain[::-1])
                if _is_plain(found):
                    yield found
                break
            if not isinstance(last.parents[0], Node):
                break
            chain.append(last.parents[0])


def _is_plain(found: CrossEntropy) -> bool:
    """Whether it is one class per row, and the mean of all."""
    index, log_p = found.chosen.params["index"], found.log_p
    if len(index) != 2 or not all(isinstance(part, np.ndarray) for part in index):
        return False
    rows, targets = index
    shape = log_p.y.shape
    return (
        len(shape) == 2
        and log_p.params["dim"] in (1, -1)
        and log_p.params["dtype"] is None
        and found.total.params["dim"] is None
        and found.total.params["dtype"] is None
        and type(found.mean.args[1]) in PYTHON_NUMBERS
        and targets.shape == rows.shape == shape[:1]
        and bool((rows == np.arange(len(rows))).all())
    )
