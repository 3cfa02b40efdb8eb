"""Keras's affine layer."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.errors import ShapeError, UninitializedError
from autograd_fr.models import MLP
from autograd_fr.nn import Activation, Dense, Sequential
from autograd_fr.training import fit

COPIES = pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))]
)


def keras_model(n=2, h=3, k=2):
    model = Sequential()
    model.add(Dense(h, input_dim=n))
    model.add(Activation("tanh"))
    model.add(Dense(k))
    model.add(Activation("softmax"))
    return model


def test_it_computes_the_activation_of_an_affine_map():
    layer = Dense(3, "tanh", input_dim=2, dtype=ag.float64)
    x = ag.tensor([[1.0, 2.0]], dtype=ag.float64)
    wanted = np.tanh(x.numpy() @ layer.weight.detach().numpy().T + layer.bias.detach().numpy())
    np.testing.assert_allclose(layer(x).detach().numpy(), wanted, rtol=1e-15)
    assert Dense(3, use_bias=False, input_dim=2).bias is None


def test_the_weight_is_pytorchs_and_the_kernel_kerass():
    layer = Dense(3, input_dim=2)
    assert layer.weight.shape == (3, 2) and layer.kernel.shape == (2, 3)
    assert (layer.weight == layer.kernel.T).all()
    layer.kernel.sum().backward()
    assert layer.weight.grad.tolist() == [[1, 1]] * 3


def test_it_starts_as_glorot_and_bengio_say():
    ag.manual_seed(0)
    layer = Dense(200, input_dim=100)
    bound = (6 / 300) ** 0.5
    weight = layer.weight.detach().numpy()
    assert abs(weight).max() <= bound
    assert weight.std() == pytest.approx(bound / 3**0.5, rel=0.02)
    assert layer.bias.tolist() == [0] * 200


@pytest.mark.parametrize("make", [lambda: Dense(4), lambda: Sequential(nn.Flatten(), Dense(4))])
def test_the_first_batch_tells_what_nothing_before_has_told(make):
    net = make()
    layer = net if isinstance(net, Dense) else net[1]
    with pytest.raises(UninitializedError):
        layer.kernel  # noqa: B018
    parameters = list(net.parameters())
    assert net(ag.ones(5, 3)).shape == (5, 4)
    assert type(layer) is Dense and layer.weight.shape == (4, 3)
    assert layer.bias.tolist() == [0] * 4 and (layer.weight != 0).any()
    assert all(p is q for p, q in zip(net.parameters(), parameters))


@pytest.mark.parametrize(
    "before",
    [
        [Dense(3, input_dim=2), Activation("relu"), nn.Dropout(0.5)],
        [nn.Linear(2, 3), nn.BatchNorm1d(3), nn.GELU()],
        [Sequential(Dense(5, input_dim=2), Dense(3)), nn.Softmax(1)],
        [Sequential(nn.Linear(2, 3)), nn.PReLU(), Sequential(nn.Tanh())],
    ],
)
def test_layers_before_it_tell_how_long_its_inputs_are(before):
    net = Sequential(*before, Dense(4))
    assert net[-1].weight.shape == (4, 3)
    assert net(ag.ones(5, 2)).shape == (5, 4)


def test_a_net_within_is_told_by_those_around_it():
    inner = Sequential(nn.Tanh(), Dense(4))
    assert inner[1].has_uninitialized_params()
    Sequential(nn.Linear(2, 3), inner)
    assert inner[1].weight.shape == (4, 3)


def test_what_changes_the_length_leaves_it_waiting():
    net = Sequential(nn.Linear(2, 6), nn.GLU(), Dense(4))
    assert net[-1].has_uninitialized_params()
    assert net(ag.ones(5, 2)).shape == (5, 4)
    assert net[-1].weight.shape == (4, 3)


def test_kerass_lines_train_at_once_with_an_optimizer_made_before_the_first_batch():
    ag.manual_seed(0)
    model = keras_model()
    assert sum(p.numel() for p in model.parameters()) == 17
    before = [p.detach().clone() for p in model.parameters()]
    x = ag.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]] * 8)
    y = (x[:, 0] != x[:, 1]).long()
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    history = fit(
        model, (x, y), lambda p, t: nn.functional.nll_loss(p.log(), t), optimizer,
        epochs=150, seed=0, progress=False, metrics=["accuracy"],
    )  # fmt: skip
    assert all((p != q).any() for p, q in zip(model.parameters(), before))
    assert history["accuracy"][-1] == 1


@COPIES
def test_copies_compute_the_same_and_wait_for_themselves(duplicate):
    model, x = keras_model(), ag.randn(4, 2)
    assert (duplicate(model)(x) == model(x)).all()
    waiting = Dense(3)
    twin = duplicate(waiting)
    assert twin(ag.ones(1, 5)).shape == (1, 3)
    assert waiting.has_uninitialized_params()


def test_a_state_goes_over_to_other_nets(tmp_path):
    model, x = keras_model(), ag.randn(4, 2)
    assert list(model.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    ag.save(model.state_dict(), tmp_path / "state")
    other = Sequential(Dense(3), Activation("tanh"), Dense(2), Activation("softmax"))
    other.load_state_dict(ag.load(tmp_path / "state"))
    assert (other(x) == model(x)).all()
    plain = MLP(2, 3, 2, activation=nn.Tanh)
    plain.load_state_dict(model.state_dict())
    np.testing.assert_allclose(plain(x).softmax(1).tolist(), model(x).tolist(), rtol=1e-6)


def test_a_table_and_a_drawing_show_it():
    model = keras_model()
    table = ag.summary(model, (4, 2))
    shown = [(r.kind, r.output_shape, r.parameters) for r in table.rows[1:]]
    assert shown == [
        ("Dense", (4, 3), 9), ("Activation", (4, 3), 0),
        ("Dense", (4, 2), 8), ("Activation", (4, 2), 0),
    ]  # fmt: skip
    drawing = ag.viz.draw(model(ag.ones(4, 2)), style="modules")
    assert drawing.dot.count("Dense") == drawing.dot.count("Activation") == 2


def test_its_text_tells_what_it_was_made_with():
    assert repr(Dense(3)) == "Dense(units=3, input_dim=None)"
    layer = Dense(3, "relu", use_bias=False, input_dim=2)
    assert repr(layer) == "Dense(units=3, input_dim=2, activation='relu', use_bias=False)"


@pytest.mark.parametrize(
    ("make", "error", "told"),
    [
        (lambda: Dense(0), ValueError, "units is 1 or more, got 0"),
        (lambda: Dense(2.5), TypeError, "units is a whole number, got 2.5"),
        (lambda: Dense(3, input_dim=-1), ValueError, "input_dim is 1 or more"),
        (lambda: Dense(3, 2), TypeError, "input_dim=2"),
        (lambda: Dense(3, activation="rellu"), ValueError, "did you mean 'relu'"),
        (lambda: Dense(3, inputdim=2), TypeError, "did you mean 'input_dim'"),
        (lambda: Dense(3)(ag.tensor(1.0)), ShapeError, "Dense takes rows of numbers"),
        (lambda: keras_model()(ag.ones(4, 3)), ShapeError, r"Dense\(3, input_dim=3\)"),
    ],
)
def test_what_does_not_fit_is_told(make, error, told):
    with pytest.raises(error, match=told):
        make()
