"""Connectionist temporal classification: against all ways, one by one; and what it refuses."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.autograd import gradcheck, gradgradcheck
from autograd_fr.errors import DtypeError, ShapeError
from autograd_fr.nn import functional as F


def spelled(way, blank):
    """What a way spells: repeats and blanks left out."""
    return [c for k, c in enumerate(way) if c != blank and (k == 0 or way[k - 1] != c)]


def by_all_ways(log_probs, target, blank):
    """The loss by adding up the probability of every way of all classes at all steps."""
    T, C = log_probs.shape
    ways = itertools.product(range(C), repeat=T)
    p = sum(
        math.exp(sum(log_probs[t, c] for t, c in enumerate(way)))
        for way in ways
        if spelled(way, blank) == target
    )
    return -math.log(p) if p else math.inf


def scores(T=5, N=4, C=3, dtype=np.float64):
    return np.random.default_rng(0).normal(size=(T, N, C)).astype(dtype)


def log_softmax(x):
    return F.log_softmax(ag.tensor(x), -1)


TARGETS = [[0, 2], [2, 2], [0], []]
LENGTHS = [len(t) for t in TARGETS]
PADDED = ag.tensor([[0, 2], [2, 2], [0, 0], [0, 0]])
STEPS = [5, 4, 1, 3]


@pytest.mark.parametrize(
    "targets", [PADDED, ag.tensor([0, 2, 2, 2, 0]), ag.tensor([0, 2, 2, 2, 0], dtype=ag.uint8)]
)
def test_it_is_the_sum_over_all_ways(targets):
    log_probs = log_softmax(scores())
    found = F.ctc_loss(log_probs, targets, STEPS, LENGTHS, blank=1, reduction="none")
    expected = [
        by_all_ways(log_probs.numpy()[:steps, n], TARGETS[n], 1) for n, steps in enumerate(STEPS)
    ]
    assert found.tolist() == pytest.approx(expected)


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_derivatives_of_both_orders(reduction):
    def loss(x):
        return nn.CTCLoss(1, reduction)(F.log_softmax(x, -1), PADDED, STEPS, LENGTHS)

    x = ag.tensor(scores(), requires_grad=True)
    assert gradcheck(loss, x)
    assert gradgradcheck(loss, x)


def test_the_third_derivative_is_right_too():
    def slope_twice(x):
        loss = F.ctc_loss(F.log_softmax(x, -1), [[0, 0]], [3], [2], blank=1)
        (g,) = ag.autograd.grad(loss, x, create_graph=True)
        (h,) = ag.autograd.grad((g * g).sum(), x, create_graph=True)
        return h

    assert gradcheck(slope_twice, ag.tensor(scores(3, 1), requires_grad=True))


def test_what_does_not_fit_is_infinite_or_zero():
    log_probs = log_softmax(scores(N=2)).requires_grad_()
    given = log_probs, ag.tensor([[2, 2], [2, 0]]), [2, 2], [2, 2]
    loss = F.ctc_loss(*given, blank=1, reduction="none")
    assert loss.tolist()[0] == math.inf
    assert math.isfinite(loss.tolist()[1])
    loss[0].backward()
    assert np.isnan(log_probs.grad.numpy()[:2, 0]).all()
    assert not log_probs.grad.numpy()[2:].any()
    log_probs.grad = None
    loss = F.ctc_loss(*given, blank=1, reduction="none", zero_infinity=True)
    loss.sum().backward()
    assert loss.tolist()[0] == 0
    assert not log_probs.grad.numpy()[:, 0].any()
    assert log_probs.grad.numpy()[:2, 1].all()


def test_no_steps_spell_no_labels():
    log_probs = log_softmax(scores(N=2))
    loss = F.ctc_loss(log_probs, PADDED[:2], [0, 0], [0, 2], blank=1, reduction="none")
    assert loss.tolist() == [0, math.inf]


def test_impossible_classes_are_no_trouble():
    log_probs = ag.tensor([[[0.0, -math.inf]], [[-math.inf, 0.0]]], requires_grad=True)
    loss = F.ctc_loss(log_probs, ag.tensor([[1]]), [2], [1])
    loss.backward()
    assert loss.item() == 0
    assert np.isfinite(log_probs.grad.numpy()).all()


def test_long_rows_do_not_underflow():
    x = ag.zeros(2000, 1, 30)
    loss = F.ctc_loss(F.log_softmax(x, 2), ag.ones(1, 5).long(), [2000], [5], reduction="sum")
    assert 6000 < loss.item() < 2000 * math.log(30)


def test_float32_stays_float32_and_one_row_may_be_alone():
    log_probs = log_softmax(scores(dtype=np.float32)).requires_grad_()
    rows = F.ctc_loss(log_probs, PADDED, STEPS, LENGTHS, blank=1, reduction="none")
    alone = F.ctc_loss(log_probs[:, 0], PADDED[0], 5, ag.tensor(2), blank=1, reduction="none")
    assert rows.dtype == alone.dtype == ag.float32
    assert alone.shape == ()
    assert alone.item() == rows[0].item()
    alone.backward()
    assert log_probs.grad.dtype == ag.float32


def test_each_row_inside_vmap():
    log_probs = log_softmax(scores())

    def one(row):
        return F.ctc_loss(row, PADDED[0], 5, 2, blank=1, reduction="none")

    given = log_probs, PADDED[:1].expand(4, 2), [5] * 4, [2] * 4
    together = F.ctc_loss(*given, blank=1, reduction="none")
    assert ag.vmap(one, in_dims=1)(log_probs).tolist() == pytest.approx(together.tolist())


LOG_PROBS = log_softmax(scores())


@pytest.mark.parametrize(
    ("kind", "message", "change"),
    [
        (IndexError, r"input_lengths\[1\] is 6", {"input_lengths": [5, 6, 5, 5]}),
        (IndexError, r"target_lengths\[0\] is -1", {"target_lengths": [-1, 2, 2, 2]}),
        (ShapeError, "input_lengths are 4", {"input_lengths": [5]}),
        (ShapeError, r"\(4, 3 or more\)", {"target_lengths": [3, 2, 2, 2]}),
        (ShapeError, "sum to 8", {"targets": ag.tensor([0, 2, 2])}),
        (IndexError, "label 1 of row 2 is 7", {"targets": [[0, 2], [2, 2], [0, 7], [0, 0]]}),
        (DtypeError, "integers", {"targets": ag.zeros(4, 2)}),
        (IndexError, "blank is 3", {"blank": 3}),
        (ShapeError, r"\(T, N, C\)", {"log_probs": ag.zeros(3)}),
    ],
)
def test_what_does_not_go_together_is_told(kind, message, change):
    given = {
        "log_probs": LOG_PROBS, "targets": PADDED, "input_lengths": [5] * 4,
        "target_lengths": [2] * 4, "blank": 1,
    }  # fmt: skip
    with pytest.raises(kind, match=message):
        F.ctc_loss(**(given | change))
