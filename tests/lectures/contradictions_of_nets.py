"""Where the lectures contradict each other about nets, and what is right."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import models, nn
from autograd_fr.nn import functional as F

from .atc_data import labels_spread_by_similarity
from .contradictions_of_graphs import GLOSSARY
from .ensta_by_hand import ten_layers
from .items import computes, float64, leaf, linear, taught

close = np.testing.assert_allclose


@computes("X-12")
def jacobians_of_activations(given):
    z = float64(taught("S001-24")[0]["z"])
    jacobian = ag.autograd.functional.jacobian
    for entrywise in (ag.relu, ag.sigmoid, ag.tanh):
        J = jacobian(entrywise, z)
        assert ag.equal(J, J.diag().diag())
    J = jacobian(lambda z: z.softmax(-1), z)
    close(J, taught("S001-24")[1]["full_jacobian"], rtol=1e-6)

    net, _ = taught("S004-12")
    _, expected = taught("S004-13")
    Z0 = (float64(net["W0"]) @ float64(net["X"]) + float64(net["B0"])).sigmoid()
    A1 = (float64(net["W1"]) @ Z0 + float64(net["B1"])).requires_grad_()
    Y = float64([0.0, 1.0])
    Z = A1.softmax(-1)
    (delta,) = ag.autograd.grad(-(Y * Z.log()).sum(), A1)
    close(delta, expected["delta_full_jacobian"], rtol=1e-6)
    close(delta, (Z - Y).detach(), rtol=1e-12)
    diagonal = jacobian(lambda a: a.softmax(-1), A1.detach()).diag()
    close(float64(expected["grad_h"]) * diagonal, expected["delta_if_only_diagonal"], rtol=1e-6)


@computes("X-16")
def activation_on_the_last_layer_or_on_the_input(given):
    net, expected = taught("S000-03")
    x, y = float64(net["x"]), float64(net["y"])
    layers = linear(net["W1"], net["b1"]), nn.ReLU(), linear(net["W2"], net["b2"])
    linear_last = nn.Sequential(*layers)
    out = linear_last(x).squeeze()
    assert out.sign() == y == expected["sign_linear"]
    assert F.hinge_loss(out, y) == expected["hinge_linear"]
    literal = nn.Sequential(*layers, nn.ReLU())
    pre = linear_last(x).detach().requires_grad_()
    after = pre.relu()
    F.hinge_loss(after.squeeze(), y).backward()
    assert literal(x).item() == expected["out_literal_relu"] == 0  # never -1, and
    assert pre.grad.item() == expected["grad_out_literal_wrt_pre"] == 0  # it cannot learn that
    assert isinstance(models.MLP(2, 2, 1)[-1], nn.Linear)  # what MLP does

    # relu on the input loses what is negative there.
    xin, expected = taught("S000-17")
    rows = np.array(ten_layers()[0][0])
    first = linear(rows[:, 1:], rows[:, 0])
    xin = float64(xin["xin"])
    close(first(xin).detach(), expected["definition_alpha_1"])
    close(first(xin.relu()).detach(), expected["literal_alpha_1"])


@computes("X-17")
def dropout_of_weights_or_neurons(given):
    masks, expected = taught("S001-40")
    W, x = float64(masks["W"]), float64(masks["x"])
    mask, p = float64(masks["connection_mask"]), 0.5
    close((W * mask) @ x, expected["dropconnect_Wx"])
    close(W @ (x * float64(masks["neuron_mask_input"])), expected["dropout_neuron_Wx"])
    # Inverted scaling: on the average the net of training is that of evaluation, of either kind.
    ag.manual_seed(0)
    neurons = F.linear(nn.Dropout(p)(x.expand(20_000, 2)), W).mean(0)
    weights = (F.dropout(W.expand(20_000, 2, 2), p) @ x).mean(0)
    for mean in (neurons, weights):
        close(mean, W @ x, rtol=0.05)
    unscaled = F.linear(ag.bernoulli(ag.full((20_000, 2), 1 - p)).double(), W).mean(0)
    close(unscaled, (1 - p) * W @ x, rtol=0.05)  # what the slides would compare with W x


@computes("X-19")
def values_at_zero(given):
    zero = leaf(0.0)
    assert ag.heaviside(zero.detach(), float64(1.0)) == 1
    assert ag.heaviside(zero.detach(), float64(0.0)) == 0  # whatever is asked for
    for function, derivative in (
        (ag.relu, 0), (ag.abs, 0), (lambda x: F.hinge_loss(1 + x, 1.0), 0), (ag.sign, 0),
        (lambda x: F.leaky_relu(x, 0.1), 0.1), (lambda x: x.clamp(min=0), 1),
        (lambda x: ag.maximum(x, -x), 0), (lambda x: ag.stack([x, 3 * x]).amax(), 2),
    ):  # fmt: skip
        (slope,) = ag.autograd.grad(function(zero), zero)
        assert slope == derivative, function
    assert ag.autograd.gradcheck(ag.relu, leaf(0.5))
    with pytest.warns(ag.errors.GradcheckWarning, match="kink"):
        ag.autograd.gradcheck(ag.relu, zero)  # says so, and does not pass over it


@computes("X-24")
def softmax_of_logits(given):
    net, expected = taught("S001-16")
    x0 = float64(net["x0"])
    hidden = linear(net["W1"], net["b1"])(x0).sigmoid()
    last = linear(net["W2"], net["b2"])
    logits = last(hidden).detach()
    close(logits.softmax(-1), expected["probs"], rtol=1e-6)
    close(logits.exp() / logits.exp().sum(), expected["probs"], rtol=1e-6)
    assert hidden.softmax(-1).shape != logits.shape  # three probabilities for four classes
    # Losses take the logits, and do the softmax themselves.
    target = ag.tensor(expected["argmax"])
    close(F.cross_entropy(logits, target), -math.log(expected["probs"][expected["argmax"]]))


@computes("X-27")
def what_softmax_is_conditional_on(given):
    batch, expected = taught("S003-23")
    scores = float64(batch["batch"])
    rows = scores.softmax(-1)
    close(rows.sum(-1), expected["row_sums"])
    close(rows[1], expected["second_row"])
    for row, alone in zip(rows, scores):  # on its own input, and on nothing else in the batch
        close(row, alone.softmax(-1), rtol=1e-12)

    spread, expected = taught("S003-04")
    assert labels_spread_by_similarity(spread) == expected
    assert "apprentissage semi-supervisé" in GLOSSARY.read_text(encoding="utf-8")
