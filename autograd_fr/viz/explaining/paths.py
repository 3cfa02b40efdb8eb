"""`grad_paths`: which way the gradient came, and how much of it each way has brought."""

from __future__ import annotations

import heapq
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ...messages.namespaces import sightings
from ..graph.chain import backward, given
from .remarks import remarks
from .table import GradPath, GradPaths, share
from .telling import Telling, telling

BEAM = 64  # ways of arrays kept at each variable, where there are more
STEPS = 20_000  # of all ways together; where operations are many, fewer ways are kept


def grad_paths(
    root: Any, t: Any, k: int = 5, *, names: Mapping[str, Any] | None = None
) -> GradPaths:
    """The `k` paths from `root` to `t` that bring most of the gradient, largest first.

    The gradient is the sum over all paths of the products of the local derivatives along them;
    what the paths not listed bring is in `rest`, so that all adds up. The size of a contribution
    is its Euclidean norm. Of single numbers the `k` largest are found however many paths there
    are; of arrays at most 64 ways are followed on from each variable, and `exact` says whether
    these were all; paths of arrays that bring nothing are not listed. Where variables have no name
    of their own, a path is told by its operations; `mul₁` is the way through the first factor of a
    product. No hook is called, and `remarks` say where there are some.

    The arrays that were computed with are needed for it: call it before `backward()`, or call
    `backward(retain_graph=True)`.

    Raises TypeError where `root` or `t` is no tensor, GraphError where `root` does not depend on
    `t`, ValueError where `k` is less than 1, ReleasedError where a backward pass let go of arrays.

    >>> import autograd_fr as ag
    >>> from autograd_fr import viz
    >>> x = ag.tensor(3.5, requires_grad=True)
    >>> a, b = 2 * x, -1 * x
    >>> f = 5 * (a + b)
    >>> viz.grad_paths(f, x)
    ∂f/∂x = 5 over 2 paths
      10   200 %  f ← mul · add ← a ← mul ← x
      -5  -100 %  f ← mul · add ← b ← mul ← x
    """
    if not isinstance(k, int) or k < 1:
        raise ValueError(f"k is the number of paths to list, 1 or more, not {k!r}")
    with np.errstate(all="ignore"):  # what is infinite was warned of when it was computed
        return paths_of(telling(root, t, names, sightings(sys._getframe(1))), k)


def paths_of(told: Telling, k: int) -> GradPaths:
    """The `k` paths from the root to the target that bring most of the gradient.

    Raises ReleasedError where it is not known how much they bring.
    """
    if not told.complete:
        deque(backward(told.recording), maxlen=0)  # which says what is missing
    graph, gradient = told.graph, told.gradients[told.aim]
    numbers = all(_is_number(edge.gradient) for edge in told.edges)
    # Of numbers, the largest go on as the largest: k are enough to find the k largest.
    width = k if numbers else max(k, min(BEAM, STEPS // max(len(told.edges), 1)))
    ways = heapq.nlargest(k, _arriving(told, width), key=lambda way: way.size)
    if not numbers:
        ways = [way for way in ways if way.size] or ways[:1]
    rest = gradient - sum(way.gradient for way in ways) if told.count > len(ways) else gradient * 0
    output, target = (graph.variables[k].name for k in (graph.output, told.aim))
    above = f"Σ {output}" if told.shape(graph.output) else output
    exact = numbers or told.count <= width
    return GradPaths(
        f"∂{above}/∂{target}",
        told.derivative(told.aim),
        [_path(told, way, gradient) for way in ways],
        _plain(gradient),
        _plain(rest),
        told.count,
        exact,
        remarks(told),
    )


@dataclass(frozen=True)
class _Way:
    """A path as far as it has been followed: where it is, by which edge it came, and from where."""

    variable: int
    gradient: Any
    operation: int | None = None
    slot: int = 0
    before: _Way | None = None

    @cached_property
    def size(self) -> float:
        g = self.gradient
        return abs(float(g)) if _is_number(g) else float(np.linalg.norm(np.ravel(g)))

    def __iter__(self) -> Iterator[_Way]:
        """From the root to here."""
        steps = [self]
        while (before := steps[-1].before) is not None:
            steps.append(before)
        return reversed(steps)


def _arriving(told: Telling, width: int) -> list[_Way]:
    """The ways that arrive at the target, where at most `width` go on from each variable."""
    recording, target, leading = told.recording, told.aim, told.leading
    output = recording.output
    at = {output: [_Way(output, told.gradients[output])]}
    for operation in reversed(range(len(recording.steps))):
        step = recording.steps[operation]
        for k in step.outputs:
            if k == target or k not in leading:
                continue
            ways = at.pop(k, [])
            if len(ways) > width:
                ways = heapq.nlargest(width, ways, key=lambda way: way.size)
            for way, slot, gradient in _followed(told, operation, k, ways):
                if (i := step.inputs[slot]) in leading:
                    at.setdefault(i, []).append(_Way(i, gradient, operation, slot, way))
    return at[target]


def _followed(
    told: Telling, operation: int, k: int, ways: list[_Way]
) -> Iterator[tuple[_Way, int, Any]]:
    """What an operation makes of each way that has come to its output `k`, by the input."""
    if len(ways) > 1 and _is_number(ways[0].gradient):  # many times one local derivative
        one = np.ones_like(ways[0].gradient)[()]
        local = given(told.recording, operation, {k: one})
        yield from ((way, slot, way.gradient * d) for way in ways for slot, d in local)
        return
    for way in ways:
        for slot, gradient in given(told.recording, operation, {k: way.gradient}):
            yield way, slot, gradient


def _path(told: Telling, way: _Way, gradient: Any) -> GradPath:
    graph, steps = told.graph, list(way)
    numbers = [step.variable for step in steps]
    taken = [step for step in steps if step.operation is not None]
    operations = [graph.operations[step.operation or 0] for step in taken]
    twice = [op.inputs.count(step.variable) > 1 for op, step in zip(operations, taken)]
    return GradPath(
        tuple(graph.variables[k].name or "" for k in numbers),
        tuple(op.name for op in operations),
        _plain(way.gradient),
        share(way.gradient, gradient),
        tuple(graph.variables[k].named for k in numbers),
        tuple(step.slot if several else None for several, step in zip(twice, taken)),
    )


def _plain(x: Any) -> Any:
    """A number of Python's for an array of one, else the array."""
    return float(x) if _is_number(x) else x


def _is_number(x: Any) -> bool:
    return not getattr(x, "shape", ())
