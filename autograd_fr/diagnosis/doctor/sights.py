"""What the examinations are shown: calls of modules and losses, backward passes, steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ...autograd.engine import newest_first
from ...autograd.memory import Line, calling_frame
from ...autograd.node import Ghost, Node
from ...autograd.value import Value
from ...batching.known import Batched
from ...optim import Optimizer

# Operations after which a softmax is still one, but for scale and sign; views are others.
ALIKE = ("cast", "clone", "neg", "mul", "div")


def here() -> Line:
    """Where the user's program stands."""
    frame = calling_frame()
    return Line(frame.f_code, frame.f_lasti)


@dataclass
class ModuleCall:
    """A call of a module: its path, what it was given and gave, and whether that was recorded."""

    path: str
    module: Any
    args: tuple[Any, ...]
    output: Any
    recording: bool


@dataclass
class LossCall:
    """A call of a loss of `nn.functional`."""

    name: str
    input: Any
    target: Any
    line: Line


class Pass:
    """A backward pass, before it begins: the graph with all that it has kept."""

    def __init__(self, outputs: Sequence[Value]) -> None:
        self.outputs = outputs
        self.line = here()
        roots = [output.node or output for output in outputs]
        self.nodes = newest_first(roots)
        leaves = [root for root in roots if isinstance(root, Value)]
        for node in reversed(self.nodes):
            leaves += [parent for parent in node.parents if isinstance(parent, Value)]
        self.leaves = {id(leaf): leaf for leaf in leaves}  # in the order of their use

    @property
    def loss(self) -> float | None:
        """The value that the pass starts from, if it is one number."""
        array = self.outputs[0].array
        return float(array) if len(self.outputs) == 1 and array.size == 1 else None

    @cached_property
    def hidden(self) -> set[Node]:
        """The nodes with a matrix of weights between them and the loss."""
        found: set[Any] = set()
        for node in self.nodes:
            weighted = any(isinstance(p, Value) and p.ndim > 1 for p in node.parents)
            if weighted or node in found:
                found.update(p for p in node.parents if isinstance(p, Node))
        return found


@dataclass
class Layer:
    """A matrix of weights in one step: the norms of it, of its gradient, and of its change."""

    name: str
    weight: float
    gradient: float
    update: float


@dataclass
class Step:
    """A step of an optimizer, after it."""

    optimizer: Optimizer
    line: Line
    layers: list[Layer]  # in the order of their use


def norm(array: Any) -> float:
    """The root of the sum of squares."""
    with np.errstate(all="ignore"):
        return float(np.linalg.norm(np.asarray(array, np.float64).reshape(-1)))


def array_of(kept: Any) -> np.ndarray[Any, Any] | None:
    """What a node kept as an array, if it is there, and not many samples inside vmap."""
    array = kept.array if isinstance(kept, Ghost) else kept
    return None if array is None or isinstance(array, (tuple, Batched)) else np.asarray(array)


def result_of(node: Node) -> np.ndarray[Any, Any] | None:
    """What a node made, if it is there."""
    return array_of(node.y)


def origin(edge: Any) -> Node | None:
    """The node that made what `edge` is a view, a cast or a multiple of; None for a leaf."""
    while isinstance(edge, Node):
        op, parents = edge.whole.op, edge.parents
        made = [p for p in parents if p is not None]
        scaled = (
            op.name in ALIKE and len(made) == 1 and (op.name == "mul" or parents[0] is not None)
        )
        if not (op.view or scaled):
            return edge
        edge = made[0]
    return None


def percent(part: float) -> str:
    """A fraction in percent.

    >>> percent(0.974)
    '97 %'
    """
    return f"{100 * part:.0f} %"
