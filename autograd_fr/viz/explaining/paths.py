"""`grad_paths`: which way the gradient came, and how much of it each way has brought."""

from __future__ import annotations

import heapq
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np

from ...messages.namespaces import sightings
from ..graph.chain import given
from ..graph.model import Graph
from ..graph.text import number
from .telling import Telling, telling

BEAM = 64  # ways kept at each variable, where there are more
LONGEST = 9  # variables of a path that are written out


@dataclass(frozen=True)
class GradPath:
    """One way from the root back to a tensor.

    `variables`: the names along it, the root first; `operations`: what lies between them.
    `contribution`: the product of the local derivatives along it, an array shaped as the tensor,
    or a number. `share`: its part of the gradient, as c·g / g·g; None where the gradient is 0.
    """

    variables: tuple[str, ...]
    operations: tuple[str, ...]
    contribution: Any
    share: float | None

    def __str__(self) -> str:
        names = list(self.variables)
        if len(names) > LONGEST:
            names[LONGEST - 3 : -2] = [f"… {len(names) - LONGEST + 1} more …"]
        return " ← ".join(names)


class GradPaths(Sequence[GradPath]):
    """The paths with the largest contributions, and what all others bring together.

    `gradient` is the sum of the contributions and of `rest`, what the paths not listed bring;
    `n_paths` is the number of all paths. `exact`: whether those listed are certainly the largest.
    """

    def __init__(
        self,
        title: str,
        paths: Sequence[GradPath],
        gradient: Any,
        rest: Any,
        n_paths: int,
        exact: bool,
    ) -> None:
        self.title, self.gradient, self.rest = title, gradient, rest
        self.n_paths, self.exact = n_paths, exact
        self._paths = tuple(paths)

    @overload
    def __getitem__(self, k: int) -> GradPath: ...
    @overload
    def __getitem__(self, k: slice) -> tuple[GradPath, ...]: ...
    def __getitem__(self, k: Any) -> Any:
        return self._paths[k]

    def __len__(self) -> int:
        return len(self._paths)

    def __repr__(self) -> str:
        plural = "path" if self.n_paths == 1 else "paths"
        lines = [f"{self.title} = {_shown(self.gradient)} over {self.n_paths} {plural}"]
        rows = [(_shown(p.contribution), _percent(p.share), str(p)) for p in self]
        if left := self.n_paths - len(self):
            kind = "the others" if self.exact else "others, some perhaps larger"
            rows.append((_shown(self.rest), "", f"{kind} ({left})"))
        widths = [max(len(row[i]) for row in rows) for i in range(2)]
        lines += [f"  {a:>{widths[0]}}  {b:>{widths[1]}}  {c}" for a, b, c in rows]
        return "\n".join(lines)


def grad_paths(
    root: Any, t: Any, k: int = 5, *, names: Mapping[str, Any] | None = None
) -> GradPaths:
    """The `k` paths from `root` to `t` that bring most of the gradient, largest first.

    The gradient is the sum over all paths of the products of the local derivatives along them;
    what the paths not listed bring is in `rest`, so that all adds up. The size of a contribution
    is its Euclidean norm. Of single numbers the `k` largest are found however many paths there
    are; of arrays at most 64 ways are followed on from each variable.

    Raises TypeError where `root` or `t` is no tensor, GraphError where `root` does not depend on
    `t`, ValueError where `k` is less than 1.

    >>> import autograd_fr as ag
    >>> from autograd_fr import viz
    >>> x = ag.tensor(3.5, requires_grad=True)
    >>> a, b = 2 * x, -1 * x
    >>> f = 5 * (a + b)
    >>> viz.grad_paths(f, x)
    ∂f/∂x = 5 over 2 paths
      10   200 %  f ← t1 ← a ← x
      -5  -100 %  f ← t1 ← b ← x
    """
    if not isinstance(k, int) or k < 1:
        raise ValueError(f"k is the number of paths to list, 1 or more, not {k!r}")
    return paths_of(telling(root, t, names, sightings(sys._getframe(1))), k)


def paths_of(told: Telling, k: int) -> GradPaths:
    """The `k` paths from the root to the target that bring most of the gradient."""
    graph, gradient = told.graph, told.gradients[told.target]
    ways = sorted(_arriving(told, max(k, BEAM)), key=lambda way: -way.size)[:k]
    rest = gradient - sum(way.gradient for way in ways)
    title = f"∂{graph.variables[graph.output].name}/∂{graph.variables[told.target].name}"
    exact = told.count <= BEAM or all(_is_number(edge.gradient) for edge in told.edges)
    paths = [_path(graph, way, gradient) for way in ways]
    return GradPaths(title, paths, _plain(gradient), _plain(rest), told.count, exact)


@dataclass(frozen=True)
class _Way:
    """A path as far as it has been followed: where it is, by which edge it came, and from where."""

    variable: int
    gradient: Any
    operation: int | None = None
    before: _Way | None = None

    @property
    def size(self) -> float:
        return float(np.linalg.norm(np.ravel(self.gradient)))

    def __iter__(self) -> Iterator[_Way]:
        """From the root to here."""
        steps = [self]
        while (before := steps[-1].before) is not None:
            steps.append(before)
        return reversed(steps)


def _arriving(told: Telling, width: int) -> list[_Way]:
    """The ways that arrive at the target, where at most `width` go on from each variable."""
    recording, target, leading = told.recording, told.target, told.leading
    output = recording.output
    at = {output: [_Way(output, told.gradients[output])]}
    for operation in reversed(range(len(recording.steps))):
        step = recording.steps[operation]
        for k in step.outputs:
            if k == target or k not in leading:
                continue
            for way in heapq.nlargest(width, at.pop(k, ()), key=lambda way: way.size):
                for slot, gradient in given(recording, operation, {k: way.gradient}):
                    if (i := step.inputs[slot]) in leading:
                        at.setdefault(i, []).append(_Way(i, gradient, operation, way))
    return at[target]


def _path(graph: Graph, way: _Way, gradient: Any) -> GradPath:
    square = float(np.vdot(gradient, gradient))
    share = float(np.vdot(way.gradient, gradient)) / square if square else None
    names = tuple(graph.variables[step.variable].name or "" for step in way)
    operations = tuple(graph.operations[step.operation].name for step in way
                       if step.operation is not None)  # fmt: skip
    return GradPath(names, operations, _plain(way.gradient), share)


def _plain(x: Any) -> Any:
    """A number of Python's for an array of one, else the array."""
    return float(x) if _is_number(x) else x


def _is_number(x: Any) -> bool:
    return not getattr(x, "shape", ())


def _shown(x: Any) -> str:
    if _is_number(x):
        return number(float(x))
    return f"{tuple(x.shape)}, norm {number(float(np.linalg.norm(np.ravel(x))))}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.3g} %"
