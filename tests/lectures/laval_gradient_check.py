"""Laval: gradients checked by differences, what that finds, and what it costs."""

from __future__ import annotations

import numpy as np

import autograd_fr as ag

from .engine_around import TanhWithoutSquare
from .items import ITEMS, computes, float64, leaf, size


def central(f, x, eps):
    (row,) = ag.compare_modes(f, x, eps=eps, repeat=1)["central"].derivative
    return row.item()


def forward(f, x, eps):
    """(f(x + ε) - f(x)) / ε."""
    x = x.detach().requires_grad_()
    return ag.nudge(f(x), x, eps).actual.item() / eps


def cube(theta):
    return theta**3


@computes("S002-64")
def central_and_forward_differences(given):
    theta = leaf(float(given["theta"]))
    (analytic,) = ag.autograd.grad(cube(theta), theta)
    assert ag.autograd.gradcheck(cube, theta, given["eps"])
    return {
        "analytic": analytic,
        "central": central(cube, theta, given["eps"]),
        "forward": forward(cube, theta, given["eps"]),
    }


@computes("S002-65")
def caught_derivative(given):
    assert "x=0.5" in given["planted_bug"]
    x = leaf(0.5)
    rtol = given["must_fail_at_rtol"]
    report = ag.autograd.gradcheck(TanhWithoutSquare.apply, x, rtol=rtol, raise_exception=False)
    assert ag.autograd.gradcheck(ag.tanh, x, rtol=rtol)
    assert report.status == "fail"
    right, wrong = report.worst.numerical.item(), report.worst.analytical.item()
    return {
        "right": right,
        "wrong": wrong,
        "relative_error": abs(right - wrong) / abs(right),
    }


@computes("S002-66")
def errors_and_cost_of_differences(given):
    expected = ITEMS["S002-66"].expected

    def f(t):
        return ag.exp(t) * ag.sin(t)

    t = leaf(1.0)
    (true,) = ag.autograd.grad(f(t), t)
    np.testing.assert_allclose(true.item(), expected["true"], rtol=1e-11)
    found = {
        eps: {
            "central_abs_error": abs(central(f, t, float(eps)) - true.item()),
            "forward_abs_error": abs(forward(f, t, float(eps)) - true.item()),
        }
        for eps in expected["errors"]
    }
    for eps, errors in expected["errors"].items():
        for kind, error in errors.items():
            if error > 1e-9:  # below that, rounding: not the same everywhere
                assert 0.5 < found[eps][kind] / error < 2, (eps, kind)
    errors = {eps: pair["central_abs_error"] for eps, pair in found.items()}
    assert 1e-6 < errors["1e-2"] < 1e-4
    assert errors["1e-4"] < 1e-8
    assert errors["1e-10"] > errors["1e-5"]
    assert 0.9e4 < errors["1e-2"] / errors["1e-4"] < 1.1e4
    _count_evaluations(expected)


def _count_evaluations(expected):
    """Two for each parameter of the net that reads digits; two in all along a random direction."""
    parameters = size(ag.models.MLP(784, 30, 10))
    assert expected["evaluations_for_P_parameters"] == "2P"
    assert expected[f"P_{parameters}"] == 2 * parameters
    calls = []

    def loss(w):
        calls.append(w)
        return w.square().sum()

    counts = {}
    for fast in (False, True):
        for P in (20, 50):
            calls.clear()
            w = leaf(np.linspace(0.5, 1, P))
            assert ag.autograd.gradcheck(loss, w, fast_mode=fast)
            counts[fast, P] = len(calls)
    assert counts[False, 50] - counts[False, 20] == 2 * 30
    assert counts[True, 50] == counts[True, 20]
    assert ag.compare_modes(loss, float64([0.5] * 50), repeat=1)["central"].passes == 2 * 50
