"""Explanations: their lines are the chain rule, and the numbers in them are the gradient."""

from __future__ import annotations

import re

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, viz
from autograd_fr.errors import GraphError, ReleasedError
from autograd_fr.viz.explaining.formulas import tokens
from tests.ops.formulas.evaluator import evaluate


def scalars(*values):
    return [ag.tensor(v, dtype=ag.float64, requires_grad=True) for v in values]


def lines(explanation):
    (equation,) = explanation.equations
    return equation.lines


def is_numbers(line):
    return not any(t.kind in ("symbol", "function") or "partial" in t.text for t in tokens(line))


def numbers(line):
    """The value of a line of numbers."""
    return evaluate(re.sub(r"\\left|\\right", "", line), {})


def test_the_example_of_the_lecture():
    u, v, w = scalars(2.0, 3.0, 4.0)
    f = (u + v) * w
    f.backward()
    assert repr(viz.explain(u)).splitlines() == [
        "∂f/∂u = ∂f/∂t₁ · ∂t₁/∂u",
        "      = w · 1",
        "      = 4 · 1",
        "      = 4",
    ]
    assert viz.explain(w)._repr_latex_().startswith("$$\n\\begin{aligned}\n\\frac{\\partial f}")


def test_a_branching_variable_is_the_sum_over_its_paths():
    w1, w2, w3, b, x = scalars(2.0, -1.0, 5.0, 1.0, 3.5)
    f = w3 * ag.relu(w1 * x + w2 * x + b)
    symbols, formulas, factors, terms, total = lines(viz.explain(x, f))
    assert symbols.count(r"\partial f") == formulas.count("w_{3}") == 2
    assert numbers(factors) == numbers(terms) == numbers(total) == 5.0
    assert sorted(terms.split(" + ")) == ["(-5)", "10"]


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y: x * y + x / y,
        lambda x, y: ag.sigmoid(x) ** 2 / (y + 1) - x,
        lambda x, y: ag.exp(-x * x) * ag.sin(y) + ag.log(x),
        lambda x, y: ag.tanh(x * y) * ag.sqrt(x) - y.abs(),
        lambda x, y: (x - y).relu() + ag.maximum(x, y) * 1e-7,
    ],
)
def test_the_numbers_of_every_line_are_the_gradient(f):
    x, y = scalars(1.25, 0.75)
    z = f(x, y)
    for leaf in (x, y):
        gradient = ag.autograd.grad(z, leaf, retain_graph=True)[0].item()
        written = [line for line in lines(viz.explain(leaf, z)) if is_numbers(line)]
        assert written
        for line in written:
            assert numbers(line) == pytest.approx(gradient, rel=5e-3, abs=1e-7)


def test_one_variable_twice_in_one_operation():
    (x,) = scalars(3.5)
    y = x * x
    assert repr(viz.explain(x, y)).splitlines() == [
        "∂y/∂x = ∂y/∂x|₁ + ∂y/∂x|₂",
        "      = x + x",
        "      = 3.5 + 3.5",
        "      = 7",
    ]


def net(rows):
    """A layer on a batch, and all its tensors by name."""
    ag.manual_seed(0)
    x, w, b = ag.randn(rows, 3), *(ag.randn(*s, requires_grad=True) for s in ((3, 2), (2,)))
    z = x @ w
    h = ag.tanh(z + b)
    return {"x": x, "w": w, "b": b, "z": z, "loss": (h * h).sum()}


def explained(name, tensors):
    return viz.explain(tensors[name], tensors["loss"], names=tensors)


def test_arrays_have_formulas_of_matrices_with_shapes_and_numbers():
    tensors = net(2)
    text = repr(explained("w", tensors)).splitlines()
    assert text[0] == "∂loss/∂loss = 1"
    at = next(k for k, line in enumerate(text) if line.startswith("∂loss/∂w"))
    assert text[at] == "∂loss/∂w = xᵀ ∂loss/∂z"
    assert text[at + 1].endswith("= x (2, 3)ᵀ ∂loss/∂z (2, 2)")
    tensors["loss"].backward()
    shown = [float(n) for n in re.findall(r"-?\d[\d.e-]*", text[at + 3])]
    np.testing.assert_allclose(shown, tensors["w"].grad.numpy().ravel(), rtol=1e-3, atol=1e-6)


def test_a_broadcast_bias_is_summed():
    assert "∂loss/∂b = Σ_(axis 0) (∂loss/∂t" in repr(explained("b", net(5)))


def test_large_arrays_have_shapes_only():
    explanation = explained("w", net(100))
    assert "x (100, 3)ᵀ" in repr(explanation) and len(explanation.latex) < 3000


def test_long_ways_are_cut_in_the_middle():
    (x,) = scalars(1.0)
    z = ag.ones(2, dtype=ag.float64) * x
    for _ in range(500):
        z = z * 1.01
    explanation = viz.explain(x, z)
    assert len(explanation.equations) < 50 and "⋮" in repr(explanation)


def test_the_root_is_found_among_the_variables_of_the_caller():
    (x,) = scalars(2.0)
    cost = x * x
    with pytest.raises(GraphError, match=r"no backward\(\) has reached .* explain\(t, loss\)"):
        viz.explain(x)
    cost.backward()
    assert repr(viz.explain(x)).startswith("∂cost/∂x")
    (x * 3).backward()
    with pytest.raises(GraphError, match="sum of several"):
        viz.explain(x)


def test_layers_and_names():
    ag.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 1))
    loss = nn.functional.mse_loss(model(ag.ones(2, 2)), ag.zeros(2, 1))
    text = viz.explain(model[0].weight, loss, names={"coût": loss}).latex
    assert r"\text{coût}" in text and r"\text{model.0.weight}" in text


def test_hostile_names_stay_text():
    u, v = scalars(2.0, 3.0)
    f = u * v
    latex = viz.explain(u, f, names={r"\end{aligned} $ } # _": v}).latex
    assert r"\text{\textbackslash end\{aligned\} \$ \} \# \_}" in latex
    repr(viz.explain(u, f, names={r"\end{aligned} $ } # _": v}))


def test_released_arrays_are_told():
    x = ag.ones(1000, requires_grad=True)
    f = (x.exp() * 2).sum()
    f.backward()
    with pytest.raises(ReleasedError, match="retain_graph=True"):
        viz.explain(x, f)
