r"""What was computed on the way: the variables without a name of their own that equations speak of.

t_1 = u + v = 5
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..graph.model import Kind
from .lines import Equation, Line, latex_rows, line
from .stating import Statement, told_result
from .symbols import text
from .telling import Telling
from .trees import parts, tree, written

MOST = 16  # definitions; more would bury the equations
_MADE_UP = re.compile(r"t_\{(\d+)\}")


def meanings(told: Telling, rows: Iterable[str]) -> list[Equation]:
    """The definitions of the made-up names in these rows, and of those in the definitions."""
    spoken = {name for row in rows for name in _MADE_UP.findall(row)}
    found: dict[int, list[Equation]] = {}
    for operation in reversed(told.graph.operations):
        made = [k for k in operation.outputs if _number(told, k) in spoken]
        if not made:
            continue
        found[made[0]] = _definition(told, operation.number, made[0])
        if sum(map(len, found.values())) > MOST:
            return []
        rows = (row for equation in found[made[0]] for row in latex_rows(equation))
        spoken |= {name for row in rows for name in _MADE_UP.findall(row)}
    kept = [v.number for v in told.graph.variables if v.kind is not Kind.RESULT]
    found |= {k: [_constant(told, k)] for k in kept if _number(told, k) in spoken}
    return [equation for k in sorted(found) for equation in found[k]]


def _number(told: Telling, k: int) -> str | None:
    """The number in a made-up name."""
    variable = told.graph.variables[k]
    return None if variable.named or variable.name is None else variable.name[1:]


def _constant(told: Telling, k: int) -> Equation:
    """The entries of a small array that nobody has named, the shape of a larger one."""
    shape = told.shape(k)
    shown = told.number(k) or text(f"an unnamed tensor of shape {shape}")
    return Equation(told.name(k), (line(shown),))


def _call(told: Telling, operation: int) -> Statement:
    """An operation that has no formula, by its name."""
    found = told.graph.operations[operation]
    return Statement(rf"{text(found.symbol)}({', '.join(map(told.name, found.inputs))})")


def _definition(told: Telling, operation: int, k: int) -> list[Equation]:
    """What an operation has computed: its result, or the equations that its results fulfil."""
    found = told_result(told, operation, told.name) or _call(told, operation)
    sides = [parts(part, "=") for _, part in parts(tree(found.body), ",")]
    if len(sides[0]) > 1:
        lines = [(written(left), written(right)) for (_, left), (_, right) in sides]
    else:
        number = None if told.shape(k) else told.number(k)
        known = number in (None, found.body)
        lines = [(told.name(k), found.body if known else f"{found.body} = {number}")]
    said = [()] * (len(lines) - 1) + [found.definitions]
    return [Equation(left, (Line((right,), own),)) for (left, right), own in zip(lines, said)]
