"""What stands around the engine: checks, drawings, layers, optimizers, notebooks."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import autograd_fr as ag
from autograd_fr import nn, optim, viz
from autograd_fr.autograd import gradcheck

from .items import ITEMS, computes, float64, leaf, size

ROOT = Path(__file__).parents[2]


class TanhWithoutSquare(ag.autograd.Function):
    """tanh, with 1 - tanh for the derivative 1 - tanh²."""

    @staticmethod
    def forward(ctx, x):
        y = x.tanh()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        (y,) = ctx.saved_tensors
        return g * (1 - y)


@computes("U-17")
def checks_of_gradients(given):
    within = {"eps": given["default_eps"], "rtol": given["rtol"], "atol": given["atol"]}
    x, row = leaf([[0.5, -1.0, 2.0], [0.3, 0.8, -0.4]]), leaf([0.2, -0.7, 1.1])
    for right in (ag.mul, lambda x, row: ag.tanh(x - row), lambda x, row: (x * row).softmax(1)):
        assert gradcheck(right, (x, row), **within).status == "pass"

    point = leaf([0.0, 0.5])
    wrong = gradcheck(TanhWithoutSquare.apply, point, raise_exception=False, **within)
    worst = wrong.worst
    assert not wrong and wrong.status == "fail"
    assert "∂ x[1]" in repr(wrong) and worst.worst_entry == (1, 1)
    assert worst.analytical[1, 1] == pytest.approx(1 - ag.tanh(float64(0.5)).item())
    assert worst.numerical[1, 1] == pytest.approx(1 - ag.tanh(float64(0.5)).item() ** 2)
    with pytest.raises(ag.errors.GradcheckError):
        gradcheck(TanhWithoutSquare.apply, leaf([0.5]), **within)

    with pytest.warns(ag.errors.GradcheckWarning, match="kink"):
        kink = gradcheck(ag.relu, leaf([0]), **within)
    return {"relu_at_0_must_be_reported_or_skipped": kink.status == "undecided"}


@computes("U-18")
def drawings(given):
    u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
    f = (u + v) * w
    before = gradients(viz.draw(f).dot)
    assert before == dict.fromkeys(["u", "v", "t1", "w", "f"], "–")
    f.backward()
    drawing = viz.draw(f)
    assert gradients(drawing.dot) == {"u": "4", "v": "4", "t1": "4", "w": "5", "f": "1"}
    assert "<B>f</B> = 20" in drawing.dot and "<B>t1</B> = 5" in drawing.dot
    assert len(drawing.graph.variables) == 5 and len(drawing.graph.operations) == 2
    assert drawing.dot.count(" -> ") == 6
    assert "rankdir=LR" in drawing.dot and "rankdir=TB" in viz.draw(f, direction="TB").dot
    assert drawing._repr_mimebundle_()["image/svg+xml"] and "∂f/∂u = 4" in drawing.svg
    assert len({viz.draw(f, style=style).dot for style in ("slide", "operations", "modules")}) == 3
    large = ag.zeros(30, 40, requires_grad=True)
    assert "(30, 40) float32" in viz.draw(large.sum()).dot


def gradients(dot):
    """What the boxes of gradients of a drawing say, by the names of the variables."""
    return dict(re.findall(r"∂f/∂(\w+) = ([^<]*)<", dot))


@computes("U-21")
def layers(given):
    net = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
    net.add(nn.Linear(3, 2)).add(nn.Softmax(dim=1))
    shared = nn.Linear(3, 3)
    twice = nn.Sequential(shared, nn.ReLU(), shared)
    expected = ITEMS["U-21"].expected
    assert size(nn.Linear(3, 4)) == expected["linear_3_4_parameters"]
    assert size(net) == expected["keras_snippet_parameters"]
    assert len(list(twice.parameters())) == 2
    assert [name for name, _ in net.named_parameters()] == [
        "0.weight", "0.bias", "2.weight", "2.bias",
    ]  # fmt: skip

    other = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2), nn.Softmax(dim=1))
    other.load_state_dict(net.state_dict())
    x = ag.tensor([[1.0, -2.0], [0.5, 3.0]])
    assert ag.equal(net(x), other(x))
    net(x)[0, 0].backward()
    assert all(p.grad is not None for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())

    noisy = nn.Dropout(0.5)
    assert ag.equal(noisy.eval()(x), x) and not noisy.training and noisy.train().training
    seen = []
    shared.register_forward_hook(lambda module, args, out: seen.append(out.shape))
    twice(ag.ones(4, 3))
    assert seen == [(4, 3), (4, 3)]
    image = nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.MaxPool2d(2), nn.LPPool2d(2, 2), nn.Flatten(), nn.BatchNorm1d(8)
    )
    assert image(ag.randn(5, 1, 10, 10)).shape == (5, 8)
    assert "Linear(in_features=2, out_features=3, bias=True)" in repr(net)


@computes("U-22")
def optimizers(given):
    for make in (
        lambda p: optim.SGD(p, lr=0.01, momentum=0.9, nesterov=True, weight_decay=0.01),
        optim.Adagrad, optim.Adadelta, optim.RMSprop, optim.Adam, optim.AdamW, optim.Adamax,
        optim.BFGS, optim.LBFGS, optim.HalvingGD,
    ):  # fmt: skip
        w = leaf([1, -2])
        optimizer = make([w])

        def closure(w=w, optimizer=optimizer):
            optimizer.zero_grad()
            loss = w[0] ** 2 + 10 * w[1] ** 2
            loss.backward()
            return loss

        first = closure()
        assert w.tolist() == [1, -2]  # backward() changes no parameter; a step does
        for _ in range(5):
            optimizer.step(closure)
        assert closure() < first
    w = leaf([1])
    optimizer = optim.SGD([w], lr=1)
    schedule = optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (step + 1))
    w.sum().backward()
    for _ in range(3):
        optimizer.step()
        schedule.step()
    assert w.item() == pytest.approx(1 - (1 + 1 / 2 + 1 / 3))


@computes("U-23")
def notebooks(given):
    for theme in range(1, 15):
        found = list((ROOT / "notebooks").glob(f"{theme:02}_*.ipynb"))
        assert len(found) == 1, f"theme {theme} has {len(found)} notebooks"
        first, *others = json.loads(found[0].read_text(encoding="utf-8"))["cells"]
        title, summary, *_ = "".join(first["source"]).split("\n\n")
        assert first["cell_type"] == "markdown" and re.fullmatch("# .+", title)
        assert re.fullmatch(r"\*[^*].*[^*]\*", summary, re.DOTALL), "no summary in italics"
        assert any(cell["cell_type"] == "code" for cell in others)


@computes("U-24")
def what_the_core_needs(given):
    run = subprocess.run(
        [sys.executable, "-c", WITH_NUMPY_ALONE],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    asked_for = run.stdout.split()
    assert asked_for == ["graphviz", "matplotlib", "scikit-learn", "scipy"]


# pytest is what the programs ask with; whatever else is not NumPy cannot be imported.
WITH_NUMPY_ALONE = """
import importlib
import pkgutil
import sys
import pytest

class NumPyAlone:
    def find_spec(self, name, path=None, target=None):
        known = {*sys.stdlib_module_names, "numpy", "autograd_fr", "tests"}
        if name.partition(".")[0] not in known:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, NumPyAlone())

import autograd_fr as ag
from autograd_fr import viz
from tests.lectures import items

ENGINE = [f"U-{number:02}" for number in range(2, 17)]
from tests.lectures import engine
for name in ENGINE:
    items.PROGRAMS[name](items.ITEMS[name].given)
f = 2 * ag.ones(2, requires_grad=True).sum()
f.backward()
assert "∂f/∂" in viz.draw(f).mermaid

extras = ("autograd_fr.kernels.compiled", "autograd_fr.sklearn", "autograd_fr.__main__")
for module in pkgutil.walk_packages(ag.__path__, "autograd_fr."):
    if not module.name.startswith(extras):
        importlib.import_module(module.name)

for package, ask in {
    "graphviz": lambda: viz.draw(f).dot,
    "matplotlib": lambda: viz.plot_activation(ag.relu),
    "scikit-learn": lambda: ag.sklearn.NetClassifier,
    "scipy": lambda: ag.optimize.minimize(lambda x: (x * x).sum(), [1.0]),
}.items():
    with pytest.raises((ImportError, viz.RenderError), match=package):
        ask()
    print(package)
"""
