r"""Names and values in LaTeX: `w1` as w_{1}, `theta` as \theta, small arrays as matrices."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ..graph.latex import array
from ..graph.summary import Summary
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
    ('2.5', '-10^{-7}')
    """
    if isinstance(shown, Summary):
        shown = shown.entries
        if shown is None:
            return None
    found = np.asarray(shown)
    if found.ndim > 2:
        return None
    return array((found[:, None] if found.ndim == 1 else found).tolist())


def _escaped(text: str) -> str:
    text = "".join(_SPECIAL.get(sign, sign) for sign in text)
    return " ".join(text.split())
