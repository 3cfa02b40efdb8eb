"""The learning rate that falls to 0."""

from __future__ import annotations

import numpy as np

import autograd_fr as ag
from autograd_fr import optim
from autograd_fr.training import LinearDecay


def test_every_group_falls_in_a_straight_line_and_no_further_than_0():
    groups = [{"params": [ag.ones(1)]}, {"params": [ag.ones(1)], "lr": 0.8}]
    optimizer = optim.SGD(groups, lr=0.4)
    scheduler = LinearDecay(optimizer, steps=4)
    rates = []
    for _ in range(5):
        rates.append([group["lr"] for group in optimizer.param_groups])
        scheduler.step()
    expected = [[0.4, 0.8], [0.3, 0.6], [0.2, 0.4], [0.1, 0.2], [0, 0]]
    np.testing.assert_allclose(rates, expected, atol=1e-12)
    assert [group["lr"] for group in optimizer.param_groups] == [0, 0]
