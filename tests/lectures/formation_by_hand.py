"""S004, backpropagation with rows of Jacobians, beside the engine."""

from __future__ import annotations

import numpy as np

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.teaching.by_hand import jacobian_rows as rows

from .items import ITEMS, computes, float64, leaf, linear

TWO_SIGMOIDS = [rows.sigmoid] * 2
THEIR_JACOBIANS = [rows.sigmoid_jacobian] * 2


def arrays(given, *names):
    return [np.array(given[name]) for name in names]


def net_of(given):
    """The net of two layers: weights, biases, input and target."""
    W0, B0, W1, B1, X, Y = arrays(given, "W0", "B0", "W1", "B1", "X", "Y")
    return [W0, W1], [B0, B1], X, Y


def passes(given):
    """There and back by hand: (A, Z), the cost h, and (δ, ΔW, ΔB), which are the engine's."""
    W, B, X, Y = net_of(given)
    A, Z = rows.forward(W, B, X, TWO_SIGMOIDS)
    h, grad_h = rows.squared_distance(Z[1], Y)
    delta, dW, dB = rows.backward(W, Z, grad_h, THEIR_JACOBIANS)
    agree_with_the_engine(given, A, delta, dW, dB)
    return A, Z, h, delta, dW, dB


def agree_with_the_engine(given, A, delta, dW, dB):
    W, B, X, Y = ([leaf(each) for each in part] for part in net_of(given))
    activations, sums = ag.stack(X), []
    for weight, bias in zip(W, B):
        sums.append(weight @ activations + bias)
        sums[-1].retain_grad()
        activations = sums[-1].sigmoid()
    nn.HalfMSELoss(reduction="sum")(activations, ag.stack(Y)).backward()
    for n in (0, 1):
        for ours, by_hand in (
            (sums[n], A[n]), (sums[n].grad, delta[n]), (W[n].grad, dW[n]), (B[n].grad, dB[n]),
        ):  # fmt: skip
            np.testing.assert_allclose(ours.detach().numpy(), by_hand, rtol=1e-12)


@computes("S004-10")
def last_layer(given):
    W1, B1, Z0, Y = arrays(given, "W1", "B1", "Z0", "Y")
    Z1 = rows.sigmoid(W1 @ Z0 + B1)
    _, grad_h = rows.squared_distance(Z1, Y)
    J = rows.sigmoid_jacobian(Z1)
    delta = rows.last_delta(grad_h, J)
    dW, dB = rows.gradients(delta, Z0)

    layer = linear(W1, B1)
    nn.HalfMSELoss(reduction="sum")(layer(float64(Z0)).sigmoid(), float64(Y)).backward()
    jacobian = ag.func.jacrev(ag.sigmoid)(layer(float64(Z0)).detach())
    for by_hand, engine in ((dW, layer.weight.grad), (dB, layer.bias.grad), (J, jacobian)):
        np.testing.assert_allclose(by_hand, engine, rtol=1e-12)
    return {
        "Z1": Z1,
        "grad_h": grad_h,
        "J_f_diag": np.diag(J),
        "delta_last": delta,
        "dW_last": dW,
        "dB_last": dB,
    }


@computes("S004-11")
def layer_before_another(given):
    net = ITEMS[given["same_net_as"]].given
    _, Z, _, delta, dW, dB = passes(net)
    W1 = np.array(net["W1"])
    alone = rows.delta_below(delta[1], W1, rows.sigmoid_jacobian(Z[0]))
    np.testing.assert_array_equal(alone, delta[0])
    return {"delta_0": delta[0], "dW0": dW[0], "dB0": dB[0]}


@computes("S004-12")
def the_whole_algorithm(given):
    W, B, X, Y = net_of(given)
    A, Z, h, delta, dW, dB = passes(given)
    new_W, new_B = rows.descend(W, dW, given["alpha"]), rows.descend(B, dB, given["alpha"])

    def cost(W, B):
        _, Z = rows.forward(W, B, X, TWO_SIGMOIDS)
        return rows.squared_distance(Z[1], Y)[0]

    assert given["update_biases"]
    return {
        "A0": A[0],
        "Z0": Z[0],
        "A1": A[1],
        "Z1": Z[1],
        "h": h,
        "delta1": delta[1],
        "delta0": delta[0],
        "W1_new": new_W[1],
        "W0_new": new_W[0],
        "B1_new": new_B[1],
        "B0_new": new_B[0],
        "h_after": cost(new_W, new_B),
        "h_after_if_biases_frozen": cost(new_W, B),
    }


@computes("S004-13")
def softmax_as_last_layer(given):
    W, B, X, _ = net_of(ITEMS["S004-12"].given)
    Y = np.array([0.0, 1.0])
    A, Z = rows.forward(W, B, X, [rows.sigmoid, rows.softmax])
    _, grad_h = rows.cross_entropy(Z[1], Y)
    jacobians = [rows.sigmoid_jacobian, rows.softmax_jacobian]
    delta, dW, _ = rows.backward(W, Z, grad_h, jacobians)

    sums, weight = leaf(A[1]), leaf(W[0])
    nn.functional.cross_entropy(sums, leaf(Y).detach()).backward()
    np.testing.assert_allclose(sums.grad.numpy(), delta[1], rtol=1e-12)
    hidden = ag.sigmoid(weight @ leaf(X) + leaf(B[0]))
    scores = leaf(W[1]) @ hidden + leaf(B[1])
    nn.functional.cross_entropy(scores, leaf(Y).detach()).backward()
    np.testing.assert_allclose(weight.grad.numpy(), dW[0], rtol=1e-12)

    diagonal = np.diag(np.diag(rows.softmax_jacobian(Z[1])))
    return {
        "Z": Z[1],
        "grad_h": grad_h,
        "delta_full_jacobian": delta[1],
        "softmax_minus_Y": Z[1] - Y,
        "delta_if_only_diagonal": rows.last_delta(grad_h, diagonal),
    }
