"""Université de Bordeaux, "Introduction au Deep Learning": risks, and how nets learn."""

from __future__ import annotations

import warnings
from itertools import chain

import numpy as np

import autograd_fr as ag
from autograd_fr import models, nn, optim
from autograd_fr.nn import functional as F
from autograd_fr.teaching.by_hand import lagrangian
from autograd_fr.utils import data

from .items import ITEMS, computes, float64, leaf, linear, rosenbrock

close = np.testing.assert_allclose


# Risks


@computes("S001-02")
def cross_entropy_with_a_point_of_the_simplex(given):
    y, z = float64(given["y"]), leaf(given["z"])
    assert all(ag.distributions.constraints.simplex.check(p) for p in (y, z))
    ce = -(y * z.log()).sum()
    ce.backward()
    close(F.cross_entropy(z.detach().log(), y), ce.detach())
    return {
        "ce": ce.detach(),
        "dz": z.grad,
        "entropy_y": -ag.xlogy(y, y).sum(),
        "kl": F.kl_div(z.detach().log(), y, reduction="sum"),
    }


@computes("S001-03")
def empirical_risk(given):
    losses = float64(given["losses"])
    risk = losses.mean()
    close(F.l1_loss(losses, ag.zeros_like(losses)), risk)  # what losses do unless told otherwise
    return {"M_n": risk}


@computes("S001-04")
def squared_loss(given):
    y = float64(given["y"])
    out = {}
    for name, dz, loss in (("sq", "dz", F.mse_loss), ("half_sq", "dz_half", F.half_mse_loss)):
        z = leaf(given["z"])
        out[name] = loss(z, y, reduction="sum")
        out[name].backward()
        out[dz] = z.grad
    return {name: value.detach() for name, value in out.items()}


@computes("S001-05")
def penalties(given):
    out = {}
    for name, pen in (("l2", lambda p: p.square().sum()), ("l1", lambda p: p.abs().sum())):
        theta = leaf(given["theta"])
        term = given["lambda"] * pen(theta)
        term.backward()
        out |= {f"{name}_pen": pen(theta).item(), f"{name}_term": term.item()}
        out[f"{name}_grad"] = theta.grad
    close(out["l2_grad"], 2 * given["lambda"] * np.array(given["theta"]))  # not λθ
    zero = leaf(0.0)
    zero.abs().backward()

    net = models.MLP(2, 3, 1)  # a penalty of weights only
    weights = [p for name, p in net.named_parameters() if name.endswith("weight")]
    sum(p.square().sum() for p in weights).backward()
    assert [p.grad is None for _, p in net.named_parameters()] == [False, True, False, True]
    return out | {"l1_subgradient_at_0": zero.grad.item()}


@computes("S001-36")
def penalised_training_risk(given):
    theta = leaf(given["theta"])
    total = given["data_loss"] + given["lambda"] * theta.square().sum()
    total.backward()
    return {"total": total.item(), "extra_grad": theta.grad}


# Optimisation


def minimised(f, start, method, steps=1, **options):
    """Where an optimizer that needs a closure gets to, and what it remembers."""
    x = leaf(start)
    optimizer = method([x], **options)

    def closure():
        optimizer.zero_grad()
        value = f(x)
        value.backward()
        return value

    for _ in range(steps):
        optimizer.step(closure)
    return x.detach(), optimizer.state[x]


@computes("S001-06")
def quasi_newton_methods(given):
    wanted = ITEMS["S001-06"].expected
    A, b = float64(given["A"]), float64(given["b"])
    start, most = given["rosenbrock_start"], wanted["required_max_iterations"]

    def quadratic(x):
        return x @ A @ x / 2 - b @ x

    patient = {"max_iter": most, "tolerance_change": 0.0, "line_search_fn": "strong_wolfe"}
    for method in (optim.BFGS, optim.LBFGS):
        x, _ = minimised(quadratic, [0.0, 0.0], method, **patient)
        close(x, wanted["x_star"], atol=1e-5)
        close(quadratic(x), wanted["f_star"], atol=1e-5)
        x, state = minimised(rosenbrock, start, method, **patient)
        close(x, wanted["rosenbrock_solution"], atol=1e-5)
        assert state["n_iter"] <= most
    found = ag.optimize.minimize(rosenbrock, float64(start), method="BFGS")
    close(found.x, wanted["rosenbrock_solution"], atol=1e-5)
    assert found.nit <= most

    x, _ = minimised(rosenbrock, start, optim.HalvingGD, steps=most)
    assert (x - 1).abs().max() > 0.1  # gradient descent is still far away then


@computes("S001-07")
def batches_of_an_epoch(given):
    indices = data.TensorDataset(ag.arange(given["n"]))
    ag.manual_seed(0)

    def sizes(**options):
        loader = data.DataLoader(indices, batch_size=given["q"], shuffle=True, **options)
        batches = [batch.tolist() for (batch,) in loader]
        assert len(loader) == len(batches)
        return batches, list(map(len, batches))

    batches, updates = sizes()
    assert sorted(chain(*batches)) == list(range(given["n"]))  # each example once
    assert sizes()[0] != batches  # in another order in the next epoch
    # The other reading: a random subset at each iteration.
    subset = [*data.RandomSampler(indices, num_samples=given["q"])]
    assert len({*subset}) == given["q"] and {*subset} < {*range(given["n"])}
    mnist = data.TensorDataset(ag.arange(ITEMS["S001-09"].given["train"]))
    return {
        "batch_sizes": updates,
        "batch_sizes_drop_last": sizes(drop_last=True)[1],
        "updates_per_epoch": len(updates),
        "mnist_50000_batch10_updates_per_epoch": len(data.DataLoader(mnist, batch_size=10)),
    }


# Backpropagation


@computes("S001-22")
def gradient_of_the_output(given):
    first, last = linear(given["W1"]), linear(given["W2"])
    x0 = float64(given["x0"])
    a1 = first(x0)
    x1 = a1.tanh()
    f = last(x1).squeeze()
    f.backward()

    def output(W1, W2):
        return (W2 @ (W1 @ x0).tanh()).squeeze()

    weights = (float64(given["W1"]), float64(given["W2"]))
    for one, other in zip(ag.autograd.functional.jacobian(output, weights), (first, last)):
        close(one, other.weight.grad, rtol=1e-12)
    return {
        "a1": a1.detach(),
        "x1": x1.detach(),
        "f": f.item(),
        "df_dW2": last.weight.grad,
        "df_dW1": first.weight.grad,
    }


@computes("S001-23")
def lagrangian_derivation(given):
    W = [np.array(given[name]) for name in ("W1", "W2")]
    x0, y = np.array(given["x0"]), np.array(given["y"])
    sigmas = [getattr(lagrangian, given[name]) for name in ("hidden", "output")]
    found = lagrangian.stationary_point(W, sigmas, x0, y)

    W1, W2 = leaf(given["W1"]), leaf(given["W2"])
    cost = (float64(y) - W2 @ (W1 @ float64(x0)).tanh()).square().sum()
    cost.backward()
    for by_hand, engine in zip(found.gradients, (W1, W2)):
        close(by_hand, engine.grad, rtol=1e-12)
    products = [np.outer(z, x) for z, x in zip(found.z, found.x)]
    return {
        "cost": cost.item(),
        "z_L_as_printed": found.z[-1],
        "z_1_as_printed": found.z[0],
        "z_L_x1T": products[1],  # minus the gradient of the cost, no gradient of the output
        "z_1_x0T": products[0],
        "true_dcost_dW2": W2.grad,
        "true_dcost_dW1": W1.grad,
        "lagrangian_at_solution_equals_cost": found.value,
        "multiplier_B_L": found.B[-1],
    }


@computes("S001-24")
def jacobian_of_softmax_is_no_diagonal(given):
    z = float64(given["z"])
    full = ag.autograd.functional.jacobian(lambda z: F.softmax(z, -1), z)
    diagonal = full.diag().diag()
    close(lagrangian.softmax(z.numpy())[1], full, rtol=1e-12)

    scores, target = leaf(given["z"]), 1
    F.cross_entropy(scores, ag.tensor(target)).backward()
    upstream = -F.one_hot(ag.tensor(target), len(z)) / F.softmax(z, -1)
    close(upstream @ full, scores.grad, rtol=1e-12)
    assert (upstream @ diagonal - scores.grad).abs().max() > 0.5  # what a diagonal would give
    return {
        "softmax_jacobian_diagonal_only": diagonal,
        "full_jacobian": full,
        "offdiag_max_abs": (full - diagonal).abs().max(),
    }


# Choices, and what keeps nets from learning by heart


@computes("S001-35")
def parameters_to_choose(given):
    x, y = ag.datasets.moons(40, generator=ag.Generator(0))
    choices = {
        "activation": "tanh",
        "hidden_layer_sizes": (4, 3),
        "batch_size": 10,
        "max_iter": 5,  # epochs
        "learning_rate_init": 0.1,
        "learning_rate": "constant",
        "solver": "sgd",
        "alpha": 0.01,  # regularisation
        "tol": 0.0,
        "n_iter_no_change": 5,
        "random_state": 0,
    }
    net = ag.sklearn.NetClassifier(**choices)
    assert choices.items() <= net.get_params().items()
    fitted(net, x, y)
    assert [c.shape for c in net.coefs_] == [(2, 4), (4, 3), (3, 1)]
    assert net.n_iter_ == 5 and net.t_ == 5 * len(y)
    for name, other in {
        "activation": "relu",
        "hidden_layer_sizes": (5,),
        "batch_size": 20,
        "learning_rate_init": 0.2,
        "learning_rate": "invscaling",
        "alpha": 1.0,
    }.items():  # each has an effect
        changed = fitted(ag.sklearn.NetClassifier(**choices | {name: other}), x, y)
        assert changed.loss_curve_ != net.loss_curve_


def fitted(net, x, y):
    """A net that has learnt for its few epochs, without the warning that they are few."""
    with warnings.catch_warnings(action="ignore"):
        return net.fit(x, y)


@computes("S001-37")
def aggregation(given):
    x = ag.zeros(1, 1, dtype=ag.float64)
    members = [linear([[0.0], [0.0]], np.log(p)) for p in given["probs_class_A_B_by_net"]]
    mean = models.Committee(members)(x).detach().exp()[0]
    votes = ag.cat([member(x).argmax(1) for member in members])
    return {
        "mean": mean,
        "average_vote": mean.argmax(),
        "majority_vote": votes.mode().values,
    }


@computes("S001-39")
def dropout(given):
    mask, p = float64(given["mask"]), given["p_drop"]
    layer = nn.Dropout(p)

    def drawn(seed):
        ag.manual_seed(seed)
        x = leaf([1.0] * len(mask))
        return x, layer(x)

    draws = (drawn(seed) for seed in range(10_000))  # one in 256 has this mask
    x, train = next(draw for draw in draws if ((draw[1] != 0) == mask.bool()).all())
    train.backward(ag.ones_like(train))
    ones = x.detach()

    # One net for all examples of a batch: the features as channels, in which the examples lie.
    batch = nn.Dropout1d(p)(ag.ones(8, 5)).T
    assert (batch == batch[0]).all() and {*batch[0].tolist()} <= {0.0, 2.0}
    # Without the scaling, the mean over the nets is what 1 - p makes of the full net.
    ag.manual_seed(0)
    nets = ag.bernoulli(ag.full((20_000, len(mask)), 1 - p))
    close(nets.mean(0), (1 - p) * ones, atol=0.02)
    return {
        "inverted_train": train.detach(),
        "inverted_eval": layer.eval()(ones),
        "inverted_grad": x.grad,
        "slide_style_train": mask * ones,
        "slide_style_eval": (1 - p) * ones,
    }


@computes("S001-40")
def weights_or_neurons(given):
    W, x = leaf(given["W"]), float64(given["x"])
    dropconnect = F.linear(x, W * float64(given["connection_mask"]))
    dropconnect.backward(ag.ones_like(dropconnect))
    ag.manual_seed(0)
    kept = F.dropout(W.detach(), 0.5)  # connections drawn as neurons are
    assert {*(kept / W.detach()).flatten().tolist()} == {0.0, 2.0}
    return {
        "dropconnect_Wx": dropconnect.detach(),
        "dropout_neuron_Wx": F.linear(x * float64(given["neuron_mask_input"]), W).detach(),
        "grad_W_dropconnect_upstream_ones": W.grad,
    }
