"""The steps of a computation and of its backward pass as data, each with its lines of formulas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any, Literal

from ...batching.known import entries
from ..explaining.telling import Telling
from ..graph.chain import Contribution, local_derivatives, seed
from ..graph.model import Absent, Graph, Kind, Variable
from ..graph.recording import Recording
from ..graph.summary import Summary, summarize
from . import wording
from .lines import Line

Phase = Literal["start", "forward", "backward", "end"]


@dataclass(frozen=True)
class Flow:
    """What one edge carries back.

    The gradient `incoming` at the operation, by the numbers of its results, times the `local`
    derivative (None where that is no array of numbers, or not known) is the `product`. Added to
    what was stored `before` it makes the `total`. `rank`: how many contributions have then
    arrived, of `of` in all.
    """

    edge: Contribution
    incoming: dict[int, Summary]
    local: Summary | None
    product: Summary
    before: Summary | None
    total: Summary
    rank: int
    of: int


@dataclass(frozen=True)
class Scene:
    """One step: `position` of `length` in its phase, the operation at work, what it makes or
    carries back, and the gradients that are stored after it, by the numbers of their variables.

    `lines`: what is to be said of it. `wrong`: the variables whose gradient turned out wrong.
    """

    phase: Phase
    position: int = 0
    length: int = 0
    operation: int | None = None
    flows: tuple[Flow, ...] = ()
    gradients: dict[int, Any] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    wrong: tuple[int, ...] = ()

    @property
    def progress(self) -> str:
        """Where the play stands, such as "backward 3/7"."""
        return f"{self.phase} {self.position}/{self.length}" if self.length else self.phase


def forward(told: Telling) -> Iterator[Scene]:
    """The variables that were there from the start, then what each operation makes of them."""
    yield Scene("start", lines=wording.beginning(told.graph))
    count = len(told.graph.operations)
    for operation in told.graph.operations:
        lines = wording.made(told, operation)
        yield Scene("forward", operation.number + 1, count, operation.number, lines=lines)


def backward(told: Telling, moves: Sequence[Sequence[Contribution]]) -> Iterator[Scene]:
    """The seed, then each of the `moves`: contributions that are passed on in one step."""
    grads = {told.recording.output: seed(told.recording)}
    count = len(moves) + 1
    lines = (*wording.seeded(told.graph), *wording.hooked(told, (told.graph.output,)))
    yield Scene("backward", 1, count, gradients=dict(grads), lines=lines)
    flows = _flows(told.recording, moves, grads)
    for position, move in enumerate(moves, 2):
        flown = tuple(next(flows) for _ in move)
        lines = wording.passed(told, flown)
        operation = move[0].operation
        yield Scene("backward", position, count, operation, flown, dict(grads), lines)


def _flows(
    recording: Recording, moves: Iterable[Sequence[Contribution]], grads: dict[int, Any]
) -> Iterator[Flow]:
    """The flow of each contribution; `grads` is brought up to date by it."""
    of = Counter(c.variable for move in moves for c in move)
    rank: Counter[int] = Counter()
    local = cache(partial(_locals, recording))
    for edge in (c for move in moves for c in move):
        outputs = recording.steps[edge.operation].outputs
        arriving = {k: grads[k] for k in outputs if k in grads}
        before = grads.get(edge.variable)
        grads[edge.variable] = edge.total
        rank[edge.variable] += 1
        yield Flow(
            edge,
            {k: summarize(g) for k, g in arriving.items()},
            _summary(local(edge.operation)[edge.slot]),
            summarize(edge.gradient),
            _summary(before),
            summarize(edge.total),
            rank[edge.variable],
            of[edge.variable],
        )


def _locals(recording: Recording, operation: int) -> list[Any]:
    """The local derivatives of an operation; None of users' own, whose backward is called once."""
    step = recording.steps[operation]
    known = step.node.op.derivatives
    return local_derivatives(recording, operation) if known else [None] * len(step.inputs)


def _summary(array: Any) -> Summary | None:
    return None if array is None else summarize(array)


def with_gradients(graph: Graph, gradients: dict[int, Any]) -> Graph:
    """The graph with these gradients, by the numbers of their variables, and no others."""
    found = (with_gradient(x, gradients.get(x.number)) for x in graph.variables)
    return replace(graph, variables=tuple(found))


def with_gradient(variable: Variable, gradient: Any) -> Variable:
    """A variable with a gradient of this pass, or with none computed yet."""
    if gradient is not None:
        return replace(variable, gradient=summarize(gradient), derivative=True, provenance="")
    required = variable.gradient is not Absent.NOT_REQUIRED
    absent = Absent.NOT_COMPUTED if required else Absent.NOT_REQUIRED
    return replace(variable, gradient=absent, derivative=False, provenance="")


def keys(graph: Graph) -> dict[int, str]:
    """What `.frames` calls each variable: its name, and `name#number` where that was taken."""
    taken: set[str] = set()
    found = {}
    for variable in graph.variables:
        if variable.kind is not Kind.NUMBER:
            name = str(variable.name)
            found[variable.number] = f"{name}#{variable.number}" if name in taken else name
            taken.add(name)
    return found


def plain(array: Any) -> Any:
    """An array as a number or as nested lists of numbers."""
    return entries(array).tolist()
