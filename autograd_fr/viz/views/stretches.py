"""Stretches of the order of creation made into one operation each, and what goes between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ..graph.model import Absent, Graph, Kind, Operation, Variable
from ..graph.nesting import chains, common
from .assembly import assembled
from .bundle import bundled

FEW = 3  # variables that go the same way, to or from what is folded, that are drawn one by one

# What is counted where it is folded away, in the words of the legend.
NOUNS = {
    Kind.PARAMETER: "parameter",
    Kind.LEAF: "variable",
    Kind.INPUT: "input",
    Kind.CONSTANT: "constant",
}


class Stretch(NamedTuple):
    """The operations from `start` up to `stop`, and the words for them if they are folded."""

    start: int
    stop: int
    words: tuple[str, ...] = ()


class Way(NamedTuple):
    """Which stretch made a variable, if any, and which ones use it."""

    maker: int | None
    users: tuple[int, ...]


def singles(graph: Graph) -> list[Stretch]:
    """Every operation on its own."""
    return [Stretch(i, i + 1) for i in range(len(graph.operations))]


def merged(graph: Graph, stretches: Sequence[Stretch], crowded: bool = False) -> Graph:
    """`graph` with one operation for each of the stretches, which are all there is.

    What is used or made within a folded one only is gone. Of the variables that go the same way
    between stretches, to or from a folded one, more than a few are drawn as one; `crowded`: those
    too that come from nowhere and go to operations that are drawn.
    """
    ways = _ways(graph, stretches)
    variables = dict(enumerate(graph.variables))
    shown = {k: k for k, way in enumerate(ways) if k == graph.output or _is_shown(way, stretches)}
    for members in _groups(graph, ways, stretches, shown, crowded):
        number = len(variables)
        variables[number] = bundled(number, [graph.variables[k] for k in members])
        shown |= dict.fromkeys(members, number)
    operations = [
        _merged(graph, s, shown) if s.words else _with(graph.operations[s.start], shown)
        for s in stretches
    ]
    return assembled(variables, operations, shown[graph.output], graph.scopes)


def _ways(graph: Graph, stretches: Sequence[Stretch]) -> list[Way]:
    """The way of each variable."""
    makers: dict[int, int] = {}
    users: dict[int, dict[int, None]] = {}
    for place, stretch in enumerate(stretches):
        for operation in graph.operations[stretch.start : stretch.stop]:
            makers |= dict.fromkeys(operation.outputs, place)
            for k in operation.inputs:
                users.setdefault(k, {})[place] = None
    return [Way(makers.get(k), tuple(users.get(k, ()))) for k in range(len(graph.variables))]


def _is_shown(way: Way, stretches: Sequence[Stretch]) -> bool:
    """Whether a variable is seen from outside the folded stretches."""
    met = {*way.users} if way.maker is None else {way.maker, *way.users}
    return len(met) > 1 or not all(stretches[place].words for place in met)


def _groups(
    graph: Graph,
    ways: Sequence[Way],
    stretches: Sequence[Stretch],
    shown: Iterable[int],
    crowded: bool,
) -> Iterable[list[int]]:
    """Variables of one kind and shape that go the same way, to or from what is folded; `crowded`:
    or from nowhere."""
    groups: dict[Any, list[int]] = {}
    for k in shown:
        variable, way = graph.variables[k], ways[k]
        ends = way.users if way.maker is None else (way.maker, *way.users)
        folded = any(stretches[place].words for place in ends)
        if k != graph.output and (folded or (crowded and way.maker is None)):
            groups.setdefault((way, _look(variable)), []).append(k)
    return [members for members in groups.values() if len(members) > FEW]


def _look(variable: Variable) -> tuple[Any, ...]:
    """What variables that are drawn as one have in common."""
    gradient = variable.gradient if isinstance(variable.gradient, Absent) else None
    return variable.kind, variable.value.shape, variable.value.dtype, gradient


def _merged(graph: Graph, stretch: Stretch, shown: dict[int, int]) -> Operation:
    """One operation in place of several."""
    operations = graph.operations[stretch.start : stretch.stop]
    taken = dict.fromkeys(k for operation in operations for k in operation.inputs)
    made = dict.fromkeys(k for operation in operations for k in operation.outputs)
    gone = Counter(graph.variables[k].kind for k in taken if k not in made and k not in shown)
    counted = [(gone[kind], noun) for kind, noun in NOUNS.items() if gone[kind]]
    name, *words = stretch.words
    if counted:
        words.append("with " + ", ".join(f"{n} {noun}{'s' * (n > 1)}" for n, noun in counted))
    inputs = tuple(dict.fromkeys(shown[k] for k in taken if k in shown and k not in made))
    return Operation(
        stretch.start,
        "fold",
        name,
        tuple(words),
        ("",) * len(inputs),
        inputs,
        tuple(dict.fromkeys(shown[k] for k in made if k in shown)),
        scope=common(chains(graph), (operation.scope for operation in operations)),
        count=sum(operation.count for operation in operations),
    )


def _with(operation: Operation, shown: dict[int, int]) -> Operation:
    """An operation with what stands for its inputs and outputs, each bundle once."""
    inputs = [shown[k] for k in operation.inputs]
    first = {k: slot for slot, k in reversed([*enumerate(inputs)])}
    kept = [
        slot for slot, k in enumerate(inputs) if k == operation.inputs[slot] or first[k] == slot
    ]

    def of_kept(values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(values[slot] for slot in kept) if values else ()

    return replace(
        operation,
        inputs=of_kept(tuple(inputs)),
        outputs=tuple(dict.fromkeys(shown[k] for k in operation.outputs)),
        arguments=of_kept(operation.arguments),
        derivatives=of_kept(operation.derivatives),
        locals=of_kept(
            tuple(
                local if k in operation.inputs else None  # of a bundle there would be many
                for k, local in zip(inputs, operation.locals)
            )
        ),
    )
