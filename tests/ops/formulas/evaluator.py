r"""Formulas in LaTeX evaluated on arrays: an independent reading of what operations say they do.

`evaluate(latex, values)`: `values` has the arrays, numbers and parameters by the names of the
symbols: `x`, `weight` for `\mathit{weight}`, `y` (or the names of several results), `G` (or `G_Q`).

How a formula is read:

- `\cdot`, `\odot`, `\times`, `/`, `\frac`, powers and roots go entry by entry, with broadcasting.
- Two things side by side are multiplied: as matrices where both are arrays (one axis or more) and
  the formula is one of `matrices`; else entry by entry. So a scalar beside an array scales it, in
  formulas of matrices `G\,b^\top` is a product of matrices, and `y \odot G` one of entries.
- In formulas of matrices `A^{-1}` is the inverse, of arrays of two axes or more; else `x^{-1}` is the
  reciprocal. `A^{-\top}` is the transpose of the inverse, `A^{+}` the pseudoinverse; `A^\top` swaps
  the last two axes.
- `\sum`, `\prod`, `\max` and `\min` of one thing go along the parameter `dim` (all axes where there
  is none), and keep these axes with length 1. `\sum` and `\prod` reach to the next + or -.
- A function has its argument in parentheses, or takes the symbols and numbers after it:
  `\sin \pi x`, `\ln b`. Functions are looked up by their names among `OPERATORS`; in
  `\operatorname{flip}(x, \mathit{dims})` the function gets the parameter as it is.
- `[x > 0]` is 1 where that holds, else 0. `\begin{cases} .. & \text{if } .. \\ .. & \text{else}`.
- `\text{ where } T = .., P = ..` at the end defines symbols of the formula's own.
- `z_k` is the k-th of several, `z[k]`; `x_{\mathit{index}}` what is read at an index, a tuple;
  `x^{\top(i, j)}` is x with the axes i and j exchanged.
- `e`, `\pi` and `\infty` are the constants unless a value has that name. `\mathbf{1}` is
  what `values["ones"]` says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tests.ops.formulas.operators import OPERATORS
from tests.ops.formulas.parser import FormulaError, Statement, Tree, parsed

CONSTANTS = {"e": math.e, "pi": math.pi, "infty": math.inf}

COMPARISONS: dict[str, Callable[..., Any]] = {
    "=": np.equal, "<": np.less, ">": np.greater, "<=": np.less_equal, ">=": np.greater_equal,
    "!=": np.not_equal,
}  # fmt: skip


def evaluate(latex: str, values: Mapping[str, Any], *, matrices: bool = False) -> Any:
    """The value of a formula that is one expression."""
    ((tree, other),), definitions = parsed(latex)
    if other is not None:
        raise FormulaError(f"{latex!r} is an equation and has no value")
    return Evaluation(values, matrices, definitions).of(tree)


def sides(latex: str, values: Mapping[str, Any], *, matrices: bool = False) -> list[Any]:
    """Per statement of a formula its value, or the values of both sides of an equation."""
    statements, definitions = parsed(latex)
    evaluation = Evaluation(values, matrices, definitions)
    return [
        evaluation.of(left) if right is None else (evaluation.of(left), evaluation.of(right))
        for left, right in statements
    ]


class Evaluation:
    """The values of trees, each kind by the method of its name."""

    def __init__(
        self, values: Mapping[str, Any], matrices: bool, definitions: list[Statement]
    ) -> None:
        self.values, self.matrices = dict(values), matrices
        for symbol, tree in definitions:
            if symbol[0] != "symbol" or tree is None:
                raise FormulaError(f"{symbol} is defined, which is no symbol")
            self.values[symbol[1]] = self.of(tree)

    def of(self, tree: Tree) -> Any:
        kind, *parts = tree
        return getattr(self, "_" + kind.replace(" ", "_"))(*parts)

    def _number(self, value: float) -> float:
        return value

    def _symbol(self, name: str) -> Any:
        if name in self.values:
            return self.values[name]
        if name in CONSTANTS:
            return CONSTANTS[name]
        raise FormulaError(f"there is no value for {name!r}, only for {', '.join(self.values)}")

    def _negative(self, a: Tree) -> Any:
        return -self.number(a)

    def _plus(self, a: Tree, b: Tree) -> Any:
        return self.number(a) + self.number(b)

    def _minus(self, a: Tree, b: Tree) -> Any:
        return self.number(a) - self.number(b)

    def _entries(self, a: Tree, b: Tree) -> Any:
        return self.number(a) * self.number(b)

    def _quotient(self, a: Tree, b: Tree) -> Any:
        return np.divide(self.number(a), self.number(b))

    def _mod(self, a: Tree, b: Tree) -> Any:
        return np.mod(self.number(a), self.number(b))

    def _outer(self, a: Tree, b: Tree) -> Any:
        return np.multiply.outer(self.number(a), self.number(b))

    def _beside(self, a: Tree, b: Tree) -> Any:
        left, right = self.number(a), self.number(b)
        both = np.ndim(left) and np.ndim(right)
        return left @ right if self.matrices and both else left * right

    def number(self, tree: Tree) -> Any:
        """What one can calculate with; bools count as 0 and 1."""
        value = np.asarray(self.of(tree))
        if value.dtype.kind not in "biuf":
            raise FormulaError(f"{tree} is {value!r}, which one cannot calculate with")
        return value.astype(float)

    def _power(self, a: Tree, b: Tree) -> Any:
        return np.power(self.number(a), self.number(b))

    def _root(self, a: Tree, degree: Tree) -> Any:
        n, value = self.number(degree), self.number(a)
        return np.cbrt(value) if n == 3 else value ** (1 / n)

    def _transpose(self, a: Tree) -> Any:
        value = self.number(a)
        return np.swapaxes(value, -1, -2) if value.ndim > 1 else value

    def _inverse(self, a: Tree) -> Any:
        value = self.number(a)
        return np.linalg.inv(value) if self.matrices and value.ndim > 1 else 1 / value

    def _inverse_transpose(self, a: Tree) -> Any:
        return np.swapaxes(np.linalg.inv(self.number(a)), -1, -2)

    def _pseudoinverse(self, a: Tree) -> Any:
        return np.linalg.pinv(self.number(a))

    def _at(self, a: Tree, k: Tree) -> Any:
        value, index = self.of(a), self.of(k)
        return value[(*index, ...) if isinstance(index, tuple) else int(index)]

    def _exchange(self, a: Tree, i: Tree, j: Tree) -> Any:
        value = self.number(a)
        return np.swapaxes(value, self.of(i), self.of(j)) if value.ndim else value

    def _apply(self, name: str, arguments: list[Tree], options: dict[str, Tree]) -> Any:
        found = [self.of(argument) for argument in arguments]
        if name in ("max", "min") and len(found) == 1:
            return self.reduced(getattr(np, name), found[0])
        if name not in OPERATORS:
            raise FormulaError(f"there is no function {name!r} among OPERATORS")
        return OPERATORS[name](*found, **{key: self.of(tree) for key, tree in options.items()})

    def _big(self, name: str, condition: Tree | None, body: Tree) -> Any:
        if condition is not None:
            raise FormulaError(f"no sums over {condition}")
        return self.reduced(getattr(np, name), self.number(body))

    def reduced(self, reduce: Callable[..., Any], value: Any) -> Any:
        dim = self.values.get("dim")
        axes = dim if isinstance(dim, (int, tuple)) else None
        return reduce(value, axis=axes if np.ndim(value) else None, keepdims=True)

    def _holds(self, condition: Tree) -> Any:
        return np.asarray(self.of(condition)).astype(float)

    def _cases(self, rows: list[tuple[Tree, Tree | None]]) -> Any:
        (value, condition), *others = rows
        holds = True if condition is None else self.of(condition)
        if np.ndim(holds) or not (holds or others):
            return np.where(holds, self.of(value), self._cases(others) if others else np.nan)
        return self.of(value) if holds else self._cases(others)

    def _and(self, a: Tree, b: Tree) -> Any:
        return np.logical_and(self.of(a), self.of(b))

    def _or(self, a: Tree, b: Tree) -> Any:
        return np.logical_or(self.of(a), self.of(b))

    def _not(self, a: Tree) -> Any:
        return np.logical_not(self.of(a))

    def _compare(self, first: Tree, links: list[tuple[str, Tree]]) -> Any:
        if not links:
            return np.asarray(self.of(first)).astype(bool)
        found: Any = True
        left = self.of(first)
        for relation, tree in links:
            right = self.of(tree)
            found = np.logical_and(found, COMPARISONS[relation](left, right))
            left = right
        return found
