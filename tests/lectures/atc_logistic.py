"""ATC: logistic regression by hand and by the engine, and the losses that distributions give."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import distributions, nn, optim, viz
from autograd_fr.errors import ShapeError
from autograd_fr.nn import functional as F
from autograd_fr.teaching.by_hand import logistic

from .items import ITEMS, computes, float64, leaf, linear


class Regression:
    """The regression of an item, step by step by the engine, with what it passes through."""

    def __init__(self, given):
        data = ITEMS[given["same_as"]].given if "same_as" in given else given
        self.X, self.y = float64(data["X"]), float64(data["y"])[:, None]
        self.W, self.b = leaf(data["W"]).unsqueeze(1).detach(), float64(data["b"])
        self.W.requires_grad_()
        self.b.requires_grad_()

    def forward(self):
        self.Z = self.X @ self.W + self.b
        self.A = ag.sigmoid(self.Z)
        for t in (self.Z, self.A):
            t.retain_grad()
        self.L = F.binary_cross_entropy(self.A, self.y)
        return self.L

    def by_hand(self):
        given = (t.detach().numpy() for t in (self.X, self.y, self.W, self.b))
        return logistic.one_layer(*given)


def agree_with_hand(found, by_hand):
    """Forward and backward by hand give what the engine gives, to 1e-12."""
    for name, t in found.items():
        np.testing.assert_allclose(
            by_hand[name], t.detach().numpy().reshape(np.shape(by_hand[name])), rtol=1e-12, atol=0
        )


@computes("S003-24")
def forward(given):
    r = Regression(given)
    loss = r.forward()
    agree_with_hand({"Z": r.Z, "A": r.A, "L": loss}, r.by_hand())
    layer = linear(r.W.detach().T, [r.b.item()])
    assert nn.BCELoss()(layer(r.X).sigmoid(), r.y).item() == pytest.approx(loss.item(), rel=1e-14)
    return {"Z": r.Z[:, 0], "A": r.A[:, 0], "L": loss}


@computes("S003-25")
def shapes(given):
    X, W, b = ag.ones(*given["X"]), ag.ones(*given["W"]), ag.tensor(1.0)
    with pytest.raises(ShapeError, match=r"\(2, 1\)"):  # as the summary of the slides has it
        W @ X
    product = X @ W
    assert (product + b).shape == product.shape
    return {"X_dot_W_shape": list(product.shape), "b_shape": list(b.shape)}


@computes("S003-26")
def cost_in_detail(given):
    r = Regression(given)
    r.forward()
    each = F.binary_cross_entropy(r.A, r.y, reduction="none")
    with np.errstate(divide="ignore", invalid="ignore"):
        misprinted = r.y * r.A.log() + (1 - r.y) * (1 - r.y).log()  # log(1 - y) for log(1 - a)
    assert not ag.isfinite(misprinted[r.y == 1]).any()
    return {"per_example": each[:, 0], "mean": each.mean()}


@computes("S003-27")
def backward_by_the_chain_rule(given):
    r = Regression(given)
    r.forward().backward()
    local = r.A * (1 - r.A)
    agree_with_hand({"dA": r.A.grad, "dZ": r.Z.grad, "dW": r.W.grad, "db": r.b.grad}, r.by_hand())
    np.testing.assert_allclose((r.A.grad * local).tolist(), r.Z.grad.tolist(), rtol=1e-12)
    np.testing.assert_allclose((r.X.T @ r.Z.grad).tolist(), r.W.grad.tolist(), rtol=1e-12)
    return {
        "dW": r.W.grad[:, 0],
        "db": r.b.grad,
        "dA": r.A.grad[:, 0],
        "dA_dZ": local[:, 0],
        "dZ": r.Z.grad[:, 0],
    }


@computes("S003-28")
def descent(given):
    r = Regression(given)
    optimizer = optim.SGD([r.W, r.b], lr=given["alpha"])
    W, b = r.W.detach().numpy().copy(), r.b.item()  # the same by hand

    def step():
        nonlocal W, b
        optimizer.zero_grad()
        r.forward().backward()
        optimizer.step()
        hand = logistic.one_layer(r.X.numpy(), r.y.numpy(), W, b)
        W, b = W - given["alpha"] * hand["dW"], b - given["alpha"] * hand["db"]
        np.testing.assert_allclose(r.W.tolist(), W, rtol=1e-12)

    step()
    after_one = {"W_new": r.W.detach()[:, 0].clone(), "b_new": r.b.item()}
    after_one["L_new"] = r.forward().item()
    for _ in range(99):
        step()
    after_all = r.forward().item()
    # A line separates these points: the loss falls on, and the weights have no bound.
    norm = r.W.norm().item()
    for _ in range(400):
        step()
    assert r.forward().item() < after_all / 3 and r.W.norm().item() > norm + 1
    return {**after_one, "L_after_100": after_all}


@computes("S003-29")
def factors_of_the_chain_rule(given):
    r = Regression(given)
    loss = r.forward()
    loss.backward()

    one, m = given["example"], len(r.X)
    Z, A = r.Z[one, 0].detach(), r.A[one, 0].detach()
    L_by_A = ag.func.grad(lambda A: F.binary_cross_entropy(A, r.y[one, 0]))(A)
    A_by_Z = ag.func.grad(ag.sigmoid)(Z)
    Z_by_W = ag.func.grad(lambda w: r.X[one] @ w + r.b.detach())(r.W.detach()[:, 0])

    names = {"A": r.A, "Z": r.Z, "W": r.W, "L": loss}
    shown = {v.name: v for v in viz.trace(loss, names=names).variables}
    assert all(shown[name].derivative for name in "AZW")
    return {
        "dL_dA_m1": L_by_A,
        "dA_dZ": A_by_Z,
        "dZ_dW": Z_by_W,
        "product_times_1_over_m": L_by_A * A_by_Z * Z_by_W / m,
    }


@computes("S003-30")
def two_layers(given):
    X, y = float64(given["X"]), float64(given["y"])[:, None]
    W1, b1 = leaf(given["W1_2x3"]), leaf(given["b1"])
    W2, b2 = leaf([[w] for w in given["W2_3x1"]]), leaf(given["b2"])
    A1 = ag.sigmoid(X @ W1 + b1)
    A2 = ag.sigmoid(A1 @ W2 + b2)
    loss = F.binary_cross_entropy(A2, y)
    loss.backward()
    found = {
        "A1": A1, "A2": A2, "L": loss,
        "dW1": W1.grad, "db1": b1.grad, "dW2": W2.grad, "db2": b2.grad,
    }  # fmt: skip
    given_by_hand = (t.detach().numpy() for t in (X, y, W1, b1, W2, b2))
    agree_with_hand(found, logistic.two_layers(*given_by_hand))
    return {
        "A2": A2[:, 0],
        "L": loss,
        "dW2": W2.grad[:, 0],
        "db2": b2.grad[0],
        "dW1": W1.grad,
        "db1": b1.grad,
    }


@computes("S003-31")
def losses_from_distributions(given):
    """A loss is minus the logarithm of the likelihood, and so the distribution of y chooses it."""
    binary, multi, gauss = given["binary"], given["multi"], given["gauss"]
    p, y = float64(binary["p"]), float64(float(binary["y"]))
    bce = F.binary_cross_entropy(p, y)
    assert bce.item() == pytest.approx(-distributions.Bernoulli(p).log_prob(y).item())

    p, k = float64(multi["p"]), ag.tensor(multi["y"])
    cce = F.nll_loss(p.log()[None], k[None])
    assert cce.item() == pytest.approx(-distributions.Categorical(p).log_prob(k).item())

    mu, y, variance = (float64(gauss[name]) for name in ("mu", "y", "sigma2"))
    nll = F.gaussian_nll_loss(mu, y, variance, full=True)
    assert nll.item() == pytest.approx(
        -distributions.Normal(mu, variance.sqrt()).log_prob(y).item()
    )
    square = F.mse_loss(mu, y)
    bare = nll - 0.5 * ag.log(2 * ag.pi * variance)
    assert bare.item() == pytest.approx((square / (2 * variance)).item())
    return {
        "bce_equals_neg_log_bernoulli": bce,
        "cce_equals_neg_log_multinoulli": cce,
        "gauss_nll": nll,
        "gauss_nll_minus_const": bare,
        "sq_loss": square,
    }
