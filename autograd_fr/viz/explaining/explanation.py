"""`explain`: where a gradient comes from, in formulas and in numbers."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from textwrap import wrap
from typing import Any

import numpy as np

from ...autograd.node import Whose
from ...autograd.value import Value
from ...errors import GraphError
from ...messages.namespaces import Sighting, sightings
from ..graph.summary import summarize
from .equations import equations
from .glossary import MEANINGS, spoken_of
from .lines import LONG, Equation, Line, latex_rows, text_rows
from .meanings import meanings
from .paths import paths_of
from .plain import plain
from .products import Products
from .remarks import remarks
from .symbols import symbol, text, value
from .table import GradPaths, counted
from .telling import Telling, check_differentiable, telling

LISTED = 5  # paths
ROOM = 80  # letters of a line that is typeset


def explain(t: Any, root: Any = None, *, names: Mapping[str, Any] | None = None) -> Explanation:
    r"""How the gradient of `t` comes about: the chain rule in symbols, in numbers, path by path.

    Between single numbers, as the sum over the paths of the products of local derivatives; between
    arrays, as one equation for each gradient on the way, with matrix formulas and shapes. Below
    stand what was computed on the way, and what the operators of the formulas mean. In a notebook
    it is typeset; `.latex` is its source. `root` is what is differentiated (of several
    entries, their sum): by default that variable of the caller's whose `backward()` gave `t` its
    gradient. No hook is called, and where `backward()` let go of arrays, numbers are missing; both
    is said at the end.

    Raises TypeError where one is no tensor; GraphError where no root is found, or where it does not
    depend on `t`; OverwrittenError where what a formula reads was written into since.

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
    with t₁ = u + v = 5
    >>> print(viz.explain(w).latex)
    \begin{aligned}
    \frac{\partial f}{\partial w} &= t_{1} \\
     &= 5 \\
    \text{with } t_{1} &= u + v = 5
    \end{aligned}
    """
    found = list(sightings(sys._getframe(1)))
    if root is None:
        root = _root_of(t, [*(names or {}).items(), *found])
    with np.errstate(all="ignore"):  # what is infinite was warned of when it was computed
        return Explanation(telling(root, t, names, found))


def _root_of(t: Any, found: Iterable[Sighting]) -> Any:
    """What the gradient of `t` is the derivative of, among the tensors in sight."""
    check_differentiable(t)
    of, why = None, "no backward() has reached this tensor"
    if t._grad is not None:
        of, why = t._grad_of, "its gradient was set by hand"
    elif t.node is not None and t.node.grad is not None:
        of = t.node.grad_of
    if isinstance(of, Whose):
        why = f"its gradient is {of.value}"
    elif of is not None:
        why = "what backward() was called on is no variable here"
    for _, candidate in found:
        node = candidate.node if isinstance(candidate, Value) else None
        if node is not None and node.number == of:
            return candidate
    raise GraphError(f"it is not clear which gradient to explain: {why}; name it: explain(t, loss)")


class Explanation:
    """The equations of a gradient, `definitions` of what they speak of, a `glossary` of operators.

    `paths` has the contributions of the largest paths, None where they are not known; `remarks`
    say what is left out; `latex` is the source.
    """

    def __init__(self, told: Telling) -> None:
        products = Products(told)
        self._in_products = products.apply()
        self.equations = [products.equation()] if self._in_products else equations(told)
        self.paths = paths_of(told, LISTED) if told.complete else None
        self._column = told.target in told.columns
        self.definitions = meanings(told, [row for e in self.equations for row in latex_rows(e)])
        rows = [row for e in (*self.equations, *self.definitions) for row in latex_rows(e)]
        keys = dict.fromkeys(key for row in rows for key in spoken_of(row))
        self.glossary = {key: MEANINGS[key] for key in keys}
        self.remarks = remarks(told)

    @property
    def _listed(self) -> GradPaths | None:
        """The paths, where the equations do not tell them one by one."""
        several = self.paths is not None and self.paths.n_paths > 1
        return self.paths if several and not self._in_products else None

    @property
    def latex(self) -> str:
        """The equations in LaTeX, without the signs of a formula around them."""
        rows = [row for equation in self.equations for row in latex_rows(equation)]
        if self._listed:
            rows += latex_rows(_over_paths(self._listed, self._column))
        for n, definition in enumerate(self.definitions):
            first, *others = latex_rows(definition)
            rows += [(r"\text{with } " if not n else "") + first, *others]
        rows += [rf"&{_sign(key)}\text{{: }}{text(words)}" for key, words in self.glossary.items()]
        rows += [f"&{text(part)}" for words in self.remarks for part in wrap(words, ROOM)]
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"

    def __repr__(self) -> str:
        lines = [line for equation in self.equations for line in text_rows(equation)]
        if self._listed:
            lines.append(self._listed.text)
        for n, definition in enumerate(self.definitions):
            ahead = "with " if not n else "     "
            lines += [ahead + row for row in text_rows(definition)]
        lines += [
            f"{plain(_sign(key))}: {words}" for key, words in self.glossary.items() if key != "ones"
        ]
        lines += [part for words in self.remarks for part in wrap(words, LONG)]
        return "\n".join(lines)

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex}\n$$"


def _sign(key: str) -> str:
    r"""How an operator is written."""
    if key == "[":
        return r"[\dots]"
    if key == "ones":
        return r"\mathbf{1}"
    greek = key in ("sigma", "Phi", "varphi", "psi", "Gamma")
    return (
        "\\" + key
        if greek or key == "det"
        else key
        if key[0] == "\\"
        else rf"\operatorname{{{key}}}"
    )


def _over_paths(paths: GradPaths, column: bool) -> Equation:
    """The gradient as the sum of what the paths bring, those not listed together; of large arrays,
    the shares that they have in it."""
    shown = [value(summarize(path.contribution), column=column) for path in paths]
    whole = all(text is not None for text in shown)
    terms = [
        rf"\underbrace{{{text_ if whole else _share(path.share)}}}_{{{_way(path.variables)}}}"
        for text_, path in zip(shown, paths)
    ]
    if left := paths.n_paths - len(paths):
        rest = value(summarize(paths.rest), column=column) if whole else _share(paths.rest_share)
        terms.append(rf"\underbrace{{{rest}}}_{{\text{{{counted(left)} others}}}}")
    return Equation(paths.derivative if whole else r"100\,\%", (Line(tuple(terms)),))


def _share(share: float | None) -> str:
    return r"\text{–}" if share is None else rf"{100 * share:.3g}\,\%"


def _way(names: tuple[str, ...]) -> str:
    shown = list(map(symbol, names))
    if len(shown) > LONGEST:
        shown[LONGEST - 3 : -2] = [r"\cdots"]
    return r" \leftarrow ".join(shown)


LONGEST = 8  # variables of a path that are written out
