r"""Names, numbers and small arrays in LaTeX, for pdfLaTeX as for LuaLaTeX.

What is written is ASCII and needs amsmath only. Letters with accents are made of the letter and
its accent; of other scripts a font is asked for, and the number of the letter stands where there
is none, as `U+65E5`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from .text import number, printable

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "varphi",
    "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta",
    "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi",
    "Ω": "Omega", "ϵ": "epsilon", "ϕ": "phi", "ϑ": "vartheta", "ℓ": "ell",
}  # fmt: skip
_BEFORE = {"Δ": r"\Delta", "∇": r"\nabla", "∂": r"\partial"}  # a difference, a gradient
_ABOVE = {"hat": r"\hat", "bar": r"\bar", "tilde": r"\tilde"}
MARKS = {
    "\u0300": r"\grave", "\u0301": r"\acute", "\u0302": r"\hat", "\u0303": r"\tilde",
    "\u0304": r"\bar", "\u0305": r"\bar", "\u0307": r"\dot", "\u0308": r"\ddot",
    "\u030c": r"\check", "\u20d7": r"\vec",
}  # fmt: skip
_SYMBOL = re.compile(
    rf"(?P<before>[{''.join(_BEFORE)}](?=.))?"
    rf"(?P<base>[A-Za-z]|\\?(?P<letter>{'|'.join(sorted({*GREEK.values()}))})"
    rf"|(?P<greek>[{''.join(GREEK)}]))(?P<mark>[{''.join(MARKS)}])?"
    r"(?:_?(?P<digits>[0-9]+)|_(?P<index>[A-Za-z0-9]+))?"
)
LOWERED = "\u1d62-\u1d6a\u2080-\u2089\u2090-\u209c\u2c7c"  # letters and digits
_GRADIENT = re.compile(r"(?<![A-Za-z\\])G(?![A-Za-z])")
_POWER = re.compile("(-?[0-9.]+)e([+-]?[0-9]+)")

_ESCAPES = {
    **{c: f"\\{c}" for c in "$%_#&{}"},
    "\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "`": r"\textasciigrave{}",
    '"': "''", "-": "-{}", "'": "'{}", ",": ",{}", "\xa0": " ",
    "æ": r"\ae{}", "Æ": r"\AE{}", "œ": r"\oe{}", "Œ": r"\OE{}", "ø": r"\o{}", "Ø": r"\O{}",
    "ł": r"\l{}", "Ł": r"\L{}", "ß": r"\ss{}", "ı": r"\i{}", "¡": "!`", "¿": "?`",
    "“": "``", "”": "''", "‘": "`", "’": "'{}", "–": "--", "—": "---", "…": r"\dots{}",
}  # fmt: skip
_MATHS = {
    "×": r"\times", "÷": r"\div", "±": r"\pm", "·": r"\cdot", "−": "-", "√": r"\surd",
    "∛": r"\sqrt[3]{\;}", "∂": r"\partial", "∇": r"\nabla", "∞": r"\infty", "‖": r"\Vert",
    "⌈": r"\lceil", "⌉": r"\rceil", "⌊": r"\lfloor", "⌋": r"\rfloor", "≤": r"\leq", "≥": r"\geq",
    "≠": r"\neq", "≈": r"\approx", "∈": r"\in", "→": r"\to", "←": r"\leftarrow", "′": "'",
    "«": r"\ll", "»": r"\gg", "°": r"^\circ", **{c: f"\\{name}" for c, name in GREEK.items()},
}  # fmt: skip
_ACCENTS = {
    "\u0300": r"\`", "\u0301": r"\'", "\u0302": r"\^", "\u0303": r"\~", "\u0304": r"\=",
    "\u0306": r"\u", "\u0307": r"\.", "\u0308": r"\"", "\u030a": r"\r", "\u030b": r"\H",
    "\u030c": r"\v", "\u0323": r"\d", "\u0327": r"\c", "\u0331": r"\b",
}  # fmt: skip
_RAISED = {"<super>": r"\textsuperscript", "<sub>": r"\textsubscript"}
_BLANK = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")


def is_entrywise(formula: str) -> bool:
    r"""Whether the formula of a gradient is a local derivative, entry by entry: no `G` is in it.

    >>> is_entrywise(r"\frac{1}{b}"), is_entrywise(r"G\,b^\top"), is_entrywise(r"\Gamma(x)")
    (True, False, True)
    """
    return not _GRADIENT.search(formula)


def symbol(name: str) -> str:
    r"""A name within a formula: a symbol where it is one, else text.

    >>> print(symbol("u"), symbol("w_1"), symbol("t12"), symbol("theta"), symbol("y_hat"))
    u w_{1} t_{12} \theta \hat{y}
    >>> print(symbol("W_out"), symbol("loss"), symbol("50 % a_b"))
    W_{\text{out}} \mathit{loss} \text{50 \% a\_b}
    >>> print(symbol("ŷ"), symbol("x₁"), symbol("ℓ"), symbol("Δw"), symbol("σ_max"))
    \hat{y} x_{1} \ell \mathit{\Delta{}w} \sigma_{\text{max}}
    """
    found = _SYMBOL.fullmatch(_spelled(name))
    if not found:
        word = name.isascii() and name.isalpha()
        return rf"\mathit{{{name}}}" if word else rf"\text{{{escaped(name)}}}"
    base, index = found["base"], found["digits"] or found["index"]
    if found["letter"]:
        base = "\\" + found["letter"]
    elif found["greek"]:
        base = "\\" + GREEK[base]
    if index in _ABOVE and not found["mark"]:
        base, index = f"{_ABOVE[index]}{{{base}}}", None
    elif found["mark"]:
        base = f"{MARKS[found['mark']]}{{{base}}}"
    if found["before"]:
        base = rf"\mathit{{{_BEFORE[found['before']]}{{}}{base}}}"
    if index and len(index) > 2 and not index.isdecimal():
        index = rf"\text{{{index}}}"
    return f"{base}_{{{index}}}" if index else base


def _spelled(name: str) -> str:
    """A name with accents behind their letters, and lowered signs as an index."""
    lowered = re.sub(f"[{LOWERED}]+", lambda run: "_" + unicodedata.normalize("NFKC", run[0]), name)
    return unicodedata.normalize("NFD", lowered)


def numeral(x: Any) -> str:
    r"""A number within a formula, with up to four significant digits.

    >>> [numeral(x) for x in (4.0, 1e-7, -2.5e30, float("-inf"), True)]
    ['4', '10^{-7}', '-2.5 \\cdot 10^{30}', '-\\infty', '\\text{True}']
    """
    written = number(x)
    if found := _POWER.fullmatch(written):
        factor = {"1": "", "-1": "-"}.get(found[1], rf"{found[1]} \cdot ")
        return f"{factor}10^{{{int(found[2])}}}"
    if written in ("inf", "-inf"):
        return written.replace("inf", r"\infty")
    return rf"\text{{{written}}}" if written.isalpha() else written


def array(entries: Any) -> str:
    r"""A number, or nested lists of one or two axes as a matrix; a vector is one row.

    >>> print(array([[1.0, 2.0], [3.0, 0.25]]), array([1, 2]))
    \begin{pmatrix} 1 & 2 \\ 3 & 0.25 \end{pmatrix} \begin{pmatrix} 1 & 2 \end{pmatrix}
    """
    if not isinstance(entries, list):
        return numeral(entries)
    rows = entries if entries and isinstance(entries[0], list) else [entries]
    inner = r" \\ ".join(" & ".join(map(numeral, row)) for row in rows)
    return rf"\begin{{pmatrix}} {inner} \end{{pmatrix}}"


def escaped(text: str) -> str:
    r"""Any text outside of a formula, nothing in it taken for a command; several lines stacked.

    >>> print(escaped(r"50 % of C:\été"))
    50 \% of C:\textbackslash{}\'{e}t\'{e}
    >>> print(escaped("one\ntwo"))
    \shortstack[l]{one\\two}
    """
    seen = _BLANK.sub("", text)
    written = ["".join(map(_character, unicodedata.normalize("NFC", x))) for x in printable(seen)]
    stack = r"\\".join(written)
    return rf"\shortstack[l]{{{stack}}}" if len(written) > 1 else stack


def _character(c: str) -> str:
    """One character in ASCII."""
    if c in _ESCAPES:
        return _ESCAPES[c]
    if c in _MATHS:
        return f"${_MATHS[c]}$"
    if c.isascii():
        return c
    return _decomposed(c) or _asked_for(ord(c))


def _decomposed(c: str) -> str | None:
    """A raised or lowered sign, or a letter with an accent; None for all others."""
    kind, *parts = unicodedata.decomposition(c).split() or [""]
    if kind in _RAISED:
        return f"{_RAISED[kind]}{{{''.join(_character(chr(int(part, 16))) for part in parts)}}}"
    accent = _ACCENTS.get(chr(int(parts[0], 16))) if len(parts) == 1 else None
    return None if accent is None else f"{accent}{{{_character(chr(int(kind, 16)))}}}"


def _asked_for(code: int) -> str:
    """A letter by its number if the font has it, and the number else. pdfTeX has 256 letters, and
    would complain of the question: it is told by a primitive that only newer programs have."""
    there = rf"\ifdefined\Umathchar\iffontchar\font {code} 1\fi\fi"
    return rf"\ifnum0{there}>0 \char {code} \else\texttt{{U+{code:04X}}}\fi{{}}"
