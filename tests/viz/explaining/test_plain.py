"""Formulas as text: nothing of LaTeX is left in any of the registry's."""

from __future__ import annotations

import pytest

from autograd_fr.autograd.op import REGISTRY
from autograd_fr.viz.explaining.plain import plain


@pytest.mark.parametrize("op", REGISTRY.values(), ids=lambda op: op.name)
def test_no_command_is_left_in_any_formula(op):
    for latex in (op.latex, *op.derivatives.values()):
        text = plain(latex)
        assert text and not set(text) & set("\\{}$&")


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"[x > a \lor b \land \lnot c]", "[x > a ∨ b ∧ ¬c]"),
        (r"\begin{cases} 1 & \text{if } x > 0 \\ \alpha & \text{else} \end{cases}",
         "[1 if x > 0; α else]"),
        (r"\sum_{j \ge i} G_j \mathbf{1}", "Σ_(j ≥ i) G_j ones"),
        (r"\sum_{\text{axis 0}} \left(a + b\right)", "Σ_(axis 0) (a + b)"),
        (r"x^{\top(0, 1)}", "xᵀ(0, 1)"),
        (r"A^{-\top} B^{-1} C^{+}", "A⁻ᵀ B⁻¹ C⁺"),
        (r"\infty + \beta x", "∞ + β x"),
        (r"\frac{\frac{a}{b}}{c + d}", "(a/b)/(c + d)"),
        (r"\frac{\frac{\partial f}{\partial u} - 1}{s}", "(∂f/∂u - 1)/s"),
        (r"\sqrt[3]{x} \sqrt{x + 1}", "³√x √(x + 1)"),
        (r"\operatorname{RNN^\top_{gates}}(\mathit{w\_hh})", "RNNᵀ_gates(w_hh)"),
        (r"{\text{a}\_\text{b}\%}", "a_b%"),
        (r"\underset{\text{(3, 2)}}{x^\top} y'", "xᵀ (3, 2) y'"),
        (r"\underbrace{5}_{f \leftarrow x}", "5 [f ← x]"),
    ],
)  # fmt: skip
def test_plain(latex, text):
    assert plain(latex) == text
