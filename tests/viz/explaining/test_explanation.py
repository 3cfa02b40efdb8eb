"""Explanations: their lines are the chain rule, and the numbers in them are the gradient."""

from __future__ import annotations

import re
import shutil
import subprocess

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, viz
from autograd_fr.errors import GraphError
from autograd_fr.viz.explaining.formulas import tokens
from tests.functions import Cube
from tests.ops.formulas.evaluator import evaluate


def scalars(*values):
    return [ag.tensor(v, dtype=ag.float64, requires_grad=True) for v in values]


MATRIX = re.compile(r"\\begin\{pmatrix\} (.*?) \\end\{pmatrix\}")


def numbers(line):
    """The value of a line of numbers and matrices of numbers; None where it has anything else."""
    text = " + ".join(f"({term})" for term in line.terms)
    values = {}

    def entered(match):
        rows = [row.split(" & ") for row in match[1].split(r" \\ ")]
        values[f"M{len(values)}"] = np.array(
            [[float(evaluate(x, {})) for x in row] for row in rows]
        )
        return rf"\mathit{{M{len(values) - 1}}}"

    text = MATRIX.sub(entered, text)
    strange = [t for t in tokens(text) if t.kind in ("function", "text") or "partial" in t.text]
    if strange or any(t.kind == "symbol" and t.name not in values for t in tokens(text)):
        return None
    return evaluate(text, values, matrices=True)


def lines(explanation):
    (equation,) = explanation.equations
    return equation.lines


def test_the_example_of_the_lecture():
    u, v, w = scalars(2.0, 3.0, 4.0)
    f = (u + v) * w
    f.backward()
    assert repr(viz.explain(u)).splitlines() == [
        "∂f/∂u = ∂f/∂t₁ · ∂t₁/∂u",
        "      = w · 1",
        "      = 4 · 1",
        "      = 4",
        "with t₁ = u + v = 5",
    ]
    assert viz.explain(w)._repr_latex_().startswith("$$\n\\begin{aligned}\n\\frac{\\partial f}")


def test_a_branching_variable_is_the_sum_over_its_paths():
    w1, w2, w3, b, x = scalars(2.0, -1.0, 5.0, 1.0, 3.5)
    f = w3 * ag.relu(w1 * x + w2 * x + b)
    symbols, formulas, factors, terms, total = lines(viz.explain(x, f))
    assert len(symbols.terms) == len(formulas.terms) == 2
    assert formulas.terms[1] == r"w_{3} \cdot [t_{4} > 0] \cdot 1 \cdot 1 \cdot w_{2}"
    assert numbers(factors) == numbers(terms) == numbers(total) == 5.0
    assert terms.terms == ("10", "-5")
    assert "= 10 - 5" in repr(viz.explain(x, f))


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
        written = [numbers(line) for line in lines(viz.explain(leaf, z))]
        written = [n for n in written if n is not None]
        assert len(written) > 1 and written == pytest.approx([gradient] * len(written), 5e-3, 1e-7)


def mlp():
    x, w1, b1 = ag.randn(3, 2), ag.randn(4, 2, requires_grad=True), ag.randn(4, requires_grad=True)
    w2 = ag.randn(2, 4, requires_grad=True)
    z = nn.functional.linear(ag.tanh(nn.functional.linear(x, w1, b1)), w2)
    return nn.functional.mse_loss(z, ag.ones(3, 2)), [w1, b1, w2]


def recurrent():
    w, u = ag.randn(2, 2, requires_grad=True), ag.randn(2, 3, requires_grad=True)
    h = ag.zeros(2, 1)
    for _ in range(3):
        h = ag.tanh(w @ h + u @ ag.randn(3, 1))
    return (h * h).sum(), [w, u]


def broadcasting():
    a, b, c = (ag.randn(*s, requires_grad=True) for s in ((2, 3), (3,), (2, 1)))
    return (a * b + c / b).mean(), [a, b, c]


def vectors():
    w, b, x = (ag.randn(*s, requires_grad=True) for s in ((3, 2), (3,), (2,)))
    h = ag.tanh(w @ x + b)
    return h @ (h @ w * 0.5 @ w.T), [w, b, x]


def solving():
    a, b = ag.randn(2, 2, requires_grad=True), ag.randn(2, 2, requires_grad=True)
    return (ag.linalg.inv(a @ a.T + ag.eye(2)) @ b).abs().sum(), [a, b]


def choosing():
    a, b = ag.randn(2, 3, requires_grad=True), ag.randn(2, 3, requires_grad=True)
    chosen = ag.where(ag.tensor([[True, False, True]]), ag.maximum(a, b), a.clamp(-0.5, 0.5))
    return chosen.pow(3).sum(), [a, b]


@pytest.mark.parametrize("make", [mlp, recurrent, broadcasting, vectors, solving, choosing])
def test_matrices_in_every_line_are_the_gradient(make):
    ag.manual_seed(3)
    loss, leaves = make()
    checked = 0
    for leaf in leaves:
        (gradient,) = ag.autograd.grad(loss, leaf, retain_graph=True)
        told = viz.explain(leaf, loss).equations
        for equation in told:
            values = [n for n in map(numbers, equation.lines) if n is not None]
            for value in values:
                np.testing.assert_allclose(value, values[-1], rtol=2e-2, atol=3e-3)
            checked += len(values) > 1
        final = np.reshape(numbers(told[-1].lines[-1]), gradient.shape)
        np.testing.assert_allclose(final, gradient.numpy(), rtol=1e-3, atol=1e-6)
    assert checked


def test_what_stands_right_of_a_matrix_is_a_column():
    w, x, b = (ag.ones(*s, requires_grad=True) for s in ((2, 2), (2,), (2,)))
    f = (w @ x + b).sum()
    assert "= [1; 1] [1; 1]ᵀ" in repr(viz.explain(w, f))
    assert repr(viz.explain(x, f)).count("[2; 2]") == 1
    g = (x @ w + b).sum()
    assert "= [1 1]ᵀ [1 1]" in repr(viz.explain(w, g))


def test_one_variable_twice_in_one_operation():
    (x,) = scalars(3.5)
    y = x * x
    assert repr(viz.explain(x, y)).splitlines() == [
        "∂y/∂x = x + x",
        "      = 3.5 + 3.5",
        "      = 7",
    ]


def test_numbers_are_calculated_where_there_is_nothing_else():
    (x,) = scalars(3.0)
    t = x + 1
    assert "= 2 t · 1" in repr(viz.explain(x, t**2))
    assert "= 0.5 t^(-0.5) · 1" in repr(viz.explain(x, t**0.5))


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda x: (x * 1.00001) ** 2, "with t₁ = x · 1.00001 = 2"),
        (lambda x: (x * 0.99999) * -0.999999, "      = (-0.999999) · 0.99999"),
        (lambda x: x**1.00001, "∂y/∂x = 1.00001 x^(10⁻⁵)"),
        (lambda x: x**2.00001, "∂y/∂x = 2.00001 x^(1.00001)"),
        (lambda x: x * (1 - 1e-12), "∂y/∂x = 0.999999999999"),
        (lambda x: 4 * ag.tanh(x * 3), "     t₂ = tanh t₁ = 0.99999"),
    ],
)
def test_what_is_nearly_one_is_not_simplified(make, told):
    (x,) = scalars(2.0)
    y = make(x)
    assert told in repr(viz.explain(x, y)).splitlines()


def test_factors_near_one_are_kept_between_arrays():
    v = ag.ones(2, requires_grad=True)
    y = v * 1.0001 * 1.0001
    assert "∂Σ y/∂t₁ = ∂Σ y/∂y ⊙ 1.0001" in repr(viz.explain(v, y))


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
    assert text[at + 1].endswith("= xᵀ (3, 2) ∂loss/∂z (2, 2)")
    tensors["loss"].backward()
    shown = [float(n) for n in re.findall(r"-?\d[\d.e-]*", text[at + 3])]
    np.testing.assert_allclose(shown, tensors["w"].grad.numpy().ravel(), rtol=1e-3, atol=1e-6)


def test_a_broadcast_bias_is_summed():
    assert "∂loss/∂b = Σ_(axis 0) ∂loss/∂t" in repr(explained("b", net(5)))


def test_large_arrays_have_shapes_only():
    explanation = explained("w", net(100))
    assert "xᵀ (3, 100)" in repr(explanation) and len(explanation.latex) < 3000


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
    explanation = viz.explain(u, f, names={r"\end{aligned} $ } # _": v})
    assert (
        r"{\backslash \text{end}\{\text{aligned}\}\text{ }\$\text{ }\}\text{ }\#\text{ }\_}"
        in explanation.latex
    )
    assert r"\end{aligned} $ } # _" in repr(explanation)


@pytest.mark.parametrize(
    ("name", "latex", "shown"),
    [
        ("σ_max", r"\mathit{\sigma}_{\text{max}}", "σ_max"),
        ("Δw", r"\mathit{\Delta{}w}", "Δw"),
        ("∇f", r"\mathit{\nabla{}f}", "∇f"),
        ("ŷ", r"\hat{y}", "ŷ"),
        ("x̄", r"\bar{x}", "x\u0304"),
        ("ℓ", r"\ell", "ℓ"),
        ("w₁", "w_{1}", "w₁"),
        ("Δŷ₂", r"\mathit{\Delta{}\hat{y}}_{2}", "Δŷ₂"),
        ("perte Δ", r"{\text{perte }\mathit{\Delta}}", "perte Δ"),
    ],
)
def test_letters_that_tex_writes_by_commands(name, latex, shown):
    x, y = scalars(2.0, 3.0)
    explanation = viz.explain(x, x * y, names={name: y})
    assert rf"&= {latex} \\" in explanation.latex
    assert repr(explanation).splitlines()[0].endswith(f" = {shown}")


# What LaTeX, MathJax and KaTeX all read.
COMMANDS = {
    "\\" + name
    for name in (
        "begin", "end", "frac", "partial", "sum", "prod", "cdot", "odot", "underset", "underbrace",
        "text", "mathit", "mathbf", "mathrm", "operatorname", "left", "right", "top", "quad",
        "infty", "leftarrow", "cdots", "dots", "vdots", "le", "ge", "ne", "lnot", "max", "min",
        "ln", "tanh", "sigma", "sqrt", ",", ";", "\\", "%", "_", "delta", "theta",
        "hat", "bar", "acute", "Delta", "nabla", "ell", "sin", "cos",
    )
}  # fmt: skip


def everything():
    """Explanations of many kinds."""
    ag.manual_seed(0)
    x = ag.randn(2, 3, 4, 4)
    net = nn.Sequential(
        nn.Conv2d(3, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(8, 2)
    )
    loss = nn.functional.cross_entropy(net(x), ag.tensor([0, 1]))
    yield viz.explain(net[0].weight, loss)
    lstm = nn.LSTM(3, 2)
    yield viz.explain(lstm.weight_hh_l0, lstm(ag.randn(4, 1, 3))[0].sum())
    a = ag.tensor([[2.0, 1.0], [1.0, 3.0]], requires_grad=True)
    yield viz.explain(a, ag.linalg.cholesky(a).sum())
    yield viz.explain(a, (ag.cat([a, a.T]).cumsum(0)[1:] ** 2).mean(0).sum())
    x, y = scalars(1.0, 2.0)
    names = ("σ_max", "Δw", "∇f", "ŷ", "x̄", "ℓ", "w₁", "Δŷ₂", "perte Δ", "é", "∇", "hₜ")
    for name in names:
        yield viz.explain(x, x * y, names={name: y})
    x.register_hook(lambda g: g)
    yield viz.explain(x, ag.sin(x) * x)
    theta, w_1 = scalars(1e-7, float("inf"))
    yield viz.explain(theta, ag.where(ag.tensor(True), theta * w_1, theta.sqrt()))


def test_only_what_every_typesetter_knows():
    for explanation in everything():
        latex = explanation.latex
        assert set(re.findall(r"\\(?:[A-Za-z]+|.)", latex)) <= COMMANDS
        assert latex.count("{") - latex.count(r"\{") == latex.count("}") - latex.count(r"\}")
        assert not re.search(r"\\text\{[^{}]*[\\$#%&_^~]", latex)  # no commands within text


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs LaTeX")
def test_latex_typesets_it_on_a_page(tmp_path):
    rows = "".join(e._repr_latex_() + "\n" for e in everything())
    (tmp_path / "x.tex").write_text(
        r"\documentclass{article}\usepackage{amsmath,amssymb}\textwidth=170mm\textheight=700mm"
        r"\begin{document}" + rows + r"\end{document}"
    )
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "x.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull" not in done.stdout


def test_formulas_and_names_of_the_user_are_kept_apart():
    z, t = scalars(1.0, 1.5)
    m = nn.functional.mish(z * t)
    text = repr(viz.explain(t, m))
    assert "t' + t₁ (1 - t'²) σ(t₁)" in text and "where t' = tanh(" in text
    a = z * 2.0
    assert "t' + a (1 - t'²) σ(a)" in repr(viz.explain(z, nn.functional.mish(a) * t))
    assert "t' =" not in repr(viz.explain(z, nn.functional.mish(a), names={"t": ag.ones(1)}))


def test_what_operators_mean_stands_below():
    a = ag.tensor([[2.0, 1.0], [1.0, 3.0]], requires_grad=True)
    factor = ag.linalg.cholesky(a)
    explanation = viz.explain(a, factor.sum())
    meaning = "the symmetric matrix with the lower triangle of another"
    assert explanation.glossary["copyltu"] == meaning
    assert f"copyltu: {meaning}" in repr(explanation)
    assert rf"&\operatorname{{copyltu}}\text{{: }}\text{{{meaning}}}" in explanation.latex
    assert "upper" not in repr(explanation) and "False" not in repr(explanation)


def test_what_was_left_out_is_not_spoken_of():
    ag.manual_seed(0)
    layer = nn.Linear(2, 2, bias=False)
    x = ag.ones(1, 2)
    loss = layer(x).tanh().sum()
    text = repr(viz.explain(layer.weight, loss))
    assert "with t₁ = x layer.weightᵀ\n" in text
    x = ag.tensor([0.1, 2.0], requires_grad=True)
    assert "[x ≤ 1]" in repr(viz.explain(x, x.clamp(max=1.0).sum()))


def test_several_entries_are_added_up():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = x**2
    text = repr(viz.explain(x, y)).splitlines()
    assert text[:2] == ["∂Σ y/∂y = [1 1]", "∂Σ y/∂x = ∂Σ y/∂y ⊙ 2 x"]


def test_what_has_no_formula_has_a_symbol():
    (x,) = scalars(2.0)
    y = Cube.apply(x) * 2
    assert repr(viz.explain(x, y)).splitlines()[1:] == [
        "      = 2 · ∂t₁/∂x",
        "      = 2 · 12",
        "      = 24",
        "with t₁ = Cube(x) = 8",
    ]


@pytest.mark.parametrize("shape", [(1,), (0, 3), ()])
def test_single_entries_and_none(shape):
    x = ag.ones(shape, requires_grad=True)
    loss = (x * 3.0).sum()
    text = repr(viz.explain(x, loss)).splitlines()
    assert text[0].startswith("∂loss/∂") and ("ones" in text[1]) == bool(shape)


def test_infinities_are_told_without_warnings():
    (x,) = scalars(0.0)
    with np.errstate(all="ignore"):
        y = ag.log(x) * x
    assert repr(viz.explain(x, y)).partition("\nlocal: ")[0].endswith("= nan\nwith t₁ = ln x = -∞")


def test_the_root_itself():
    x, y = scalars(2.0, 3.0)
    z = x * y
    assert repr(viz.explain(z, z)) == "∂z/∂z = 1"


def test_twenty_thousand_operations():
    (x,) = scalars(1.0)
    z = x
    for _ in range(7_000):
        z = z * 0.5 + z * 0.5
    explanation = viz.explain(x, z)
    assert len(explanation.equations) < 50
    assert "over about 10^2107 paths" in repr(explanation)


def test_formulas_and_shapes_stay_of_what_backward_let_go_of():
    tensors = net(100)
    before = repr(explained("w", tensors)).splitlines()
    tensors["loss"].backward()
    explanation = explained("w", tensors)
    after = repr(explanation).splitlines()
    formulas = [row for row in after if "∂" in row]
    assert "∂loss/∂w = xᵀ ∂loss/∂z" in formulas and set(formulas) <= set(before)
    shown = [row for row in before if row.startswith("         = [")]
    assert shown[-1] in after  # the gradient, which backward() has stored
    assert after[-2].startswith("some numbers are missing: backward() let go")
    assert "some numbers are missing" in explanation.latex and explanation.paths is None


def test_released_numbers_of_a_function():
    (x,) = scalars(2.0)
    y = Cube.apply(x) * 2
    y.backward()
    text = repr(viz.explain(x)).splitlines()
    assert text[:2] == ["∂y/∂x = ∂y/∂t₁ · ∂t₁/∂x", "      = 2 · ∂t₁/∂x"]
    assert text[2:4] == ["      = 24", "with t₁ = Cube(x) = 8"]
    assert text[4].startswith("some numbers are missing")
    x.grad.zero_()
    assert "24" not in repr(viz.explain(x, y))


@pytest.mark.parametrize("where", ["leaf", "result", "node"])
def test_hooks_that_are_left_out_are_named(where):
    x, unused = scalars(6.0, 1.0)
    unused.register_hook(lambda g: g)
    y = x * x
    thing = {"leaf": x, "result": y, "node": y.grad_fn}[where]
    thing.register_hook(lambda *g: pytest.fail("a hook was called"))
    explanation = viz.explain(x, y + 0 * unused, names={"y": y})
    said = f"hooks on {'x' if where == 'leaf' else 'y'} are left out: in backward() they are called"
    assert said in repr(explanation) and said in explanation.latex
    paths = viz.grad_paths(y, x)
    assert repr(paths).splitlines()[-1].startswith(said) and said in paths._repr_html_()


def test_hooks_of_modules_are_not_called():
    ag.manual_seed(0)
    layer, x = nn.Linear(2, 1), ag.ones(3, 2, requires_grad=True)
    loss = layer(x).square().sum()
    plain = viz.grad_paths(loss, x).gradient
    layer.register_full_backward_hook(lambda *given: pytest.fail("a hook was called"))
    z = layer(x)
    loss = z.square().sum()
    explanation = viz.explain(x, loss)
    assert repr(explanation).count("hooks on t1, z are left out") == 1
    np.testing.assert_allclose(explanation.paths.gradient, plain)


def test_a_direct_part_is_told_from_the_whole():
    (w,) = scalars(2.0)
    z = ag.sin(w) * w
    text = repr(viz.explain(w, z)).splitlines()
    assert text[0] == "∂z/∂w = ∂z/∂t₁ · ∂t₁/∂w + (∂z/∂w)_local"
    assert text[-1].startswith("local: the derivative of this operation alone")


def test_conditions_are_called_so():
    (x,) = scalars(2.0)
    text = repr(viz.explain(x, ag.where(x > 0, x * 3, 0.1 * x)))
    assert "[condition] · 3 + " in text and "[¬condition] · 0.1" in text


def test_constants_without_a_name_are_defined():
    x = ag.ones(2, requires_grad=True)
    text = repr(viz.explain(x, ag.where(x > 0, x, ag.zeros(2)).sum()))
    assert "with c₁ = [1 1]\n" in text
    x = ag.ones(20, requires_grad=True)
    text = repr(viz.explain(x, (x * ag.zeros(20)).sum()))
    assert "with c₁ = an unnamed tensor of shape (20,)\n" in text


def test_sums_say_along_which_axes():
    ag.manual_seed(0)
    attention, q = nn.MultiheadAttention(4, 2), ag.randn(3, 1, 4)
    text = repr(viz.explain(attention.in_proj_weight, attention(q, q, q)[0].sum()))
    assert "= e^(t₅)/(Σ_(axis 3) e^(t₅))" in text and "- Σ_(axis 3) ∂t₁₁/∂t₆ ⊙ t₆)" in text
    layer = nn.Conv2d(1, 2, 2)
    text = repr(viz.explain(layer.bias, layer(ag.ones(1, 1, 3, 3)).sum()))
    assert "∂t₂/∂layer.bias = Σ_(axes 0, 2, 3) ∂t₂/∂t₁" in text


def test_what_has_no_gradient_is_told_so():
    with pytest.raises(GraphError, match=r"requires no gradient: make it with requires_grad"):
        viz.explain(ag.tensor(1.0))
    with pytest.raises(TypeError, match=r"of a tensor, not of numpy.ndarray"):
        viz.explain(np.ones(2))
