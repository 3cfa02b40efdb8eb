"""Activations by Keras's names."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.nn.named_activation import ACTIVATIONS

X = np.array([[-4.0, -1.0, 0.0], [0.5, 2.0, 7.0]])


def logistic(x):
    return 1 / (1 + np.exp(-x))


# Written anew, from Keras's descriptions.
FORMULAS = {
    "elu": np.where(X > 0, X, np.expm1(X)),
    "exponential": np.exp(X),
    "hard_sigmoid": np.clip(X / 6 + 0.5, 0, 1),
    "leaky_relu": np.where(X > 0, X, 0.2 * X),
    "linear": X,
    "relu": np.maximum(X, 0),
    "selu": 1.0507009873554805 * np.where(X > 0, X, 1.6732632423543772 * np.expm1(X)),
    "sigmoid": logistic(X),
    "silu": X * logistic(X),
    "softmax": np.exp(X) / np.exp(X).sum(axis=1, keepdims=True),
    "softplus": np.log1p(np.exp(X)),
    "softsign": X / (1 + abs(X)),
    "swish": X * logistic(X),
    "tanh": np.tanh(X),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_a_name_means_what_keras_says(name):
    found = nn.Activation(name)(ag.tensor(X))
    np.testing.assert_allclose(found.numpy(), FORMULAS[name], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_name_gives_numbers_of_the_same_shape_and_a_gradient(name):
    x = ag.tensor(X + 0.25, requires_grad=True)
    y = nn.Activation(name)(x)
    assert y.shape == X.shape
    (y * y).sum().backward()
    assert np.isfinite(x.grad.numpy()).all() and (x.grad.numpy() != 0).any()


def test_a_function_or_a_module_stands_for_a_name():
    x = ag.tensor([-1.0, 2.0])
    assert nn.Activation(ag.square)(x).tolist() == [1, 4]
    assert nn.Activation(None)(x).tolist() == [-1, 2]
    sloped = nn.Activation(nn.PReLU())
    assert sloped(x).tolist() == [-0.25, 2]
    assert list(sloped.state_dict()) == ["activation.weight"]


def test_its_text_names_it():
    assert repr(nn.Activation("relu")) == "Activation('relu')"
    assert repr(nn.Activation(ag.square)) == "Activation('square')"
    assert repr(nn.Activation(nn.Tanh())) == "Activation(\n  (activation): Tanh()\n)"


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_computes_the_same(name, duplicate):
    layer = nn.Activation(name)
    assert duplicate(layer)(ag.tensor(X)).tolist() == layer(ag.tensor(X)).tolist()


@pytest.mark.parametrize(
    ("wrong", "error", "told"),
    [
        ("tahn", ValueError, "'tahn'; did you mean 'tanh'"),
        ("SoftMax", ValueError, "did you mean 'softmax'"),
        ("??", ValueError, "the names are celu, elu"),
        (nn.Tanh, TypeError, r"give Tanh\(\)"),
        (3, TypeError, "a name or a function, got 3"),
    ],
)
def test_what_is_no_activation_is_told(wrong, error, told):
    with pytest.raises(error, match=told):
        nn.Activation(wrong)
