"""Operations whose rules share work in an ordinary backward pass: it changes no gradient."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd.op import REGISTRY
from tests.ops.test_registry import calling, tensors

CASES = [
    pytest.param(op, sample, id=f"{op.name}: {sample}")
    for op in REGISTRY.values()
    if op.together is not None
    for sample in op.samples
]


@pytest.fixture(autouse=True)
def calls_written(op, sample):
    """The first call of an operation ever is the general one, which keeps nothing."""
    calling(op, sample)(*tensors(op, sample))


def weights(y):
    return ag.from_numpy(np.random.default_rng(1).normal(size=y.shape))


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize(("op", "sample"), CASES)
def test_together_they_give_what_each_rule_gives(op, sample, kept):
    given = tensors(op, sample)
    y = calling(op, sample)(*given)
    g = weights(y)
    expected = ag.autograd.grad(y, given, g, create_graph=True)
    assert len(y.node.saved) == len(op.together.saves)
    if not kept:
        del y.node.saved
    y.backward(g)
    for t, pulled in zip(given, expected, strict=True):
        assert t.grad.dtype == t.dtype
        np.testing.assert_allclose(t.grad.numpy(), pulled.detach().numpy(), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_what_is_kept_goes_with_the_pass(op, sample):
    y = calling(op, sample)(*tensors(op, sample))
    y.backward(weights(y), retain_graph=True)
    assert y.node.saved[-1] is not None
    y.backward(weights(y))
    assert y.node.saved is None


@pytest.mark.parametrize(
    ("op", "sample"), [case for case in CASES if case.values[0].together.spares]
)
def test_what_is_not_read_any_more_may_be_written_into(op, sample):
    given = tensors(op, sample)
    y = calling(op, sample)(*given)
    g = weights(y)
    expected = ag.autograd.grad(y, given, g, retain_graph=True)
    with ag.no_grad():
        for name in op.together.spares:
            given[op.arguments.index(name)].fill_(7.0)
    for _ in range(2):
        again = ag.autograd.grad(y, given, g, retain_graph=True)
        for a, b in zip(again, expected, strict=True):
            np.testing.assert_array_equal(a.numpy(), b.numpy())
    if y.numel() and given[0].numel():
        with pytest.raises(ag.errors.OverwrittenError):
            ag.autograd.grad(y, given, g, create_graph=True)


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_only_some_arguments_want_a_gradient(op, sample):
    given = tensors(op, sample)
    y = calling(op, sample)(*given)
    y.backward(weights(y))
    for k in range(len(given)):
        again = [t.detach() for t in given]
        again[k].requires_grad_()
        z = calling(op, sample)(*again)
        z.backward(weights(z))
        for j, t in enumerate(again):
            assert (t.grad is None) == (j != k)
        np.testing.assert_allclose(again[k].grad.numpy(), given[k].grad.numpy(), rtol=1e-12)
