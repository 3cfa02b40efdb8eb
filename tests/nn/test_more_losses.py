"""Losses: deprecated arguments, values at the edges, targets of any width, and what is refused."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.autograd import gradcheck, gradgradcheck
from autograd_fr.errors import DtypeError, RangeError, ShapeError
from autograd_fr.nn import functional as F

RNG = np.random.default_rng(0)
X, Y, Z = (ag.tensor(RNG.normal(size=(4, 3))) for _ in range(3))
P = ag.tensor(RNG.uniform(0.1, 0.9, (4, 3)))
SIGNS = ag.tensor([1, -1, -1, 1])
CLASSES = ag.tensor([0, 2, 1, 2])

OLD = [
    (lambda *flags: F.mse_loss(X, Y, *flags), lambda r: F.mse_loss(X, Y, reduction=r)),
    (lambda *flags: nn.L1Loss(*flags)(X, Y), lambda r: F.l1_loss(X, Y, reduction=r)),
    (
        lambda *flags: F.nll_loss(X, CLASSES, None, flags[0], -100, *flags[1:]),
        lambda r: F.nll_loss(X, CLASSES, reduction=r),
    ),
    (
        lambda *flags: nn.CrossEntropyLoss(None, flags[0], 7, *flags[1:])(X, CLASSES),
        lambda r: F.cross_entropy(X, CLASSES, reduction=r),
    ),
    (
        lambda *flags: nn.TripletMarginLoss(1.0, 2.0, 1e-6, False, *flags)(X, Y, Z),
        lambda r: F.triplet_margin_loss(X, Y, Z, reduction=r),
    ),
]


@pytest.mark.parametrize(("old", "new"), OLD)
@pytest.mark.parametrize(
    ("flags", "reduction"),
    [((True,), "mean"), ((False,), "sum"), ((None, False), "none"), ((False, False), "none")],
)
def test_deprecated_arguments_stand_where_they_stood_and_are_translated(old, new, flags, reduction):
    with pytest.warns(UserWarning, match=f"reduction='{reduction}'"):
        found = old(*flags)
    assert found.tolist() == new(reduction).tolist()


def test_a_weight_and_a_number_stand_for_what_they_do_in_pytorch():
    weight = ag.tensor([1.0, 2.0, 3.0], dtype=ag.float64)
    loss = nn.CrossEntropyLoss(weight, None, 0)
    assert loss.ignore_index == 0
    assert loss(X, CLASSES).item() == F.cross_entropy(X, CLASSES, weight, ignore_index=0).item()
    with pytest.warns(UserWarning, match="'elementwise_mean'"):
        nn.MSELoss(reduction="elementwise_mean")


def test_a_mean_of_divergences_is_warned_of():
    with pytest.warns(UserWarning, match="batchmean"):
        F.kl_div(X, P)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        F.kl_div(X, P, reduction="batchmean")
    with pytest.raises(ValueError, match="not 'batchmean'"):
        F.mse_loss(X, Y, reduction="batchmean")


def test_logarithms_of_nothing_are_held_at_minus_100():
    p = ag.tensor([0.0, 1.0, 0.0, 1.0], requires_grad=True)
    loss = F.binary_cross_entropy(p, ag.tensor([1.0, 0.0, 0.0, 1.0]), reduction="none")
    loss.sum().backward()
    assert loss.tolist() == [100, 100, 0, 0]
    assert p.grad.tolist() == pytest.approx([-1e12, 1e12, 0, 0])


def test_divergences_from_zero_probabilities_are_zero():
    x = ag.tensor([-1.0, -2.0], requires_grad=True)
    loss = F.kl_div(x, ag.tensor([0.0, 1.0]), reduction="none")
    loss.sum().backward()
    assert loss.tolist() == [0, 2]
    assert x.grad.tolist() == [0, -1]


def test_soft_margins_of_any_size_are_exact():
    x = ag.tensor([-1000.0, 30.0], dtype=ag.float64, requires_grad=True)
    loss = F.soft_margin_loss(x, ag.tensor([1, 1]), reduction="none")
    loss.sum().backward()
    assert loss.tolist() == [1000, pytest.approx(math.exp(-30), rel=1e-12, abs=0)]
    assert x.grad.tolist() == [-1, pytest.approx(-math.exp(-30), rel=1e-12, abs=0)]


def test_scores_of_minus_infinity_may_be_ignored():
    log_p = ag.tensor([[-math.inf, 0.0], [-1.0, -2.0]], requires_grad=True)
    loss = F.nll_loss(log_p, ag.tensor([-100, 0]), reduction="none")
    loss.sum().backward()
    assert loss.tolist() == [0, 1]
    assert log_p.grad.tolist() == [[0, 0], [-1, 0]]


def test_a_small_variance_is_raised_and_learns_all_the_same():
    var = ag.tensor([0.0], requires_grad=True)
    F.gaussian_nll_loss(ag.zeros(1), ag.zeros(1), var, eps=0.5).backward()
    assert var.grad.tolist() == [1.0]  # 1/2 of 1/0.5


@pytest.mark.parametrize("dtype", [ag.uint8, ag.int8, ag.int16, ag.int32, ag.int64])
@pytest.mark.parametrize("loss", [F.nll_loss, F.multi_margin_loss, F.multiclass_hinge_loss])
def test_class_numbers_of_any_width(loss, dtype):
    assert loss(X, CLASSES.to(dtype)).item() == loss(X, CLASSES).item()


def test_lists_of_classes_end_at_the_first_minus_one():
    x = ag.tensor([[0.1, 0.2, 0.4, 0.8]])
    for row in ([3, 0, -1, 1], [3, 0, -1, -1], [0, 3, -1, 2]):
        assert F.multilabel_margin_loss(x, ag.tensor([row])).item() == pytest.approx(0.85)
    assert F.multilabel_margin_loss(x, ag.tensor([[-1, 0, 1, 2]])).item() == 0


WEIGHTS = ag.tensor([1.0, 2.0, 3.0], dtype=ag.float64)

SMOOTH = {
    "half": lambda x: F.half_mse_loss(x, Y),
    "weighted": lambda x: F.mse_loss(x, Y, weight=P),
    "huber": lambda x: F.huber_loss(x, Y, delta=0.4, weight=P),
    "multi margin": lambda x: F.multi_margin_loss(x, CLASSES, 2, 0.5, WEIGHTS),
    "ranking": lambda x: F.margin_ranking_loss(x[:, 0], x[:, 1], SIGNS, 0.3),
    "cosine": lambda x: F.cosine_embedding_loss(x, Y, SIGNS, 0.1),
    "hinge embedding": lambda x: F.hinge_embedding_loss(x[:, 0] ** 2, SIGNS),
    "triplet": lambda x: F.triplet_margin_loss(x, Y, Z, 2.0, p=3, swap=True),
    "multilabel": lambda x: F.multilabel_margin_loss(x, ag.tensor([[0, 2, -1]] * 4)),
    "multilabel soft": lambda x: F.multilabel_soft_margin_loss(x, P, WEIGHTS),
    "poisson": lambda x: F.poisson_nll_loss(x, 3 * P, full=True),
    "rates": lambda x: F.poisson_nll_loss(x**2, 3 * P, log_input=False),
    "gaussian": lambda x: F.gaussian_nll_loss(x, Y, P, full=True),
    "linear": lambda x: F.linear_cross_entropy(x, Y.reshape(2, 2, 3), ag.ones(4, 2).long()),
}  # fmt: skip


@pytest.mark.parametrize("loss", SMOOTH.values(), ids=SMOOTH)
def test_derivatives_of_both_orders(loss):
    x = ag.tensor(X.numpy(), requires_grad=True)
    assert gradcheck(loss, x)
    assert gradgradcheck(loss, x)


@pytest.mark.parametrize("loss", SMOOTH.values(), ids=SMOOTH)
def test_batches_are_taken_in_one_pass(loss):
    xs = ag.stack([X, Y + 1, Z])
    expected = [loss(x).item() for x in xs]
    assert ag.vmap(loss)(xs).tolist() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("kind", "message", "call"),
    [
        (ShapeError, "one shape", lambda: F.binary_cross_entropy(P, P[0])),
        (RangeError, "the input has -1", lambda: F.binary_cross_entropy(P * 0 - 1, P)),
        (RangeError, "the target has nan", lambda: F.binary_cross_entropy(P, P * math.nan)),
        (ShapeError, "input and weight", lambda: F.mse_loss(X, Y, weight=P[0])),
        (DtypeError, "floating", lambda: F.mse_loss(CLASSES, CLASSES)),
        (RangeError, "beta", lambda: F.smooth_l1_loss(X, Y, beta=-1.0)),
        (RangeError, "delta", lambda: F.huber_loss(X, Y, delta=0.0)),
        (RangeError, "delta", lambda: nn.HuberLoss(delta=-1)),
        (ValueError, "p is 1 or 2", lambda: F.multi_margin_loss(X, CLASSES, p=3)),
        (ShapeError, r"\(3,\), not \(2,\)",
         lambda: F.multi_margin_loss(X, CLASSES, weight=ag.ones(2, dtype=ag.float64))),
        (DtypeError, r"weight\.to\(float64\)",
         lambda: F.cross_entropy(X, CLASSES, ag.ones(3, dtype=ag.float32))),
        (ShapeError, "equally many axes", lambda: F.margin_ranking_loss(X, Y, SIGNS)),
        (ShapeError, r"\(N, D\)", lambda: F.cosine_embedding_loss(X, Y, X)),
        (RangeError, "margin", lambda: F.triplet_margin_loss(X, Y, Z, margin=0.0)),
        (RangeError, "margin", lambda: nn.TripletMarginLoss(-1.0)),
        (ShapeError, "equally many axes", lambda: F.triplet_margin_loss(X, Y, Z[0])),
        (IndexError, r"target\[0, 1\] is 5",
         lambda: F.multilabel_margin_loss(X[:1], ag.tensor([[0, 5, -1]]))),
        (ShapeError, "one axis", lambda: F.gaussian_nll_loss(X, Y, P[:, :2])),
        (RangeError, "not negative", lambda: F.gaussian_nll_loss(X, Y, -P)),
        (ValueError, "ignore_index", lambda: F.cross_entropy(X, P, ignore_index=1)),
        (ShapeError, r"not \(\)", lambda: F.cross_entropy(X[0, 0], CLASSES[0])),
        (ShapeError, "linear_weight", lambda: F.linear_cross_entropy(X, X[:, :2], CLASSES)),
        (ShapeError, "linear_bias",
         lambda: F.linear_cross_entropy(X, X, CLASSES, linear_bias=ag.ones(3))),
        (ValueError, "acc_policy", lambda: nn.LinearCrossEntropyOptions(acc_policy="best")),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(kind, message, call):
    with pytest.raises(kind, match=message):
        call()


def test_weights_and_options_are_kept_where_pytorch_keeps_them():
    assert list(nn.BCEWithLogitsLoss(P, pos_weight=P).state_dict()) == ["weight", "pos_weight"]
    assert list(nn.LinearCrossEntropyLoss(3, 4, bias=True).state_dict()) == [
        "linear.weight",
        "linear.bias",
    ]
    with pytest.warns(FutureWarning, match="NLLLoss"):
        assert nn.NLLLoss2d(ignore_index=2).ignore_index == 2
