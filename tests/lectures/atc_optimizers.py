"""ATC: optimizers and learning rates, on functions whose steps can be followed by hand."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import optim, viz

from .items import ITEMS, computes, float64, leaf, rosenbrock


def square(x):
    return x**2


def path(make, given, f=square):
    """Where x is after each step of an optimizer, which `make` makes of a list of parameters."""
    x = leaf(float(given["x0"]))
    optimizer = make([x])
    places = []
    for _ in range(given["steps"]):
        optimizer.zero_grad()
        f(x).backward()
        optimizer.step()
        places.append(x.item())
    return places


def largest_stable_rate(f):
    """Gradient descent on a parabola stays bounded up to 2 / f''."""
    return 2 / ag.func.grad(ag.func.grad(f))(float64(1.0)).item()


@computes("S003-36")
def momentum(given):
    sgd = partial(optim.SGD, lr=given["lr"])

    def steps_down_the_ravine(mu):
        x = leaf([10.0, 1.0])
        optimizer = optim.SGD([x], lr=0.02, momentum=mu)
        for steps in range(1000):
            if (f := 0.5 * (x[0] ** 2 + 50 * x[1] ** 2)) <= 1e-6:
                return steps
            optimizer.zero_grad()
            f.backward()
            optimizer.step()
        raise AssertionError("a thousand steps were not enough")

    return {
        "no_momentum": path(sgd, given),
        "momentum": path(partial(sgd, momentum=given["momentum"]), given),
        "nesterov": path(partial(sgd, momentum=given["momentum"], nesterov=True), given),
        "ravine_iters_mu0": steps_down_the_ravine(0),
        "ravine_iters_mu0.7": steps_down_the_ravine(0.7),
        "ravine_iters_mu0.9": steps_down_the_ravine(0.9),
    }


@computes("S003-37")
def learning_rates(given):
    rates = ["0.1", "0.5", "0.9", "1.0", "1.1", "0.001"]
    ways = {rate: path(partial(optim.SGD, lr=float(rate)), given) for rate in rates}
    oscillating = ways["1.0"]
    assert all(x == -y for x, y in pairwise(oscillating))
    limit = largest_stable_rate(square)
    assert all((abs(way[-1]) < 1) == (float(rate) < limit) for rate, way in ways.items())
    return {f"lr{rate}": way[-1] for rate, way in ways.items()} | {"stable_if_lr_below": limit}


@computes("S003-38")
def rate_found_by_retrying(given):
    """The first candidate that does not diverge; each starts anew from the same place."""

    def bowl(x):
        return 6 * x**2

    def after_five(lr):
        return path(partial(optim.SGD, lr=lr), {**given, "steps": 5}, bowl)[-1]

    def diverges(lr):
        with np.errstate(over="ignore", invalid="ignore"):
            return not bowl(after_five(lr)) <= bowl(given["x0"])  # true of nan as well

    limit = largest_stable_rate(bowl)
    assert all(diverges(lr) == (lr > limit) for lr in (*given["candidates"], 1e200))
    return {
        "x_after_5_lr1": after_five(1),
        "x_after_5_lr0.1": after_five(0.1),
        "chosen_lr": next(lr for lr in given["candidates"] if not diverges(lr)),
        "max_stable_lr": limit,
    }


@computes("S003-39")
def exponential_decay(given):
    optimizer = optim.SGD([leaf(0.0)], lr=given["lr0"])
    scheduler = optim.lr_scheduler.ExponentialLR(optimizer, gamma=given["beta"])
    rates = [given["lr0"]]
    for _ in range(44):
        optimizer.step()
        scheduler.step()
        rates += scheduler.get_last_lr()
    assert rates[43] >= 0.01 > rates[44]
    return {"lr_by_step": rates[:6], "lr_after_44": rates[44]}


@computes("S003-40")
def reduction_on_a_plateau(given):
    """PyTorch lowers the rate after more than `patience` bad epochs, Keras after `patience`."""

    def rates(patience):
        optimizer = optim.SGD([leaf(0.0)], lr=given["lr0"])
        scheduler = optim.lr_scheduler.ReduceLROnPlateau(
            optimizer, factor=given["factor"], patience=patience
        )
        found = []
        for loss in given["losses"]:
            scheduler.step(loss)
            found += scheduler.get_last_lr()
        return found

    return {
        "pytorch_rule_lr": rates(given["patience"]),
        "keras_rule_lr": rates(given["patience"] - 1),
    }


def options(given):
    """What the data say of an optimizer, by the names that it takes."""
    return {name: x for name, x in given.items() if name not in ("f", "x0", "steps")}


@computes("S003-41")
def gradient_descent(given):
    return {"sgd": path(partial(optim.SGD, **options(given)), given)}


@computes("S003-42")
def adagrad(given):
    return {"adagrad": path(partial(optim.Adagrad, **options(given)), given)}


@computes("S003-43")
def adadelta(given):
    return {"adadelta": path(partial(optim.Adadelta, **options(given)), given)}


@computes("S003-44")
def rmsprop(given):
    return {"rmsprop": path(partial(optim.RMSprop, **options(given)), given)}


@computes("S003-45")
def adam(given):
    return {"adam": path(partial(optim.Adam, **options(given)), given)}


@computes("S003-46")
def adam_with_decay_of_two_kinds(given):
    """AdamW shrinks x itself; a penalty in the gradient is scaled away by Adam."""
    decoupled = path(partial(optim.AdamW, **options(given)), given)
    in_gradient = path(partial(optim.Adam, **options(given)), given)
    bare = path(partial(optim.Adam, lr=given["lr"]), given)
    assert in_gradient == pytest.approx(bare, abs=1e-8)
    assert all(x < y - 0.009 for x, y in zip(decoupled, bare))
    return {"adamw": decoupled, "adam_with_l2_in_gradient": in_gradient}


@computes("S003-47")
def adamax(given):
    return {"adamax": path(partial(optim.Adamax, **options(given)), given)}


@computes("S003-48")
def paths_of_optimizers(given):
    """Seven ways down the valley of Rosenbrock, in one picture."""
    pyplot = pytest.importorskip("matplotlib.pyplot")
    makers = {
        "SGD": partial(optim.SGD, lr=1e-3),
        "momentum": partial(optim.SGD, lr=1e-4, momentum=0.9),
        "Adagrad": partial(optim.Adagrad, lr=0.3),
        "Adadelta": partial(optim.Adadelta, lr=1.0),
        "RMSprop": partial(optim.RMSprop, lr=2e-3),
        "Adam": partial(optim.Adam, lr=0.02),
        "Adamax": partial(optim.Adamax, lr=0.02),
    }
    expected = ITEMS["S003-48"].expected
    x = leaf([float(value) for value in given["start"]])

    def height():
        return rosenbrock(x)

    def way(make):
        with ag.no_grad():
            x.copy_(float64([float(value) for value in given["start"]]))
        optimizer = make([x])
        moments = [x.detach().clone()]
        for step in range(2000):
            optimizer.zero_grad()
            height().backward()
            optimizer.step()
            if step % 20 == 19:
                moments.append(x.detach().clone())
        return moments, height().item()

    assert height().item() == pytest.approx(expected["f_start"])
    ways = {name: way(make) for name, make in makers.items()}
    assert all(end < expected["f_start"] for _, end in ways.values())
    assert len(ways) == expected["n_paths"]
    moments = {name: seen for name, (seen, _) in ways.items()}
    ax = viz.plot_loss_surface(height, x, path=moments, steps=9, log=True)
    labels = ax.get_legend_handles_labels()[1]
    assert set(makers) <= set(labels)
    ends = {line.get_label(): line.get_xydata()[-1] for line in ax.lines}
    for name, seen in moments.items():
        assert ends[name] == pytest.approx(seen[-1].tolist())
    pyplot.close(ax.figure)
