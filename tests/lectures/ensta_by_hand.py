"""S000, the backpropagation of a net of ten layers, written with indices: right, and as printed."""

from __future__ import annotations

import numpy as np

import autograd_fr as ag
from autograd_fr.teaching.by_hand import indices

from .items import ITEMS, computes, float64, leaf


def ten_layers():
    """The weights of S000-16, made by its formula, the units of the layers, and the input."""
    layers = [
        [[((4 * t + 5 * i + 2 * j) % 11 - 3) / 10 for j in range(3)] for i in (1, 2)[: 1 + (t < 9)]]
        for t in range(10)
    ]
    return layers, *indices.weights(layers), ITEMS["S000-16"].given["xin"]


def by_layer(values, units):
    """What has the indices t and i, as a list for every layer after the input."""
    return [[values[t, i] for i in range(1, units[t] + 1)] for t in range(1, len(units))]


@computes("S000-15")
def bias_as_a_weight(given):
    rows, x = given["w_rows_bias_first"], given["x"]
    b, W = [row[0] for row in rows], [row[1:] for row in rows]
    augmented = indices.sums_with_constant_input(rows, x)
    separate = indices.sums_with_biases(b, W, x)
    np.testing.assert_allclose(
        ag.nn.functional.linear(float64(x), float64(W), float64(b)).numpy(), separate, rtol=1e-12
    )
    np.testing.assert_allclose((float64(rows) @ float64([1, *x])).numpy(), augmented, rtol=1e-12)
    return {"augmented": augmented, "separate": separate}


@computes("S000-16")
def forward_with_indices(given):
    _, w, units, xin = ten_layers()
    alpha, x = indices.forward(w, units, xin)
    output = x[10, 1]
    assert sum(a <= 0 for a in alpha.values()) == 3  # inactive units
    assert indices.loss(output) == indices.loss(output, y=1) != indices.loss(output, y=-1)
    return {
        "alpha_by_layer": by_layer(alpha, units),
        "output_x_10_1": output,
        "loss": indices.loss(output),
    }


@computes("S000-17")
def forward_as_printed(given):
    _, w, units, _ = ten_layers()
    alpha, x = indices.forward(w, units, given["xin"])
    literal = indices.forward_as_printed(w, units, given["xin"])
    inactive = indices.weights([[[-2.0, 1.0]]])
    assert indices.forward_as_printed(*inactive, [0.5])[1, 1] == -1.5  # the last relu is missing
    assert indices.forward(*inactive, [0.5])[1][1, 1] == 0
    return {
        "definition_output": x[10, 1],
        "definition_alpha_1": by_layer(alpha, units)[0],
        "literal_alpha_1": by_layer(literal, units)[0],
        "literal_output": literal[10, 1],
    }


@computes("S000-18")
def backward_with_indices(given):
    layers, w, units, xin = ten_layers()
    alpha, x = indices.forward(w, units, xin)
    dx, dalpha, dw = indices.backward(w, units, alpha, x)
    by_hand = indices.matrices(dw, units)
    input_by_hand = [dx[0, j] for j in (1, 2)]

    leaves = [leaf(rows) for rows in layers]
    inputs = activations = leaf(xin)
    sums = []
    for rows in leaves:
        sums.append(rows[:, 0] + rows[:, 1:] @ activations)
        sums[-1].retain_grad()
        activations = sums[-1].relu()
    for each, found in zip(sums, by_layer(alpha, units), strict=True):
        np.testing.assert_allclose(each.tolist(), found, rtol=1e-12)
    ag.relu(1 - activations).sum().backward()
    for rows, found in zip([*leaves, inputs], [*by_hand, input_by_hand], strict=True):
        np.testing.assert_allclose(rows.grad.numpy(), found, rtol=1e-12, atol=0)
    for each, found in zip(sums, by_layer(dalpha, units), strict=True):
        np.testing.assert_allclose(each.grad.numpy(), found, rtol=1e-12, atol=0)

    return {
        "dw0": by_hand[0],
        "dw5": by_hand[5],
        "dw9": by_hand[9],
        "dx_in": input_by_hand,
        "sum_abs_all_dw": sum(map(abs, dw.values())),
    }


@computes("S000-19")
def backward_as_printed(given):
    w, units = indices.weights([[[given["w_bias"], given["w"]]]])
    alpha, x = indices.forward(w, units, [given["x"]])
    _, dalpha, _ = indices.backward(w, units, alpha, x)
    literal = indices.backward_as_printed(w, units, alpha)
    a = leaf(alpha[1, 1])
    ag.relu(1 - a.relu()).backward()
    assert a.grad == dalpha[1, 1]
    check_what_is_printed_where_the_last_unit_is_active()
    return {
        "alpha": alpha[1, 1],
        "out": x[1, 1],
        "loss": indices.loss(x[1, 1]),
        "true_dalpha": dalpha[1, 1],
        "literal_dalpha": literal[1, 1],
    }


def check_what_is_printed_where_the_last_unit_is_active():
    """It is right for the sums, and has nothing for the weights."""
    _, w, units, xin = ten_layers()
    alpha, x = indices.forward(w, units, xin)
    _, dalpha, dw = indices.backward(w, units, alpha, x)
    literal = indices.backward_as_printed(w, units, alpha)
    assert literal == dalpha
    assert not literal.keys() & dw.keys()
