"""Formulas in LaTeX as plain text, for where nothing typesets them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from ..graph.latex import MARKS
from .formulas import POWER, Token, tightness
from .trees import Group, Item, is_space, tree, trimmed, written

LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "varepsilon": "ϵ", "epsilon": "ε",
    "zeta": "ζ", "eta": "η", "vartheta": "ϑ", "theta": "θ", "iota": "ι", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "upsilon": "υ", "varphi": "ϕ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ", "infty": "∞",
}  # fmt: skip
SIGNS = {
    r"\cdot": " · ", r"\odot": " ⊙ ", r"\times": " × ", r"\otimes": " ⊗ ", r"\pm": "±",
    r"\le": " ≤ ", r"\ge": " ≥ ", r"\ne": " ≠ ", r"\in": " ∈ ", r"\leftarrow": " ← ",
    r"\lor": " ∨ ", r"\land": " ∧ ", r"\lnot": "¬", r"\bmod": " mod ", r"\partial": "∂",
    r"\nabla": "∇", r"\sum": "Σ ", r"\prod": "Π ", r"\top": "ᵀ", r"\vdots": "⋮", r"\dots": "…",
    r"\cdots": "…", r"\backslash": "\\", r"\sim": "~", r"\wedge": "^", "&": " ", r"\\": "; ",
}  # fmt: skip
BRACKETS = {
    r"\lVert": "‖", r"\rVert": "‖", r"\lvert": "|", r"\rvert": "|", r"\lfloor": "⌊",
    r"\rfloor": "⌋", r"\lceil": "⌈", r"\rceil": "⌉", "{": "", "}": "",
}  # fmt: skip
TIGHT = (r"\partial", r"\nabla", r"\lnot", r"\backslash")  # nothing between these and what follows
ABOVE = str.maketrans("0123456789+-nᵀ", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵀ")
_LOOSE = re.compile(r"(?<=[ΣΠ]) (?=[_₀-₉])| (?=[;,])")
BELOW = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")


def plain(latex: str) -> str:
    r"""A formula in one line of text.

    >>> plain(r"\frac{\partial f}{\partial w_{1}} \odot \left(1 - y^2\right)")
    '∂f/∂w₁ ⊙ (1 - y²)'
    >>> plain(r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}^\top G")
    '[1 2; 3 4]ᵀ G'
    """
    return _spaced(_text(tree(latex)))


def _spaced(text: str) -> str:
    return _LOOSE.sub("", " ".join(text.split()))


def _text(items: Sequence[Item]) -> str:
    found: list[str] = []
    rest = list(items)[::-1]
    while rest:
        item = rest.pop()
        if isinstance(item, Group):
            found.append(_group(item))
        elif item.text in _COMMANDS:
            found.append(_COMMANDS[item.text](rest))
        else:
            found.append(_word(item, rest))
    return "".join(found)


def _argument(rest: list[Item]) -> list[Item]:
    """The next argument: what is in braces, or one token."""
    while rest and is_space(rest[-1]):
        rest.pop()
    item = rest.pop() if rest else None
    if item is None:
        return []
    return list(item.body) if isinstance(item, Group) and item.opening.text == "{" else [item]


def _word(token: Token, rest: list[Item]) -> str:
    if token.kind == "space":
        return " "
    if token.kind == "text":
        return token.text[token.text.index("{") + 1 : -1]
    if token.kind == "function":
        while rest and is_space(rest[-1]):
            rest.pop()
        following = rest[-1] if rest else None
        if isinstance(following, Token) and following.text == r"\frac":
            rest.pop()
            return f"{_named(token.name)}({_fraction(rest)})"
        bracket = isinstance(following, Group) or (
            isinstance(following, Token) and following.text in ("^", "_")
        )
        return _named(token.name) + ("" if bracket or following is None else " ")
    if token.kind == "symbol":
        return _named(token.name)
    if token.text in TIGHT:
        while rest and is_space(rest[-1]):
            rest.pop()
    return SIGNS.get(token.text, token.text.removeprefix("\\"))


def _named(name: str) -> str:
    """The name of a symbol or function, which may be LaTeX of its own."""
    return plain(name.replace("_", r"\_") if "_{" not in name else name) if "\\" in name else (
        LETTERS.get(name, name)
    )  # fmt: skip


def _group(group: Group) -> str:
    opening, inner = group.opening.text, _text(group.body)
    if opening.startswith(r"\begin"):
        return f"[{_spaced(inner)}]"
    left, right = BRACKETS.get(opening, opening), group.closing.text
    inner = inner.strip() if left else inner
    return left + inner + BRACKETS.get(right, right)


def _fraction(rest: list[Item]) -> str:
    above, below = _argument(rest), _argument(rest)
    return f"{_part(above)}/{_part(below)}"


def _part(items: list[Item]) -> str:
    """A part of a fraction, in parentheses where it would fall apart; never so in ∂f/∂x."""
    text = _text(items).strip()
    first = items[0] if items else None
    derivative = isinstance(first, Token) and first.text == r"\partial"
    simple = tightness(written(items)) >= POWER and "/" not in text
    return text if derivative or simple else f"({text})"


def _root(rest: list[Item]) -> str:
    degree = ""
    if rest and isinstance(rest[-1], Group) and rest[-1].opening.text == "[":
        degree = _text(_argument(rest)).strip("[]").translate(ABOVE)
    inner = trimmed(_argument(rest))
    text = _text(inner).strip()
    return f"{degree}√{text}" if len(inner) == 1 else f"{degree}√({text})"


def _raised(rest: list[Item]) -> str:
    items = _argument(rest)
    text = _spaced(_text(items))
    if text.startswith("ᵀ("):  # axes that change places
        return text
    if re.fullmatch(r"⊙ [\w.]+", text):  # of each entry
        return f"^{text.replace(' ', '')}"
    if all(ord(sign) in ABOVE for sign in text):
        return text.translate(ABOVE)
    alone = len(text) == 1 or (text[0] == "(" and len(items) == 1)
    return f"^{text}" if alone else f"^({text})"


def _lowered(rest: list[Item]) -> str:
    text = _spaced(_text(_argument(rest)))
    if all(ord(sign) in BELOW for sign in text):
        return text.translate(BELOW)
    listed = "," in text and not text.startswith("axes ")
    if ":" in text or listed or text in ("None", "..."):  # as one indexes in Python
        whole = re.fullmatch(r"\((.*)\)", text)
        return f"[{whole[1] if whole else text}]"
    return f"_{text}" if text.isalnum() or text[0] == "(" else f"_({text})"


def _under(rest: list[Item]) -> str:
    below, above = _text(_argument(rest)), _text(_argument(rest))
    return f"{above} {below}"


def _braced(rest: list[Item]) -> str:
    above = _text(_argument(rest))
    rest.pop()  # the sign _
    return f"{above} [{_text(_argument(rest))}]"


def _topped(accent: str) -> Callable[[list[Item]], str]:
    return lambda rest: unicodedata.normalize("NFC", _text(_argument(rest)) + accent)


_COMMANDS = {
    r"\frac": _fraction, r"\sqrt": _root, "^": _raised, "_": _lowered, r"\underset": _under,
    r"\underbrace": _braced,
    **{command: _topped(mark) for mark, command in MARKS.items() if mark != "\u0305"},
}  # fmt: skip
