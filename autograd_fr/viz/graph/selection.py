"""Which operations of a graph are meant, and what they work on entry by entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ...autograd.node import Ghost, Node
from ...autograd.value import Value
from ...batching.known import entries
from ...errors import OverwrittenError, ReleasedError
from .chain import given
from .model import Absent, Graph
from .names import Names
from .recording import Recording, copied
from .trace import gradient_of


def selected(recording: Recording, graph: Graph, wanted: Any) -> list[int]:
    """The numbers of the operations that are meant by a tensor, its result; by a name, its own or
    that of its result; by its number; or by several of these.

    Raises ValueError where there is none, TypeError for what means no operation.
    """
    if isinstance(wanted, (list, tuple, set, frozenset)):
        found = [number for one in wanted for number in selected(recording, graph, one)]
        return sorted(set(found))
    if isinstance(wanted, Value):
        return [_maker(recording, graph, wanted)]
    if isinstance(wanted, str):
        return _named(graph, wanted)
    if isinstance(wanted, (int, np.integer)) and not isinstance(wanted, bool):
        return [numbered(graph, int(wanted))]
    raise TypeError(
        "an operation is given by the tensor it made, its name, its number, or a list of these, "
        f"not by {type(wanted).__name__}"
    )


def _maker(recording: Recording, graph: Graph, tensor: Value) -> int:
    if tensor.node is None:
        raise ValueError("this tensor is a leaf or a constant: no operation of the graph made it")
    for operation, step in zip(graph.operations, recording.steps):
        if any(recording.sources[k] in (tensor.node, copied(tensor.node)) for k in step.outputs):
            return operation.number
    output = graph.variables[graph.output].name
    raise ValueError(f"{output} was not computed from this tensor")


def _named(graph: Graph, name: str) -> list[int]:
    by_own = [o.number for o in graph.operations if name in (o.name, o.symbol)]
    if by_own:
        return by_own
    by_result = [
        o.number
        for o in graph.operations
        if any(graph.variables[k].name == name for k in o.outputs)
    ]
    if not by_result:
        names = ", ".join(dict.fromkeys(o.name for o in graph.operations))
        raise ValueError(
            f"no operation, and no result of one, is called {name!r}; there are {names or 'none'}"
        )
    return by_result


def numbered(graph: Graph, number: int) -> int:
    """`number`. Raises ValueError where no operation has it."""
    if not 0 <= number < len(graph.operations):
        raise ValueError(
            f"there is no operation number {number}: {len(graph.operations)} operations are "
            "numbered from 0 in the order in which they were computed"
        )
    return number


def in_full(
    recording: Recording, known: Names, operations: Iterable[int]
) -> dict[int, tuple[Any, Any]]:
    """All entries of what the operations take and make: by the number of the variable, the array of
    its value, and of its gradient; None for one that is not there."""
    found = {}
    for number in operations:
        step = recording.steps[number]
        for k in (*step.inputs, *step.outputs):
            source = recording.sources[k]
            gradient, _ = gradient_of(source, known.held.get(id(source)))
            found[k] = (
                _array(source.y if isinstance(source, Node) else source),
                None if isinstance(gradient, Absent) else _array(gradient),
            )
    return found


def flowing(
    recording: Recording, operations: Iterable[int], full: Mapping[int, tuple[Any, Any]]
) -> dict[int, Any]:
    """What the operations give to each of their inputs, all together: a part of its gradient.

    None where that is not known. `full`: as `in_full` tells it.
    """
    found: dict[int, Any] = {}
    for number in operations:
        step = recording.steps[number]
        arriving = {k: full[k][1] for k in step.outputs if full[k][1] is not None}
        try:
            with np.errstate(all="ignore"):
                brought = given(recording, number, arriving) if arriving else []
        except (ReleasedError, OverwrittenError):
            brought = [(slot, None) for slot in range(len(step.inputs))]
        for slot, part in brought:
            k = step.inputs[slot]
            known = part is not None and found.get(k, 0) is not None
            found[k] = found.get(k, 0) + part if known else None
    return found


def _array(source: Any) -> Any:
    """The array that a source has, if it is there."""
    array = source.array if isinstance(source, (Value, Ghost)) else source
    return None if array is None else np.asarray(entries(array))
