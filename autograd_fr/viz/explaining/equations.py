r"""The chain rule between arrays: one equation for each gradient on the way, the root's first.

\frac{\partial L}{\partial W} = x^\top \frac{\partial L}{\partial z}
"""

from __future__ import annotations

import re

from ..graph.chain import Contribution
from .formulas import PRODUCT, tightness, tokens
from .lines import Equation, Line, distinct, line
from .stating import WHERE, Statement, of_edge
from .symbols import text
from .telling import Shown, Telling, is_entrywise
from .tidying import tidied

_BRACED = r"(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*"
_RAISED = re.compile(
    rf"\(?\\underset\{{\\text\{{([^{{}}]*)\}}\}}\{{({_BRACED})\}}\)?\^(\\top|\{{[^{{}}]*\}})"
)
MOST = 40  # equations written out
DOTS = Equation(r"\vdots", ())


def equations(told: Telling) -> list[Equation]:
    """The gradients of all variables on the paths, each by those before it."""
    into: dict[int, list[Contribution]] = {}
    for edge in told.edges:
        known = into.pop(edge.variable, [])
        into[edge.variable] = [*known, edge]  # in the order in which they are complete
    output = told.recording.output
    numbers = list(into)
    if len(numbers) > MOST:
        numbers[MOST // 2 : -MOST // 2] = [output]
    seed = told.gradient_number(output) or r"\mathbf{1}"
    first = Equation(told.derivative(output), (line(seed),))
    return [first, *(_equation(told, k, into[k]) if k in into else DOTS for k in numbers)]


def _equation(told: Telling, k: int, edges: list[Contribution]) -> Equation:
    left, result = told.derivative(k), told.gradient_number(k)
    names = _sum(told, edges, (told.name, told.gradient))
    lines = [names]
    if any(_has_shapes(told, edge) for edge in edges):
        shaped = _with_shape(told, told.name), _with_shape(told, told.gradient)
        lines.append(_transposed(_sum(told, edges, shaped)))
    lines.append(_sum(told, edges, None))
    lines.append(None if result is None else line(result))
    return Equation(left, distinct(lines, left))


def _has_shapes(told: Telling, edge: Contribution) -> bool:
    """Whether shapes say something: where arrays of several shapes come together."""
    formula, operation = told.rule(edge), told.operation(edge)
    indexed = formula is not None and any(token.text in ("_", WHERE) for token in tokens(formula))
    if formula is None or indexed or any("[" in name for name in operation.arguments):
        return False
    names = zip(operation.arguments, operation.inputs)
    read = {t.name for t in tokens(formula) if t.kind == "symbol"}
    shapes = {told.shape(k) for name, k in names if name in read}
    if not shapes and told.summed_axes(edge, formula) is None:
        return False
    shapes |= {told.shape(told.source(edge)), told.shape(edge.variable)}
    return len(shapes - {()}) > 1


def _with_shape(told: Telling, shown: Shown) -> Shown:
    def shaped(k: int) -> str | None:
        shape = told.shape(k)
        return rf"\underset{{{text(str(shape))}}}{{{shown(k)}}}" if shape else shown(k)

    return shaped


def _transposed(line: Line | None) -> Line | None:
    r"""A line whose shapes stand below all that they are of: of X^\top that of the transpose."""
    return line and Line(tuple(map(_with_exponents, line.terms)), line.definitions)


def _with_exponents(latex: str) -> str:
    def found(match: re.Match[str]) -> str:
        shape, inner, exponent = match.groups()
        if r"\top" in exponent:
            lengths = shape.strip("(,)").split(", ")
            shape = f"({', '.join([*lengths[:-2], *lengths[-2:][::-1]])})" if lengths[1:] else shape
        inner = rf"\left({inner}\right)" if inner.startswith(r"\frac") else inner
        return rf"\underset{{\text{{{shape}}}}}{{{inner}^{exponent}}}"

    return _RAISED.sub(found, latex)


def _sum(
    told: Telling, edges: list[Contribution], shown: tuple[Shown, Shown] | None
) -> Line | None:
    """What each edge brings, in names; without `shown`, in numbers, where all can be."""
    terms: list[str] = []
    definitions: dict[str, str] = {}
    for edge in edges:
        term = _numbers(told, edge) if shown is None else _term(told, edge, shown, definitions)
        if term is None:
            return None
        terms.append(term.body)
        definitions |= {text.partition(" = ")[0]: text for text in term.definitions}
    return Line(tuple(terms), tuple(definitions.values()))


def _term(
    told: Telling, edge: Contribution, shown: tuple[Shown, Shown], before: dict[str, str]
) -> Statement | None:
    """What one operation gives: its formula, or the gradient times its local derivative."""
    formula, g = told.rule(edge), shown[1](told.source(edge))
    if formula is None:
        transposed = rf"\left({told.local_derivative(edge)}\right)^{{\top}}"
        return Statement(transposed if g == "1" else f"{transposed} {g}")
    found = of_edge(told, edge, formula, shown, before)
    if found is None or g is None:
        return None
    body = _times(told, edge, g, found.body) if is_entrywise(formula) else found.body
    return Statement(_summed(told, edge, formula, body), found.definitions)


def _numbers(told: Telling, edge: Contribution) -> Statement | None:
    """The same in numbers, where they are small: entry by entry, the gradient times the value of
    the local derivative. None where the formula speaks of entries by their indices, or has
    definitions."""
    formula = told.rule(edge)
    g = told.gradient_number(told.source(edge))
    if formula is None or g is None:
        return None
    if is_entrywise(formula):
        one = formula in ("1", "-1")
        local = formula if one else told.shown(told.local(edge), told.source(edge))
        body = None if local is None else _times(told, edge, g, local)
        return None if body is None else Statement(_summed(told, edge, formula, body))
    if any(t.text in ("_", WHERE) for t in tokens(formula)):
        return None
    found = of_edge(told, edge, formula, (told.number, told.gradient_number))
    return None if found is None else Statement(_summed(told, edge, formula, found.body))


def _times(told: Telling, edge: Contribution, g: str, local: str) -> str:
    sign = r"\odot" if told.shape(told.source(edge)) else r"\cdot"
    if local in ("1", "-1"):
        return local[:-1] + g
    if g == "1":
        return local
    loose = tightness(local) < PRODUCT
    return tidied(rf"{g} {sign} ({local})" if loose else f"{g} {sign} {local}")


def _summed(told: Telling, edge: Contribution, formula: str, term: str) -> str:
    """A term summed over the axes along which the input was repeated."""
    axes = told.summed_axes(edge, formula)
    if axes is None:
        return term
    inner = term if tightness(term) >= PRODUCT else f"({term})"
    return rf"\sum_{{\text{{{axes}}}}} {inner}" if axes else rf"\sum {inner}"
