r"""The formulas of one recorded call: what its parameters decide is decided, and they are put in.

Symbols that are neither arguments nor parameters: `n` is how many entries went into one of the
result, `c` what a variance takes off it, `k` the number of one of several tensors.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from math import prod
from typing import Any

import numpy as np

from ...autograd.node import Node
from ..graph.recording import Step, argument_names
from ..graph.wording import transposes
from .columns import is_product
from .formulas import Token, rewritten, tokens
from .reducing import Facts, reduced
from .symbols import setting, text
from .tidying import tidied

_SHAPE = re.compile(r"\\operatorname\{shape\}\(((?:\\mathit\{)?[A-Za-z]\w*\}?)\)")
_POWER = re.compile(r"\^(?:\{([^{}]+)\}|(\w))")
ALONG = ("mean", "max", "min")  # functions that go along axes, of one argument


# Products with an array of one axis on the left: of two such, and of a column with a matrix.
DOT = {"y": r"a \cdot b", "a": r"G \cdot b", "b": r"G \cdot a"}
TURNED = {"y": r"b^\top a", "a": r"b\,G", "b": r"a\,G^\top"}


def result_formula(step: Step, numbers: Mapping[str, str], column: bool = False) -> str | None:
    """What the call has computed, in the operation's own names; None where nobody has said.

    `numbers`: by name, in LaTeX, the arguments that are mere numbers. `column`: whether the first
    argument is shown as a column.
    """
    latex = _transposed(step, "x") or _of_vectors(step, "y", column) or step.node.op.latex
    return _told(step, latex, frozenset(), numbers) if latex else None


def gradient_formula(
    step: Step,
    slot: int,
    numbers: Mapping[str, str],
    flowing: Collection[str],
    column: bool = False,
) -> str | None:
    """What goes to the input at `slot`; `flowing`: of several results, those with a gradient."""
    node = step.node
    place = step.slots[slot]
    argument = (*argument_names(node),)[place].partition("[")[0]
    latex = _transposed(step, "G") or _of_vectors(step, argument, column)
    latex = latex or node.op.derivatives.get(argument)
    if latex is None:
        return None
    results = node.op.result._fields if node.op.result else ()
    silent = frozenset(f"G_{name}" for name in results if name not in flowing)
    return _told(step, latex, silent, {**numbers, "k": str(place)} if node.op.variadic else numbers)


def _told(step: Step, latex: str, silent: frozenset[str], numbers: Mapping[str, str]) -> str:
    facts = _facts(step, silent)
    known = {name: setting(name, given) for name, given in facts.known.items()}
    if not getattr(step.node.args[0], "shape", ()):
        known["ones"] = "1"
    latex = _along(step, reduced(latex, facts))
    names = _of_formula(latex, {**known, **numbers})
    told = tidied(rewritten(_with_shapes(latex, facts), names))
    of_matrix = step.node.op.name == "pow" and len(step.node.y.shape) > 1
    return _POWER.sub(r"^{\\odot \1\2}", told) if of_matrix else told


def _facts(step: Step, silent: frozenset[str]) -> Facts:
    node = step.node
    named = list(zip(argument_names(node), node.args))
    shapes = {name: tuple(arg.shape) for name, arg in named if hasattr(arg, "shape")}
    known = {**node.op.defaults, **node.params}
    known = {name: known[name] for name in known if name not in shapes}
    known |= _counts(known, list(shapes.values()), node.y)
    if node.op.name == "nan_to_num":
        known = _replacements(node.y.dtype) | {k: x for k, x in known.items() if x is not None}
    left_out = frozenset(name for name, arg in (*named, *known.items()) if arg is None)
    return Facts(known, left_out, silent, shapes)


def _counts(known: dict[str, Any], shapes: list[tuple[int, ...]], y: Any) -> dict[str, int]:
    """The symbols n and c."""
    index = known.get("index")
    if isinstance(index, tuple) and index and isinstance(index[-1], np.ndarray):
        shapes = [index[-1].shape]
    size = getattr(y, "size", None) or prod(getattr(y, "shape", ()))
    found = {"n": max(map(prod, shapes), default=1) // max(size, 1)}
    if "correction" in known:
        c, unbiased = known["correction"], known.get("unbiased")
        found["c"] = int(unbiased) if unbiased is not None else 1 if c is None else c
    return found


def _replacements(dtype: Any) -> dict[str, float]:
    """What stands for numbers that are not finite, where nothing else was given."""
    limits = np.finfo(dtype)
    return {"nan": 0.0, "posinf": float(limits.max), "neginf": float(limits.min)}


def _of_formula(latex: str, numbers: dict[str, str]) -> dict[str, str]:
    """What is to be put in, but for what a formula defines itself."""
    _, _, definitions = latex.partition(r"\text{ where }")
    own = {t.name for part in definitions.split(r", \;") for t in tokens(part)[:2]}
    return {name: shown for name, shown in numbers.items() if name not in own}


def _with_shapes(latex: str, facts: Facts) -> str:
    """The formula with the shapes of arrays as numbers."""

    def shape(match: re.Match[str]) -> str:
        (symbol,) = tokens(match[1])
        found = facts.shapes.get(symbol.name)
        return match[0] if found is None else text(str(found))

    return _SHAPE.sub(shape, latex)


def _transposed(step: Step, symbol: str) -> str | None:
    """The transpose of what `symbol` stands for, where the last two axes change places."""
    return rf"{symbol}^\top" if transposes(step.node) else None


def _of_vectors(step: Step, argument: str, column: bool) -> str | None:
    """The formulas of a product whose first factor has one axis, where they are others."""
    if not is_product(step) or len(step.node.args[0].shape) != 1:
        return None
    n = len(step.node.args[1].shape)
    return DOT[argument] if n == 1 else TURNED[argument] if n == 2 and column else None


def _along(step: Step, latex: str) -> str:
    """The formula with the axes that sums go along, where it is not all."""
    axes = _axes(step)
    if not axes:
        return latex
    found = tokens(latex)
    texts = [token.text for token in found]
    for i, token in enumerate(found):
        following = next((t for t in found[i + 1 :] if t.kind != "space"), None)
        if _goes_along(token, following):
            texts[i] += rf"_{{\text{{{axes}}}}}"
    return "".join(texts)


def _goes_along(token: Token, following: Token | None) -> bool:
    big = token.text in (r"\sum", r"\prod")
    single = token.kind == "function" and token.name in ALONG
    ends = following is None or following.text == "_" or (single and following.text == "(")
    return (big or single) and not ends


def _axes(step: Step) -> str:
    """The axes that sums go along, in words; nothing where these are all axes, or the only."""
    node = step.node
    dim, n = _dim(node), len(getattr(node.args[0], "shape", ()))
    if dim is None or dim == () or "shape" in node.params or n < 2:
        return ""
    axes = sorted({int(d) % n for d in np.atleast_1d(dim)})
    return axes_in_words(axes) if len(axes) < n else ""


def _dim(node: Node) -> Any:
    """The parameter `dim`, or what is always meant."""
    if node.op.name == "attention_weights":
        return -1
    if node.op.name in ("convolution", "convolution_transposed"):  # of the bias: all but channels
        n, spatial = len(node.y.shape), len(node.params["stride"])
        return [axis for axis in range(n) if axis != n - spatial - 1]
    return node.params.get("dim")


def axes_in_words(axes: Collection[int]) -> str:
    return ("axis " if len(axes) == 1 else "axes ") + ", ".join(map(str, axes))
