"""Laval: layers, their gradients by hand and by the engine, and layers of other kinds."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import ShapeError
from autograd_fr.nn import functional as F
from autograd_fr.teaching.by_hand import matrices
from autograd_fr.teaching.by_hand.matrices import Layer, relu, relu_slope, sigmoid, sigmoid_slope

from .items import ITEMS, computes, float64, leaf, linear

EXACT = {"rtol": ITEMS["S002-67"].expected["tol"], "atol": 1e-14}


def column(numbers):
    return np.array(numbers, float)[:, None]


@computes("S002-62")
def weight_gradient_of_a_layer(given):
    W, b, h = leaf(given["W"]), leaf(given["b"]), float64(given["h"])
    a = F.linear(h, W, b)
    a.retain_grad()
    out = F.relu(a)
    out.backward(float64(given["g_upstream"]))
    ag.testing.assert_close(W.grad, ag.outer(a.grad, h))
    return {"a": a, "out": out, "g_after_f_prime": a.grad, "dW": W.grad, "db": b.grad}


@computes("S002-63")
def gradient_for_the_previous_layer(given):
    layer = ITEMS[given["same_as"]].given
    W, b, h = float64(layer["W"]), float64(layer["b"]), leaf(layer["h"])
    F.relu(F.linear(h, W, b)).backward(float64(layer["g_upstream"]))
    return {"dh": h.grad}


@computes("S002-67")
def backpropagation_by_hand(given):
    """With matrices: a layer, a neuron, and two nets of two layers, against the items' numbers
    and, to 1e-12, against the engine.
    """
    of_a_layer, of_the_layer_before = (ITEMS[name].expected for name in ("S002-62", "S002-63"))
    layer = ITEMS["S002-62"].given
    W, b, h = np.array(layer["W"]), column(layer["b"]), column(layer["h"])
    dW, db, dh = _by_hand([Layer(W, b, relu, relu_slope)], h, g=column(layer["g_upstream"]))
    np.testing.assert_array_equal(dW[0], of_a_layer["dW"])
    np.testing.assert_array_equal(db[0][:, 0], of_a_layer["db"])
    np.testing.assert_array_equal(dh[:, 0], of_the_layer_before["dh"])

    neuron, expected = ITEMS["S003-24"].given, ITEMS["S003-27"].expected
    X, y = np.array(neuron["X"]).T, np.array(neuron["y"])
    layers = [Layer(np.array([neuron["W"]]), np.array([[neuron["b"]]]), sigmoid, sigmoid_slope)]
    dW, db, _ = _by_hand(layers, X, dloss=lambda p: (p - y) / (p * (1 - p)) / len(y))
    np.testing.assert_allclose(dW[0][0], expected["dW"])
    np.testing.assert_allclose(db[0].item(), expected["db"])

    net, expected = ITEMS["S003-30"].given, ITEMS["S003-30"].expected
    X, y = np.array(net["X"]).T, np.array(net["y"])
    layers = [
        Layer(np.array(net["W1_2x3"]).T, column(net["b1"]), sigmoid, sigmoid_slope),
        Layer(np.array([net["W2_3x1"]]), column(net["b2"]), sigmoid, sigmoid_slope),
    ]
    dW, db, _ = _by_hand(layers, X, dloss=lambda p: (p - y) / (p * (1 - p)) / len(y))
    np.testing.assert_allclose(dW[0].T, expected["dW1"])
    np.testing.assert_allclose(dW[1][0], expected["dW2"])
    np.testing.assert_allclose(db[0][:, 0], expected["db1"])
    np.testing.assert_allclose(db[1].item(), expected["db2"])

    net, expected = ITEMS["S004-12"].given, ITEMS["S004-12"].expected
    layers = [
        Layer(np.array(net[f"W{n}"]), column(net[f"B{n}"]), sigmoid, sigmoid_slope) for n in (0, 1)
    ]
    dW, db, _ = _by_hand(layers, column(net["X"]), dloss=lambda z: z - column(net["Y"]))
    for n, layer in enumerate(layers):
        np.testing.assert_allclose(db[n][:, 0], expected[f"delta{n}"])
        np.testing.assert_allclose(layer.W - net["alpha"] * dW[n], expected[f"W{n}_new"])
        stepped = layer.b - net["alpha"] * db[n]
        np.testing.assert_allclose(stepped[:, 0], expected[f"B{n}_new"])


def _by_hand(layers, x, dloss=None, g=None):
    """The derivatives by hand, which are those of the engine: `dloss` makes g of the output."""
    a, h = matrices.forward(layers, x)
    g = dloss(h[-1]) if g is None else g
    dW, db, dx = matrices.backward(layers, a, h, g)
    leaves = [leaf(each) for layer in layers for each in layer[:2]]
    first = y = leaf(x)
    for layer, W, b in zip(layers, leaves[::2], leaves[1::2]):
        y = (ag.relu if layer.f is relu else ag.sigmoid)(W @ y + b)
    y.backward(float64(g))
    by_hand = [each for pair in zip(dW, db) for each in pair]
    for found, tensor in zip([*by_hand, dx, h[-1]], [*(t.grad for t in leaves), first.grad, y]):
        np.testing.assert_allclose(found, tensor.detach(), **EXACT)
    return dW, db, dx


@computes("S002-68")
def single_neuron(given):
    z = linear([given["w"]], [given["b"]])(float64(given["x"]))
    ag.testing.assert_close(z[0], float64(given["w"]) @ float64(given["x"]) + given["b"])
    return {"z": z[0], "a": ag.sigmoid(z)[0]}


def two_layers(given):
    """The net of S002-69 as a module, which takes a row for each example."""
    first, last = linear(given["W1_4x3"], given["b1"]), linear(given["W2_1x4"], given["b2"])
    return nn.Sequential(first, nn.Sigmoid(), last, nn.Sigmoid())


@computes("S002-69")
def two_layers_of_one_example(given):
    W1, b1 = float64(given["W1_4x3"]), float64(given["b1"])[:, None]
    W2, b2 = float64(given["W2_1x4"]), float64(given["b2"])[:, None]
    x = float64(given["x"])[:, None]
    z1 = W1 @ x + b1  # (4, 3) (3, 1) + (4, 1)
    a1 = ag.sigmoid(z1)
    z2 = W2 @ a1 + b2  # (1, 4) (4, 1) + (1, 1)
    a2 = ag.sigmoid(z2)
    with pytest.raises(ShapeError, match=r"\(4, 3\).*\(1, 3\)"):
        W1 @ x.T
    ag.testing.assert_close(two_layers(given)(x[:, 0]), a2[:, 0])
    return {"z1": z1[:, 0], "a1": a1[:, 0], "z2": z2.item(), "a2": a2.item()}


@computes("S002-70")
def all_examples_at_once(given):
    parts = ITEMS[given["same_net_as"]].given
    W1, W2 = float64(parts["W1_4x3"]), float64(parts["W2_1x4"])
    b1, b2 = float64(parts["b1"])[:, None], float64(parts["b2"])[:, None]
    X = float64(given["X_columns_are_examples"])
    Z1 = W1 @ X + b1  # the biases are broadcast over the columns
    columns = ag.sigmoid(W2 @ ag.sigmoid(Z1) + b2)
    net = two_layers(parts)
    rows = net(X.T)
    one_by_one = ag.stack([net(X[:, i]) for i in range(X.shape[1])])
    apart = [(each - one_by_one).abs().max().item() for each in (columns.T, rows)]
    assert max(apart) < 1e-15
    return {
        "A2": columns[0],
        "row_layout_same_values": rows[:, 0],
        "max_abs_diff_loop_vs_vectorised": max(apart),
    }


@computes("S002-71")
def rows_are_neurons(given):
    neurons, inputs = given["W1_shape"]
    layer = nn.Linear(inputs, neurons, bias=False)
    x = ag.ones(inputs)
    ag.testing.assert_close(layer(x), layer.weight @ x)
    ag.testing.assert_close(layer(ag.ones(2, inputs)), ag.ones(2, inputs) @ layer.weight.T)
    with ag.no_grad():
        before = layer(x)
        layer.weight[1] += 1
        changed = (layer(x) != before).tolist()
    return {
        "row_i_is_neuron_i": changed == [i == 1 for i in range(neurons)],
        "storage_out_in": list(layer.weight.shape),
        "W_x_needs_no_transpose": (layer.weight @ x).shape == (neurons,),
    }


@computes("S002-72")
def batch_normalisation(given):
    x = leaf([[number] for number in given["x"]])
    layer = nn.BatchNorm1d(1, eps=given["eps"], momentum=1.0, dtype=ag.float64)
    nn.init.constant_(layer.weight, given["gamma"])
    nn.init.constant_(layer.bias, given["beta"])
    y = layer(x)
    y.backward(float64(given["upstream"])[:, None])
    in_training = layer.running_var.clone()
    ag.testing.assert_close(in_training, x.detach().var(0))
    layer.eval()
    again = (x - layer.running_mean) / (layer.running_var + given["eps"]).sqrt()
    ag.testing.assert_close(layer(x), again * given["gamma"] + given["beta"])
    for order in ([nn.BatchNorm1d(3), nn.ReLU()], [nn.ReLU(), nn.BatchNorm1d(3)]):
        assert nn.Sequential(nn.Linear(2, 3), *order)(ag.randn(4, 2)).shape == (4, 3)
    return {
        "mean": x.mean(),
        "var_biased": x.var(correction=0),
        "xhat": F.batch_norm(x, None, None, training=True, eps=given["eps"])[:, 0],
        "y": y[:, 0],
        "dx": x.grad[:, 0],
        "dgamma": layer.weight.grad.item(),
        "dbeta": layer.bias.grad.item(),
        "running_var_unbiased_batch": in_training.item(),
        "sum_dx": x.grad.sum(),
    }


@computes("S002-73")
def skip_connection(given):
    def block(w1):
        x = leaf(float(given["x"]))
        y = x + given["w2"] * ag.relu(w1 * x)
        y.backward()
        return y, x.grad

    def chained(layer):
        x = y = leaf(0.7)
        for _ in range(20):
            y = layer(y)
        return ag.autograd.grad(y, x)[0]

    dead, alive = block(given["w1"]), block(-given["w1"])
    return {
        "y": dead[0],
        "dy_dx_dead_branch": dead[1],
        "y_w1_plus1": alive[0],
        "dy_dx_w1_plus1": alive[1],
        "plain_chain_gradient": chained(ag.sigmoid),
        "residual_chain_gradient": chained(lambda x: x + ag.sigmoid(x)),
    }


@computes("S002-74")
def gradients_have_the_shapes_of_weights(given):
    outputs, inputs = given["W"]
    layer = nn.Linear(inputs, outputs)
    layer(ag.randn(given["batch"], inputs)).sum().backward()
    net = nn.Sequential(
        nn.Conv1d(2, 4, 3, padding=1), nn.BatchNorm1d(4), nn.PReLU(), nn.Flatten(),
        nn.LayerNorm(20), nn.Bilinear(20, 20, 2),
    )  # fmt: skip
    h = net[:-1](ag.randn(given["batch"], 2, 5))
    net[-1](h, h).sum().backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad.shape == parameter.shape, name
    assert list(layer.bias.shape) == given["b"]
    return {
        "dW_shape": list(layer.weight.grad.shape),
        "db_shape": list(layer.bias.grad.shape),
    }


@computes("S002-75")
def hours_of_sleep_and_study(given):
    data, raw = ag.datasets.hours_of_sleep(scaled=True), ag.datasets.hours_of_sleep()
    X, y = float64(given["X_scaled"]), float64(given["y_scaled"])[:, None]
    np.testing.assert_array_equal(raw.x, given["X_raw"])
    np.testing.assert_array_equal(raw.y[:, 0], given["y_raw"])
    np.testing.assert_array_equal(raw.question[0], given["test_raw"])
    np.testing.assert_allclose(data.x, X, rtol=1e-6)
    np.testing.assert_allclose(data.y, y, rtol=1e-6)
    W = {"W1": leaf(given["W1"]), "W2": leaf(given["W2"])}

    def predicted(W, X):
        return ag.sigmoid(ag.sigmoid(X @ W["W1"]) @ W["W2"])

    def J(W, X, y):
        return 0.5 * (y - predicted(W, X)).square().sum()

    each = ag.func.vmap(ag.func.grad(J), in_dims=(None, 0, 0))(W, X, y)
    loss = J(W, X, y)
    loss.backward()
    for name in W:
        ag.testing.assert_close(each[name].sum(0), W[name].grad, rtol=0, atol=1e-12)
    mean = ag.autograd.grad(F.mse_loss(predicted(W, X), y) / 2, W["W1"])[0]
    ag.testing.assert_close(len(X) * mean, W["W1"].grad)
    question = float64(given["test_raw"]) / float64(given["X_raw"]).amax(0)
    np.testing.assert_allclose(data.question[0], question, rtol=1e-6)
    return {
        "yhat": predicted(W, X)[:, 0],
        "J": loss,
        "per_example_J": ag.stack([J(W, X[i], y[i]) for i in range(len(X))]),
        "per_example_dW1": each["W1"],
        "per_example_dW2": each["W2"][..., 0],
        "sum_dW1": W["W1"].grad,
        "sum_dW2": W["W2"].grad[:, 0],
        "mean_dW1": mean,
        "test_scaled": question,
        "test_pred_untrained": predicted(W, question)[0],
    }
