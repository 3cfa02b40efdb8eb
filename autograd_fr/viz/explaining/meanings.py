r"""What was computed on the way: the variables without a name of their own that equations speak of.

t_1 = u + v = 5
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..graph.model import Kind
from .lines import Equation, Line, latex_rows
from .stating import told_result
from .telling import Telling
from .trees import parts, tree, written

MOST = 16  # definitions; more would bury the equations
_MADE_UP = re.compile(r"t_\{(\d+)\}")


def meanings(told: Telling, rows: Iterable[str]) -> list[Equation]:
    """The definitions of the made-up names in these rows, and of those in the definitions."""
    spoken = {name for row in rows for name in _MADE_UP.findall(row)}
    found: list[Equation] = []
    for operation in reversed(told.graph.operations):
        if len(found) > MOST:
            break
        made = [k for k in operation.outputs if _number(told, k) in spoken]
        definition = _definition(told, operation.number, made[0]) if made else []
        found += definition[::-1]
        rows = (row for equation in definition for row in latex_rows(equation))
        spoken |= {name for row in rows for name in _MADE_UP.findall(row)}
    return found[::-1] if len(found) <= MOST else []


def _number(told: Telling, k: int) -> str | None:
    """The number in a made-up name."""
    variable = told.graph.variables[k]
    if variable.named or variable.kind is not Kind.RESULT:
        return None
    return (variable.name or "")[1:]


def _definition(told: Telling, operation: int, k: int) -> list[Equation]:
    """What an operation has computed: its result, or the equations that its results fulfil."""
    found = told_result(told, operation, told.name)
    if found is None:
        return []
    sides = [parts(part, "=") for _, part in parts(tree(found.body), ",")]
    if len(sides[0]) > 1:
        lines = [(written(left), written(right)) for (_, left), (_, right) in sides]
    else:
        number = None if told.shape(k) else told.number(k)
        known = number in (None, found.body)
        lines = [(told.name(k), found.body if known else f"{found.body} = {number}")]
    said = [()] * (len(lines) - 1) + [found.definitions]
    return [Equation(left, (Line((right,), own),)) for (left, right), own in zip(lines, said)]
