"""The losses of the lectures: half the squared error, hinges, and the numbers they work out."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.autograd import gradcheck
from autograd_fr.errors import ShapeError
from autograd_fr.nn import functional as F


def leaf(numbers):
    return ag.tensor(numbers, dtype=ag.float64, requires_grad=True)


def value_and_gradient(loss, numbers):
    x = leaf(numbers)
    y = loss(x)
    y.backward()
    return y.item(), x.grad.numpy()


RESIDUAL = [1.0, -2.0, 2.0]
ZEROS = ag.zeros(3, dtype=ag.float64)


@pytest.mark.parametrize(
    ("loss", "value", "factor"),
    [
        (lambda r: F.mse_loss(r, ZEROS, reduction="sum"), 9.0, 2),
        (lambda r: F.half_mse_loss(r, ZEROS, reduction="sum"), 4.5, 1),
        (lambda r: F.mse_loss(r, ZEROS), 3.0, 2 / 3),
        (lambda r: F.half_mse_loss(r, ZEROS), 1.5, 1 / 3),
        (lambda r: nn.HalfMSELoss("sum")(r, ZEROS), 4.5, 1),
    ],
)
def test_the_four_factors_of_the_squared_loss(loss, value, factor):
    found, gradient = value_and_gradient(loss, RESIDUAL)
    assert found == pytest.approx(value)
    assert gradient == pytest.approx(factor * np.array(RESIDUAL))


def test_half_the_squared_distance_of_two_points():
    loss, gradient = value_and_gradient(
        lambda x: F.half_mse_loss(x, ag.tensor([1.0, 0.0]), "sum"), [0.8, 0.3]
    )
    assert loss == pytest.approx(0.065)
    assert gradient == pytest.approx([-0.2, 0.3])


def test_the_distance_of_two_points_in_the_first_norm():
    loss, gradient = value_and_gradient(
        lambda x: F.l1_loss(x, ag.tensor([1.0, 0.0]), reduction="sum"), [0.8, 0.3]
    )
    assert loss == pytest.approx(0.5)
    assert gradient == pytest.approx([-1, 1])


SCORES, LABELS = [2.5, 0.3, -1.5, 0.8], ag.tensor([1, 1, -1, -1])


def test_the_hinge_of_four_scores():
    each = F.hinge_loss(leaf(SCORES), LABELS, reduction="none")
    assert each.tolist() == pytest.approx([0, 0.7, 0, 1.8])
    loss, gradient = value_and_gradient(lambda x: nn.HingeLoss(reduction="sum")(x, LABELS), SCORES)
    assert loss == pytest.approx(2.5)
    assert gradient.tolist() == [0, -1, 0, 1]
    assert F.hinge_loss(leaf(SCORES), LABELS).item() == pytest.approx(0.625)


def test_at_the_margin_the_slope_of_a_hinge_is_zero():
    loss, gradient = value_and_gradient(lambda x: F.hinge_loss(x, ag.tensor([1])), [1.0])
    assert (loss, gradient.tolist()) == (0, [0])
    loss, gradient = value_and_gradient(
        lambda x: F.multiclass_hinge_loss(x, ag.tensor(0)), [2.0, 1.0, 1.0]
    )
    assert (loss, gradient.tolist()) == (0, [0, 0, 0])


IMAGES = [[2.3, 4.1, -2.1], [1.7, 5.4, 2.3], [1.7, 1.4, -1.3]]
CLASSES = ag.tensor([0, 1, 2])


def test_the_multiclass_svm_of_three_images():
    each = F.multiclass_hinge_loss(leaf(IMAGES), CLASSES, reduction="none")
    assert each.tolist() == pytest.approx([2.8, 0.0, 7.7])
    loss, gradient = value_and_gradient(lambda x: nn.MulticlassHingeLoss()(x, CLASSES), IMAGES)
    assert loss == pytest.approx(3.5)
    assert 3 * gradient == pytest.approx(np.array([[-1, 1, 0], [0, 0, 0], [1, 1, -2]]))
    assert F.multi_margin_loss(leaf(IMAGES), CLASSES).item() == pytest.approx(3.5 / 3)


def test_the_svm_of_a_linear_map():
    W = leaf([[0.2, -0.5], [1.5, 1.3], [0.0, 0.25]])
    scores = W @ ag.tensor([3.0, -1.0], dtype=ag.float64)
    assert scores.tolist() == pytest.approx([1.1, 3.2, -0.25])
    assert F.multiclass_hinge_loss(scores, 1).item() == 0
    loss = F.multiclass_hinge_loss(scores, 0)
    loss.backward()
    assert loss.item() == pytest.approx(3.1)
    assert W.grad.numpy() == pytest.approx(np.array([[-3, 1], [3, -1], [0, 0]]))


@pytest.mark.parametrize(
    ("loss", "margins"),
    [
        (F.multiclass_hinge_loss, {1: 3.0, 10: 3.0, 100: 3.0}),
        (F.cross_entropy, {1: 1.0, 10: 3.33343987866, 100: 5.69307766296}),
    ],
)
def test_the_svm_stops_and_the_cross_entropy_does_not(loss, margins):
    scores = leaf([0.0, 0.0, 0.0])
    descent = optim.SGD([scores], lr=1.0)
    for step in range(1, 101):
        descent.zero_grad()
        loss(scores, ag.tensor(0)).backward()
        descent.step()
        if step in margins:
            s = scores.tolist()
            assert s[0] - max(s[1:]) == pytest.approx(margins[step])


def test_likelihoods_as_losses():
    f64 = {"dtype": ag.float64}
    bce = F.binary_cross_entropy(ag.tensor(0.7, **f64), ag.tensor(1.0, **f64))
    assert bce.item() == pytest.approx(0.356674943939)
    mean, seen = ag.tensor([1.0], **f64), ag.tensor([1.5], **f64)
    nll = F.gaussian_nll_loss(mean, seen, ag.tensor([0.25], **f64), full=True)
    assert nll.item() == pytest.approx(0.25 / (2 * 0.25) + 0.5 * math.log(2 * math.pi * 0.25))
    assert nll.item() == pytest.approx(0.725791352645)
    y, z = ag.tensor([0.2, 0.5, 0.3], **f64), ag.tensor([0.3, 0.4, 0.3], **f64)
    divergence = F.kl_div(z.log(), y, reduction="sum")
    assert divergence.item() == pytest.approx(0.0304787540355)


def test_binary_cross_entropy_of_predictions_and_its_gradient():
    target = ag.tensor([1.0, 0.0], dtype=ag.float64)
    loss, gradient = value_and_gradient(
        lambda p: F.binary_cross_entropy(p, target, reduction="sum"), [0.8, 0.3]
    )
    assert loss == pytest.approx(0.579818495253)
    assert gradient == pytest.approx([-1.25, 1.42857142857])


@pytest.mark.parametrize("loss", [F.hinge_loss, F.multiclass_hinge_loss])
def test_hinges_have_the_gradients_that_differences_say(loss):
    rng = np.random.default_rng(0)
    x = ag.tensor(rng.normal(size=(4, 4)), requires_grad=True)
    signs = ag.tensor(np.sign(rng.normal(size=(4, 4))))
    target = signs if loss is F.hinge_loss else ag.tensor([0, 3, 1, 1])
    assert gradcheck(lambda x: loss(x, target, margin=0.7), x)


def test_labels_of_a_hinge_are_signs():
    with pytest.raises(ValueError, match=r"2 \* target - 1"):
        F.hinge_loss(ag.zeros(2), ag.tensor([0, 1]))
    with pytest.raises(ShapeError, match="one shape"):
        F.hinge_loss(ag.zeros(2, 1), ag.tensor([1, 1]))
    with pytest.raises(IndexError, match=r"target\[1\] is 3"):
        F.multiclass_hinge_loss(ag.zeros(2, 3), ag.tensor([0, 3]))
