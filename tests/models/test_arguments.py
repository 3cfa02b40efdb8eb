"""What nets refuse of their arguments and of their inputs, and what they say to do."""

from __future__ import annotations

from functools import partial

import pytest

import autograd_fr as ag
from autograd_fr import models, nn
from autograd_fr.errors import ShapeError
from autograd_fr.models import MLP


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda x: MLP(3, x), r"MLP: widths are .* got \(3, {}\)"),
        (lambda x: models.GPT(x), "GPT: vocab_size is .* got {}"),
        (lambda x: models.GPT(5, block_size=x), "GPT: block_size is .* got {}"),
        (lambda x: models.GPT(5, n_layer=x), "GPT: n_layer is .* got {}"),
        (lambda x: models.GPT(5, n_head=x), "GPT: n_head is .* got {}"),
        (lambda x: models.CharRNN("ab", hidden_size=x), "CharRNN: hidden_size is .* got {}"),
        (lambda x: models.LeNet(hidden=(120, x)), r"LeNet: hidden are .* got \(120, {}\)"),
        (lambda x: models.LeNet(x), "LeNet: in_channels is .* got {}"),
        (lambda x: models.DigitNet((1, 2, 3, 4, x)), r"DigitNet: channels are .* 4, {}\)"),
        (lambda x: models.ResNet(x), "ResNet: blocks is .* got {}"),
        (lambda x: models.Crops(MLP(2, 1), x), "Crops: size is .* got {}"),
    ],
)
def test_widths_are_whole_numbers_from_1_on(make, told):
    for x, error in ((0, ValueError), (-2, ValueError), (2.5, TypeError)):
        with pytest.raises(error, match=told.format(x)):
            make(x)


def test_no_images_are_a_batch_too():
    for net, shape in ((models.Nielsen1(), (0, 784)), (models.LeNet(), (0, 1, 28, 28))):
        assert net.eval()(ag.zeros(*shape)).shape == (0, 10)


def test_as_many_numbers_as_there_are_layers():
    for wrong in ((3,), (1, 2, 3), 5):
        with pytest.raises(ValueError, match="LeNet: maps are 2 whole numbers"):
            models.LeNet(maps=wrong)
    with pytest.raises(ValueError, match="DigitNet: channels are 5 whole numbers"):
        models.DigitNet((1, 2, 3))


@pytest.mark.parametrize(
    ("activation", "told"),
    [
        ("relu", r"not 'relu': did you mean nn\.ReLU\?"),
        ("", "not ''$"),
        (None, "not None"),
        (nn.ReLU(), r"a ReLU already made: give nn\.ReLU, or .*partial\(nn\.ReLU, "),
        (nn.functional.relu, "called without arguments"),
        (lambda: 3, "makes a int"),
    ],
)
def test_an_activation_is_a_class(activation, told):
    with pytest.raises(TypeError, match=rf"MLP: activation is a class.*{told}"):
        MLP(3, 4, 2, activation=activation)


def test_an_activation_with_options():
    assert MLP(3, 4, 2, activation=partial(nn.LeakyReLU, 0.3))[1].negative_slope == 0.3


@pytest.mark.parametrize(
    ("make", "shape", "told"),
    [
        (models.LeNet, (2, 1, 20, 20), r"LeNet takes images \(n, 1, 28, 28\).*LeNet\(size=20\)"),
        (models.LeNet, (1, 28, 28), r"axis of the batch is missing; give x\.unsqueeze\(0\)"),
        (models.LeNet, (2, 28, 28), r"axis of the channels is missing; give x\.unsqueeze\(1\)"),
        (models.LeNet, (28, 28), r"got shape \(28, 28\)"),
        (models.LeNet, (2, 3, 28, 28), "in_channels=3"),
        (models.Nielsen6, (2, 1, 20, 20), "Nielsen6 takes .*: resize them"),
        (models.Nielsen1, (28, 28), r"Nielsen1 takes \(n, 784\).*unsqueeze\(0\)"),
        (models.Nielsen3, (784,), r"Nielsen3 takes \(n, 784\).*unsqueeze\(0\)"),
        (models.DigitNet, (2, 1, 28, 28), r"CenterCrop\(24\), or models\.Crops\(net, 24\)"),
        (models.resnet8, (3, 28, 28), r"\(n, 3, height, width\).*batch is missing"),
        (models.resnet8, (2, 1, 28, 28), "they have 1 channels.*in_channels=1"),
    ],
)
def test_images_of_another_shape(make, shape, told):
    with pytest.raises(ShapeError, match=told):
        make()(ag.zeros(*shape))


@pytest.mark.parametrize("room", ["models", "optimize", "sklearn"])
def test_what_a_room_lists_and_suggests(room):
    pytest.importorskip("sklearn")
    there = __import__(f"autograd_fr.{room}", fromlist=["x"])
    offered = {name for name in dir(there) if not name.startswith("_")}
    assert all(callable(getattr(there, name)) for name in offered)
    assert not offered & {"architecture", "mlp", "bounds", "base", "stochastic"}
    assert {"models": "LeNet", "optimize": "root", "sklearn": "NetRegressor"}[room] in offered


def test_a_name_that_was_meant():
    with pytest.raises(AttributeError, match="did you mean 'LeNet'"):
        _ = models.Lenet
    with pytest.raises(TypeError, match="did you mean 'LeNet'"):
        models.lenet()
