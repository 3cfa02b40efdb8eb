"""Where the lectures contradict each other about graphs, gradients, letters and sources."""

from __future__ import annotations

import inspect
import re
from operator import attrgetter
from pathlib import Path

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, viz
from autograd_fr.nn import functional as F
from autograd_fr.teaching.by_hand import indices, jacobian_rows, lagrangian, matrices

from ..viz.reading import arrows, boxes
from .items import ITEMS, computes, float64, leaf, linear, taught

close = np.testing.assert_allclose
GLOSSARY = Path(__file__).parents[2] / "notebooks" / "glossaire.md"

# Graphs


def product_of_a_sum():
    """f = (u + v) w of the lecture, with its intermediate result."""
    given, _ = taught("S002-31")
    leaves = [leaf(float(given[name])) for name in "uvw"]
    u, v, w = leaves
    t1 = u + v
    return leaves, t1, t1 * w


@computes("X-10")
def graphs_are_dynamic_and_can_be_replayed(given):
    values, expected = taught("S002-28")
    leaves = [leaf(float(value)) for value in values["first"]]
    u, v, w = leaves
    f = (u + v) * w
    nodes = len(viz.trace(f).variables)
    for time in ("first", "second", "third"):
        new = [leaf(float(value)) for value in values[time]]
        again = ag.replay(f, dict(zip(leaves, new)))
        assert again.item() == expected[f"f_{time}"]
        close(ag.autograd.grad(again, new), expected[f"grads_{time}_u_v_w"])
        assert len(viz.trace(again).variables) == nodes

    def doubled(x):
        y = x
        while y < 100:
            y = y * 2
        return y

    _, expected = taught("S002-37")
    for start in (3, 60):
        x = leaf(float(start))
        y = doubled(x)
        assert y.item() == expected[f"x{start}_y"]
        assert len(viz.trace(y).operations) == expected[f"x{start}_mul_nodes"]
        assert ag.autograd.grad(y, x)[0] == expected[f"x{start}_dy_dx"]
        with pytest.raises(ag.errors.GraphError):  # the loop would have gone on otherwise
            ag.replay(y, {x: 1.0})


@computes("X-11")
def nodes_of_a_drawing(given):
    _, expected = taught("S002-31")
    _, _, f = product_of_a_sum()
    graph = viz.trace(f)
    assert len(graph.variables) == expected["n_variable_nodes"]
    assert len(graph.operations) == expected["n_operations"]
    edges = re.findall(r"^\t(\w+)\S* -> (\w+)", viz.draw(f, style="slide").dot, re.MULTILINE)
    to_operations = [edge for edge in edges if edge[1].startswith("o")]
    assert len(to_operations) == expected["n_edges_variable_to_op"]
    assert len(edges) - len(to_operations) == expected["n_edges_op_to_variable"]
    literal = viz.draw(f, style="variables")
    assert len(boxes(literal.svg)) == expected["n_variable_nodes"]
    assert len(arrows(literal.svg)) == expected["n_edges_if_nodes_are_variables_only"]
    circuit = viz.draw(f, style="operations").dot
    assert len(re.findall(r"shape=circle", circuit)) == expected["n_operations"]

    sizes, expected = taught("S003-18")
    N, H, K = (sizes[name] for name in "NHK")
    net = nn.Sequential(nn.Linear(N, H), nn.Tanh(), nn.Linear(H, K), nn.Softmax(-1))
    y = net(ag.ones(1, N))
    dot = viz.draw(y, style="modules").dot
    assert len(re.findall(r"shape=box", dot)) == expected["blocks"]
    shapes, x = [], ag.ones(1, N)
    for block in net:
        x = block(x)
        shapes.append(x.shape[-1])
    assert shapes == expected["block_output_sizes"]


@computes("X-28")
def snippet_of_the_recurrent_cell(given):
    _, expected = taught("S002-35")

    def cell(**options):
        def wave(f, factor, *shape):
            n = ag.arange(1, shape[0] * shape[1] + 1, dtype=ag.float64)
            return ag.autograd.Variable((factor * f(n)).reshape(shape), **options)

        x, prev_h = wave(ag.sin, 1, 1, 10), wave(ag.cos, 1, 1, 20)
        W_x, W_h = wave(ag.sin, 0.1, 20, 10), wave(ag.cos, 0.1, 20, 20)
        i2h = ag.mm(W_x, x.t())
        h2h = ag.mm(W_h, prev_h.t())
        next_h = (i2h + h2h).tanh()
        return next_h, x, prev_h, W_x, W_h

    next_h, *_ = cell(requires_grad=True)
    with pytest.raises(RuntimeError, match=re.escape("(1, 20)")) as failure:
        next_h.backward(ag.ones(1, 20))
    assert "(20, 1)" in str(failure.value)
    with pytest.raises(RuntimeError, match="requires a gradient"):
        cell()[0].backward(ag.ones(20, 1))

    next_h, x, prev_h, W_x, W_h = cell(requires_grad=True)
    signs = {"t": "ᵀ", "mm": "@", "add": "+", "tanh": "tanh"}
    drawn = [operation.symbol for operation in viz.trace(next_h).operations]
    assert sorted(drawn) == sorted(signs[name] for name in expected["op_nodes"])
    next_h.backward(ag.ones(20, 1))
    close(next_h.detach().sum(), expected["next_h_sum"], rtol=1e-9)
    close(W_x.grad.sum(), expected["grad_Wx_sum"], rtol=1e-9)
    close(W_h.grad.sum(), expected["grad_Wh_sum"], rtol=1e-9)
    close(prev_h.grad.sum(), expected["grad_prev_h_sum"], rtol=1e-9)
    close(x.grad[0], expected["grad_x"], rtol=1e-9)


@computes("X-29")
def gradients_of_intermediate_results(given):
    wanted = taught("S002-32")[1]["df_dt1"]
    _, t1, f = product_of_a_sum()
    f.backward()
    drawn = next(v for v in viz.trace(f).variables if v.name == "t1")
    assert drawn.gradient.entries == wanted  # kept for the drawing
    with pytest.warns(UserWarning, match="retain_grad"):
        assert t1.grad is None  # as in PyTorch
    _, t1, f = product_of_a_sum()
    t1.retain_grad()
    f.backward()
    assert t1.grad == wanted


# Gradients by hand


def lagrangian_of_the_lecture():
    given, expected = taught("S001-23")
    weights = [np.array(given[name]) for name in ("W1", "W2")]
    sigmas = [getattr(lagrangian, given[name]) for name in ("hidden", "output")]
    x0, y = np.array(given["x0"]), np.array(given["y"])
    return lagrangian.stationary_point(weights, sigmas, x0, y), weights, x0, y, expected


@computes("X-13")
def sign_of_what_goes_backward(given):
    found, weights, x0, y, expected = lagrangian_of_the_lecture()
    sums = [leaf(weights[0] @ x0)]
    sums.append((float64(weights[1]) @ sums[0].tanh()).requires_grad_())
    cost = (sums[1] - float64(y)).square().sum()
    for z, delta in zip(found.z, ag.autograd.grad(cost, sums)):
        close(z, -delta, rtol=1e-12)
    W = [nn.Parameter(float64(weight)) for weight in weights]

    def loss():
        return (W[1] @ (W[0] @ float64(x0)).tanh() - float64(y)).square().sum()

    before = loss()
    before.backward()
    close(W[0].grad, expected["true_dcost_dW1"], rtol=1e-6)
    close(W[0].grad, -np.array(expected["z_1_x0T"]), rtol=1e-6)
    ag.optim.SGD(W, lr=0.01).step()  # which subtracts
    assert loss() < before


@computes("X-14")
def gradient_of_the_output_or_of_the_cost(given):
    _, weights, x0, y, of_cost = lagrangian_of_the_lecture()
    _, of_output = taught("S001-22")
    W = [leaf(weight) for weight in weights]
    f = (W[1] @ (W[0] @ float64(x0)).tanh()).squeeze()
    f.backward(retain_graph=True)  # from any node
    slopes = [w.grad for w in W]
    close(slopes[0], of_output["df_dW1"], rtol=1e-6)
    close(slopes[1], of_output["df_dW2"], rtol=1e-6)
    residual = f - float64(y[0])
    for w in W:
        w.grad = None
    residual.square().backward()
    close(W[0].grad, of_cost["true_dcost_dW1"], rtol=1e-6)
    for w, slope in zip(W, slopes):
        close(w.grad, 2 * residual.item() * slope, rtol=1e-12)


@computes("X-15")
def five_ways_to_number_layers(given):
    first = np.array([[0.5, -0.3], [0.2, 0.8], [-1.0, 0.4]])
    last = np.array([[1.0, 0.5, -0.7]])
    zero = [np.zeros(3), np.zeros(1)]
    x = np.array([0.4, 0.1])  # the third neuron is inactive

    def active(a):
        return np.maximum(a, 0), np.diag((a > 0) * 1.0)

    net = nn.Sequential(linear(first), nn.ReLU(), linear(last), nn.ReLU())
    F.hinge_loss(net(float64(x)).squeeze(), float64(1.0)).backward()  # its slope is -1
    engine = [net[0].weight.grad.numpy(), net[2].weight.grad.numpy()]
    assert engine[0].any(1).tolist() == [True, True, False]

    # ENSTA: w[t, i, j] from layer t to t + 1, the unit 0 being the bias.
    w, units = indices.weights([np.c_[b, W] for b, W in zip(zero, (first, last))])
    _, _, dw = indices.backward(w, units, *indices.forward(w, units, list(x)))
    ensta = [np.array(layer)[:, 1:] for layer in indices.matrices(dw, units)]

    # Formation: 0, ..., k - 1, and the input is Z[-1].
    relu = [lambda a: active(a)[0]] * 2
    _, Z = jacobian_rows.forward([first, last], zero, x, relu)
    slope = [lambda z: active(z)[1]] * 2
    _, formation, _ = jacobian_rows.backward([first, last], Z, np.array([-1.0]), slope)

    # Bordeaux: 1, ..., L. The square has the slope -1 where the target is 1/2 above.
    bordeaux = lagrangian.stationary_point([first, last], [active] * 2, x, Z[1] + 0.5).gradients

    # Laval: (1) and (2), columns.
    layers = [
        matrices.Layer(weight, bias[:, None], matrices.relu, matrices.relu_slope)
        for weight, bias in zip((first, last), zero)
    ]
    sums, h = matrices.forward(layers, x[:, None])
    laval, _, _ = matrices.backward(layers, sums, h, np.array([[-1.0]]))

    # ATC: h and o, rows.
    W_h, W_o = first.T, last.T
    h = np.maximum(x[None] @ W_h, 0)
    dz_o = -1.0 * (h @ W_o > 0)
    atc = [(x[:, None] @ (dz_o @ W_o.T * (h > 0))).T, (h.T @ dz_o).T]

    for numbered in (ensta, formation, bordeaux, laval, atc):
        for one, other in zip(numbered, engine):
            close(one, other, rtol=1e-12)
    rows = table("Les indices des couches")
    assert [row[0] for row in rows] == ["S000", "S001", "S002", "S003", "S004"]
    assert all(all(row) for row in rows)


@computes("X-30")
def three_orders_of_the_factors(given):
    # Columns: Wᵀ g.
    layer, _ = taught("S002-62")
    W, h, b = leaf(layer["W"]), leaf(layer["h"]), float64(layer["b"])
    (W @ h + b).relu().backward(float64(layer["g_upstream"]))
    g = np.array(taught("S002-62")[1]["g_after_f_prime"])
    close(h.grad, W.detach().numpy().T @ g)
    close(h.grad, taught("S002-63")[1]["dh"])
    close(W.grad, np.outer(g, layer["h"]))

    # Rows of examples: the five factors of the lecture, transposed and put in order.
    given, expected = taught("S003-30")
    X, y = np.array(given["X"]), np.array(given["y"])[:, None]
    W1, b1 = np.array(given["W1_2x3"]), np.array(given["b1"])
    W2, b2 = np.array(given["W2_3x1"])[:, None], np.array(given["b2"])
    net = nn.Sequential(linear(W1.T, b1), nn.Sigmoid(), linear(W2.T, b2), nn.Sigmoid())
    F.binary_cross_entropy(net(float64(X)), float64(y)).backward()
    A1 = net[:2](float64(X)).detach().numpy()
    dZ2 = (net(float64(X)).detach().numpy() - y) / len(y)
    dZ1 = dZ2 @ W2.T * A1 * (1 - A1)
    close(X.T @ dZ1, net[0].weight.grad.T, rtol=1e-12)
    close(A1.T @ dZ2, net[2].weight.grad.T, rtol=1e-12)
    close(X.T @ dZ1, expected["dW1"], rtol=1e-6)

    # A row of derivatives: δ W.
    given, _ = taught("S004-12")
    W = [np.array(given["W0"]), np.array(given["W1"])]
    B = [np.array(given["B0"]), np.array(given["B1"])]
    X, Y = np.array(given["X"]), np.array(given["Y"])
    _, Z = jacobian_rows.forward(W, B, X, [jacobian_rows.sigmoid] * 2)
    _, row = jacobian_rows.squared_distance(Z[1], Y)
    delta, dW, _ = jacobian_rows.backward(W, Z, row, [jacobian_rows.sigmoid_jacobian] * 2)
    net = nn.Sequential(linear(W[0], B[0]), nn.Sigmoid(), linear(W[1], B[1]), nn.Sigmoid())
    F.half_mse_loss(net(float64(X)), float64(Y), reduction="sum").backward()
    close(dW[0], net[0].weight.grad, rtol=1e-12)
    close(delta[0], taught("S004-11")[1]["delta_0"], rtol=1e-6)


# Letters and sources


def table(heading):
    """The rows of the table under a heading of the glossary, each a list of its cells."""
    section = GLOSSARY.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]
    rules = [i for i, row in enumerate(rows) if row[0] == "---"]
    return [row for i, row in enumerate(rows) if i not in rules and i + 1 not in rules]


def names_of_the_package(cell):
    """The names in backquotes: `optim.SGD(lr=)` has an argument, `if` is Python's."""
    return [found for found in re.findall(r"`([\w.]+)(?:\((\w+)=\))?`", cell) if found[0] != "if"]


@computes("X-22")
def letters_that_mean_several_things(given):
    rows = table("Les lettres")
    meanings = {(letter.strip("$"), lecture): meaning for letter, lecture, meaning, _ in rows}
    assert len(meanings) == len(rows)
    for letter, lectures in (
        (r"\lambda", "S000 S001 S004"), (r"\gamma_j", "S001"), (r"\alpha", "S003 S004"),
        (r"\eta", "S003"), ("k", "S004"), ("m", "S001 S002 S003"), ("A", "S004"),
    ):  # fmt: skip
        assert all(meanings[letter, lecture] for lecture in lectures.split())

    terms = table("Les termes")
    for row in terms + rows:
        assert len(row) == 4 and all(row[:3]), row
        for name, argument in names_of_the_package(" ".join(row[2:])):
            found = attrgetter(name)(ag)
            assert not argument or argument in inspect.signature(found).parameters, row
    for *_, places in terms:
        assert all(ITEMS[place] for place in places.split(", "))


@computes("X-26")
def papers_on_saddle_points(given):
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    (time,) = [line for line in lines if "Exponential Time to Escape Saddle Points" in line]
    (escape,) = [line for line in lines if "How to Escape Saddle Points Efficiently" in line]
    assert "NIPS 2017" in time and "1705.10412" in time
    assert "ICML 2017" in escape and "1703.00887" in escape
