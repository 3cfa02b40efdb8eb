"""Names, numbers and arrays in LaTeX."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.viz.graph.latex import array, escaped, numeral, symbol


@pytest.mark.parametrize(
    ("name", "tex"),
    [
        ("u", "u"), ("W1", "W_{1}"), ("w_1", "w_{1}"), ("t12", "t_{12}"), ("w_ij", "w_{ij}"),
        ("theta", r"\theta"), (r"\theta", r"\theta"), ("θ", r"\theta"), ("Θ2", r"\Theta_{2}"),
        ("sigma_0", r"\sigma_{0}"), ("y_hat", r"\hat{y}"), ("theta_bar", r"\bar{\theta}"),
        ("W_out", r"W_{\text{out}}"), ("loss", r"\mathit{loss}"), ("x_1_2", r"\text{x\_1\_2}"),
        (r"\N", r"\text{\textbackslash{}N}"), (r"\input", r"\text{\textbackslash{}input}"),
        ("net.0.weight", r"\text{net.0.weight}"), ("", r"\text{}"),
    ],
)  # fmt: skip
def test_names_are_symbols_where_they_look_like_symbols(name, tex):
    assert symbol(name) == tex


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("$%_#&{}", r"\$\%\_\#\&\{\}"),
        ("~^\\", r"\textasciitilde{}\textasciicircum{}\textbackslash{}"),
        ("a<b>|", r"a\textless{}b\textgreater{}\textbar{}"),
        ('"it\'s"', "''it'{}s''"),
        ("a--b", "a-{}-{}b"),
        ("été ça", r"\'{e}t\'{e} \c{c}a"),
        ("e\u0301", r"\'{e}"),  # the accent as a character of its own
        ("ệ", r"\^{\d{e}}"),
        ("œuf ß", r"\oe{}uf \ss{}"),
        ("A⁻¹", r"A\textsuperscript{$-$}\textsuperscript{1}"),
        ("x₁", r"x\textsubscript{1}"),
        ("÷ ∂ √", r"$\div$ $\partial$ $\surd$"),
        ("one\ntwo", r"\shortstack[l]{one\\two}"),
    ],
)
def test_text_is_escaped(text, tex):
    assert escaped(text) == tex


@pytest.mark.parametrize("text", ["日", "😀", "ש", "Ж", "ą", "\0", "\u0301"])
def test_what_latex_may_not_have_is_asked_for_or_told_by_its_number(text):
    tex = escaped(text)
    code = 0xFFFD if text == "\0" else ord(text)
    assert rf"\char {code} \else\texttt{{U+{code:04X}}}\fi" in tex
    assert tex.isascii()


def test_marks_of_direction_leave_nothing():
    assert escaped("a\u202eb\u200f") == "ab"


@pytest.mark.parametrize(
    ("x", "tex"),
    [
        (4.0, "4"), (-0.25, "-0.25"), (1e-7, "10^{-7}"), (-1e-7, "-10^{-7}"),
        (2.5e30, r"2.5 \cdot 10^{30}"), (float("inf"), r"\infty"), (-float("inf"), r"-\infty"),
        (float("nan"), r"\text{nan}"), (True, r"\text{True}"), (False, r"\text{False}"), (7, "7"),
    ],
)  # fmt: skip
def test_numbers(x, tex):
    assert numeral(x) == tex


def test_arrays():
    assert array(3.0) == "3"
    assert array([1.0, 2.0]) == r"\begin{pmatrix} 1 & 2 \end{pmatrix}"
    assert array(np.eye(2).tolist()) == r"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}"
