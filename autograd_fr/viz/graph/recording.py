"""`Recording`: the part of the engine's graph that a value was computed in, its nodes in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...autograd import memory
from ...autograd.engine import newest_first
from ...autograd.node import Ghost, Node, Unasked
from ...autograd.value import Value
from ...batching.known import ARRAYS
from ...dtypes import PYTHON_NUMBERS

NUMPY = (np.ndarray, np.generic)


@dataclass(frozen=True)
class Step:
    """One operation of a recording: its node, and the numbers of what it took and of what it made.

    `slots`: which of the node's arguments the inputs are; an argument left out has none.
    """

    node: Node
    slots: tuple[int, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True)
class Recording:
    """What `f` was computed from, in order of creation or first use, and the operations between.

    A source is the node of a result, a leaf, or the array, ghost or number that a constant is.
    Copies that the engine has made for itself are left out, with what they are copies of in their
    place; but for that which `f` is, which takes the place of the other.
    """

    f: Value
    sources: tuple[Any, ...]
    steps: tuple[Step, ...]

    def hooks(self, source: int) -> int:
        """How many hooks a backward pass would call at a leaf, or at a result and its operation."""
        found = self.sources[source]
        nodes = {found, found.whole} if isinstance(found, Node) else {found}
        extras = [getattr(each, "extras", getattr(each, "_extras", None)) for each in nodes]
        ops = [getattr(each, "op", None) for each in nodes]
        of_modules = sum(getattr(op, "watches", False) for op in ops)
        return of_modules + sum(
            len(hooks)
            for each in filter(None, extras)
            for hooks in (
                each.tensor_hooks, each.pre_hooks, each.post_hooks, each.after_accumulation,
            )
        )  # fmt: skip

    @property
    def output(self) -> int:
        """The number of `f` among the sources."""
        return len(self.sources) - 1


def recording_of(f: Any) -> Recording:
    """The recording of a tensor. Raises TypeError where `f` is none."""
    if not isinstance(f, Value):
        raise TypeError(f"only a tensor has a graph to show, not {type(f).__name__}")
    sources: list[Any] = []
    steps: list[Step] = []
    places: dict[int, int] = {}

    def place(source: Any) -> int:
        """The number of `source`: a new one at first sight, and for every Python number."""
        if type(source) in PYTHON_NUMBERS or id(source) not in places:
            places[id(source)] = len(sources)
            sources.append(source)
        return places[id(source)]

    f_copies = copied(f.node)
    nodes = [node for node in oldest_first(f) if copied(node) is node]

    def seen(edge: Any) -> Any:
        """What stands for a node or leaf."""
        edge = copied(edge)
        return f.node if edge is f_copies else edge

    parts: dict[Node, list[Node]] = {}
    for node in nodes:
        if node.whole is not node:
            parts.setdefault(node.whole, []).append(node)
    for node in nodes:
        if node.whole is node:
            slots = tuple(i for i, arg in enumerate(node.args) if arg is not None)
            inputs = tuple(place(seen(_source(node, i))) for i in slots)
            outputs = tuple(place(seen(part)) for part in parts.get(node, [node]))
            steps.append(Step(node, slots, inputs, outputs))
    if f.node is None:
        place(f)
    return Recording(f, tuple(sources), tuple(steps))


def copied(edge: Any) -> Any:
    """The node that a copy nobody asked for is one of; any other node or leaf itself."""
    while isinstance(edge, Node) and type(edge.params) is Unasked:
        (parent,) = edge.parents
        if not isinstance(parent, Node) or parent.whole is not parent:
            break  # a leaf stays what the user made, and a part what it is a part of
        edge = parent
    return edge


def oldest_first(f: Value) -> list[Node]:
    """Every node that `f` depends on: each once, and after all the nodes it was made from."""
    return [] if f.node is None else newest_first([f.node])[::-1]


def first_uses(f: Value) -> dict[int, int]:
    """By id, when each leaf was first used: the number of the first node that it went into."""
    uses: dict[int, int] = {}
    for node in oldest_first(f):
        for parent in node.parents:
            if isinstance(parent, Value):
                uses.setdefault(id(parent), node.number)
    return uses


def argument_names(node: Node) -> Iterator[str]:
    """What an operation calls its arguments."""
    op = node.op
    if op.variadic:
        return (f"{op.arguments[0]}[{k}]" for k in range(len(node.args)))
    return iter(op.arguments)


def last_write(source: Any) -> int:
    """When the memory of a source was last written into, on the clock of the nodes; 0 for never."""
    array = source.y if isinstance(source, Node) else source
    array = getattr(array, "array", array)  # of a value, or of a ghost if it is alive
    thing = array if isinstance(array, ARRAYS) else source
    known = isinstance(thing, (*ARRAYS, Value, Node))
    writes = memory.writes_to(thing) if known else None
    return 0 if writes is None else writes.last


def _source(node: Node, place: int) -> Any:
    """What stands for an argument: the node or leaf it is, else the array itself if still alive; of
    one that was brought to another dtype, the original."""
    parent, arg = node.parents[place], node.args[place]
    if parent is not None:
        return parent
    alive = arg.array if isinstance(arg, Ghost) else arg
    originals = getattr(node, "originals", {})
    if place in originals:
        original = originals[place]()
        array = original.array if isinstance(original, Value) else original
        if _is_same(array, alive):
            return array
    return arg if alive is None else alive


def _is_same(array: Any, cast: Any) -> bool:
    """Whether `cast` is what an array is in another dtype; it may have been written into since."""
    known = isinstance(array, NUMPY) and isinstance(cast, NUMPY)
    return known and np.array_equal(array.astype(cast.dtype), cast, equal_nan=True)
