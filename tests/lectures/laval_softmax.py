"""Laval: the softmax, its derivatives, its stable forms, and how nets learn with it."""

from __future__ import annotations

import warnings

import numpy as np

import autograd_fr as ag
from autograd_fr import optim
from autograd_fr.nn import functional as F

from .items import computes, float64, leaf


def gradient(loss, z):
    return ag.autograd.grad(loss, z)[0]


@computes("S002-23")
def softmax_of_scores(given):
    softmax = F.softmax(float64(given["z"]), 0)
    return {"softmax": softmax, "printed": softmax.round(decimals=3), "sum": softmax.sum()}


@computes("S002-54")
def jacobian_of_softmax(given):
    z = float64(given["z"])
    jacobian = ag.func.jacrev(lambda z: F.softmax(z, 0))(z)
    y = F.softmax(z, 0)
    ag.testing.assert_close(jacobian, ag.diag(y) - ag.outer(y, y))
    return {
        "jacobian": jacobian,
        "row_sums": jacobian.sum(1),
        "symmetric": ag.allclose(jacobian, jacobian.T, rtol=1e-12, atol=1e-15),
        "rank": ag.linalg.matrix_rank(jacobian),
    }


@computes("S002-55")
def gradient_through_softmax(given):
    z = float64(given["z"])
    y, pull = ag.func.vjp(lambda z: F.softmax(z, 0), z)  # without the matrix
    jacobian = ag.func.jacrev(lambda z: F.softmax(z, 0))(z)
    a = float64([float(g) for g in given["upstream_a"]])
    assert given["upstream_b"] == "[0,-1/yhat2,0]"
    b = ag.stack([y[0] * 0, -1 / y[1], y[2] * 0])
    (dz_a,), (dz_b,) = pull(a), pull(b)
    ag.testing.assert_close(dz_a, a @ jacobian)
    ag.testing.assert_close(dz_b, y - F.one_hot(ag.tensor(1), 3))
    return {"dz_a": dz_a, "upstream_b": b, "dz_b": dz_b}


@computes("S002-56")
def gradient_of_softmax_and_cross_entropy(given):
    z, target = leaf(given["z"]), ag.tensor(given["target_0based"])
    dz = gradient(F.cross_entropy(z, target), z)
    composed = gradient(-F.softmax(z, 0).log()[target], z)
    ag.testing.assert_close(dz, composed, rtol=0, atol=1e-12)
    return {"dz": dz, "rounded": dz.round(decimals=3), "sum": dz.sum()}


@computes("S002-57")
def parts_of_the_cross_entropy(given):
    z, target = float64(given["z"]), given["target_0based"]
    whole, largest = ag.logsumexp(z, 0), z.max()
    ag.testing.assert_close(whole - z[target], -F.log_softmax(z, 0)[target])
    ag.testing.assert_close(whole - z[target], F.cross_entropy(z, ag.tensor(target)))
    # exp(z_i) in the numerator is that of the target: another i gives another loss.
    assert all(abs(z[target] - z[i]) > 0.1 for i in range(len(z)) if i != target)
    return {
        "minus_z_target": -z[target],
        "logsumexp": whole,
        "sum": whole - z[target],
        "max_z": largest,
        "logsumexp_minus_max": whole - largest,
        "z_times_10": {"logsumexp": ag.logsumexp(10 * z, 0), "max": (10 * z).max()},
    }


@computes("S002-58")
def stable_forms(given):
    z, target = leaf(given["z"]), given["target_0based"]
    with np.errstate(all="ignore"):
        naive = np.exp(given["z"]) / np.exp(given["z"]).sum()
    assert np.isnan(naive).any()
    with np.errstate(all="raise", under="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error")
        loss = F.cross_entropy(z, ag.tensor(target))
        far = float64(-1000.0)
        return {
            "stable_ce": loss,
            "stable_dz": gradient(loss, z),
            "softmax": F.softmax(z, 0),
            "sigmoid_-1000": ag.sigmoid(far),
            "log_sigmoid_-1000": F.logsigmoid(far),
        }


@computes("S002-59")
def margins_of_svm_and_cross_entropy(given):
    z, target = leaf([float(s) for s in given["scores"]]), ag.tensor(given["target_0based"])
    losses = {"svm": F.multiclass_hinge_loss, "ce": F.cross_entropy}
    found = {}
    for name, loss in losses.items():
        found[f"{name}_loss"] = loss(z, target)
        found[f"{name}_grad"] = gradient(loss(z, target), z)
    after = {steps: {} for steps in (1, 10, 100, 1000)}
    for name, loss in losses.items():
        for steps, scores in _descent(loss, target, len(z), max(after)):
            if steps in after:
                after[steps][f"{name}_loss"] = loss(scores, target)
                others = [s for k, s in enumerate(scores.tolist()) if k != target]
                after[steps][f"{name}_margin"] = scores[target].item() - max(others)
    return {**found, "after_steps": after}


def _descent(loss, target, classes, steps):
    """The scores after each step of gradient descent from 0, with a learning rate of 1."""
    scores = leaf([0.0] * classes)
    optimizer = optim.SGD([scores], lr=1)
    for step in range(1, steps + 1):
        optimizer.zero_grad()
        loss(scores, target).backward()
        optimizer.step()
        yield step, scores.detach().clone()


@computes("S002-60")
def softmax_with_a_squared_error(given):
    z, y = leaf(given["z"]), float64(given["one_hot"])
    losses = {
        "ce": lambda z: F.cross_entropy(z, y),
        "sq": lambda z: F.mse_loss(F.softmax(z, 0), y, reduction="sum"),
    }
    found = {}
    for name, loss in losses.items():
        found[f"{name}_loss"] = loss(z)
        found[f"{name}_dz"] = gradient(loss(z), z)
        found[f"steps_to_p_target_above_0.9_{name}"] = _steps_until_right(loss, given, y)
    ratio = found["ce_dz"].norm() / found["sq_dz"].norm()
    return {**found, "gradient_norm_ratio_ce_over_sq": ratio}


def _steps_until_right(loss, given, y, most=5000):
    """How many steps on the scores it takes until the target has a probability above 0.9."""
    z = leaf(given["z"])
    optimizer = optim.SGD([z], lr=given["lr"])
    for step in range(1, most):
        optimizer.zero_grad()
        loss(z).backward()
        optimizer.step()
        if F.softmax(z.detach(), 0)[y.argmax()] > 0.9:
            return step
    raise AssertionError(f"{most} steps were not enough")


@computes("S002-61")
def winner_takes_all(given):
    z = float64(given["z"])
    softmax = F.softmax(z, 0)
    raised = F.softmax(z + float64([1.0, 0.0, 0.0]), 0) - softmax
    assert raised[0] > 0 and (raised[1:] < 0).all()
    return {
        "softmax_scaled": {scale: F.softmax(scale * z, 0) for scale in given["scales"]},
        "raising_z1_by_1": raised,
        "adding_constant_5": F.softmax(z + 5, 0),
    }
