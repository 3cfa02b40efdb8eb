"""What is said under the picture: formulas with names and numbers, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from ..graph.model import Graph, Operation
from ..graph.summary import Summary
from ..graph.text import number

if TYPE_CHECKING:
    from .scenes import Flow

# Text, and nested lists of texts for the entries of vectors and matrices.
Piece = str | list[Any]
Line = tuple[Piece, ...]

NONE_WRONG: Line = (
    "All gradients are right here: everything had arrived wherever it was passed on.",
)


def line(*pieces: Piece) -> Line:
    """Pieces as one line, texts side by side joined."""
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif piece:
            joined.append(piece)
    return tuple(joined)


def text(line: Line) -> str:
    """A line as text alone, matrices as rows in brackets.

    >>> text(("x = ", [["1", "2"], ["3", "4"]]))
    'x = [1 2; 3 4]'
    """
    return "".join(piece if isinstance(piece, str) else _flat(piece) for piece in line)


def _flat(rows: list[Any]) -> str:
    if rows and isinstance(rows[0], list):
        return f"[{'; '.join(' '.join(row) for row in rows)}]"
    return f"[{' '.join(rows)}]"


def shown(summary: Summary) -> Piece:
    """A number, the entries of a small array, the shape and the mean of a larger one."""
    if summary.entries is None:
        mean = "" if summary.mean is None else f", mean {number(summary.mean)}"
        return f"({summary.dtype} {summary.shape}{mean})"
    return _entries(summary.entries)


def _entries(entries: Any) -> Any:
    return [_entries(x) for x in entries] if isinstance(entries, list) else number(entries)


def factor(summary: Summary) -> Piece:
    """The same where it stands in a product or a sum: a negative number in parentheses."""
    piece = shown(summary)
    return f"({piece})" if isinstance(piece, str) and piece.startswith("-") else piece


def name(graph: Graph, k: int) -> Piece:
    """What a variable is called; a plain number is itself."""
    variable = graph.variables[k]
    return factor(variable.value) if variable.name is None else " ".join(variable.name.split())


def gradient(graph: Graph, k: int) -> str:
    """The gradient of a variable as a symbol, ∂f/∂u."""
    return _partial(graph, graph.output, k)


def _partial(graph: Graph, of: int, by: int) -> str:
    return f"∂{name(graph, of)}/∂{name(graph, by)}"


def beginning(graph: Graph) -> tuple[Line, ...]:
    """What is given before anything is computed."""
    made = {k for operation in graph.operations for k in operation.outputs}
    given = [v for v in graph.variables if v.number not in made and v.name is not None]
    heading = line("Given. Each operation will now compute its result from its inputs.")
    return (heading, *(line(name(graph, v.number), " = ", shown(v.value)) for v in given))


def made(graph: Graph, operation: Operation) -> tuple[Line, ...]:
    """The results of an operation: t1 = u + v = 2 + 3 = 5."""
    names = [name(graph, k) for k in operation.inputs]
    values = [graph.variables[k].value for k in operation.inputs]
    pieces: list[Piece] = list(_joined(name(graph, k) for k in operation.outputs))
    pieces += [" = ", *expression(operation, names)]
    if all(value.entries is not None for value in values):
        pieces += [" = ", *expression(operation, [factor(value) for value in values])]
    results = [shown(graph.variables[k].value) for k in operation.outputs]
    heading = line(f"{operation.symbol} computes its result.")
    return heading, line(*pieces, " = ", *_joined(results))


def expression(operation: Operation, operands: Sequence[Piece]) -> tuple[Piece, ...]:
    """An operation applied: its sign between two operands, or its symbol before them."""
    symbol = operation.symbol
    if len(operands) == 2 and len(symbol) == 1 and not operation.parameters:
        return operands[0], f" {symbol} ", operands[1]
    arguments = [*operands, *operation.parameters]
    return (f"{symbol}(", *_joined(arguments), ")")


def _joined(pieces: Iterable[Piece], by: str = ", ") -> tuple[Piece, ...]:
    return tuple(chain.from_iterable((by, piece) for piece in pieces))[1:]


def seeded(graph: Graph) -> tuple[Line, ...]:
    """The backward pass begins: ∂f/∂f = 1."""
    shape = graph.variables[graph.output].value.shape
    lines = [
        line("Backward. It begins with the gradient of the result by itself."),
        line(gradient(graph, graph.output), " = 1", " in each entry" if shape else ""),
    ]
    if shape:
        lines.append(line(
            f"{name(graph, graph.output)} is no single number, its shape is {shape}: what follows "
            "are the gradients of the sum of its entries."
        ))  # fmt: skip
    return tuple(lines)


def passed(graph: Graph, flows: Sequence[Flow]) -> tuple[Line, ...]:
    """What an operation gives to its inputs, and what is stored there then."""
    operation, incoming = graph.operations[flows[0].operation], flows[0].incoming
    results = _joined((name(graph, k) for k in incoming), " and ")
    targets = _joined((name(graph, k) for k in dict.fromkeys(f.variable for f in flows)), " and ")
    heading = (f"{operation.symbol} passes on the gradient of ", *results, " to ", *targets, ".")
    arriving = [
        line("arrives: ", gradient(graph, k), " = ", shown(g)) for k, g in incoming.items()
    ]  # fmt: skip
    lines = [part for flow in flows for part in _flow(graph, operation, flow)]
    return (line(*heading), *arriving, *lines)


def _flow(graph: Graph, operation: Operation, flow: Flow) -> list[Line]:
    """The product of the incoming gradient and the local derivative, then the sum with what was
    there before."""
    target = gradient(graph, flow.variable)
    repeated = operation.inputs.count(flow.variable) > 1
    place = f" (as input {flow.slot + 1})" if repeated else ""
    product = [*_product(graph, operation, flow), " = ", shown(flow.product), place]
    if flow.of == 1:
        return [line(target, " = ", *product)]
    before: tuple[Piece, ...] = ()
    if flow.before is not None:
        before = factor(flow.before), " + ", factor(flow.product), " = "
    later = " (so far)" if flow.rank < flow.of else ""
    return [line(target, " += ", *product), line(target, " = ", *before, shown(flow.total), later)]


def _product(graph: Graph, operation: Operation, flow: Flow) -> list[Piece]:
    """∂f/∂t1 · ∂t1/∂u = 4 · 1."""
    arriving = [gradient(graph, k) for k in flow.incoming]
    if flow.local is None:
        return [f"the rule of {operation.name} for {operation.arguments[flow.slot]} on ",
                *_joined(arriving)]  # fmt: skip
    (incoming,) = flow.incoming.values()
    dot = " ⊙ " if incoming.shape and flow.local.shape else " · "
    repeated = flow.local.shape != flow.product.shape
    start, end = ("Σ (", ")") if repeated else ("", "")
    local = _partial(graph, operation.outputs[0], flow.variable)
    pieces: list[Piece] = [start, arriving[0], dot, local, end]
    if incoming.entries is not None and flow.local.entries is not None:
        pieces += [" = ", start, factor(incoming), dot, factor(flow.local), end]
    return pieces


def verdict(wrong: int, count: int) -> Line:
    """How many gradients the naive order got wrong."""
    return line(f"Without a topological order {wrong} of {count} gradients came out wrong.")


def wrong(graph: Graph, k: int, found: Summary, right: Summary) -> Line:
    """That a gradient is not what it should be."""
    return line(gradient(graph, k), " = ", shown(found), " is wrong, right is ", shown(right), ".")


def hasty(graph: Graph, k: int, passed: Sequence[Summary]) -> Line:
    """That a gradient was passed on too early, and so more than once."""
    rest = _joined(map(shown, passed[1:]), ", then ")
    return line(
        name(graph, k), " passed on ", shown(passed[0]),
        " before its second contribution had arrived, and later ", *rest,
        ", in which that is counted again.",
    )  # fmt: skip
