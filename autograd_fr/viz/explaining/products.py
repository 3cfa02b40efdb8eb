r"""The chain rule between single numbers: the sum over the paths of the products along them.

\frac{\partial f}{\partial u} = \frac{\partial f}{\partial t_1} \frac{\partial t_1}{\partial u}
"""

from __future__ import annotations

from collections.abc import Callable

from ..graph.chain import Contribution, local_derivatives
from .formulas import PRODUCT, tightness
from .symbols import value
from .telling import Telling

MOST = 6  # paths written out

Path = list[Contribution]


def applies(told: Telling) -> bool:
    """Whether all on the paths are single numbers, and the paths few enough to be written out."""
    numbers = all(not getattr(g, "shape", ()) for g in told.gradients.values())
    return numbers and told.count <= MOST


def product_lines(told: Telling) -> list[str]:
    """The right-hand sides of the gradient: symbols, formulas, numbers, the sum, what it is."""
    paths = _paths(told)
    if not paths[0]:
        return ["1"]
    lines = [
        _sum(paths, lambda edge: _symbol(told, edge)),
        _sum(paths, lambda edge: _formula(told, edge)),
        _sum(paths, lambda edge: _number(told, edge)),
    ]
    if len(paths) > 1:
        lines.append(" + ".join(_signed(_product_value(told, path)) for path in paths))
    lines.append(told.gradient_number(told.target))
    return [line for line in dict.fromkeys(lines) if line != told.gradient(told.target)]


def _paths(told: Telling) -> list[Path]:
    """Every way from the root to the target, edge by edge."""
    at: dict[int, list[Path]] = {told.recording.output: [[]]}
    for edge in told.edges:
        ways = [[*way, edge] for k in told.operation(edge).outputs for way in at.get(k, ())]
        at.setdefault(edge.variable, []).extend(ways)
    return at[told.target]


def _sum(paths: list[Path], factor: Callable[[Contribution], str]) -> str:
    return " + ".join(r" \cdot ".join(_joined(list(map(factor, path)))) for path in paths)


def _joined(factors: list[str]) -> list[str]:
    """Factors as they stand in a product: sums and negative numbers in parentheses."""
    if len(factors) == 1:
        return factors
    return [rf"\left({f}\right)" if tightness(f) < PRODUCT else f for f in factors]


def _signed(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def _symbol(told: Telling, edge: Contribution) -> str:
    """The local derivative as a symbol; of an operation on one variable twice, one by place."""
    of, by = told.name(told.source(edge)), told.name(edge.variable)
    quotient = rf"\frac{{\partial {of}}}{{\partial {by}}}"
    if told.operation(edge).inputs.count(edge.variable) == 1:
        return quotient
    return rf"\left.{quotient}\right|_{{{edge.slot + 1}}}"


def _formula(told: Telling, edge: Contribution) -> str:
    return told.formula(edge, told.name, lambda _: "1") or _symbol(told, edge)


def _local(told: Telling, edge: Contribution) -> float:
    return float(local_derivatives(told.recording, edge.operation)[edge.slot])


def _number(told: Telling, edge: Contribution) -> str:
    return value(_local(told, edge)) or ""


def _product_value(told: Telling, path: Path) -> str:
    product = 1.0
    for edge in path:
        product *= _local(told, edge)
    return value(product) or ""
