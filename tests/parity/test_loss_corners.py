"""Losses at the edges of what they take, against PyTorch's: inf, nan, kinks, nothing at all."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag

torch = pytest.importorskip("torch", reason="PyTorch is the reference of these tests")

INF = np.inf
EDGES = np.array([INF, INF, -INF, -INF, INF, 0.0, np.nan])
LABELS = np.array([1.0, 0.0, 1.0, 0.0, 0.5, 1.0, 1.0])
ROWS, ONE, EMPTY = np.zeros((2, 3)), np.array([1.0, 2.0, 3.0]), np.zeros((0, 3))
KINK = np.array([1.0, -1.0, 0.0, 0.5, 2.0])

CASES = {  # name, input, target, options
    "no probabilities": ("cross_entropy", EMPTY, EMPTY, {}),
    "no probabilities, smooth": ("cross_entropy", EMPTY, EMPTY, {"label_smoothing": 0.1}),
    "infinite logits": ("binary_cross_entropy_with_logits", EDGES, LABELS, {"reduction": "none"}),
    "infinite logits, weighted": ("binary_cross_entropy_with_logits", EDGES, LABELS,
                                  {"reduction": "none", "weight": np.array(2.0)}),
    "infinite logits of labels": ("multilabel_soft_margin_loss", EDGES[:, None], LABELS[:, None],
                                  {"reduction": "none"}),
    "one row, a target (1), margin": ("multi_margin_loss", ONE, np.array([1]),
                                      {"reduction": "none"}),
    "weights 0": ("cross_entropy", ROWS, np.array([0, 1]), {"weight": np.zeros(3)}),
    "weights 0, nll": ("nll_loss", ROWS, np.array([0, 1]), {"weight": np.zeros(3)}),
    "weights 0, sum": ("nll_loss", ROWS, np.array([0, 1]),
                       {"weight": np.zeros(3), "reduction": "sum"}),
    "weights 0, some ignored": ("cross_entropy", ROWS, np.array([-100, 1]),
                                {"weight": np.array([1.0, 0.0, 1.0])}),
    "all ignored": ("cross_entropy", ROWS, np.array([-100, -100]), {"weight": np.ones(3)}),
    "huber at the kink": ("huber_loss", KINK, np.zeros(5), {"reduction": "sum"}),
    "smooth l1 at the kink": ("smooth_l1_loss", KINK, np.zeros(5), {"reduction": "sum"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_values_and_gradients(case):
    name, x, target, options = CASES[case]
    found = []
    for package in (ag, torch):
        given = {k: package.tensor(v) if isinstance(v, np.ndarray) else v
                 for k, v in options.items()}  # fmt: skip
        leaf = package.tensor(x, requires_grad=True)
        y = getattr(package.nn.functional, name)(leaf, package.tensor(target), **given)
        (g,) = package.autograd.grad(y.sum(), leaf, create_graph=True)
        numbers = [y.detach().numpy(), g.detach().numpy()]
        if "kink" in case:
            numbers.append(package.autograd.grad(g.sum(), leaf)[0].numpy())
        found.append(numbers)
    for ours, theirs in zip(*found):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


REFUSED = """
F.cross_entropy(t([[0.0, 1.0]]), t([0]), weight=t([1, 2]))
F.nll_loss(t([[0.0, 1.0]]), t([0]), weight=t([1, 2]))
F.multi_margin_loss(t([[0.0, 1.0]]), t([0]), weight=t([1, 2]))
F.cross_entropy(t([0.0, 1.0]), t([0, 1]))
F.soft_margin_loss(t([[0.0], [1.0]]), t([1.0, 1.0]))
F.binary_cross_entropy(t([0.5, 0.5]), t([0.5, 0.5]), weight=t([1.0, 1.0, 1.0]))
"""


@pytest.mark.parametrize("call", REFUSED.strip().splitlines())
def test_what_both_refuse(call):
    for package in (torch, ag):
        with pytest.raises((ValueError, RuntimeError, ag.errors.DtypeError)):
            eval(call, {"F": package.nn.functional, "t": package.tensor})


@pytest.mark.parametrize("name", ["huber_loss", "smooth_l1_loss", "mse_loss", "l1_loss"])
@pytest.mark.parametrize("dtypes", [("float32", "float64"), ("float64", "float32")])
def test_the_dtype_of_mixed_ones(name, dtypes):
    ours, theirs = (
        getattr(package.nn.functional, name)(
            *(package.ones(2, dtype=getattr(package, dtype)) for dtype in dtypes)
        ).dtype
        for package in (ag, torch)
    )
    assert str(ours) == str(theirs).removeprefix("torch.")


def test_weights_of_probabilities_may_have_another_dtype():
    x, p, w = ag.zeros(2, 2), ag.full((2, 2), 0.5), ag.tensor([1.0, 3.0], dtype=ag.float64)
    assert ag.nn.functional.cross_entropy(x, p, w).item() == pytest.approx(2 * np.log(2))


@pytest.mark.parametrize("name", ["cross_entropy", "nll_loss"])
@pytest.mark.parametrize("number", [1, -100])
def test_the_class_of_a_single_row_may_be_given_as_one_entry(name, number):
    """PyTorch takes that, too, as long as nobody asks for gradients."""
    loss, theirs = getattr(ag.nn.functional, name), getattr(torch.nn.functional, name)
    for reduction in ("none", "mean", "sum"):
        x = ag.tensor(ONE, requires_grad=True)
        y = loss(x, ag.tensor([number]), reduction=reduction)
        y.backward()
        expected = theirs(torch.tensor(ONE), torch.tensor([number]), reduction=reduction)
        assert y.shape == ()
        np.testing.assert_allclose(y.item(), expected.item())
        other = ag.tensor(ONE, requires_grad=True)
        loss(other, ag.tensor(number), reduction=reduction).backward()
        np.testing.assert_array_equal(x.grad.numpy(), other.grad.numpy())
