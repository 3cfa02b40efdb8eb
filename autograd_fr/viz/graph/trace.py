"""`trace`: from a tensor to the description of how it was computed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ...autograd.engine import NOT_KEPT
from ...autograd.node import Node, Whose
from ...autograd.value import Value
from ...errors import OverwrittenError, ReleasedError
from ...messages.namespaces import Sighting, namespaces, sightings
from .borrowed import add_borrowed
from .chain import local_derivatives
from .model import Absent, Graph, Kind, Operation, Variable
from .names import Names
from .provenance import Provenance
from .recording import Recording, Step, argument_names, first_uses, recording_of
from .scopes import scoped
from .summary import Summary, summarize
from .wording import Called, transposes, words

# Of more variables than these, most are folded away before anything is drawn: they go without the
# heat maps and histograms, which would take longer than all the rest.
PICTURED = 2000

# How names that are made up begin.
LETTERS = {Kind.RESULT: "t", Kind.CONSTANT: "c", Kind.LEAF: "v", Kind.PARAMETER: "v"}


def trace(f: Any, *, names: Mapping[str, Any] | None = None, local: bool = False) -> Graph:
    """The graph of all operations and variables that `f` was computed with.

    `names` maps names to tensors, and may be `locals()`. A tensor that it leaves out goes by the
    name it was given, by that of the caller's variable or where that holds it, or by t1, t2, ...,
    c1, ... of constants, v1, ... of variables. `local`: also compute the local derivatives of each
    operation that works entry by entry or gives a single number.

    Raises TypeError where `f` is not a tensor.

    >>> import autograd_fr as ag
    >>> from autograd_fr import viz
    >>> u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
    >>> f = (u + v) * w
    >>> f.backward()
    >>> for x in viz.trace(f).variables:
    ...     print(x.name, x.value.entries, x.gradient.entries)
    u 2.0 4.0
    v 3.0 4.0
    t1 5.0 4.0
    w 4.0 5.0
    f 20.0 1.0
    """
    recording, frame = recording_of(f), sys._getframe(1)
    known = naming(recording, names, sightings(frame))
    graph = described(recording, known, local)
    return scoped(graph, recording, [names or {}, *namespaces(frame)])


def naming(
    recording: Recording, names: Mapping[str, Any] | None, found: Iterable[Sighting]
) -> Names:
    """What the sources of a recording are called."""
    f, sources = recording.f, recording.sources
    known = Names({id(source) for source in sources})
    known.hold(f)
    known.add_explicit(names or {})
    known.add_given(source for source in (f, *sources) if isinstance(source, Value))
    found = list(found)
    known.add_found(s for s in found if s[1] is f and s[0].isidentifier())  # it is asked for so
    known.add_found(found)
    add_borrowed(known, sources, [*(names or {}).items(), *found])
    return known


def described(recording: Recording, known: Names, local: bool = False) -> Graph:
    """The graph of a recording: its variables and operations, in the same order."""
    f = recording.f
    made_up = {kind: known.made_up(letter) for kind, letter in LETTERS.items()}
    origins = Provenance(recording, known)
    uses = first_uses(f)
    pictured = len(recording.sources) <= PICTURED
    variables = tuple(
        _variable(i, source, known, made_up, origins, uses.get(id(source), 0), pictured)
        for i, source in enumerate(recording.sources)
    )
    operations = [_operation(i, step, known.called) for i, step in enumerate(recording.steps)]
    if local:
        operations = [replace(o, locals=_locals(recording, o.number)) for o in operations]
    return Graph(variables, tuple(operations), recording.output)


def _locals(recording: Recording, operation: int) -> tuple[Summary | None, ...]:
    """The local derivatives of an operation; None also where their arrays are gone."""
    try:
        with np.errstate(all="ignore"):
            found = local_derivatives(recording, operation)
    except (ReleasedError, OverwrittenError):
        return (None,) * len(recording.steps[operation].inputs)
    return tuple(None if d is None else summarize(d) for d in found)


def _operation(number: int, step: Step, called: Called) -> Operation:
    node, op = step.node, step.node.op
    if transposes(node):
        formulas = (r"x^\top", (r"G^\top",))
        return Operation(number, op.name, "ᵀ", (), ("x",), step.inputs, step.outputs, *formulas)
    arguments = list(argument_names(node))
    return Operation(
        number,
        op.name,
        op.symbol,
        words(node, called),
        tuple(arguments[i] for i in step.slots),
        step.inputs,
        step.outputs,
        op.latex,
        tuple(op.derivatives.get(arguments[i].partition("[")[0]) for i in step.slots),
    )


def _variable(
    number: int,
    source: Any,
    known: Names,
    made_up: Mapping[Kind, Iterator[str]],
    origins: Provenance,
    used: int,
    pictured: bool,
) -> Variable:
    name, held = known.by_id.get(id(source)), known.held.get(id(source))
    named, detached = name is not None, known.detached_from(source)
    kind = _kind(source, held, named)
    if detached and name is None:
        name, detached, kind = f"{detached}.detach()", None, Kind.CONSTANT
    if name is None and kind is not Kind.NUMBER:
        name = next(made_up[kind])
    array = source.array if isinstance(source, Value) else source
    value = summarize(source.y if isinstance(source, Node) else array, pictured)
    gradient, of = gradient_of(source, held)
    changed = isinstance(source, Value) and 0 < used < source.written
    variable = Variable(
        number, name, kind, value, Absent.NOT_REQUIRED, changed=changed, named=named,
        detached=detached or "",
    )  # fmt: skip
    if isinstance(gradient, Absent) and gradient is not Absent.NOT_KEPT:
        return replace(variable, gradient=gradient)
    leaf = source if isinstance(source, Value) else held
    remark = origins.remark(source, None if leaf is None else leaf._grad, of)
    summary = gradient if isinstance(gradient, Absent) else summarize(gradient, pictured)
    return replace(variable, gradient=summary, derivative=not remark, provenance=remark)


def _kind(source: Any, held: Value | None, named: bool) -> Kind:
    """Where a source comes from. `held`: the tensor that the caller has of it."""
    if isinstance(source, Node):
        return Kind.RESULT
    leaf = source if isinstance(source, Value) else held
    if leaf is not None and leaf._is_param:
        return Kind.PARAMETER
    if isinstance(source, Value) and source.requires_grad:
        return Kind.LEAF
    if named:
        return Kind.INPUT
    number = not isinstance(source, Value) and not getattr(source, "shape", ())
    return Kind.NUMBER if number else Kind.CONSTANT


def gradient_of(source: Any, held: Value | None) -> tuple[Any, int | Whose | None]:
    """The gradient that a leaf or a held result has, else the one that its node kept, or why there
    is none; and whose derivative it is."""
    leaf = source if isinstance(source, Value) else held
    if leaf is not None and leaf._grad is not None:
        return leaf._grad.array, leaf._grad_of
    if isinstance(source, Node) and source.grad is not None:
        return (Absent.NOT_KEPT if source.grad is NOT_KEPT else source.grad), source.grad_of
    if isinstance(source, Node) or (isinstance(source, Value) and source.requires_grad):
        return Absent.NOT_COMPUTED, None
    return Absent.NOT_REQUIRED, None
