"""The chain rule without a topological order, and which gradients it gets wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..graph.chain import Contribution, given, seed
from ..graph.model import Graph
from ..graph.recording import Recording
from ..graph.summary import summarize
from . import wording
from .lines import Line

LONGEST = 300  # steps


def moves(recording: Recording) -> list[list[Contribution]]:
    """A backward pass depth first, one contribution a step.

    An operation is visited as soon as something arrives at its result: it passes on the gradient
    that has accumulated there, first input first, and every input that is itself a result is
    followed at once. When more arrives, it is visited again, and passes on all that there is by
    then, the part that it had passed on before included. For b = a + a; c = b + b it visits the
    sum b twice, with 1 and with 2, so that a gets 2 + 4 = 6 where 4 is right.

    Raises ValueError where it takes more than `LONGEST` steps: their number doubles with every
    further result that is used twice.
    """
    makers = {k: i for i, step in enumerate(recording.steps) for k in step.outputs}
    grads = {recording.output: seed(recording)}
    found: list[list[Contribution]] = []
    stack = [_visit(recording, makers.get(recording.output), grads)]
    while stack:
        contribution = next(stack[-1], None)
        if contribution is None:
            stack.pop()
            continue
        found.append([contribution])
        if len(found) > LONGEST:
            raise ValueError(
                f'in order="naive" this graph takes more than {LONGEST} steps, because whatever '
                'hangs on a branch is gone through again and again: play it in order="topological"'
                ", or play a smaller part of it"
            )
        stack.append(_visit(recording, makers.get(contribution.variable), grads))
    return found


def _visit(
    recording: Recording, operation: int | None, grads: dict[int, Any]
) -> Iterator[Contribution]:
    """What an operation passes on of the gradients that its results have by now; of None, of a
    variable that no operation has made, nothing."""
    if operation is None:
        return
    step = recording.steps[operation]
    arriving = {k: grads[k] for k in step.outputs if k in grads}
    for slot, gradient in given(recording, operation, arriving):
        k = step.inputs[slot]
        grads[k] = gradient if k not in grads else grads[k] + gradient
        yield Contribution(operation, slot, k, gradient, grads[k])


def verdict(
    recording: Recording,
    graph: Graph,
    played: Sequence[Sequence[Contribution]],
    topological: Sequence[Sequence[Contribution]],
) -> tuple[tuple[int, ...], tuple[Line, ...]]:
    """The variables whose gradient came out wrong, and in words which and why.

    `topological`: the contributions in that order, which gets them right.
    """
    right = {c.variable: c.total for move in topological for c in move}
    final = {c.variable: c.total for move in played for c in move}
    wrong = tuple(k for k in sorted(final) if not np.allclose(final[k], right[k], equal_nan=True))
    if not wrong:
        return (), (wording.NONE_WRONG,)
    lines = [wording.verdict(len(wrong), len(final))]
    lines += [wording.wrong(graph, k, summarize(final[k]), summarize(right[k])) for k in wrong]
    for k in _branching(recording, played):
        passed = [summarize(c.total) for move in played for c in move if c.variable == k]
        lines.append(wording.hasty(graph, k, passed))
    return wrong, tuple(lines)


def _branching(recording: Recording, played: Sequence[Sequence[Contribution]]) -> list[int]:
    """The results, by number, that contributions reach along more than one edge."""
    made = {k for step in recording.steps for k in step.outputs}
    edges = {(c.variable, c.operation, c.slot) for move in played for c in move}
    uses = Counter(k for k, *_ in edges if k in made)
    return sorted(k for k, count in uses.items() if count > 1)
