"""The chain rule by hand: what each operation gives back, edge by edge, and its local derivatives.

Nothing here changes a `.grad`, calls a hook or lets go of anything: it is for looking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...autograd.checks import BEFORE, check_unwritten
from ...autograd.engine import fit, kept
from ...autograd.node import Ghost, Node, Parts
from ...autograd.record import RESULT
from ...errors import OverwrittenError, ReleasedError
from .latex import is_entrywise
from .recording import Recording, Step, argument_names

IN_TIME = "look before that (in a training loop before optimizer.step()), or write into a clone()"


@dataclass(frozen=True)
class Contribution:
    """What flows along one edge of a backward pass, from an operation to one of its inputs.

    `slot` is the place of the input among those of the operation, `variable` its number. `total`:
    the gradient of that variable, this contribution included. Both are None where they hang on
    arrays that were released.
    """

    operation: int
    slot: int
    variable: int
    gradient: Any
    total: Any


def backward(recording: Recording, *, gaps: bool = False) -> Iterator[list[Contribution]]:
    """A backward pass from 1 at the output, operation by operation in the order of the engine.

    With `gaps` it goes on where a rule reads an array that was released: to tell what flows where,
    though not how much. Raises ReleasedError there without, OverwrittenError in any case.
    """
    grads = {recording.output: seed(recording)}
    pass_on = _given_if_known if gaps else given
    for operation in reversed(range(len(recording.steps))):
        outputs = recording.steps[operation].outputs
        if arriving := {k: grads[k] for k in outputs if k in grads}:
            done = []
            for slot, gradient in pass_on(recording, operation, arriving):
                k = recording.steps[operation].inputs[slot]
                grads[k] = gradient if k not in grads else _sum(grads[k], gradient)
                done.append(Contribution(operation, slot, k, gradient, grads[k]))
            yield done


def seed(recording: Recording) -> Any:
    """The gradient of the output: 1, in each of its entries."""
    return np.ones_like(recording.f.array)[()]


def given(
    recording: Recording, operation: int, arriving: Mapping[int, Any]
) -> list[tuple[int, Any]]:
    """What an operation gives to each of its inputs that requires a gradient, by their places.

    `arriving`: by number, the gradients of its outputs; nothing flows from those left out.

    Raises ReleasedError where a backward pass let go of a large array that a rule reads,
    OverwrittenError where it was written into.
    """
    step = recording.steps[operation]
    return [
        (slot, fit(d, step.node.args[step.slots[slot]]))
        for slot, d in pulled(step, _arrived(recording, step, arriving))
        if d is not None
    ]


def _given_if_known(
    recording: Recording, operation: int, arriving: Mapping[int, Any]
) -> list[tuple[int, Any]]:
    """The same, with None for gradients where they hang on arrays that were released."""
    if all(g is not None for g in arriving.values()):
        try:
            return given(recording, operation, arriving)
        except ReleasedError:
            pass
    step = recording.steps[operation]
    return [(slot, None) for slot, i in enumerate(step.slots) if step.node.parents[i] is not None]


def _sum(a: Any, b: Any) -> Any:
    return None if a is None or b is None else a + b


def local_derivatives(recording: Recording, operation: int) -> list[Any]:
    """For each input the derivative of the result by it, where that is an array of numbers: where
    it is entry by entry, and of single numbers. None for other inputs, and for constants."""
    step = recording.steps[operation]
    node, found = step.node, [None] * len(step.inputs)
    if isinstance(node.y, tuple):
        return found
    formulas = [node.op.derivatives.get(name) for name in argument_names(node)]
    known = [not node.y.shape or (f is not None and is_entrywise(f)) for f in formulas]
    if any(known[i] and node.parents[i] is not None for i in step.slots):
        for slot, d in pulled(step, np.ones(node.y.shape, node.y.dtype)[()]):
            if known[i := step.slots[slot]]:
                found[slot] = d if is_entrywise(formulas[i] or "G") else fit(d, node.args[i])
    return found


def pulled(step: Step, g: Any) -> Iterator[tuple[int, Any]]:
    """What each rule of an operation gives, by the place of the input."""
    node = step.node
    if getattr(node.op, "watches", False):
        yield from _unwatched(step, g)
        return
    _check_readable(node)
    args, y = kept(node, create_graph=False)
    rules = node.op.rules or node.op.rules_for(args)
    for slot, i in enumerate(step.slots):
        if node.parents[i] is not None:
            yield slot, rules[i](g, y, args, node.params, args[i])


def _unwatched(step: Step, g: Any) -> Iterator[tuple[int, Any]]:
    """What passes the hooks of a module, which are not called: each result is one of its inputs."""
    for slot, (i, d) in enumerate(zip(step.slots, g)):
        if step.node.parents[i] is not None:
            yield slot, d


def _arrived(recording: Recording, step: Step, arriving: Mapping[int, Any]) -> Any:
    """The gradient of the result of an operation; of several results, all of them or None."""
    if not isinstance(step.node.y, tuple):
        return arriving.get(step.outputs[0])
    by_place = {recording.sources[n].params["k"]: g for n, g in arriving.items()}
    return Parts(map(by_place.get, range(len(step.node.y))))


def _check_readable(node: Node) -> None:
    try:
        check_unwritten(node, None)
    except OverwrittenError as error:
        said = str(error).removesuffix(BEFORE)
        raise OverwrittenError(f"{said}: {IN_TIME}") from None
    if node.extras is not None and node.extras.packed is not None:
        return
    reads_by = zip(node.op.reads_by(len(node.parents)), node.parents)
    for place in {i for reads, parent in reads_by if parent is not None for i in reads}:
        if isinstance(node.y if place == RESULT else node.args[place], Ghost):
            raise ReleasedError(
                f"what `{node.op.name}` ({node.line}) kept for its gradient was released by a "
                "backward pass: look before backward(), or call backward(retain_graph=True)"
            )
