"""What is said of the steps is true: equations hold, and each sign stands for one thing."""

from __future__ import annotations

import re

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.autograd.op import REGISTRY
from autograd_fr.errors import OverwrittenError
from autograd_fr.nn import functional as F
from autograd_fr.viz.player.lines import text
from tests.viz.player.programs import leaf

ENTRYWISE = {
    "leaky_relu": F.leaky_relu, "gelu": F.gelu, "elu": F.elu, "softplus": F.softplus,
    "clamp": lambda x: x.clamp(min=0), "clone": lambda x: x.clone(), "double": lambda x: x.double(),
    "masked_fill": lambda x: x.masked_fill(x > 0, 1.0), "nan_to_num": ag.nan_to_num,
    "lerp": lambda x: ag.lerp(x, ag.ones(3), 0.3), "logit": lambda x: ag.logit(x / 4 + 0.5),
}  # fmt: skip


def said(player):
    """The lines of all steps."""
    return [text(line) for step in player.steps for line in step.lines]


@pytest.mark.parametrize("name", ENTRYWISE)
def test_entry_by_entry_the_gradient_is_the_incoming_one_times_the_local_one(name):
    x = leaf([0.5, -1.5, 1.0])
    f = (ENTRYWISE[name](x) * ag.tensor([1.0, 2.0, 3.0])).sum()
    player = viz.play(f, names={"x": x, "f": f})
    lines = said(player)
    assert any(line.startswith("∂f/∂x = ∂f/∂t") and " ⊙ ∂t" in line for line in lines)
    for flow in (flow for step in player.steps for flow in step.flows):
        (incoming,) = flow.incoming.values()
        product = np.multiply(incoming.entries, flow.local.entries)
        np.testing.assert_allclose(product, flow.product.entries, rtol=1e-6)
    assert not any("None" in line for line in lines)


INTERNAL = re.compile(r"\\\\[A-Za-z]|\\bNone\\b|\\binput\\d|\\(\\(∂[^()]*\\)\\)|[\ue000-\uf8ff]")


def first_result(op):
    """What the first sample of an operation gives that requires a gradient; None if nothing."""
    sample, rng = op.samples[0], np.random.default_rng(0)
    tensors = [ag.tensor(a, requires_grad=a.dtype.kind == "f") for a in sample.arrays(rng)]
    y = sample.applied(op, tensors)
    return next((t for t in (y if isinstance(y, tuple) else (y,)) if t.requires_grad), None)


def test_of_every_operation_the_products_are_right_and_nothing_internal_is_said():
    played = 0
    for op in REGISTRY.values():
        y = first_result(op) if op.samples and op.derivatives else None
        if y is None:
            continue
        player = viz.play(y, names={"y": y})
        played += 1
        assert not [line for line in said(player) if INTERNAL.search(line)]
        for flow in (flow for step in player.steps for flow in step.flows):
            known = flow.local is not None and flow.local.shape == flow.product.shape
            if known and flow.product.entries is not None:
                (incoming,) = flow.incoming.values()
                product = np.multiply(incoming.entries, flow.local.entries)
                np.testing.assert_allclose(product, flow.product.entries, rtol=1e-5, atol=1e-12)
    assert played > 150


def test_a_local_derivative_has_a_sign_of_its_own_where_it_is_not_the_whole():
    x = leaf(3.0)
    y = x + 1
    f = x * y
    lines = said(viz.play(f))
    assert "local: (∂f/∂x)_local = y = 4" in lines
    assert "∂f/∂x += ∂f/∂f · (∂f/∂x)_local = 1 · 4 = 4" in lines
    assert lines[-2:] == ["∂f/∂x += ∂f/∂y · ∂y/∂x = 3 · 1 = 3", "∂f/∂x = 4 + 3 = 7"]
    assert "local: ∂f/∂y = x = 3" in lines


def test_a_formula_of_a_single_number_is_told_with_its_local_derivative():
    z = leaf([[1.0, 2.0], [0.0, 1.0]])
    lines = said(viz.play(F.mse_loss(z, ag.zeros(2, 2)), names={"z": z}))
    assert any(line.endswith("= 2/4 · (z - c1) = [0.5 1; 0 0.5]") for line in lines)


def test_powers_of_matrices_are_those_of_their_entries():
    A, v = leaf([[1.0, 2.0], [3.0, 4.0]]), leaf([1.0, 2.0])
    lines = said(viz.play((A**3).sum() + (v**3).sum(), names={"A": A, "v": v}))
    assert "t1 = A^⊙3 = [1 2; 3 4]^⊙3 = [1 8; 27 64]" in lines
    assert "local: ∂t1/∂A = 3 A^⊙2 = [3 12; 27 48]" in lines
    assert "local: ∂t3/∂v = 3 v² = [3 12]" in lines


def test_gradients_stand_in_parentheses_only_beside_something():
    x = leaf(np.ones((2, 1, 2), np.float32))
    lstm = ag.nn.LSTM(2, 2)
    f = lstm(x)[0].sum()
    (gates,) = [line for line in said(viz.play(f)) if "LSTMᵀ" in line and "Σ" not in line]
    assert "LSTMᵀ_gates(∂f/∂t" in gates and "((" not in gates


def test_what_was_written_into_since_is_not_calculated_with():
    u = leaf(2.0)
    f = (u + 1) * 3
    with ag.no_grad():
        u -= 1.5
    lines = said(viz.play(f))
    assert "u = 0.5 (changed since it was used first)" in lines
    assert "t1 = u + 1 = 3" in lines
    assert "u was written into since: what it is now, 0.5, is not that." in lines
    assert "f = t1 · 3 = 3 · 3 = 9" in lines


def test_what_was_written_into_before_is_calculated_with():
    u = leaf(2.0)
    first = u + 1
    with ag.no_grad():
        u -= 1.5
    f = first * (u + 1)
    lines = said(viz.play(f))
    assert "t1 = u + 1 = 0.5 + 1 = 1.5" in lines and "first = u + 1 = 3" in lines


def test_after_a_step_of_the_optimizer_it_is_said_when_to_play():
    w = leaf([2.0, 3.0])
    loss = (w * w).sum()
    loss.backward()
    ag.optim.SGD([w], lr=0.1).step()
    advice = r"`SGD`.*: look before that .*optimizer\.step\(\)"
    with pytest.raises(OverwrittenError, match=advice) as refused:
        viz.play(loss)
    assert "call backward() before" not in str(refused.value)


def test_hooks_are_not_called_and_it_is_said_so():
    x, called = leaf([1.0, 2.0]), []
    y = x * 3
    f = y.sum()
    x.register_hook(called.append)
    y.grad_fn.register_hook(lambda *_: called.append(y))
    lines = [line for line in said(viz.play(f)) if "hook" in line]
    assert [line.split()[0] for line in lines] == ["y", "x"]
    assert all("is not called here" in line for line in lines)
    assert not called


def test_a_function_of_the_user_goes_backward_once_and_draws_no_random_numbers():
    calls = []

    class Noisy(ag.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, g):
            calls.append(g)
            return g * ag.rand(())

    f = Noisy.apply(leaf(2.0))
    before = ag.get_rng_state()
    lines = said(viz.play(f))
    assert len(calls) == 1
    assert (ag.get_rng_state() == before).all()
    assert any("= Noisy.backward(∂f/∂f) = 0." in line for line in lines)
