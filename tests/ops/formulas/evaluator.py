r"""Formulas in LaTeX evaluated on arrays: an independent reading of what operations say they do.

`evaluate(latex, values)`: `values` has arrays, numbers and parameters by the names of the symbols:
`x`, `weight` for `\mathit{weight}`, `y` (or the names of several results), `G` (or `G_Q`).

How a formula is read:

- `\cdot`, `\odot`, `\times`, `/`, `\frac`, powers and roots go entry by entry, with broadcasting.
- Two things side by side are multiplied: as matrices where both are arrays (one axis or more) and
  the formula is one of `matrices`; else entry by entry. So a scalar beside an array scales it; in
  formulas of matrices `G\,b^\top` is a product of matrices, and `y \odot G` one of entries.
- In formulas of matrices `A^{-1}` is the inverse, of arrays of two axes or more; else `x^{-1}` is
  the reciprocal. `A^{-\top}` is the transpose of the inverse, `A^{+}` the pseudoinverse; `A^\top`
  swaps the last two axes.
- `\sum`, `\prod`, `\operatorname{mean}`, `\max` and `\min` of one thing go along the value `dim`
  (all axes where there is none), and keep these axes with length 1. `\sum` and `\prod` reach to the
  next + or -.
- A function has its arguments in parentheses, or one factor without: `\sin x`, `\sin(\pi x)`. It is
  looked up by its name among `OPERATORS`, and gets parameters as they are:
  `\operatorname{flip}(x, \mathit{dims})`. Of `\log_2` it is told that 2 is `under` it, of
  `\psi^{(n)}` the `order` n; `\operatorname{erf}^{-1}` is an entry of the table.
- `[x > 0]` is 1 where that holds, else 0. `\begin{cases} .. & \text{if } .. \\ .. & \text{else}
  \end{cases}` is the first row whose condition holds; rows that none needs are not evaluated.
- With an index, `x_i`, entries along `dim` are meant: `\sum_{j \le i} x_j`, `\prod_{k \ne i} x_k`.
  An index is one of i, j, k, l that is no value; `i` is that of the entry which the formula tells.
  In such a formula all products are of entries.
- Of what is several, `z_k` is the k-th, `z[k]`; `x_{\mathit{index}}` is what is read at an index,
  a tuple. `x^{\top(i, j)}` is x with the axes i and j exchanged.
- `e`, `\pi`, `\infty` are the constants unless a value has that name; `\mathbf{1}` is the value
  `ones`.
- `\text{ where } z = 2 x, T = ..` at the end defines symbols of the formula's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tests.ops.formulas.line import INDICES, Line
from tests.ops.formulas.operators import OPERATORS
from tests.ops.formulas.parser import FormulaError, Statement, Tree, parsed

CONSTANTS = {"e": math.e, "pi": math.pi, "infty": math.inf}

REDUCTIONS: dict[str, Callable[..., Any]] = {
    "sum": np.sum, "prod": np.prod, "max": np.max, "min": np.min, "mean": np.mean,
}  # fmt: skip

COMPARISONS: dict[str, Callable[..., Any]] = {
    "=": np.equal, "<": np.less, ">": np.greater, "<=": np.less_equal, ">=": np.greater_equal,
    "!=": np.not_equal,
}  # fmt: skip


def evaluate(latex: str, values: Mapping[str, Any], *, matrices: bool = False) -> Any:
    """The value of a formula that is one expression, apart from definitions."""
    found = sides(latex, values, matrices=matrices)
    if len(found) != 1 or isinstance(found[0], tuple):
        raise FormulaError(f"{latex!r} is not one expression, and has no value")
    return found[0]


def sides(latex: str, values: Mapping[str, Any], *, matrices: bool = False) -> list[Any]:
    """Per statement of a formula its value, or the values of both sides of an equation."""
    statements, definitions = parsed(latex)
    whole = Evaluation(values, dict(map(defined, definitions)), matrices).whole
    return [
        whole(left) if right is None else (whole(left), whole(right)) for left, right in statements
    ]


def defined(statement: Statement) -> tuple[str, Tree]:
    symbol, tree = statement
    if symbol[0] != "symbol" or tree is None:
        raise FormulaError(f"{statement} defines no symbol")
    return symbol[1], tree


class Evaluation:
    """The values of trees, each kind by the method of its name."""

    def __init__(
        self, values: Mapping[str, Any], definitions: Mapping[str, Tree], matrices: bool
    ) -> None:
        self.values, self.definitions, self.matrices = values, definitions, matrices
        self.line: Line | None = None

    def whole(self, tree: Tree) -> Any:
        """The value of an expression; where it has indices, entry i for every i."""
        if not self.has_indices(tree):
            return self.of(tree)
        self.line, matrices = Line(self.values), self.matrices
        self.matrices = False
        found = self.line.back(self.of(tree))
        self.line, self.matrices = None, matrices
        return found

    def has_indices(self, tree: Any) -> bool:
        if not isinstance(tree, (tuple, list)):
            return False
        return any(map(self.has_indices, tree)) or (tree[:1] == ("at",) and self.is_index(tree[2]))

    def is_index(self, tree: Tree) -> bool:
        return tree[0] == "symbol" and tree[1] in INDICES and tree[1] not in self.values

    def of(self, tree: Tree) -> Any:
        kind, *parts = tree
        return getattr(self, "_" + kind.replace(" ", "_"))(*parts)

    def _number(self, value: float) -> float:
        return value

    def _symbol(self, name: str) -> Any:
        if name in self.values:
            value = self.values[name]
            return self.line.unnumbered(value) if self.line else value
        if name in self.definitions:
            return self.of(self.definitions[name])
        if name in CONSTANTS:
            return CONSTANTS[name]
        if self.line and name in INDICES:
            return self.line.numbers(name)
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
        left, right = self.number(a), self.number(b)
        return left - right * np.floor(left / right)

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
        if self.line and self.is_index(k):
            line, self.line = self.line, None
            value = self.number(a)
            self.line = line
            return line.laid(value, k[1])
        value, index = self.of(a), self.of(k)
        if isinstance(index, tuple):
            return value[(*index, ...)]
        return value[index if np.ndim(index) else int(index)]

    def _exchange(self, a: Tree, i: Tree, j: Tree) -> Any:
        value = self.number(a)
        return np.swapaxes(value, self.of(i), self.of(j)) if value.ndim else value

    def _apply(self, name: str, arguments: list[Tree], options: dict[str, Tree]) -> Any:
        found = [self.of(argument) for argument in arguments]
        if name in REDUCTIONS and len(found) == 1:
            return self.reduced(REDUCTIONS[name], found[0])
        if name not in OPERATORS:
            raise FormulaError(f"there is no function {name!r} among OPERATORS")
        function = OPERATORS[name]
        asked = {key: self.values[key] for key in keywords(function) if key in self.values}
        return function(*found, **asked | {key: self.of(tree) for key, tree in options.items()})

    def _big(self, name: str, condition: Tree | None, body: Tree) -> Any:
        if condition is None:
            return self.reduced(REDUCTIONS[name], self.number(body))
        if self.line is None:
            raise FormulaError(f"a {name} over an index, of a body without one")
        neutral = {"sum": 0.0, "prod": 1.0}[name]
        chosen = np.where(self.of(condition), self.number(body), neutral)
        return REDUCTIONS[name](chosen, axis=self.line.axis(self.bound(condition)), keepdims=True)

    def bound(self, condition: Tree) -> str:
        """The index that a sum goes over: the first in what is said of it."""
        return condition[1][1] if condition[0] == "compare" else self.bound(condition[1])

    def reduced(self, reduce: Callable[..., Any], value: Any) -> Any:
        dim = self.values.get("dim")
        axes = dim if isinstance(dim, (int, tuple)) else None
        return reduce(value, axis=axes if np.ndim(value) else None, keepdims=True)

    def _holds(self, condition: Tree) -> Any:
        return np.asarray(self.of(condition)).astype(float)

    def _cases(self, rows: list[tuple[Tree, Tree | None]]) -> Any:
        """The first row whose condition holds; rows that are wanted nowhere are not evaluated."""
        if not rows:
            return np.nan
        (value, condition), *others = rows
        holds = np.asarray(True if condition is None else self.of(condition))
        if not holds.ndim:
            return self.of(value) if holds else self._cases(others)
        return np.where(holds, self.of(value), self._cases(others))

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


def keywords(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of what a function takes by keyword only; of NumPy's own, none."""
    code = getattr(function, "__code__", None)
    if code is None:
        return ()
    return code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
