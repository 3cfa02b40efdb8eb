r"""Names and values in LaTeX: `w1` as w_{1}, `theta` as \theta, small arrays as matrices."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ..graph.summary import Summary
from ..graph.text import number
from .formulas import GREEK

_INDEXED = re.compile(r"([A-Za-z]+)(?:_?(\d+)|_([A-Za-z]+))?")
_SPECIAL = {"\\": r"\textbackslash ", "~": r"\textasciitilde ", "^": r"\textasciicircum "}
_SPECIAL |= {sign: "\\" + sign for sign in "#$%&_{}"}


def symbol(name: str) -> str:
    r"""A name as one would write it on a blackboard; what is no symbol, as text.

    >>> [symbol(name) for name in ("u", "w1", "theta_0", "x_hat", "loss", "net.0.weight")]
    ['u', 'w_{1}', '\\theta_{0}', 'x_{hat}', '\\mathit{loss}', '\\text{net.0.weight}']
    """
    match = _INDEXED.fullmatch(name)
    base, *indices = match.groups("") if match else (name, "")
    index = "".join(indices)
    if base in GREEK:
        base = "\\" + base
    elif len(base) > 1 and base.isascii() and base.isalpha():
        base = rf"\mathit{{{base}}}"
    elif len(base) != 1 or not base.isalpha():
        return rf"\text{{{_escaped(name)}}}"
    return f"{base}_{{{index}}}" if index else base


def value(shown: Summary | Any) -> str | None:
    """The entries of a small array or number in LaTeX; None where they are not known.

    >>> value(2.5), value(-1e-7)
    ('2.5', '-1 \\\\cdot 10^{-7}')
    """
    if isinstance(shown, Summary):
        shown = shown.entries
        if shown is None:
            return None
    array = np.asarray(shown)
    if array.ndim == 0:
        return _number(array.item())
    rows = array[:, None] if array.ndim == 1 else array
    if array.ndim > 2:
        return None
    inner = r" \\ ".join(" & ".join(_number(x) for x in row) for row in rows.tolist())
    return rf"\begin{{pmatrix}} {inner} \end{{pmatrix}}"


def _number(x: Any) -> str:
    text = {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\mathrm{nan}"}.get(number(x), number(x))
    mantissa, e, exponent = text.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if e and exponent else text


def _escaped(text: str) -> str:
    text = "".join(_SPECIAL.get(sign, sign) for sign in text)
    return " ".join(text.split())
