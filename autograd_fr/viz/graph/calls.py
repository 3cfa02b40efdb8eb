"""Which operations of a recording happened in which calls of modules.

A call is known by the nodes of its results, and by when it began and ended. What happened in it is
what was recorded in that time and hangs together with its results: another thread may have been at
work then too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ...autograd.node import Node
from .recording import Recording


@dataclass(eq=False)
class Call:
    """One call of a module: when, and the numbers of the steps that happened in it.

    `module`: None where nobody has it any more; `kind`: the name of its class.
    """

    module: Any
    kind: str
    start: int
    end: int
    steps: list[int] = field(default_factory=list)
    parent: Call | None = None

    def contains(self, other: Call) -> bool:
        """Whether the other one was made while this one ran."""
        return self.start < other.start and other.end < self.end


def calls_in(recording: Recording) -> tuple[list[Call], list[Call | None]]:
    """The calls in order of their starts, each with its parent; and for every step, the innermost.

    Calls are nested or apart: of two that cross, as in two threads that wait for each other, the
    longer one is left out. So no path leaves a call and comes back to it.
    """
    links = _links(recording)
    numbers = [step.node.number for step in recording.steps]
    innermost: list[Call | None] = [None] * len(numbers)
    outermost = list(innermost)
    calls = []
    for call in sorted(_noted(recording), key=lambda call: call.end - call.start):
        if not _gather(call, numbers, links, outermost):
            continue
        calls.append(call)
        for i in call.steps:
            within, outermost[i] = outermost[i], call
            if within is None:
                innermost[i] = call
            else:
                within.parent = call
    return sorted(calls, key=lambda call: call.start), innermost


def _noted(recording: Recording) -> Iterable[Call]:
    """The calls that the nodes know of, with the steps of their results."""
    found: dict[int, Call] = {}
    for i, step in enumerate(recording.steps):
        for k in step.outputs:
            noted = getattr(recording.sources[k], "calls", None)
            while noted is not None:
                link, kind, start, end, noted = noted
                call = found.setdefault(start, Call(link(), kind, start, end))
                call.end = max(call.end, end)
                call.steps.append(i)
    return found.values()


def _links(recording: Recording) -> list[list[int]]:
    """For every step those that it took a result of, and those that took one of its own."""
    makers: dict[int, int] = {}
    links: list[list[int]] = [[] for _ in recording.steps]
    for i, step in enumerate(recording.steps):
        for k in step.inputs:
            if isinstance(recording.sources[k], Node):
                links[i].append(makers[k])
                links[makers[k]].append(i)
        makers.update(dict.fromkeys(step.outputs, i))
    return links


def _gather(
    call: Call, numbers: list[int], links: list[list[int]], outermost: list[Call | None]
) -> bool:
    """Add to the steps of a call all that hang together with them and happened while it ran.

    False where that cannot be without a part of another call.
    """
    seen, inner = set(call.steps), set[Call]()
    steps = call.steps = sorted(seen)
    for i in steps:  # grows while it is walked
        near, within = links[i], outermost[i]
        if within is not None and within not in inner:
            if not call.contains(within):
                return False
            inner.add(within)
            near = [*near, *within.steps]
        for j in near:
            if j not in seen and call.start < numbers[j] < call.end:
                seen.add(j)
                steps.append(j)
    return True
