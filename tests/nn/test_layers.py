"""Layers, activations and initialisation."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.autograd import gradcheck
from autograd_fr.errors import AutogradError
from autograd_fr.nn import functional as F


def test_linear_computes_the_affine_map():
    layer = nn.Linear(3, 2)
    x = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
    expected = x @ layer.weight.array.T + layer.bias.array
    np.testing.assert_allclose(layer(ag.tensor(x)).detach().numpy(), expected, rtol=1e-6)


def test_a_wrong_number_of_features_is_told_with_both_shapes():
    with pytest.raises(AutogradError, match=r"linear: .*\(5, 4\).*\(2, 3\)"):
        nn.Linear(3, 2)(ag.zeros(5, 4))


def test_float64_input_into_a_float32_layer_is_refused():
    with pytest.raises(AutogradError, match="different dtypes"):
        nn.Linear(3, 2)(ag.zeros(5, 3, dtype=ag.float64))


def test_linear_starts_uniform_within_pytorchs_bound():
    ag.manual_seed(0)
    layer = nn.Linear(100, 400)
    for p in layer.parameters():
        assert abs(p.array).max() <= 0.1
        assert p.array.std() == pytest.approx(0.1 / math.sqrt(3), rel=0.1)
        assert p.dtype == ag.float32


@pytest.mark.parametrize(
    ("fill", "std"),
    [
        (lambda t: nn.init.uniform_(t, -1, 1), 1 / math.sqrt(3)),
        (lambda t: nn.init.normal_(t, 0, 0.5), 0.5),
        (lambda t: nn.init.xavier_uniform_(t), math.sqrt(2 / 500)),
        (lambda t: nn.init.xavier_normal_(t, gain=2), 2 * math.sqrt(2 / 500)),
        (lambda t: nn.init.kaiming_uniform_(t, nonlinearity="relu"), math.sqrt(2 / 200)),
        (lambda t: nn.init.kaiming_normal_(t, mode="fan_out"), math.sqrt(2 / 300)),
        (nn.init.zeros_, 0.0),
        (nn.init.ones_, 0.0),
    ],
)
def test_the_spread_of_an_initialisation(fill, std):
    ag.manual_seed(0)
    t = ag.tensor(np.full((300, 200), 9.0), requires_grad=True)
    assert fill(t) is t
    assert t.array.std() == pytest.approx(std, rel=0.02, abs=1e-12)


def test_initialisation_refuses_what_it_cannot_do():
    with pytest.raises(AutogradError, match="two axes"):
        nn.init.xavier_uniform_(ag.zeros(3))
    with pytest.raises(ValueError, match="no gain is known for 'rlu'"):
        nn.init.calculate_gain("rlu")
    with pytest.raises(ValueError, match="fan_in"):
        nn.init.kaiming_uniform_(ag.zeros(3, 3), mode="fan")


def test_dropout_drops_a_share_and_scales_the_rest():
    ag.manual_seed(0)
    y = nn.Dropout(0.3)(ag.ones(100, 100)).numpy()
    kept = y != 0
    assert kept.mean() == pytest.approx(0.7, abs=0.02)
    np.testing.assert_allclose(y[kept], 1 / 0.7, rtol=1e-6)
    assert y.dtype == np.float32


def test_dropout_passes_the_gradient_of_what_it_kept():
    x = ag.ones(50, requires_grad=True)
    y = F.dropout(x, 0.5)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.array, y.array)


def test_dropout_is_still_in_evaluation_mode_and_at_its_limits():
    x = ag.tensor([1.0, 2.0])
    assert nn.Dropout(0.5).eval()(x) is x
    assert F.dropout(x, 0.0) is x
    assert ag.vmap(nn.Dropout(1.0))(x).tolist() == [0.0, 0.0]  # nothing is drawn for it
    for p in (-0.1, 1.5):
        with pytest.raises(ValueError, match="between 0 and 1"):
            nn.Dropout(p)


def test_activations_are_their_functions():
    x = ag.tensor([[-1.0, 0.0, 2.0]])
    for module, function in [
        (nn.ReLU(), F.relu),
        (nn.Sigmoid(), F.sigmoid),
        (nn.Tanh(), F.tanh),
        (nn.Softmax(dim=1), lambda t: F.softmax(t, 1)),
    ]:
        np.testing.assert_array_equal(module(x).numpy(), function(x).numpy())


def test_softmax_without_dim_warns_and_guesses_as_pytorch():
    with pytest.warns(UserWarning, match="dim"):
        y = nn.Softmax()(ag.zeros(2, 4))
    assert y.tolist() == [[0.25] * 4] * 2


def test_flatten_keeps_the_batch():
    assert nn.Flatten()(ag.zeros(5, 2, 3, 4)).shape == (5, 24)
    assert nn.Flatten(0, 1)(ag.zeros(5, 2, 3)).shape == (10, 3)


def test_a_small_net_passes_the_gradient_check():
    ag.manual_seed(0)
    net = nn.Sequential(
        nn.Linear(3, 4, dtype=ag.float64), nn.Tanh(), nn.Linear(4, 2, dtype=ag.float64)
    )
    x = ag.randn(5, 3, dtype=ag.float64)
    target = ag.tensor([0, 1, 1, 0, 1])
    assert gradcheck(lambda *_: F.cross_entropy(net(x), target), list(net.parameters()))
