r"""The chain rule between arrays: one equation for each gradient on the way, the root's first.

\frac{\partial L}{\partial W} = x^\top \frac{\partial L}{\partial z}
"""

from __future__ import annotations

from dataclasses import dataclass

from ..graph.chain import Contribution, local_derivatives
from ..graph.summary import summarize
from .formulas import PRODUCT, tightness
from .symbols import value
from .telling import Shown, Telling

MOST = 40  # equations written out


@dataclass(frozen=True)
class Equation:
    """The gradient of one variable: its symbol, and what it equals, line by line."""

    left: str
    lines: tuple[str, ...]


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
    first = Equation(told.gradient(output), (told.gradient_number(output),))
    return [first, *(_equation(told, k, into[k]) if k in into else DOTS for k in numbers)]


DOTS = Equation(r"\vdots", ())


def _equation(told: Telling, k: int, edges: list[Contribution]) -> Equation:
    def line(shown: Shown, gradient: Shown) -> str:
        return " + ".join(_term(told, edge, shown, gradient) for edge in edges)

    lines = [line(told.name, told.gradient)]
    if any(told.shape(told.source(edge)) for edge in edges):
        lines.append(line(_with_shape(told, told.name), _with_shape(told, told.gradient)))
    lines.append(" + ".join(_numbers(told, edge) for edge in edges))
    lines.append(told.gradient_number(k))
    left = told.gradient(k)
    return Equation(left, tuple(text for text in dict.fromkeys(lines) if text != left))


def _with_shape(told: Telling, shown: Shown) -> Shown:
    def text(k: int) -> str:
        shape = told.shape(k)
        return rf"\underset{{{shape}}}{{{shown(k)}}}" if shape else shown(k)

    return text


def _term(told: Telling, edge: Contribution, shown: Shown, gradient: Shown) -> str:
    """What one operation gives: its formula, or the gradient times its local derivative."""
    source = told.source(edge)
    g, formula = gradient(source), told.formula(edge, shown, gradient)
    if formula is None:
        of, by = told.name(source), told.name(edge.variable)
        return rf"\left(\frac{{\partial {of}}}{{\partial {by}}}\right)^{{\top}} {g}"
    if not told.is_entrywise(edge):
        return formula
    return _times(told, edge, g, formula)


def _numbers(told: Telling, edge: Contribution) -> str:
    """The same in numbers: entry by entry, the gradient times the value of the local derivative."""
    local = local_derivatives(told.recording, edge.operation)[edge.slot]
    shown = None if local is None else value(summarize(local))
    alike = told.formula(edge, told.name, told.gradient) in ("1", "-1")
    if shown is None or alike or not told.is_entrywise(edge):
        return _term(told, edge, told.number, told.gradient_number)
    return _times(told, edge, told.gradient_number(told.source(edge)), shown)


def _times(told: Telling, edge: Contribution, g: str, local: str) -> str:
    """A gradient times a local derivative, summed over the axes that were broadcast."""
    term = _product(g, local, r"\odot" if told.shape(told.source(edge)) else r"\cdot")
    summed = told.summed_axes(edge)
    return rf"\sum_{{\text{{{summed}}}}} \left({term}\right)" if summed else term


def _product(g: str, local: str, sign: str) -> str:
    if local in ("1", "-1"):
        return local[:-1] + g
    loose = tightness(local) < PRODUCT
    return rf"{g} {sign} \left({local}\right)" if loose else f"{g} {sign} {local}"
