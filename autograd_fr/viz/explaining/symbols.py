r"""Names and values in LaTeX: `w1` as w_{1}, `theta` as \theta, small arrays as matrices.

What LaTeX, MathJax and KaTeX read alike: in `\text{...}` stand no commands.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ..graph.summary import Summary
from ..graph.text import number, parameter
from .formulas import GREEK
from .plain import LETTERS

_INDEXED = re.compile(r"([A-Za-z]+)(?:_?(\d+)|_([A-Za-z]+))?")
_SPECIAL = {"\\": r"\backslash ", "~": r"\sim ", "^": r"\wedge ", "`": r"\text{'}"}
_SPECIAL |= {sign: "\\" + sign for sign in "#$%&_{}"}
_COMMANDS = {letter: name for name, letter in LETTERS.items()}


def symbol(name: str) -> str:
    r"""A name as one would write it on a blackboard; what is no symbol, as text.

    >>> [symbol(name) for name in ("u", "w1", "theta_0", "x_hat", "loss", "net.0.weight")]
    ['u', 'w_{1}', '\\theta_{0}', 'x_{\\mathit{hat}}', '\\mathit{loss}', '\\text{net.0.weight}']
    """
    if name[:1] in _COMMANDS:
        name = _COMMANDS[name[0]] + name[1:]
    match = _INDEXED.fullmatch(name)
    base, *indices = match.groups("") if match else ("", "")
    index = "".join(indices)
    if not base:
        return text(name)
    if base in GREEK:
        base = "\\" + base
    elif len(base) > 1:
        base = rf"\mathit{{{base}}}"
    index = rf"\mathit{{{index}}}" if len(index) > 1 and index.isalpha() else index
    return f"{base}_{{{index}}}" if index else base


def text(words: str) -> str:
    r"""Any text, upright; signs that mean something to TeX stand beside `\text`, not in it.

    >>> text("net.0"), text("50 %")
    ('\\text{net.0}', '{\\text{50 }\\%}')
    """
    words = " ".join(words.split())
    pieces = re.split(f"([{re.escape(''.join(_SPECIAL))}])", words)
    found = [_SPECIAL.get(piece) or rf"\text{{{piece}}}" for piece in pieces if piece]
    return found[0] if len(found) == 1 else "{" + "".join(found) + "}"


def value(shown: Summary | Any, *, column: bool = False) -> str | None:
    """The entries of a small array or number in LaTeX; None where they are not known.

    What has one axis is a row, as it is broadcast, or a `column`.

    >>> value(2.5), value(-1e-7)
    ('2.5', '-1 \\\\cdot 10^{-7}')
    """
    if isinstance(shown, Summary):
        shown = shown.entries
        if shown is None:
            return None
    array = np.asarray(shown)
    if array.ndim == 0:
        return figure(array.item())
    if array.ndim > 2:
        return None
    rows = array if array.ndim == 2 else array[:, None] if column else array[None]
    inner = r" \\ ".join(" & ".join(map(figure, row)) for row in rows.tolist())
    return rf"\begin{{pmatrix}} {inner} \end{{pmatrix}}"


def figure(x: Any) -> str:
    """A number in LaTeX, with four significant digits."""
    if isinstance(x, bool):
        return str(int(x))
    shown = number(x)
    shown = {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\mathrm{nan}"}.get(shown, shown)
    mantissa, e, exponent = shown.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if e and exponent else shown


def setting(name: str, given: Any) -> str:
    """A parameter of an operation: a number in figures, anything else as text."""
    if isinstance(given, (int, float, np.number)) and not isinstance(given, bool):
        return figure(given)
    return text(parameter(name, given).partition("=")[2])
