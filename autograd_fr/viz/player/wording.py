"""What is said of each step: sentences, and formulas with names and with numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ..explaining.stating import of_edge, told_result
from ..explaining.symbols import value
from ..explaining.telling import Telling
from ..graph.chain import Contribution
from ..graph.model import Graph, Operation
from ..graph.summary import Summary
from .lines import Line, Piece, Put, equated, factor, filled, joined, line, shown, spoken

if TYPE_CHECKING:
    from .scenes import Flow

Writing = Callable[[Put, int], str]  # of a variable in LaTeX, by its number

# How a formula begins that is an equation for the result, and no expression.
_EQUATION = re.compile(r"\S+ = ")

NONE_WRONG: Line = (
    "All gradients are right here: everything had arrived wherever it was passed on.",
)


def name(graph: Graph, k: int) -> Piece:
    """What a variable is called; a plain number is itself."""
    variable = graph.variables[k]
    return factor(variable.value) if variable.name is None else spoken(variable.name)


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
    notes = {True: " (changed since it was used first)", False: ""}
    return (heading, *(
        line(name(graph, v.number), " = ", shown(v.value), notes[v.changed]) for v in given
    ))  # fmt: skip


def made(told: Telling, operation: Operation) -> tuple[Line, ...]:
    """The results of an operation: t1 = u + v = 2 + 3 = 5."""
    variables, stale = told.graph.variables, told.stale(operation.number)
    inputs = {k: variables[k].value for k in operation.inputs}
    sides = [joined(name(told.graph, k) for k in operation.outputs)]
    sides.append(_result(told, operation, _by_name(told)))
    if not stale and all(summary.entries is not None for summary in inputs.values()):
        sides.append(_result(told, operation, _by_value(inputs)))
    if not {*stale} & {*operation.outputs}:
        sides.append(joined(shown(variables[k].value) for k in operation.outputs))
    heading = line(f"{operation.symbol} computes its result.")
    return (heading, equated(sides), *(_written(told.graph, k) for k in stale))


def _written(graph: Graph, k: int) -> Line:
    """That the numbers of a variable are not those that an operation had."""
    now = shown(graph.variables[k].value)
    return line(name(graph, k), " was written into since: what it is now, ", now, ", is not that.")


def _result(told: Telling, operation: Operation, write: Writing) -> Line:
    """The formula of the result; where it has none, the operation's symbol before its inputs."""
    number = operation.number

    def formula(put: Put) -> str:
        found = told_result(told, number, partial(write, put))
        return "" if found is None or _EQUATION.match(found.body) else found.in_full

    if written := filled(formula):
        return written
    return filled(
        lambda put: f"{put(operation.symbol)}({', '.join(write(put, k) for k in operation.inputs)})"
    )


def _by_name(told: Telling) -> Writing:
    """Variables by their names, plain numbers as such."""

    def write(put: Put, k: int) -> str:
        variable = told.graph.variables[k]
        if variable.name is None:
            return value(variable.value) or put(shown(variable.value))
        return put(name(told.graph, k))

    return write


def _by_value(known: Mapping[int, Summary]) -> Writing:
    """Variables, or gradients, by their numbers; those that are not known are nothing."""

    def write(put: Put, k: int) -> str:
        if k not in known:
            return "0"
        summary = known[k]
        return put(shown(summary)) if summary.shape else value(summary) or put(shown(summary))

    return write


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


def hooked(told: Telling, variables: Iterable[int]) -> Iterator[Line]:
    """That hooks are not called, at the variables that have some."""
    for k in variables:
        if told.recording.hooks(k):
            yield line(
                name(told.graph, k), " has a hook, which is not called here: in backward() the "
                "gradients may be others from here on.",
            )  # fmt: skip


def passed(told: Telling, flows: Sequence[Flow]) -> tuple[Line, ...]:
    """What an operation gives to its inputs, and what is stored there then."""
    graph, incoming = told.graph, flows[0].incoming
    inputs = dict.fromkeys(flow.edge.variable for flow in flows)
    results = joined((name(graph, k) for k in incoming), " and ")
    targets = joined((name(graph, k) for k in inputs), " and ")
    symbol = told.operation(flows[0].edge).symbol
    heading = line(f"{symbol} passes on the gradient of ", *results, " to ", *targets, ".")
    arriving = (
        line("arrives: ", gradient(graph, k), " = ", shown(summary))
        for k, summary in incoming.items()
    )
    done = [flow.edge.variable for flow in flows if flow.rank == flow.of]
    said = (part for flow in flows for part in _flow(told, flow))
    return (heading, *arriving, *said, *hooked(told, done))


def _flow(told: Telling, flow: Flow) -> Iterator[Line]:
    """The local derivative, its product with the incoming gradient, and the sum with what was
    there before."""
    edge, target = flow.edge, gradient(told.graph, flow.edge.variable)
    place = f" (as input {edge.slot + 1})" if _repeated(told, edge) else ""
    if flow.local is not None:
        yield line("local: ", *_local(told, flow, flow.local), place)
        place = ""
    product = equated((*_product(told, flow), (shown(flow.product),)))
    yield line(target, " = " if flow.of == 1 else " += ", *product, place)
    if flow.of > 1:
        before: Line = ()
        if flow.before is not None:
            before = factor(flow.before), " + ", factor(flow.product)
        later = " (so far)" if flow.rank < flow.of else ""
        yield line(*equated([(target,), before, (shown(flow.total),)]), later)


def _repeated(told: Telling, edge: Contribution) -> bool:
    """Whether an operation has a variable as input more than once."""
    return told.operation(edge).inputs.count(edge.variable) > 1


def _quotient(told: Telling, edge: Contribution) -> str:
    """The local derivative as a symbol, ∂t1/∂u."""
    quotient = _partial(told.graph, told.operation(edge).outputs[0], edge.variable)
    part = _repeated(told, edge) or told.reaches_otherwise(edge)
    return f"({quotient})_local" if part else quotient


def _local(told: Telling, flow: Flow, local: Summary) -> Line:
    """∂t2/∂t1 = [t1 > 0] = 1, without the formula where that is the number itself."""
    formula = _formula(told, flow, _by_name(told), lambda *_: "1")
    sides = [(_quotient(told, flow.edge),), formula, (shown(local),)]
    return equated(sides if formula not in (("1",), ("0",)) else sides[::2])


def _product(told: Telling, flow: Flow) -> tuple[Line, ...]:
    """∂f/∂t1 · ∂t1/∂u = 4 · 1, or xᵀ ∂f/∂t1, with names and with numbers; summed over the axes
    along which the input was repeated."""
    sides = _times(told, flow) if flow.local is not None else _combined(told, flow)
    rule = told.rule(flow.edge)
    axes = None if rule is None else told.summed_axes(flow.edge, rule)
    if axes is None:
        return sides
    sign = f"Σ_({axes})" if axes else "Σ"
    return tuple(line(f"{sign} (", *side, ")") for side in sides if side)


def _times(told: Telling, flow: Flow) -> tuple[Line, ...]:
    """The incoming gradient times the local derivative, in symbols and in numbers."""
    local = flow.local
    ((k, incoming),) = flow.incoming.items()
    assert local is not None
    dot = " ⊙ " if incoming.shape and local.shape else " · "
    symbols = line(gradient(told.graph, k), dot, _quotient(told, flow.edge))
    if incoming.entries is None or local.entries is None:
        return (symbols,)
    return symbols, line(factor(incoming), dot, factor(local))


def _combined(told: Telling, flow: Flow) -> tuple[Line, ...]:
    """The formula of the gradient where it is more than a product, in symbols and in numbers."""
    graph, operation = told.graph, told.operation(flow.edge)
    symbols = _formula(
        told, flow, _by_name(told), lambda put, k: put(gradient(graph, k), fraction=True)
    )
    if not symbols:
        arriving = joined(gradient(graph, k) for k in flow.incoming)
        place = f" for input {flow.edge.slot + 1}" if len(operation.inputs) > 1 else ""
        return (line(f"{operation.name}.backward(", *arriving, f"){place}"),)
    known = {k: graph.variables[k].value for k in (*operation.inputs, *operation.outputs)}
    large = any(each.entries is None for each in (*known.values(), *flow.incoming.values()))
    if large or told.stale(operation.number):
        return (symbols,)
    return symbols, _formula(told, flow, _by_value(known), _by_value(flow.incoming))


def _formula(told: Telling, flow: Flow, write: Writing, gradient: Writing) -> Line:
    """The formula of an edge as a line; empty where the operation has none."""
    edge, rule = flow.edge, told.rule(flow.edge)
    if rule is None:
        return ()

    def told_so(put: Put) -> str:
        found = of_edge(told, edge, rule, (partial(write, put), partial(gradient, put)))
        return "" if found is None else found.in_full

    return filled(told_so)


def verdict(wrong: int, count: int) -> Line:
    """How many gradients the naive order got wrong."""
    return line(f"Without a topological order {wrong} of {count} gradients came out wrong.")


def wrong(graph: Graph, k: int, found: Summary, right: Summary) -> Line:
    """That a gradient is not what it should be."""
    return line(gradient(graph, k), " = ", shown(found), " is wrong, right is ", shown(right), ".")


def hasty(graph: Graph, k: int, passed: Sequence[Summary]) -> Line:
    """That a gradient was passed on too early, and so more than once."""
    rest = joined(map(shown, passed[1:]), ", then ")
    return line(
        name(graph, k), " passed on ", shown(passed[0]),
        " before its second contribution had arrived, and later ", *rest,
        ", in which that is counted again.",
    )  # fmt: skip
