r"""Names and values in LaTeX: `w1` as w_{1}, `theta` as \theta, small arrays as matrices.

What LaTeX, MathJax and KaTeX read alike: in `\text{...}` stand no commands.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import numpy as np

from ..graph import latex
from ..graph.summary import Summary
from ..graph.text import DIGITS, parameter, printable
from .formulas import tokens

_SPECIAL = {"\\": r"\backslash ", "~": r"\sim ", "^": r"\wedge ", "`": r"\text{'}"}
_SPECIAL |= {sign: "\\" + sign for sign in "#$%&_{}"}
_LETTERS = {**latex.GREEK, "∂": "partial", "∇": "nabla", "∞": "infty"}
_SPECIAL |= {letter: rf"\mathit{{\{name}}}" for letter, name in _LETTERS.items()}
_APART = re.compile(f"([{re.escape(''.join(_SPECIAL))}{latex.LOWERED}])")


def symbol(name: str) -> str:
    r"""A name as one would write it on a blackboard; what is no symbol, as text.

    >>> [symbol(name) for name in ("u", "w1", "theta_0", "x_hat", "loss", "net.0.weight")]
    ['u', 'w_{1}', '\\theta_{0}', '\\hat{x}', '\\mathit{loss}', '\\text{net.0.weight}']
    """
    found = latex.symbol(name)
    first = tokens(found)[0]
    if first.kind == "function":  # σ, which formulas have for one
        return found.replace(first.text, rf"\mathit{{{first.text}}}", 1)
    return text(name) if first.kind == "text" else found


def text(words: str) -> str:
    r"""Any text, upright; signs that mean something to TeX stand beside `\text`, not in it.

    >>> text("net.0"), text("50 %")
    ('\\text{net.0}', '{\\text{50 }\\%}')
    """
    words = " ".join(" ".join(printable(words)).split())
    pieces = _APART.split(words)
    found = [_beside(piece) or rf"\text{{{piece}}}" for piece in pieces if piece]
    return found[0] if len(found) == 1 else "{" + "".join(found) + "}"


def _beside(piece: str) -> str | None:
    """What stands for a sign that has no place in text; None for all others."""
    lowered = unicodedata.decomposition(piece).split() if len(piece) == 1 else []
    if lowered[:1] == ["<sub>"]:
        return f"{{}}_{{{chr(int(lowered[1], 16))}}}"
    return _SPECIAL.get(piece)


def value(shown: Summary | Any, *, column: bool = False) -> str | None:
    """The entries of a small array or number in LaTeX; None where they are not known.

    What has one axis is a row, as it is broadcast, or a `column`. A number that is not 1 or -1 is
    not shown as such.

    >>> value(2.5), value(-1e-7), value(0.99999)
    ('2.5', '-10^{-7}', '0.99999')
    """
    if isinstance(shown, Summary):
        shown = shown.entries
        if shown is None:
            return None
    array = np.asarray(shown)
    if array.ndim > 2:
        return None
    array = array.astype(int) if array.dtype == bool else array
    if not array.ndim and abs(array) != 1 and latex.numeral(array.item()) in ("1", "-1"):
        return figures(array.item())
    return latex.array((array[:, None] if column and array.ndim == 1 else array).tolist())


def figures(x: Any) -> str:
    r"""A number to calculate with: 1 or -1 only where it is, and with up to eight significant
    digits where four of them would pass for the whole.

    >>> figures(1 / 3), figures(2.00001), figures(0.1 + 0.2), figures(-1 - 1e-9), figures(1e-7)
    ('0.3333', '2.00001', '0.3', '-1.000000001', '10^{-7}')
    """
    short = latex.numeral(x)
    digits = short.lstrip("-0").replace(".", "")
    if not digits.isdecimal() or len(digits) >= DIGITS or float(short) == x:
        return short
    longer = (f"{x:.{n}g}" for n in range(DIGITS + 1, 18 if digits == "1" else 9))
    return next((text for text in longer if float(text) != float(short)), short)


def setting(name: str, given: Any) -> str:
    """A parameter of an operation: a number in figures, anything else as text."""
    if isinstance(given, (int, float, np.number)) and not isinstance(given, bool):
        return figures(given)
    return text(parameter(name, given).partition("=")[2])
