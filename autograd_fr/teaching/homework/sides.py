"""What the two graphs of a failing sample hold, for each kind of exercise.

A rule is drawn as the operation that it belongs to, with the gradients that came out; a layer and a
step as the operations that the code goes through when it is run on tensors; what is asked of the
engine as the graph that it was asked of.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...autograd.value import Value
from ...creation.values import tensor
from ...viz.graph.model import Absent, Graph, Kind, Variable
from ...viz.graph.model import Operation as Step
from ...viz.graph.summary import Summary, summarize
from ...viz.graph.trace import trace
from .calling import Function, Results, number
from .gradients import operation, tensors
from .order import backward_order
from .pictures import Below, Side

if TYPE_CHECKING:
    from .exercise import Exercise
    from .judging import Outcome

NONE = Absent.NOT_REQUIRED
MISSING = Summary((), "")  # of what did not come out


def sides_of(exercise: Exercise, outcome: Outcome) -> tuple[Side, Side]:
    """The student's graph, and that of the reference."""
    if exercise.forward is not None:
        return _of_rule(exercise, outcome)
    if exercise.judge is not None:
        return _of_graph(exercise, outcome)
    return _of_code(exercise, outcome)


def _of_rule(exercise: Exercise, outcome: Outcome) -> tuple[Side, Side]:
    """The operation once, with the two sets of gradients."""
    there = outcome.right[-1].arguments | outcome.sample.inputs()
    xs = dict(zip(exercise.wrt, tensors(exercise, outcome.sample)))
    y = operation(exercise, exercise.reference, outcome.sample).apply(*xs.values())
    graph = _unlabelled(trace(y, names={**xs, "y": y}))
    numbered = {v.name: v.number for v in graph.variables}
    grad = there.get("grad", outcome.sample.grad_like(y.array))
    above = {numbered["y"]: Below("grad", summarize(np.asarray(grad)))}
    parted = outcome.parted()

    def gradients(found: Results, marks: bool) -> dict[int, Below]:
        return {
            numbered[x]: Below(
                _titled(name, found, outcome), _told(found, name),
                marks and _differs(outcome, name, parted),
            )
            for name, x in zip(exercise.returns, exercise.wrt)
        }  # fmt: skip

    yours = Side(graph, above | gradients(outcome.yours, True))
    return yours, Side(graph, above | gradients(outcome.wanted, False))


def _unlabelled(graph: Graph) -> Graph:
    """Without words at the arrows: what they come from has its name."""
    steps = (replace(o, arguments=("",) * len(o.inputs)) for o in graph.operations)
    return replace(graph, operations=tuple(steps))


def _titled(name: str, found: Results, outcome: Outcome) -> str:
    """The name, with the shape where that is wrong."""
    if name not in found or found[name].shape == outcome.wanted[name].shape:
        return name
    return f"{name} {found[name].shape}"


def _told(found: Results, name: str) -> Summary | str:
    return summarize(np.asarray(found[name])) if name in found else "= –"


def _differs(outcome: Outcome, name: str, parted: list[str]) -> bool:
    """Whether a result is missing, of another shape, or has other entries."""
    fits = name in outcome.yours and outcome.yours[name].shape == outcome.wanted[name].shape
    return name in parted or not fits


def _of_code(exercise: Exercise, outcome: Outcome) -> tuple[Side, Side]:
    """The operations of the two functions, up to the first result that differs."""
    parted = outcome.parted()
    wrong = [n for n in exercise.returns if outcome.fault and _differs(outcome, n, parted)]
    name = wrong[0] if wrong else exercise.returns[0]
    theirs = outcome.right[-1].arguments
    right = _code(exercise, exercise.reference, theirs, outcome.wanted, name)
    given = outcome.turns[-1].arguments if outcome.yours else theirs
    yours = _code(exercise, outcome.function, given, outcome.yours, name)
    odd = {v.number for v in yours.variables if _is_odd(v.value)}
    return Side(yours, {}, frozenset(odd | ({yours.output} if wrong else set()))), Side(right, {})


def _code(
    exercise: Exercise, function: Function, given: dict[str, Any], results: Results, name: str
) -> Graph:
    """The operations that lead to a result; where they cannot be recorded, one box for all."""
    title = f"{name}′" if name in given else name
    if name in results:
        y = _recorded(function, given, exercise.returns.index(name))
        if y is not None:
            names = {n: x for n, x in y[1].items() if isinstance(x, Value)}
            return trace(y[0], names={**names, title: y[0]})
    there = {n: x for n, x in given.items() if isinstance(x, np.ndarray)}
    values = [summarize(x) for x in there.values()]
    made = summarize(results[name]) if name in results else MISSING
    variables = [Variable(k, n, Kind.INPUT, values[k], NONE) for k, n in enumerate(there)]
    last = len(there)
    variables.append(Variable(last, title, Kind.RESULT, made, NONE))
    called = exercise.called
    inside = Step(0, called, called, (), ("",) * last, tuple(range(last)), (last,))
    return Graph(tuple(variables), (inside,), last)


def _recorded(
    function: Function, given: dict[str, Any], k: int
) -> tuple[Value, dict[str, Any]] | None:
    """The k-th result of a function on tensors, and these; None where it does not work on them."""
    tensors = {
        n: tensor(x, requires_grad=x.dtype.kind == "f") if isinstance(x, np.ndarray) else x
        for n, x in given.items()
    }
    try:
        with np.errstate(all="ignore"):
            result = function(*tensors.values())
    except Exception:  # the code is made for arrays, and need not go with tensors
        return None
    y = result[k] if isinstance(result, (tuple, list)) else result
    return (y, tensors) if isinstance(y, Value) and y.node is not None else None


def _is_odd(value: Summary) -> bool:
    """Whether an entry is nan or inf."""
    if value.entries is None:
        return value.nans + value.infs > 0
    return not np.isfinite(np.asarray(value.entries, float)).all()


def _of_graph(exercise: Exercise, outcome: Outcome) -> tuple[Side, Side]:
    """The graph that was asked of, with what came out for every node under it."""
    graph = _graph(*outcome.right[-1].arguments.values())
    name = exercise.returns[0]
    fault, found = outcome.fault, outcome.yours.get(name)
    right = _under(graph, outcome.wanted[name])
    yours = _under(graph, found) if isinstance(found, (dict, list, tuple)) else _under(graph, ())
    if isinstance(found, dict):
        parted = {n for n in yours if yours[n] != right[n]}
    else:
        parted = {v.number for v in graph.variables if fault and v.name == fault.result}
    marked = {n: replace(told, marked=n in parted) for n, told in yours.items()}
    return Side(graph, marked, bare=True), Side(graph, right, bare=True)


def _under(graph: Graph, found: Any) -> dict[int, Below]:
    """Per node its gradient, or its place in an order."""
    if isinstance(found, dict):
        return {v.number: Below("grad", _number(found.get(v.name))) for v in graph.variables}
    place = {n: summarize(k) for k, n in enumerate(found, 1) if isinstance(n, str)}
    return {v.number: Below("place", place.get(v.name or "", "= –")) for v in graph.variables}


def _number(x: Any) -> Summary | str:
    found = number(x)
    return "= –" if found is None else summarize(found)


def _graph(parents: dict[str, Any], output: str) -> Graph:
    """A graph of which parents are known, and local derivatives, if they are numbers."""
    listed = list(reversed(backward_order(parents, output)))
    place = {name: k for k, name in enumerate(listed)}
    kinds = {n: Kind.RESULT if parents.get(n) else Kind.LEAF for n in listed}
    variables = [Variable(k, n, kinds[n], MISSING, NONE) for n, k in place.items()]
    operations: list[Step] = []
    for name in (n for n in listed if parents.get(n)):
        above = parents[name]
        local = (
            tuple(summarize(float(d)) for d in above.values()) if isinstance(above, dict) else ()
        )
        inputs = tuple(place[p] for p in above)
        operations.append(
            Step(len(operations), "", "", (), ("",) * len(inputs), inputs, (place[name],),
                 locals=local)
        )  # fmt: skip
    return Graph(tuple(variables), tuple(operations), place[output])
