r"""What was computed on the way: the variables without a name of their own that equations speak of.

t_1 = u + v = 5
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..graph.model import Kind
from .calls import result_formula
from .lines import Equation, Line, latex_rows
from .stating import names_of, stated
from .telling import Telling
from .trees import parts, tree, written

MOST = 12
_MADE_UP = re.compile(r"t_\{(\d+)\}")


def meanings(told: Telling, rows: Iterable[str]) -> list[Equation]:
    """The definitions of the made-up names in these rows, and of those in the definitions."""
    spoken = {name for row in rows for name in _MADE_UP.findall(row)}
    found: list[Equation] = []
    for operation in reversed(told.graph.operations):
        if len(found) > MOST:
            break
        made = [k for k in operation.outputs if _number(told, k) in spoken]
        if made and (equation := _definition(told, operation.number, made[0])):
            found.append(equation)
            spoken |= {name for row in latex_rows(equation) for name in _MADE_UP.findall(row)}
    return found[::-1] if len(found) <= MOST else []


def _number(told: Telling, k: int) -> str | None:
    """The number in a made-up name."""
    variable = told.graph.variables[k]
    if k in told.named or variable.kind is not Kind.RESULT:
        return None
    return (variable.name or "")[1:]


def _definition(told: Telling, operation: int, k: int) -> Equation | None:
    formula = result_formula(told.recording.steps[operation], told.numbers(operation))
    if formula is None:
        return None
    names = names_of(told, operation, told.name, lambda _: "")
    inputs = told.graph.operations[operation].inputs
    if sum(bool(told.shape(i)) for i in inputs) > 1:
        formula = formula.replace(r"\cdot", r"\odot")
    told_so = stated(formula, {name: text for name, text in names.items() if text})
    (_, left), *right = parts(tree(told_so.body), "=")
    if right:  # an equation that the result fulfils
        body = written(tree(told_so.body.partition("=")[2].strip()))
        return Equation(written(left), (Line((body,), told_so.definitions),))
    body = told_so.body
    if not told.shape(k) and (number := told.number(k)) not in (None, body):
        body = f"{body} = {number}"
    return Equation(told.name(k), (Line((body,), told_so.definitions),))
