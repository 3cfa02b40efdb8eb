"""ATC: graphs, layers and activations, as formulas and in Keras's words."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, viz
from autograd_fr.errors import ShapeError
from autograd_fr.nn import Activation, Dense, Sequential
from autograd_fr.nn import functional as F

from .items import ITEMS, computes, float64, leaf, size


@computes("S003-10")
def nets_of_any_depth(given):
    """The same lines make nets of one to five layers, and take vectors and images."""

    def net(inputs, depth, outputs=4):
        layers = [nn.Flatten()]
        for _ in range(depth - 1):
            layers += [nn.Linear(inputs, 6), nn.Tanh()]
            inputs = 6
        return Sequential(*layers, nn.Linear(inputs, outputs))

    for depth in ITEMS["S003-10"].expected["depths"]:
        for shape in [(3,), (1, 5, 5)]:
            made = net(int(np.prod(shape)), depth)
            y = made(ag.rand(2, *shape))
            assert y.shape == (2, 4)
            y.square().sum().backward()
            gradients = [p.grad for p in made.parameters()]
            assert len(gradients) == 2 * depth
            assert all(g.any() for g in gradients)

    layer = nn.Linear(2, 2)  # a program may also decide on the depth while it runs

    def deep(x, depth):
        return x if depth == 0 else deep(layer(x).tanh(), depth - 1)

    for depth in ITEMS["S003-10"].expected["depths"]:
        layer.zero_grad()
        deep(ag.ones(1, 2), depth).sum().backward()
        assert layer.weight.grad.any()


@computes("S003-13")
def graph_with_a_branch(given):
    scalars = dict(re.findall(r"(\w+)=(-?[\d.]+)", given["graph"]))
    w1, w2, v, x = (leaf(float(scalars[name])) for name in ("W1", "W2", "V", "x"))
    y = w2 * ag.tanh(w1 * x) + v * x
    y.backward()

    layers = [nn.Linear(1, 1, bias=False, dtype=ag.float64) for _ in range(3)]
    for layer, value in zip(layers, (w1, w2, v)):
        nn.init.constant_(layer.weight, value.item())

    class Skip(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second, self.around = layers

        def forward(self, x):
            return self.second(self.first(x).tanh()) + self.around(x)

    net = Skip()
    again = net(x.detach().reshape(1, 1))
    assert again.item() == y.item()
    again.backward()
    assert [p.grad.item() for p in net.parameters()] == [w1.grad, w2.grad, v.grad]
    boxes = [o.name for o in viz.draw(again, style="modules").graph.operations]
    assert boxes.count("Linear") == 3
    return {"y": y, "dy_dx": x.grad, "dy_dW1": w1.grad, "dy_dW2": w2.grad, "dy_dV": v.grad}


def keras_snippet(N, H, K):
    """The lines of the slide."""
    model = Sequential()
    model.add(Dense(H, input_dim=N))
    model.add(Activation("tanh"))
    model.add(Dense(K))
    model.add(Activation("softmax"))
    return model


def filled_snippet(given):
    """The net of the snippet with the weights of the data, whose kernels are (inputs, outputs)."""
    model = keras_snippet(given["N"], given["H"], given["K"]).double()
    kernels = [float64(given[name]) for name in ("W0_NxH", "W1_HxK")]
    biases = [float64(given[name]) for name in ("b0", "b1")]
    for layer, kernel, bias in zip((model[0], model[2]), kernels, biases):
        layer.load_state_dict({"weight": kernel.T, "bias": bias})
        assert (layer.kernel == kernel).all()
    return model


@computes("S003-14")
def what_keras_computes(given):
    model = filled_snippet(given)
    first, tanh, second, softmax = model
    x = float64(given["X"])
    z = first(x)
    hidden = tanh(z)
    logits = second(hidden)
    assert (softmax(logits) == model(x)).all()
    with pytest.raises(ShapeError):  # the formulas' order W x, with the shapes of the comments
        first.kernel @ x
    return {
        "pre_hidden": z,
        "hidden": hidden,
        "logits": logits,
        "probs": model(x),
        "param_count": size(model),
        "param_count_784_128_10": size(keras_snippet(784, 128, 10)),
    }


@computes("S003-15")
def single_neuron(given):
    w, b, x = (float64(given[name]) for name in "wbx")
    z = w @ x + b
    return {"z": z, "f": Activation(given["g"])(z)}


@computes("S003-16")
def layer_of_neurons(given):
    W, b, x = (float64(ITEMS[given["same_as"]].given[name]) for name in "Wbx")
    return {"f": Activation(given["g"])(F.linear(x, W, b))}


@computes("S003-17")
def gradients_of_a_classifier(given):
    data = ITEMS[given["same_net_as"]].given
    model = filled_snippet(data)
    x = float64(data["X"])[given["example"]][None]
    target = ag.tensor([given["target_0based"]])
    logits = model[:3](x)
    logits.retain_grad()
    probabilities = model[3](logits)
    loss = F.nll_loss(probabilities.log(), target)
    loss.backward()
    assert loss.item() == pytest.approx(F.cross_entropy(logits, target).item())
    first, _, second, _ = model
    return {
        "ce": loss,
        "dlogits": logits.grad[0],
        "dW1_HxK": second.weight.grad.T,
        "db1": second.bias.grad,
        "dW0_NxH": first.weight.grad.T,
        "db0": first.bias.grad,
    }


@computes("S003-18")
def boxes_of_layers(given):
    model = keras_snippet(given["N"], given["H"], given["K"])
    graph = viz.draw(model(ag.ones(1, given["N"])), style="modules").graph
    expected = ITEMS["S003-18"].expected
    assert len(graph.operations) == expected["blocks"]
    assert [o.name for o in graph.operations] == ["Dense", "Activation"] * 2
    results = [graph.variables[o.outputs[0]].value.shape for o in graph.operations]
    assert [shape[-1] for shape in results] == expected["block_output_sizes"]


def value_and_derivative(function, z):
    x = leaf(z)
    y = function(x)
    y.sum().backward()
    return y.detach(), x.grad


def check_drawn(function):
    """The picture of a function shows its values, and its derivative by backpropagation."""
    pytest.importorskip("matplotlib")
    value, derivative = viz.plot_activation(function, -2.0, 2.0).lines[-2:]
    x = value.get_xdata()
    y, slope = value_and_derivative(function, x)
    np.testing.assert_allclose(value.get_ydata(), y.tolist(), atol=1e-6)
    np.testing.assert_allclose(derivative.get_ydata(), slope.tolist(), atol=1e-6)


@computes("S003-19")
def sigmoid(given):
    check_drawn(ag.sigmoid)
    value, derivative = value_and_derivative(ag.sigmoid, given["z"])
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        (low, high), slopes = value_and_derivative(ag.sigmoid, [-1000.0, 1000.0])
    assert slopes.tolist() == [0, 0]
    return {
        "sigm": value,
        "dsigm": derivative,
        "sigm(-1000)": low,
        "sigm(1000)": high,
        "no_overflow_warning": not told,
    }


@computes("S003-20")
def hyperbolic_tangent(given):
    check_drawn(ag.tanh)
    value, derivative = value_and_derivative(ag.tanh, given["z"])
    far = float64(1000.0)

    def printed(x):
        return (ag.exp(2 * x) - 1) / (ag.exp(2 * x) + 1)

    np.testing.assert_allclose(printed(float64(given["z"])).tolist(), value.tolist(), atol=1e-15)
    with np.errstate(over="ignore", invalid="ignore"):
        quotient = printed(far)
    return {
        "tanh": value,
        "dtanh": derivative,
        "tanh(1000)": ag.tanh(far),
        "literal_formula_at_1000": quotient,
    }


@computes("S003-21")
def rectifier(given):
    check_drawn(nn.ReLU())
    value, derivative = value_and_derivative(ag.relu, given["z"])
    return {"relu": value, "drelu": derivative}


@computes("S003-22")
def softmax(given):
    x = float64([float(value) for value in given["x"]])
    p = ag.softmax(x, dim=0)
    jacobian = ag.func.jacrev(lambda x: ag.softmax(x, dim=0))(x)
    np.testing.assert_allclose(jacobian.tolist(), (ag.diag(p) - ag.outer(p, p)).tolist())
    return {"softmax": p, "jacobian": jacobian}


@computes("S003-23")
def properties_of_softmax(given):
    logits = float64([[float(value) for value in row] for row in given["batch"]])
    p = Activation("softmax")(logits)
    assert ((p > 0) & (p < 1)).all()
    np.testing.assert_allclose(p.tolist(), ag.softmax(logits + 5, dim=-1).tolist())
    return {"row_sums": p.sum(dim=-1), "second_row": p[1]}
