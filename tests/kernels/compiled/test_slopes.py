"""Gradients pulled back through functions of entries."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd.op import REGISTRY
from autograd_fr.kernels import fast, slopes

SPECIAL = [np.inf, -np.inf, np.nan, 0.0, -0.0]
KERNELS = {"tanh": 2, "sigmoid": 2, "divisor": 3, "rectified": 2}


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("shape", [(1024,), (40, 5000)])
@pytest.mark.parametrize("name", KERNELS)
def test_slopes(agree, name, shape, dtype):
    kernel, rng = getattr(slopes, name), np.random.default_rng(0)
    xs = [rng.uniform(0.2, 1, shape).astype(dtype) for _ in range(KERNELS[name])]
    xs[-1] *= rng.choice([-1, 1], shape).astype(dtype)
    agree(kernel, *xs)
    for i, x in enumerate(xs):
        x.reshape(-1)[i * 5 : i * 5 + 5] = SPECIAL
    agree(kernel, *xs)


@pytest.mark.parametrize("enabled", [False, True])
@pytest.mark.parametrize(
    ("name", "params"),
    [("tanh", {}), ("sigmoid", {}), ("relu", {}), ("div", {}),
     ("gelu", {"approximate": "none"}), ("gelu", {"approximate": "tanh"}),
     ("leaky_relu", {"negative_slope": 0.3}), ("leaky_relu", {"negative_slope": 3.0}),
     ("softplus", {"beta": 2.0, "threshold": 1.0})],
)  # fmt: skip
def test_what_is_fused_is_what_the_rule_says(monkeypatch, name, params, enabled):
    monkeypatch.setattr(fast, "enabled", enabled)
    op, rng = REGISTRY[name], np.random.default_rng(0)
    shapes = [(100, 100), (100,)][: len(op.arguments)]
    xs = [ag.tensor(rng.uniform(0.2, 1, s), requires_grad=True) for s in shapes]
    y = op.function(*xs, **params)
    g = ag.tensor(rng.standard_normal(y.shape))
    first = ag.autograd.grad(y, xs, g, retain_graph=True)
    second = ag.autograd.grad(y, xs, g, create_graph=True)  # by the rules themselves
    for a, b in zip(first, second):
        np.testing.assert_allclose(a.numpy(), b.detach().numpy(), rtol=1e-5)
