"""Formulas in LaTeX as plain text, for where nothing typesets them."""

from __future__ import annotations

import re

from .formulas import ATOM, POWER, Token, tightness, tokens

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ", "infty": "∞",
}  # fmt: skip
SIGNS = {
    r"\cdot": " · ", r"\odot": " ⊙ ", r"\times": " × ", r"\otimes": " ⊗ ", r"\pm": "±",
    r"\le": " ≤ ", r"\ge": " ≥ ", r"\ne": " ≠ ", r"\in": " ∈ ", r"\leftarrow": " ← ",
    r"\bmod": " mod ", r"\partial": "∂", r"\sum": "Σ", r"\prod": "Π", r"\top": "ᵀ",
    r"\vdots": "⋮", r"\dots": "…", r"\ldots": "…", r"\lVert": "‖", r"\rVert": "‖",
    r"\lfloor": "⌊", r"\rfloor": "⌋", r"\lceil": "⌈", r"\rceil": "⌉", r"\langle": "⟨",
    r"\rangle": "⟩", "{": "", "}": "",
}  # fmt: skip
ABOVE = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
BELOW = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")


def plain(latex: str) -> str:
    r"""A formula in one line of text.

    >>> plain(r"\frac{\partial f}{\partial w_{1}} \odot \left(1 - y^2\right)")
    '∂f/∂w₁ ⊙ (1 - y²)'
    >>> plain(r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}^\top G")
    '[1 2; 3 4]ᵀ G'
    """
    text = " ".join(_Reader(latex.replace(r"\left.", "")).all().split())
    return text.replace("[ ", "[").replace(" ]", "]").replace(" ;", ";")


class _Reader:
    """The tokens of a formula, taken one after the other."""

    def __init__(self, latex: str) -> None:
        self.rest = tokens(latex)[::-1]

    def all(self) -> str:
        parts = []
        while self.rest:
            parts.append(self.piece())
        return "".join(parts)

    def piece(self) -> str:
        """The next token with what belongs to it, as text."""
        token = self.rest.pop()
        text = token.text
        if re.fullmatch(r"\\[A-Za-z]+", text) and self.rest and self.rest[-1].kind == "space":
            self.rest.pop()  # which ended the name of the command
        if text == r"\frac":
            above, below = self.group(), self.group()
            return f"{_held(above, POWER)}/{_held(below, ATOM)}"
        if text == r"\sqrt":
            return f"√{_held(self.group(), ATOM)}"
        if text in ("^", "_"):
            return _raised(plain(self.group()), text)
        if text == r"\underset":
            shape, inner = plain(self.group()), plain(self.group())
            return f"{inner} {shape}"
        if text == r"\underbrace":
            inner = plain(self.group())
            self.rest.pop()
            return f"{inner} [{plain(self.group())}]"
        return _written(token)

    def group(self) -> str:
        """The next argument: what is in braces, or one token."""
        while self.rest[-1].kind == "space":
            self.rest.pop()
        first = self.rest.pop()
        if first.text != "{":
            return first.text
        depth, inner = 1, []
        while depth:
            token = self.rest.pop()
            depth += {"{": 1, "}": -1}.get(token.text, 0)
            inner.append(token.text)
        return "".join(inner[:-1])


def _held(latex: str, least: int) -> str:
    """A part of a fraction, in parentheses where it would fall apart."""
    text = plain(latex)
    return text if text.startswith("∂") or tightness(latex) >= least else f"({text})"


def _raised(text: str, how: str) -> str:
    table = ABOVE if how == "^" else BELOW
    if text == "ᵀ" or all(ord(sign) in table for sign in text):
        return text.translate(table)
    return how + (text if len(text) == 1 or (how == "_" and text.isalnum()) else f"({text})")


def _written(token: Token) -> str:
    text = token.text
    if token.kind == "space":
        return "" if text in (r"\left", r"\right") else " "
    if token.kind in ("text", "symbol", "function"):
        name = text[text.index("{") + 1 : -1] if token.kind == "text" else token.name
        name = "1" if name == "ones" else GREEK.get(name, name)
        return name + (" " if token.kind == "function" and len(name) > 1 else "")
    if text.startswith((r"\begin", r"\end")):
        return "[" if text.startswith(r"\begin") else "]"
    return {"&": "", r"\\": ";"}.get(text, SIGNS.get(text, text))
