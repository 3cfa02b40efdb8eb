r"""The chain rule between single numbers: the sum over the paths of the products along them.

\frac{\partial f}{\partial u} = \frac{\partial f}{\partial t_1} \frac{\partial t_1}{\partial u}
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from ..graph.chain import Contribution, given
from .formulas import PRODUCT, tightness
from .lines import Equation, Line, distinct, line
from .stating import of_edge
from .symbols import value
from .telling import Telling

MOST = 6  # paths written out
FACTORS = 30  # factors of all of them


class Products:
    """The paths from the root to the target, where all on them are single numbers and few.

    A step goes from one variable to another; where an operation takes one twice, as x * x, it is
    one step, and its derivative a sum.
    """

    def __init__(self, told: Telling) -> None:
        self.told = told

    def apply(self) -> bool:
        """Whether the gradient is told as the products along the paths."""
        told = self.told
        if any(map(told.shape, told.gradients)):
            return False
        if len(told.edges) > FACTORS:
            return False
        return len(self.paths) <= MOST and sum(map(len, self.paths)) <= FACTORS

    @cached_property
    def paths(self) -> list[list[tuple[Contribution, ...]]]:
        """Every way from the root to the target, in the order of the arguments; at most one more
        than can be written out."""
        steps: dict[tuple[int, int], tuple[Contribution, ...]] = {}
        for edge in self.told.edges:
            key = edge.operation, edge.variable
            steps[key] = (*steps.get(key, ()), edge)
        at: dict[int, list[list[tuple[Contribution, ...]]]] = {self.told.recording.output: [[]]}
        for step in steps.values():
            sources = self.told.operation(step[0]).outputs
            ways = [[*way, step] for k in sources for way in at.get(k, ())]
            at.setdefault(step[0].variable, []).extend(ways)
            if len(at[step[0].variable]) > MOST:
                return at[step[0].variable]
        return sorted(at[self.told.aim], key=lambda path: [step[0].slot for step in path])

    def equation(self) -> Equation:
        """The gradient in symbols, in formulas, in numbers, path by path, and what it is."""
        told = self.told
        left = told.derivative(told.aim)
        if not self.paths[0]:
            return Equation(left, (line("1"),))
        lines: list[Line | None] = [self._sum(self._symbol), self._formulas()]
        if told.complete:
            lines += [
                self._sum(lambda step: _added([value(self._local(edge)) or "" for edge in step])),
                Line(tuple(value(self._product(path)) or "" for path in self.paths)),
            ]
        result = told.gradient_number(told.aim)
        lines.append(None if result is None else line(result))
        return Equation(left, distinct(lines, left))

    def _sum(self, factor: Callable[[tuple[Contribution, ...]], str]) -> Line:
        return Line(tuple(r" \cdot ".join(_joined(list(map(factor, path)))) for path in self.paths))

    def _symbol(self, step: tuple[Contribution, ...]) -> str:
        """The local derivative as a symbol."""
        return self.told.local_derivative(step[0])

    def _formulas(self) -> Line:
        definitions: dict[str, str] = {}

        def formula(step: tuple[Contribution, ...]) -> str:
            return _added([self._formula(edge, definitions) for edge in step])

        return Line(self._sum(formula).terms, tuple(definitions.values()))

    def _formula(self, edge: Contribution, definitions: dict[str, str]) -> str:
        told = self.told
        formula = told.rule(edge)
        found = formula and of_edge(told, edge, formula, (told.name, lambda _: "1"), definitions)
        if not found:
            return self._symbol((edge,))
        definitions |= {text.partition(" = ")[0]: text for text in found.definitions}
        return found.body

    def _local(self, edge: Contribution) -> float:
        """The local derivative: what comes back where 1 arrives."""
        recording, source = self.told.recording, self.told.source(edge)
        one: Any = np.ones_like(recording.steps[edge.operation].node.y
                                if not isinstance(recording.steps[edge.operation].node.y, tuple)
                                else self.told.gradients[source])[()]  # fmt: skip
        back = dict(given(recording, edge.operation, {source: one}))
        return float(back[edge.slot])

    def _product(self, path: list[tuple[Contribution, ...]]) -> float:
        product = 1.0
        for step in path:
            product *= sum(map(self._local, step))
        return product


def _joined(factors: list[str]) -> list[str]:
    """Factors as they stand in a product: sums and negative numbers in parentheses."""
    if len(factors) == 1:
        return factors
    return [f"({f})" if tightness(f) < PRODUCT else f for f in factors]


def _added(terms: list[str]) -> str:
    return " + ".join([terms[0], *(f"({t})" if t.startswith("-") else t for t in terms[1:])])
