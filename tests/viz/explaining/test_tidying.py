"""Arithmetic in formulas is done, and nothing else is changed."""

from __future__ import annotations

import pytest

from autograd_fr.autograd.op import REGISTRY
from autograd_fr.viz.explaining.tidying import tidied


@pytest.mark.parametrize(
    ("latex", "told"),
    [
        ("2 t^{2 - 1}", "2 t"),
        ("b t^{1 - 1}", "b 1"),
        (r"G \odot (\frac{|a|}{y})^{1 - 1}", "G"),
        ("t^{0.5 - 1}", "t^{-0.5}"),
        (r"\frac{2}{6 - 4} x", "x"),
        (r"2 \frac{1}{6} \cdot G", r"\frac{2}{6} \cdot G"),
        (r"\frac{a + b}{1} c", "(a + b) c"),
        (r"1 \odot a + 1 \cdot 1", "a + 1"),
        (r"-1 \odot x", "- x"),
        (r"\psi^{(1 + 1)}(x)", r"\psi^{(2)}(x)"),
        ("1 - y^2", "1 - y^2"),
        (r"\frac{1}{x}", r"\frac{1}{x}"),
        (r"10^{-5}", r"10^{-5}"),
        ("1 / x", "1 / x"),
    ],
)
def test_tidied(latex, told):
    assert tidied(latex) == told


@pytest.mark.parametrize("op", REGISTRY.values(), ids=lambda op: op.name)
def test_general_formulas_have_nothing_to_be_done(op):
    for latex in (op.latex, *op.derivatives.values()):
        bare = latex.replace(r"\left", "").replace(r"\right", "").replace(" ", "")
        assert tidied(latex).replace(" ", "") == bare
