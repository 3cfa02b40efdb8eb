"""Large graphs folded: the steps of a loop but for the first and the last, or else the middle.

What is folded is always a stretch of the order of creation, so that no way leads out of it and in
again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, groupby
from typing import Any

import numpy as np

from ..graph.model import Graph, Operation
from .loops import longest_skip
from .stretches import Stretch, merged, singles

LIMIT = 100  # operations that are drawn one by one
NAMED = 4  # operations whose names tell what is folded


def fold(graph: Graph, limit: int = LIMIT) -> Graph:
    """`graph` with about `limit` operations: of loops the first steps and the last one, and if that
    is not enough, the first operations and those nearest to the output.

    Each stretch left out becomes one operation, which tells what it stands for. Operations that
    were opened stay, and do not count. Where more than `limit` variables are made by none of the
    operations, those of one shape that go the same way are drawn as one.

    Raises ValueError for a limit that is no positive number.
    """
    if type(limit) is not int or limit < 1:
        raise ValueError(
            f"`limit` is an integer from 1 on, or None to draw all operations, not {limit!r}"
        )
    made = sum(len(operation.outputs) for operation in graph.operations)
    crowded = len(graph.variables) - made > limit
    limit += sum(bool(operation.opened) for operation in graph.operations)
    if len(graph.operations) <= limit:
        return merged(graph, singles(graph), crowded) if crowded else graph
    across = _across(graph)
    stretches = _without_loops(graph, across, limit)
    if len(stretches) > limit:
        stretches = _without_middle(graph, stretches, across, limit)
    return merged(graph, stretches, crowded)


def _without_loops(graph: Graph, across: Sequence[int], limit: int) -> list[Stretch]:
    """Single operations, and folded steps of loops, the longest loops first."""
    stretches = singles(graph)
    codes = _codes(graph)
    while len(stretches) > limit:
        skip = longest_skip(codes, [across[s.start] for s in stretches] + [0], limit // 2)
        if skip is None:
            break
        folded = stretches[skip.start : skip.stop]
        step = graph.operations[folded[0].start : folded[skip.length - 1].stop]
        times = len(folded) // skip.length
        words = (f"… {spaced(times)} more steps", f"×{spaced(times)}: {_names(step)}")
        stretches[skip.start : skip.stop] = [Stretch(folded[0].start, folded[-1].stop, words)]
        alone = -1 - folded[0].start
        codes = np.concatenate((codes[: skip.start], [alone], codes[skip.stop :]))
    return stretches


def _without_middle(
    graph: Graph, stretches: list[Stretch], across: Sequence[int], limit: int
) -> list[Stretch]:
    """A third of what is shown at the beginning, the rest before the output; and what was opened.

    The borders are drawn where few values pass.
    """
    passing = [across[s.start] for s in stretches] + [0]
    window = limit // 10
    head, tail = limit // 3 - window, len(stretches) - 2 * limit // 3 + window
    first = min(range(head - window, head + 1), key=lambda i: (passing[i], -i))
    last = min(range(tail, tail + window + 1), key=lambda i: (passing[i], i))
    middle: list[Stretch] = []
    for opened, group in groupby(stretches[first:last], lambda s: _is_opened(graph, s)):
        inner = list(group)
        if opened or len(inner) == 1:
            middle += inner
        else:
            operations = graph.operations[inner[0].start : inner[-1].stop]
            middle.append(Stretch(inner[0].start, inner[-1].stop, _words(operations)))
    return stretches[:first] + middle + stretches[last:]


def _words(operations: Sequence[Operation]) -> tuple[str, str]:
    """How many operations, and the most frequent of them."""
    often = Counter[str]()
    for operation in operations:
        often[operation.name] += operation.count
    parts = [f"{spaced(n)} {name}" for name, n in often.most_common(NAMED)]
    return f"… {spaced(often.total())} operations", ", ".join(parts + ["…"] * (len(often) > NAMED))


def _names(operations: Sequence[Operation]) -> str:
    """How often each operation happens in one step, in the order of their first times."""
    often = Counter(operation.name for operation in operations)
    names = [name if n == 1 else f"{n} {name}" for name, n in often.items()]
    return ", ".join(names[:NAMED] + ["…"] * (len(names) > NAMED))


def spaced(n: int) -> str:
    """A large number, its digits in threes.

    >>> spaced(19840)
    '19 840'
    """
    return f"{n:,}".replace(",", " ")


def _is_opened(graph: Graph, stretch: Stretch) -> bool:
    return bool(graph.operations[stretch.start].opened)


def _across(graph: Graph) -> list[int]:
    """For each operation, how many results made before it are used by it or after it."""
    changes = [0] * (len(graph.operations) + 1)
    last = {k: operation.number for operation in graph.operations for k in operation.inputs}
    for operation in graph.operations:
        for k in operation.outputs:
            if k in last:
                changes[operation.number + 1] += 1
                changes[last[k] + 1] -= 1
    return list(accumulate(changes))


def _codes(graph: Graph) -> np.ndarray[Any, Any]:
    """A number for each operation, equal where name, shapes and kind of module are; of its own for
    what was opened, which never counts as repeated."""
    numbers: dict[Any, int] = {}
    variables = graph.variables
    paths = _paths(graph)
    codes = []
    for operation in graph.operations:
        shapes = [variables[k].value.shape for k in (*operation.inputs, *operation.outputs)]
        key = (operation.name, len(operation.inputs), *shapes, paths.get(operation.scope))
        if operation.opened:
            key = (operation.number,)
        codes.append(numbers.setdefault(key, len(numbers)))
    return np.array(codes)


def _paths(graph: Graph) -> dict[int | None, tuple[str, ...]]:
    """The classes of the modules that each scope lies in, its own last."""
    paths: dict[int | None, tuple[str, ...]] = {None: ()}
    for scope in graph.scopes:
        paths[scope.number] = (*paths[scope.parent], scope.kind)
    return paths
