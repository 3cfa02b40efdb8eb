"""Laval: losses, of an SVM and of probabilities."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import DimensionError, ShapeError
from autograd_fr.nn import functional as F

from .items import ITEMS, computes, float64, leaf, linear


def cross_entropy(p, q):
    """H(p, q) = -Σ p log q, of two distributions."""
    return F.cross_entropy(q.log(), p)


@computes("S002-17")
def predicted_precision(given):
    mu, beta, y = leaf(given["mu"]), leaf(given["beta"]), float64(given["y"])

    def nll(beta):
        return -ag.distributions.Normal(mu, beta.rsqrt()).log_prob(y)

    loss = nll(beta)
    dmu, dbeta = ag.autograd.grad(loss, [mu, beta])
    variance = leaf(1 / given["beta"])
    by_variance = F.gaussian_nll_loss(mu, y, variance, full=True)
    (dvar,) = ag.autograd.grad(by_variance, variance)
    best = leaf(1 / (y - mu.item()).square().item())
    slope = ag.autograd.grad(nll(best), best, create_graph=True)[0]
    assert abs(slope.item()) < 1e-12 < ag.autograd.grad(slope, best)[0].item()
    assert given["nll"] == "0.5*beta*(y-mu)^2 - 0.5*log(beta) + 0.5*log(2 pi)"
    written = 0.5 * beta * (y - mu) ** 2 - 0.5 * ag.log(beta) + 0.5 * math.log(2 * math.pi)
    ag.testing.assert_close(loss, written)
    return {
        "nll": loss,
        "dmu": dmu,
        "dbeta": dbeta,
        "beta_minimising": best,
        "same_point_variance_param_nll": by_variance,
        "dvar_at_var_0.5": dvar,
    }


@computes("S002-19")
def empirical_loss(given):
    losses = float64(given["losses"])
    mean = losses.mean()
    scores = ITEMS["S002-20"].given
    each, targets = float64(scores["scores_rows_are_examples"]), ag.tensor(scores["targets_0based"])
    ag.testing.assert_close(F.multiclass_hinge_loss(each, targets, reduction="none"), losses)
    ag.testing.assert_close(F.multiclass_hinge_loss(each, targets), mean)
    return {"mean": mean}


def svm(given):
    """The scores, a leaf, and the class numbers."""
    return leaf(given["scores_rows_are_examples"]), ag.tensor(given["targets_0based"])


@computes("S002-20")
def multiclass_svm(given):
    scores, targets = svm(given)
    assert (ag.tensor(given["targets_1based"]) - 1 == targets).all()
    losses = F.multiclass_hinge_loss(scores, targets, given["margin"], reduction="none")
    mean = F.multiclass_hinge_loss(scores, targets, given["margin"])
    divided = nn.MultiMarginLoss(margin=given["margin"])(scores, targets)
    ag.testing.assert_close(divided * scores.shape[1], mean)  # PyTorch's, by the number of classes
    on_the_slide = scores.T  # a column for each example: classes and examples are not told apart
    wrong = F.multiclass_hinge_loss(on_the_slide, targets, given["margin"])
    assert abs(wrong - mean) > 1
    terms = {
        f"ex{i}_terms": [row[j] - row[t] + given["margin"] for j in range(len(row)) if j != t]
        for i, (row, t) in enumerate(zip(scores.tolist(), targets.tolist()), 1)
    }
    kept = [sum(max(term, 0) for term in of_example) for of_example in terms.values()]
    ag.testing.assert_close(losses, float64(kept))
    return {"losses": losses, "mean": mean, **terms}


@computes("S002-21")
def gradient_of_the_svm(given):
    scores, targets = svm(ITEMS[given["same_as"]].given)

    def gradient(reduction):
        loss = F.multiclass_hinge_loss(scores, targets, reduction=reduction)
        return ag.autograd.grad(loss, scores)[0]

    assert (gradient("sum").sum(1) == 0).all()
    return {"per_example_dscores": gradient("sum"), "dscores_of_mean": gradient("mean")}


@computes("S002-22")
def scores_of_a_linear_map(given):
    layer = linear(given["W"])
    scores = layer(float64(given["x"]))
    loss = F.multiclass_hinge_loss(scores, ag.tensor(given["target_0based"]))
    of_the_first = F.multiclass_hinge_loss(scores, ag.tensor(0))
    of_the_first.backward()
    return {
        "scores": scores,
        "loss": loss,
        "loss_target_0": of_the_first,
        "dW_target_0": layer.weight.grad,
    }


@computes("S002-24")
def one_hot_target(given):
    index = given["target_1based"] - 1
    with pytest.raises(DimensionError, match="3 classes, 0 to 2"):
        F.one_hot(ag.tensor(given["K"]), given["K"])
    return {"one_hot": F.one_hot(ag.tensor(index), given["K"]), "target_0based": index}


@computes("S002-25")
def cross_entropy_of_a_class(given):
    z, target = float64(given["z"]), ag.tensor(given["target_0based"])
    loss = F.cross_entropy(z, target)
    probabilities = F.softmax(z, 0)
    one_hot = F.one_hot(target, len(z)).double()
    ag.testing.assert_close(F.nll_loss(probabilities.log(), target), loss)
    ag.testing.assert_close(cross_entropy(one_hot, probabilities), loss)
    rounded = probabilities[given["target_0based"]].round(decimals=3)
    assert abs(-rounded.log() - loss) < 1e-3
    return {
        "ce_nats": loss,
        "ce_if_target_were_index_2_zero_based": F.cross_entropy(z, target + 1),
        "perplexity": loss.exp(),
        "ce_from_rounded_414": -rounded.log(),
    }


@computes("S002-26")
def asymmetric_cross_entropy(given):
    p, q = float64(given["p"]), float64(given["q"])
    divergence = F.kl_div(q.log(), p, reduction="sum")
    ag.testing.assert_close(divergence, cross_entropy(p, q) - cross_entropy(p, p))
    assert F.kl_div(p.log(), p, reduction="sum") == 0 < cross_entropy(p, p)  # so it is no distance
    return {
        "H(p,q)": cross_entropy(p, q),
        "H(q,p)": cross_entropy(q, p),
        "H(p,p)": cross_entropy(p, p),
        "KL(p||q)": divergence,
    }


@computes("S002-27")
def swapped_arguments(given):
    y_hat, y = float64(given["y_hat"]), float64(given["one_hot"])
    scores, classes = y_hat.log()[None], y.argmax().reshape(1)
    with pytest.raises(ShapeError, match="scores come first and classes second"):
        F.cross_entropy(classes, scores)
    with np.errstate(all="ignore"):  # log 0
        assert np.isnan(np.float64(0) * np.log(np.float64(0)))  # what NumPy makes of it
        unusable = cross_entropy(y_hat, y)
    return {
        "H(yhat,y)": unusable,
        "H(y,yhat)": cross_entropy(y, y_hat),
        "zero_log_zero_convention": ag.xlogy(float64(0.0), float64(0.0)),
    }
