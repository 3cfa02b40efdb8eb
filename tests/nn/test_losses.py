"""Losses: values, gradients, and what they refuse."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.autograd import gradcheck, gradgradcheck
from autograd_fr.errors import DtypeError, ShapeError
from autograd_fr.nn import functional as F

LOGITS = np.random.default_rng(0).normal(size=(4, 3))
TARGET = ag.tensor([0, 2, 1, 2])
WEIGHT = ag.tensor(np.array([0.5, 1.0, 2.0]))

CASES = {
    "mse": lambda x: F.mse_loss(x, ag.tensor(LOGITS[::-1].copy())),
    "mse, sum": lambda x: F.mse_loss(x, ag.tensor(LOGITS[::-1].copy()), reduction="sum"),
    "cross-entropy": lambda x: F.cross_entropy(x, TARGET),
    "cross-entropy, weighted": lambda x: F.cross_entropy(x, TARGET, WEIGHT),
    "cross-entropy, smooth": lambda x: F.cross_entropy(x, TARGET, WEIGHT, label_smoothing=0.2),
    "cross-entropy, ignoring": lambda x: F.cross_entropy(x, TARGET, ignore_index=2),
    "cross-entropy, probabilities": lambda x: F.cross_entropy(
        x, F.softmax(ag.tensor(LOGITS[::-1].copy()), 1), WEIGHT
    ),
    "nll": lambda x: F.nll_loss(F.log_softmax(x, 1), TARGET, WEIGHT, reduction="none"),
    "bce": lambda x: F.binary_cross_entropy_with_logits(x, ag.tensor((LOGITS > 0) * 1.0)),
    "bce, weighted": lambda x: F.binary_cross_entropy_with_logits(
        x, ag.tensor((LOGITS > 0) * 1.0), WEIGHT, pos_weight=ag.tensor(3.0, dtype=ag.float64)
    ),
}


@pytest.mark.parametrize("loss", CASES.values(), ids=CASES)
def test_gradients_of_both_orders(loss):
    x = ag.tensor(LOGITS, requires_grad=True)
    assert gradcheck(loss, x)
    assert gradgradcheck(loss, x)


def test_cross_entropy_of_even_scores_is_log_of_the_classes():
    assert F.cross_entropy(ag.zeros(5, 10), ag.zeros(5).long()).item() == pytest.approx(
        math.log(10)
    )


def test_cross_entropy_is_exact_for_extreme_scores():
    x = ag.tensor([[1000.0, -1000.0]], requires_grad=True)
    loss = F.cross_entropy(x, ag.tensor([1]))
    loss.backward()
    assert loss.item() == 2000.0
    assert x.grad.tolist() == [[1.0, -1.0]]


def test_bce_is_exact_for_extreme_scores_and_at_zero():
    x = ag.tensor([1000.0, -1000.0, 0.0], requires_grad=True)
    loss = F.binary_cross_entropy_with_logits(x, ag.tensor([1.0, 1.0, 1.0]), reduction="none")
    loss.sum().backward()
    assert loss.tolist() == [0.0, 1000.0, pytest.approx(math.log(2))]
    assert x.grad.tolist() == [0.0, -1.0, -0.5]


def test_cross_entropy_takes_one_row_and_images():
    assert F.cross_entropy(ag.zeros(3), ag.tensor(1)).shape == ()
    images, labels = ag.zeros(2, 3, 4, 5), ag.zeros(2, 4, 5).long()
    assert F.cross_entropy(images, labels, reduction="none").shape == (2, 4, 5)


def test_integer_targets_of_any_width():
    for dtype in (ag.uint8, ag.int16, ag.int32, ag.int64):
        loss = F.cross_entropy(ag.zeros(2, 3), ag.tensor([0, 2], dtype=dtype))
        assert loss.item() == pytest.approx(math.log(3))


def test_a_class_out_of_range_is_named_with_its_place():
    with pytest.raises(IndexError, match=r"target\[1\] is 3.*3 classes"):
        F.cross_entropy(ag.zeros(2, 3), ag.tensor([0, 3]))
    with pytest.raises(IndexError, match=r"target\[0\] is -1"):
        F.nll_loss(ag.zeros(2, 3), ag.tensor([-1, 0]))


def test_targets_of_another_shape_or_kind_are_refused():
    with pytest.raises(ShapeError, match="one class number per row"):
        F.cross_entropy(ag.zeros(2, 3), ag.tensor([[0], [1]]))
    with pytest.raises(ShapeError, match="class numbers must be integers"):
        F.cross_entropy(ag.zeros(2, 3), ag.tensor([0.0, 1.0]))
    with pytest.raises(DtypeError, match="integers"):
        F.nll_loss(ag.zeros(2, 3), ag.tensor([0.0, 1.0]))
    with pytest.raises(ShapeError, match="one shape"):
        F.binary_cross_entropy_with_logits(ag.zeros(3, 1), ag.zeros(3))


def test_mse_warns_where_it_broadcasts():
    with pytest.warns(UserWarning, match=r"\(3, 1\).*\(3,\)"):
        F.mse_loss(ag.zeros(3, 1), ag.zeros(3))


@pytest.mark.parametrize(
    "loss", [nn.MSELoss, nn.CrossEntropyLoss, nn.NLLLoss, nn.BCEWithLogitsLoss]
)
def test_an_unknown_reduction_is_refused(loss):
    with pytest.raises(ValueError, match="'avg'"):
        loss(reduction="avg")


@pytest.mark.parametrize("reduction", ["mean", "none"])
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["alike", "weighed"])
@pytest.mark.parametrize("shape", [(2000, 3), (60, 3, 40)], ids=["rows", "pixels"])
def test_cross_entropy_is_that_of_log_softmax(shape, weight, reduction):
    scores = 3 * ag.randn(*shape, dtype=ag.float64)
    target = ag.randint(-1, 3, (shape[0], *shape[2:]))  # -1 does not count
    found = []
    for loss in (
        F.cross_entropy,
        lambda x, *rest, **how: F.nll_loss(x.log_softmax(1), *rest, **how),
    ):
        x = scores.clone().requires_grad_()
        y = loss(x, target, weight, ignore_index=-1, reduction=reduction)
        for _ in range(2):  # the second time without what the first has used up
            x.grad = None
            y.backward(ag.ones_like(y) / 3, retain_graph=True)
            found += [y.detach(), x.grad]
    for ours, theirs in zip(found[:4], found[4:], strict=True):
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-12, atol=1e-15)


def test_the_gradient_of_scores_is_nobody_elses_memory():
    x = ag.randn(50, 40).requires_grad_()
    y = F.cross_entropy(x, ag.arange(50) % 40)
    (first,) = ag.autograd.grad(y, x, retain_graph=True)
    before = first.clone()
    first *= 2
    (second,) = ag.autograd.grad(y, x, retain_graph=True)
    assert second.equal(before)


def test_modules_give_what_functions_give():
    x, y = ag.tensor(LOGITS), ag.tensor((LOGITS > 0) * 1.0)
    assert nn.MSELoss()(x, y).item() == F.mse_loss(x, y).item()
    assert (
        nn.CrossEntropyLoss(WEIGHT)(x, TARGET).item() == F.cross_entropy(x, TARGET, WEIGHT).item()
    )
    ignoring = F.nll_loss(x, TARGET, ignore_index=2)
    assert nn.NLLLoss(ignore_index=2)(x, TARGET).item() == ignoring.item()
    bce = F.binary_cross_entropy_with_logits
    assert nn.BCEWithLogitsLoss()(x, y).item() == bce(x, y).item()


@pytest.mark.parametrize("loss", [F.cross_entropy, F.nll_loss])
def test_weights_are_one_per_class(loss):
    for n in (2, 5):
        with pytest.raises(ShapeError, match=rf"\(3,\), not \({n},\)"):
            loss(ag.ones(2, 3), ag.tensor([0, 1]), weight=ag.ones(n))


def test_targets_and_weights_may_be_arrays_and_lists():
    x = ag.tensor(LOGITS)
    expected = F.cross_entropy(x, TARGET, WEIGHT).item()
    assert F.cross_entropy(x, TARGET.tolist(), WEIGHT.numpy()).item() == expected
    assert nn.CrossEntropyLoss(WEIGHT.numpy())(x, TARGET.numpy()).item() == expected
    assert F.mse_loss(ag.tensor([1.0, 2.0]), [0, 4]).item() == 2.5


def test_one_hot_rows_get_a_hint():
    with pytest.raises(ShapeError, match=r"argmax\(1\)"):
        F.cross_entropy(ag.zeros(2, 3), ag.tensor([[1, 0, 0], [0, 0, 1]]))


def test_wrong_features_are_told_by_number():
    with pytest.raises(ShapeError, match=r"has 2 features, .* takes 3"):
        nn.Linear(3, 2)(ag.ones(4, 2))
