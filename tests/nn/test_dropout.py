"""The dropout family: what is drawn, for which axes, and that mean and variance are right."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import AutogradError, ShapeError
from autograd_fr.nn import functional as F

CHANNELS = {  # the function, a shape, and how many last axes share one draw
    "dropout1d (N, C, L)": (F.dropout1d, (40, 50, 6), 1),
    "dropout1d (C, L)": (F.dropout1d, (2000, 6), 1),
    "dropout2d": (F.dropout2d, (40, 50, 3, 2), 2),
    "dropout3d (N, C, D, H, W)": (F.dropout3d, (40, 50, 3, 2, 2), 3),
    "dropout3d (C, D, H, W)": (F.dropout3d, (2000, 3, 2, 2), 3),
}


@pytest.mark.parametrize(("drop", "shape", "together"), CHANNELS.values(), ids=CHANNELS)
def test_whole_channels_are_dropped(drop, shape, together):
    ag.manual_seed(0)
    y = drop(ag.ones(*shape), 0.3).numpy().reshape(2000, -1)
    assert (y == y[:, :1]).all()
    np.testing.assert_allclose(np.unique(y), [0, 1 / 0.7], rtol=1e-6)
    assert (y[:, 0] == 0).mean() == pytest.approx(0.3, abs=0.04)


@pytest.mark.parametrize("p", [0.1, 0.5])
def test_alpha_dropout_keeps_mean_and_variance(p):
    ag.manual_seed(0)
    y = F.alpha_dropout(ag.randn(400, 500), p, training=True).numpy()
    assert y.dtype == np.float32
    assert y.mean() == pytest.approx(0, abs=0.01)
    assert y.std() == pytest.approx(1, abs=0.01)
    lowest, count = np.unique(y, return_counts=True)
    a = 1 / np.sqrt((1.7580993408473766**2 * p + 1) * (1 - p))
    dropped = lowest[count.argmax()]  # all that were dropped are one number
    assert dropped == pytest.approx(-1.7580993408473766 * a * (1 - p), rel=1e-5)
    assert count.max() / y.size == pytest.approx(p, abs=0.01)


def test_feature_alpha_dropout_takes_channels():
    ag.manual_seed(0)
    y = nn.FeatureAlphaDropout(0.5)(ag.zeros(30, 40, 5)).numpy()
    assert (y == y[..., :1]).all() and len(np.unique(y)) == 2


EVERY = [
    (nn.Dropout, (2, 3)), (nn.Dropout1d, (2, 3, 4)), (nn.Dropout2d, (2, 3, 4, 5)),
    (nn.Dropout3d, (2, 3, 4, 5, 6)), (nn.AlphaDropout, (2, 3)),
    (nn.FeatureAlphaDropout, (2, 3, 4)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "shape"), EVERY)
def test_limits_and_evaluation(kind, shape):
    x = ag.randn(*shape)
    assert kind(0.5).eval()(x) is x
    assert kind(0.0)(x) is x
    assert (kind(1.0)(x) == 0).all()
    for p in (-0.1, 1.1):
        with pytest.raises(ValueError, match="between 0 and 1"):
            kind(p)


@pytest.mark.parametrize(
    ("drop", "shape"),
    [(F.dropout, (4, 5)), (F.dropout1d, (4, 5, 2)), (F.dropout2d, (4, 5, 2, 2)),
     (F.dropout3d, (4, 5, 2, 2, 2)), (F.alpha_dropout, (4, 5)),
     (F.feature_alpha_dropout, (4, 5, 2))],
)  # fmt: skip
def test_in_place_is_the_same_in_other_memory(drop, shape):
    found = []
    for inplace in (False, True):
        ag.manual_seed(1)
        x = ag.ones(*shape, requires_grad=True)
        h = x * 2.0
        y = drop(h, 0.4, True, inplace)
        assert (y is h) == inplace
        y.sum().backward()
        found.append((y.tolist(), x.grad.tolist()))
    assert found[0] == found[1]


def test_inside_vmap_randomness_decides():
    x = ag.ones(6, 50)
    drop = lambda row: F.dropout(row, 0.5)  # noqa: E731
    with pytest.raises(AutogradError, match="randomness"):
        ag.vmap(drop)(x)
    same = ag.vmap(drop, randomness="same")(x).numpy()
    assert (same == same[0]).all() and len(np.unique(same)) == 2
    different = ag.vmap(drop, randomness="different")(x).numpy()
    assert len({row.tobytes() for row in different}) == 6
    lowered = ag.vmap(lambda r: F.alpha_dropout(r, 0.5, True), randomness="different")(x).numpy()
    assert len({row.tobytes() for row in lowered}) == 6


def test_a_seed_brings_the_same_mask_again():
    x = ag.ones(100)
    first, second = (ag.manual_seed(3) and F.dropout(x).tolist() for _ in range(2))
    assert first == second


def test_axes_that_do_not_fit():
    with pytest.raises(ShapeError, match=r"\(N, C, L\) or \(C, L\), got shape \(2,\)"):
        F.dropout1d(ag.ones(2))
    with pytest.raises(ShapeError, match="dropout2d takes"):
        F.dropout2d(ag.ones(2))
    with pytest.raises(ShapeError, match="feature_alpha_dropout takes"):
        F.feature_alpha_dropout(ag.ones(2), training=True)
    ag.manual_seed(0)
    with pytest.warns(UserWarning, match="use dropout1d"):
        y = F.dropout2d(ag.ones(20, 30, 4)).numpy()
    assert (y == y[..., :1]).all() and len(np.unique(y)) == 2
