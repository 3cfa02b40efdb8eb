"""The softmax in clusters: it is a distribution, and tells its classes."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.autograd import gradcheck


@pytest.fixture
def net():
    ag.manual_seed(0)
    return nn.AdaptiveLogSoftmaxWithLoss(8, 10, [3, 6], div_value=2.0, dtype=ag.float64)


X = ag.tensor(np.random.default_rng(0).normal(size=(6, 8)))


def test_it_is_a_distribution_and_gives_the_log_probability_of_each_target(net):
    every = net.log_prob(X)
    assert every.exp().sum(1).tolist() == pytest.approx([1.0] * 6)
    for numbers in ([0, 2, 3, 5, 6, 9], [1] * 6, [9] * 6):
        output, loss = net(X, ag.tensor(numbers, dtype=ag.uint8))
        assert output.tolist() == pytest.approx(every[range(6), numbers].tolist())
        assert loss.item() == pytest.approx(-output.mean().item())
    assert net.predict(X).tolist() == every.argmax(1).tolist()


def test_one_row_may_be_alone(net):
    output, loss = net(X[0], ag.tensor(7))
    assert output.shape == loss.shape == ()
    assert output.item() == pytest.approx(net.log_prob(X[:1])[0, 7].item())


def test_gradients(net):
    x = ag.tensor(X.numpy(), requires_grad=True)
    assert gradcheck(lambda x: net(x, ag.tensor([0, 2, 3, 5, 6, 9])).loss, x)


def test_what_does_not_fit_is_told(net):
    with pytest.raises(IndexError, match=r"target\[1\] is 10.*10 classes"):
        net(X, ag.tensor([0, 10, 0, 0, 0, 0]))
    with pytest.raises(ValueError, match="one class number per row"):
        net(X, ag.tensor([0]))
    for cutoffs in ([], [3, 3], [0, 3], [3, 10], [5, 3]):
        with pytest.raises(ValueError, match="rise"):
            nn.AdaptiveLogSoftmaxWithLoss(8, 10, cutoffs)
