"""`trace`: an inert, numbered, picture-free description of how a value was computed.

It holds numbers and text only, nothing of the engine, so that it neither changes when the program
goes on nor keeps arrays alive. Renderers read it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..autograd.engine import NOT_KEPT, newest_first
from ..autograd.node import Ghost, Node
from ..autograd.value import Value
from ..dtypes import PYTHON_NUMBERS
from ..messages.namespaces import sightings
from .names import Names
from .summary import Summary, summarize
from .text import parameter


class Absent(Enum):
    """Why a variable has no gradient to show."""

    NOT_REQUIRED = "not required"
    NOT_COMPUTED = "not computed yet"
    NOT_KEPT = "not kept"


class Kind(Enum):
    """Where a variable comes from."""

    LEAF = "made by the user, requires a gradient"
    CONSTANT = "made by the user, requires none"
    NUMBER = "a number in an expression, without a name"
    RESULT = "made by an operation"


@dataclass(frozen=True)
class Variable:
    """A value: its name (None for a plain number), entries and gradient.

    `derivative`: whether the gradient is the derivative of the graph's output; else it came from
    another one's backward pass, or is the sum of several. `changed`: whether the value was
    written into since the graph was recorded.
    """

    number: int
    name: str | None
    kind: Kind
    value: Summary
    gradient: Summary | Absent
    derivative: bool = False
    changed: bool = False


@dataclass(frozen=True)
class Operation:
    """What made the variables `outputs` of the variables `inputs`, all given by number.

    `arguments` are the operation's own names for its inputs; `parameters` are its further
    arguments as text, where they are not the default. `outputs` is mostly one; of an operation
    with several results, those that were used.
    """

    number: int
    name: str
    symbol: str
    parameters: tuple[str, ...]
    arguments: tuple[str, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True)
class Graph:
    """Variables and operations in order of creation; `output` is the number of the traced one."""

    variables: tuple[Variable, ...]
    operations: tuple[Operation, ...]
    output: int


def trace(f: Any, *, names: Mapping[str, Any] | None = None) -> Graph:
    """The graph of all operations and variables that `f` was computed with.

    `names` maps names to tensors, and may be `locals()`. A tensor that it leaves out goes by the
    name it was given, by that of the caller's variable, or by t1, t2, ...

    Raises TypeError where `f` is not a tensor.

    >>> import autograd_fr as ag
    >>> from autograd_fr import viz
    >>> u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
    >>> f = (u + v) * w
    >>> f.backward()
    >>> for x in viz.trace(f).variables:
    ...     print(x.name, x.value.entries, x.gradient.entries)
    u 2.0 4.0
    v 3.0 4.0
    t1 5.0 4.0
    w 4.0 5.0
    f 20.0 1.0
    """
    if not isinstance(f, Value):
        raise TypeError(f"only a tensor has a graph to show, not {type(f).__name__}")
    sources, operations = _collect(f)
    known = Names({id(source) for source in sources})
    known.hold(f)
    known.add_explicit(names or {})
    known.add_given(source for source in (f, *sources) if isinstance(source, Value))
    known.add_found(sightings(sys._getframe(1)))
    made_up = known.made_up()
    root = None if f.node is None else f.node.number
    uses = _first_uses(f)
    variables = tuple(
        _variable(i, source, known, made_up, root, uses.get(id(source), 0))
        for i, source in enumerate(sources)
    )
    return Graph(variables, operations, len(variables) - 1)


def _collect(f: Value) -> tuple[list[Any], tuple[Operation, ...]]:
    """What `f` was computed from, in order of creation or first use, and the operations between.

    A source is the node of a result, a leaf, or the array, ghost or number that a constant is.
    """
    sources: list[Any] = []
    operations: list[Operation] = []
    places: dict[int, int] = {}

    def place(source: Any) -> int:
        """The number of `source`: a new one at first sight, and for every Python number."""
        if type(source) in PYTHON_NUMBERS or id(source) not in places:
            places[id(source)] = len(sources)
            sources.append(source)
        return places[id(source)]

    nodes = _oldest_first(f)
    parts: dict[Node, list[Node]] = {}
    for node in nodes:
        if node.whole is not node:
            parts.setdefault(node.whole, []).append(node)
    for node in nodes:
        if node.whole is node:
            inputs = [
                (place(_source(parent, arg)), argument)
                for parent, arg, argument in zip(node.parents, node.args, _arguments(node))
                if arg is not None
            ]
            outputs = tuple(map(place, parts.get(node, [node])))
            operations.append(_operation(len(operations), node, inputs, outputs))
    if f.node is None:
        place(f)
    return sources, tuple(operations)


def _oldest_first(f: Value) -> list[Node]:
    """Every node that `f` depends on: each once, and after all the nodes it was made from."""
    return [] if f.node is None else newest_first([f.node])[::-1]


def _first_uses(f: Value) -> dict[int, int]:
    """By id, when each leaf was first used: the number of the first node that it went into."""
    uses: dict[int, int] = {}
    for node in _oldest_first(f):
        for parent in node.parents:
            if isinstance(parent, Value):
                uses.setdefault(id(parent), node.number)
    return uses


def _source(parent: Node | Value | None, arg: Any) -> Any:
    """What stands for an argument: the node or leaf it is, else the array itself if still alive."""
    if parent is not None:
        return parent
    alive = arg.array if isinstance(arg, Ghost) else None
    return arg if alive is None else alive


def _arguments(node: Node) -> Iterator[str]:
    op = node.op
    if op.variadic:
        return (f"{op.arguments[0]}[{k}]" for k in range(len(node.args)))
    return iter(op.arguments)


def _operation(
    number: int, node: Node, inputs: list[tuple[int, str]], outputs: tuple[int, ...]
) -> Operation:
    op = node.op
    parameters = [
        parameter(name, value)
        for name, value in node.params.items()
        if not (name in op.defaults and _same(value, op.defaults[name]))
    ]
    places, arguments = zip(*inputs)
    return Operation(number, op.name, op.symbol, tuple(parameters), arguments, places, outputs)


def _same(value: Any, default: Any) -> bool:
    """Whether a parameter has its default; arrays never have."""
    return value is default or (type(value) in PYTHON_NUMBERS and value == default)


def _variable(
    number: int, source: Any, known: Names, made_up: Iterator[str], root: int | None, used: int
) -> Variable:
    name = known.by_id.get(id(source))
    if isinstance(source, Node):
        kind, value = Kind.RESULT, source.y
    elif isinstance(source, Value):
        kind, value = Kind.LEAF if source.requires_grad else Kind.CONSTANT, source.array
    else:
        plain = name is None and not getattr(source, "shape", ())
        kind, value = Kind.NUMBER if plain else Kind.CONSTANT, source
    if name is None and kind is not Kind.NUMBER:
        name = next(made_up)
    gradient, of = _gradient(source, known.held.get(id(source)))
    changed = isinstance(source, Value) and 0 < used < source.written
    return Variable(
        number, name, kind, summarize(value), gradient, of is not None and of == root, changed
    )


def _gradient(source: Any, held: Value | None) -> tuple[Summary | Absent, int | None]:
    """The gradient that a leaf or a held result has, else the one that its node kept; and whose
    derivative it is, as the number of that node."""
    leaf = source if isinstance(source, Value) else held
    if leaf is not None and leaf._grad is not None:
        return summarize(leaf._grad.array), leaf._grad_of
    if isinstance(source, Node) and source.grad is not None:
        kept = Absent.NOT_KEPT if source.grad is NOT_KEPT else summarize(source.grad)
        return kept, source.grad_of
    if isinstance(source, Node) or (isinstance(source, Value) and source.requires_grad):
        return Absent.NOT_COMPUTED, None
    return Absent.NOT_REQUIRED, None
