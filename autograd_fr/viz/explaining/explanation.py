"""`explain`: where a gradient comes from, in formulas and in numbers."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from ...autograd.value import Value
from ...errors import GraphError
from ...messages.namespaces import Sighting, sightings
from .equations import Equation, equations
from .paths import paths_of
from .plain import plain
from .products import applies, product_lines
from .symbols import symbol, value
from .telling import Telling, telling

LISTED = 5  # paths


def explain(t: Any, root: Any = None, *, names: Mapping[str, Any] | None = None) -> Explanation:
    r"""How the gradient of `t` comes about: the chain rule in symbols, in numbers, path by path.

    Between single numbers, as the sum over the paths of the products of local derivatives; between
    arrays, as one equation for each gradient on the way, with matrix formulas and shapes. In a
    notebook it is typeset; `.latex` is its source. `root` is what is differentiated: by default
    that variable of the caller's whose `backward()` gave `t` its gradient.

    Raises TypeError where one is no tensor; GraphError where no root is found, or where it does not
    depend on `t`; ReleasedError where a backward pass let go of large arrays that formulas read.

    >>> import autograd_fr as ag
    >>> from autograd_fr import viz
    >>> u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
    >>> f = (u + v) * w
    >>> f.backward()
    >>> viz.explain(u)
    ∂f/∂u = ∂f/∂t₁ · ∂t₁/∂u
          = w · 1
          = 4 · 1
          = 4
    >>> print(viz.explain(w).latex)
    \begin{aligned}
    \frac{\partial f}{\partial w} &= t_{1} \\
     &= 5
    \end{aligned}
    """
    found = list(sightings(sys._getframe(1)))
    if root is None:
        root = _root_of(t, [*(names or {}).items(), *found])
    return Explanation(telling(root, t, names, found))


def _root_of(t: Any, found: Iterable[Sighting]) -> Any:
    """What the gradient of `t` is the derivative of, among the tensors in sight."""
    if not isinstance(t, Value):
        raise TypeError(f"a gradient is that of a tensor, not of {type(t).__name__}")
    of, why = None, "no backward() has reached this tensor"
    if t._grad is not None:
        of, why = t._grad_of, "its gradient is the sum of several"
    elif t.node is not None and t.node.grad is not None:
        of = t.node.grad_of
    if of is not None:
        why = "what backward() was called on is no variable here"
    for _, candidate in found:
        node = candidate.node if isinstance(candidate, Value) else None
        if node is not None and node.number == of:
            return candidate
    raise GraphError(f"it is not clear which gradient to explain: {why}; name it: explain(t, loss)")


class Explanation:
    """The equations of a gradient; `paths` has the contributions, `latex` the source."""

    def __init__(self, told: Telling) -> None:
        self.equations = _told(told)
        self.paths = paths_of(told, LISTED)

    @property
    def latex(self) -> str:
        """The equations in LaTeX, without the signs of a formula around them."""
        rows = [row for equation in self.equations for row in _rows(equation)]
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"

    def __repr__(self) -> str:
        text = "\n".join(line for equation in self.equations for line in _text(equation))
        return (
            text if len(self.equations) == 1 or self.paths.n_paths < 2 else f"{text}\n{self.paths}"
        )

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex}\n$$"


def _told(told: Telling) -> list[Equation]:
    if applies(told):
        return [Equation(told.gradient(told.target), tuple(product_lines(told)))]
    found = equations(told)
    return [*found, _over_paths(told)] if told.count > 1 else found


def _over_paths(told: Telling) -> Equation:
    """The gradient as the sum of what the paths bring, those not listed together."""
    paths = paths_of(told, LISTED)
    terms = []
    for k, path in enumerate(paths, 1):
        way = r" \leftarrow ".join(map(symbol, path.variables))
        terms.append(rf"\underbrace{{{value(path.contribution) or f'C_{{{k}}}'}}}_{{{way}}}")
    if left := told.count - len(paths):
        terms.append(rf"\underbrace{{{value(paths.rest) or 'C'}}}_{{\text{{{left} others}}}}")
    return Equation(told.gradient(told.target), (" + ".join(terms),))


def _rows(equation: Equation) -> list[str]:
    if not equation.lines:
        return [equation.left]
    first, *others = equation.lines
    return [f"{equation.left} &= {first}", *(f" &= {line}" for line in others)]


def _text(equation: Equation) -> list[str]:
    left = plain(equation.left)
    rows = [f"{left} = {plain(line)}" for line in equation.lines[:1]] or [left]
    return rows + [f"{'':{len(left)}} = {plain(line)}" for line in equation.lines[1:]]
