"""From the call for derivatives to the pass that finds them, and on to where they are kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np

from ..batching import known
from ..errors import GraphError, ShapeError
from . import memory
from . import value as values
from .engine import Edge, Gradients, newest_first, propagate, visit
from .failures import called, told_of_pass, why_unconnected
from .hooked import raw_of
from .memory import ndarray
from .modes import enable_grad, no_grad
from .node import Node, Whose, unasked
from .readings import passed
from .record import KEPT_BYTES
from .value import Value, share, show_shape, wrap
from .watching import passing, watchers

# Hooks on whole backward passes into leaves: given the outputs, before the pass and after it.
before_pass: dict[int, Callable[[Sequence[Value]], None]] = {}
after_pass: dict[int, Callable[[Sequence[Value]], None]] = {}

_accumulating = threading.Lock()


def _origin(seeds: Gradients, gradients: Sequence[Any]) -> int | Whose:
    """The number of the one node that a backward pass starts from, with 1; of a leaf, 0."""
    if len(seeds) != 1:
        return Whose.SEVERAL
    ((edge, seed),) = seeds.items()
    ones = len(gradients) == 1 and gradients[0] is None
    if not ones and not np.all(known.entries(raw_of(seed)) == 1):
        return Whose.WEIGHTED
    return edge.number if type(edge) is Node else 0


def backward(
    outputs: Sequence[Value],
    gradients: Sequence[Any],
    retain_graph: bool | None,
    create_graph: bool,
    inputs: Sequence[Value] | Value | None,
) -> None:
    """Accumulate the derivatives of `outputs` into leaves, or into `inputs` where given."""
    if before_pass:
        for hook in list(before_pass.values()):
            hook(outputs)
    if inputs is None:
        found, origin = differentiate(outputs, gradients, None, retain_graph, create_graph, True)
        targets = _held(found.items())
    else:
        inputs = [inputs] if isinstance(inputs, Value) else list(inputs)
        if not inputs:
            raise GraphError("`inputs` is empty: name at least one tensor, or leave it out")
        for value in inputs:
            if not value._requires_grad:
                raise GraphError("one of the `inputs` does not require a gradient")
        found, origin = differentiate(outputs, gradients, inputs, retain_graph, create_graph, True)
        targets = [(v, found[v.node or v]) for v in inputs if (v.node or v) in found]
        targets += _retained(found, inputs)
    if known.used:
        _check_whole(targets)
    _accumulate_all(targets, origin, create_graph)
    if values.with_extras:
        _call_after((value for value, _ in targets), create_graph)
    if after_pass:
        for hook in list(after_pass.values()):
            hook(outputs)


def derivatives(
    outputs: Sequence[Value],
    gradients: Sequence[Any],
    inputs: Sequence[Value],
    retain_graph: bool | None,
    create_graph: bool,
) -> list[Value | None]:
    """The derivatives of `outputs` for `inputs`; what retains its gradient has it as well."""
    found, origin = differentiate(outputs, gradients, inputs, retain_graph, create_graph)
    if retained := _retained(found):
        own = [(value, unasked(g.clone())) for value, g in retained]  # type: ignore[attr-defined]
        _accumulate_all(own, origin, create_graph)
    return [found.get(x.node or x) for x in inputs]


def _held(found: Iterable[tuple[Edge, Value]]) -> list[tuple[Value, Value]]:
    """Gradients with the values that they go to: leaves, or who asked to retain them."""
    held = []
    for edge, g in found:
        value = _holder(edge) if isinstance(edge, Node) else edge
        if value is not None:
            held.append((value, g))
    return held


def _retained(found: dict[Edge, Value], but: Sequence[Value] = ()) -> list[tuple[Value, Value]]:
    """Of the results that were passed, all `but` these, those that keep their gradient."""
    others = found.keys() - {x.node for x in but}
    return _held((e, found[e]) for e in others if isinstance(e, Node) and _keeps(e))


def _keeps(node: Node) -> bool:
    return node.extras is not None and node.extras.retained is not None


def _accumulate_all(
    targets: Iterable[tuple[Value, Value]], origin: int | Whose, create_graph: bool
) -> None:
    with _accumulating:  # graphs of several threads may share their leaves
        for value, g in targets:
            if value._grad is None:  # the usual case
                value._grad, value._grad_of = g, origin
            else:
                _accumulate(value, value._grad, g, origin, create_graph)


def _check_whole(targets: Iterable[tuple[Value, Value]]) -> None:
    """Raise GraphError for gradients of the samples of a batch that has not ended."""
    for value, g in targets:
        if any(level.active for level in known.levels_of(g)):
            raise GraphError(
                f"backward() inside vmap: the gradient of {called(value, 'a leaf')} differs from "
                "sample to sample, and .grad has no room for that: take func.grad inside, or call "
                "backward() on what vmap gives"
            )


def _call_after(leaves: Iterable[Value], create_graph: bool) -> None:
    """Call the hooks of leaves whose gradient is complete."""
    for value in leaves:
        extras = getattr(value, "_extras", None)
        if extras is not None and extras.after_accumulation:
            with enable_grad() if create_graph else no_grad():
                for hook in list(extras.after_accumulation.values()):
                    hook(value)


def _accumulate(
    value: Value, held: Value, g: Value, origin: int | Whose, create_graph: bool
) -> None:
    """Add `g` to the gradient `held` of `value`, in place: those who hold it see the sum."""
    if _is_zeroed(held):
        value._grad_of = origin
    elif value._grad_of is not None:
        value._grad_of = Whose.SUMMED
    if create_graph:
        value._grad = held + g  # type: ignore[operator]
    elif isinstance(held.array, ndarray):
        np.add(held.array, g.array, out=held.array)
        memory.touch(held.array, "backward")
    else:
        held.array = held.array + g.array
        memory.touch(held, "backward")


def _is_zeroed(held: Value) -> bool:
    """Whether a gradient was set to zero, so that to add to it is to begin anew."""
    writes = held._writes
    return writes is not None and writes.name == "zero_" and not np.any(held.array)


def _holder(edge: Node) -> Value | None:
    """The value whose `grad` the gradient of a result goes to: who asked to retain it."""
    assert edge.extras is not None and edge.extras.retained is not None
    return edge.extras.retained()


def differentiate(
    outputs: Sequence[Value],
    gradients: Sequence[Any],
    inputs: Sequence[Value] | None,
    retain_graph: bool | None,
    create_graph: bool,
    keep: bool = False,
) -> tuple[dict[Edge, Value], int | Whose]:
    """The derivatives of `outputs`, weighted by `gradients`, for `inputs` or for every leaf.

    Also whose derivatives they are: the number of a node, 0 for a leaf, or several.
    """
    try:
        return _differentiated(outputs, gradients, inputs, retain_graph, create_graph, keep)
    except Exception as error:
        told_of_pass(error, outputs, visit)
        raise


def _differentiated(
    outputs: Sequence[Value],
    gradients: Sequence[Any],
    inputs: Sequence[Value] | None,
    retain_graph: bool | None,
    create_graph: bool,
    keep: bool,
) -> tuple[dict[Edge, Value], int | Whose]:
    seeds: Gradients = {}
    for output, gradient in zip(outputs, gradients, strict=True):
        edge, seed = output.node or output, _seed(output, gradient, create_graph)
        seeds[edge] = seeds[edge] + seed if edge in seeds else seed
    memory.settle()
    wanted: set[Edge] | None = None
    if inputs is not None:
        wanted = {value.node or value for value in inputs}
    retain = create_graph if retain_graph is None else retain_graph
    origin = _origin(seeds, gradients)
    carry = partial(_watched, outputs) if memory.watched and watchers() else propagate
    with np.errstate(all="ignore"):  # what divides by zero shows in the results, as in PyTorch
        if create_graph:
            with enable_grad():
                found = carry(seeds, wanted, retain, True, keep, origin)
                return _own(found, seeds.values()), origin
        found = carry(seeds, wanted, retain, False, keep, origin)
        passed(outputs, gradients, found if inputs is None else None)
        return _own(found, seeds.values()), origin


def _watched(outputs: Sequence[Value], seeds: Gradients, *how: Any) -> Gradients:
    """`propagate`, before the eyes of those who watch."""
    with passing(outputs, seeds, newest_first(seeds)) as arrived:
        found = propagate(seeds, *how)
        arrived(found)
    return found


def _own(found: Gradients, seeds: Iterable[Any]) -> dict[Edge, Value]:
    """`found` as values that share memory with nothing, so that writing into one harms no other."""
    taken = {id(raw_of(seed)) for seed in seeds}
    owned = {}
    for edge, g in found.items():
        if type(g) is ndarray:  # the usual case
            if g.nbytes <= KEPT_BYTES or id(g) in taken or not memory.alone(g):
                g = g.copy()
            taken.add(id(g))
            owned[edge] = share(g)
            continue
        raw = raw_of(g)
        if isinstance(raw, known.ARRAYS):
            if id(raw) in taken or raw.nbytes <= KEPT_BYTES or not raw.flags.owndata:
                g = unasked(g.clone()) if isinstance(g, Value) else g.copy()  # type: ignore[attr-defined]
            taken.add(id(raw))
        owned[edge] = g if isinstance(g, Value) else wrap(g)
    return owned


def _seed(output: Value, gradient: Any, create_graph: bool) -> Any:
    """The gradient that flows into `output`: the given one, checked, or 1."""
    if not output._requires_grad:
        raise GraphError(
            f"{called(output, 'this tensor')} depends on nothing that requires a gradient: "
            f"{why_unconnected(output)}"
        )
    y = output.array
    if gradient is None:
        if y.size != 1:
            raise GraphError(
                "only one-element tensors have an implicit gradient of 1, "
                f"{called(output, 'this one')} is {show_shape(y)}: reduce it first, e.g. with "
                ".sum(), or give one of its shape, as backward(gradient) or "
                "grad(..., grad_outputs=gradient)"
            )
        seed = np.ones_like(y) if y.ndim else y.dtype.type(1)
        return wrap(seed) if create_graph else seed
    g = gradient.array if isinstance(gradient, Value) else np.asarray(gradient)
    if g.shape != y.shape:
        raise ShapeError(f"the gradient is {show_shape(g)}, but the tensor is {show_shape(y)}")
    if create_graph and isinstance(gradient, Value):
        return gradient if g.dtype == y.dtype else gradient.astype(y.dtype)  # type: ignore[attr-defined]
    g = g.astype(y.dtype, copy=False)
    g = g if g.ndim else g[()]
    return wrap(g) if create_graph else g
