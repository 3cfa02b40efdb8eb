"""Laval: the recipe of a training, where it starts, and what the loss looks like."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim, transforms
from autograd_fr.errors import RangeError
from autograd_fr.nn import functional as F

from .items import ITEMS, computes, float64, leaf


def rates_of(scheduler, epochs):
    """The learning rate of every epoch, and the one after the last."""
    (group,) = scheduler.optimizer.param_groups
    rates = [group["lr"]]
    for _ in range(epochs):
        scheduler.optimizer.step()
        scheduler.step()
        rates.append(group["lr"])
    return rates


def descent(lr):
    return optim.SGD([leaf(0.0)], lr=lr)


@computes("S002-07")
def polynomial_decay(given):
    scheduler = optim.lr_scheduler.PolynomialLR(
        descent(given["lr0"]), total_iters=given["epochs"], power=given["power"]
    )
    rates = rates_of(scheduler, given["epochs"])
    return {"lr": {epoch: rates[epoch] for epoch in (0, 40, 80, 120, 159, 160)}}


@computes("S002-08")
def decay_in_steps(given):
    scheduler = optim.lr_scheduler.MultiStepLR(
        descent(given["lr0"]), given["milestones"], given["gamma"]
    )
    rates = rates_of(scheduler, given["epochs"])
    return {"lr": {epoch: rates[epoch] for epoch in (0, 59, 60, 89, 90, 159)}}


@computes("S002-09")
def momentum_and_weight_decay(given):
    """The decay is added to the gradient; beside the momentum, the weights would go another way."""
    options = {name: given[name] for name in ("lr", "momentum", "weight_decay")}
    w = leaf(float(given["w0"]))
    optimizer = optim.SGD([w], **options)
    trace = []
    v, decoupled = 0.0, given["w0"]
    for _ in range(3):
        w.grad = float64(given["g"])
        optimizer.step()
        trace.append([optimizer.state[w]["momentum_buffer"].item(), w.item()])
        v = given["momentum"] * v + given["g"]
        decoupled -= given["lr"] * (given["weight_decay"] * decoupled + v)
    assert abs(w.item() - decoupled) > 1e-6
    return {"v_w_by_step": trace}


@computes("S002-10")
def varied_images(given):
    change = transforms.functional.adjust_hsv
    red = np.array(given["rgb_red"], float).reshape(1, 3, 1, 1)
    kept = given["image_256_crop"]
    image = np.arange(256.0 * 256).reshape(256, 256)

    def is_inside(top):
        try:
            part = transforms.functional.crop(image, top=top, left=0, height=kept, width=kept)
        except RangeError:
            return False
        return part[0, 0] == 256 * top

    random = transforms.RandomCrop(kept, generator=ag.Generator().manual_seed(0))
    tops = {int(random(image)[0, 0]) // 256 for _ in range(500)}
    offsets = [top for top in range(256) if is_inside(top)]
    assert tops == set(offsets)
    return {
        "hue_shift_120deg": change(red, hue=120 / 360).ravel(),
        "hue_shift_240deg": change(red, hue=240 / 360).ravel(),
        "saturation_0_of_red_hsv": change(red, saturation=0).ravel(),
        "exposure_0.5_of_red": change(red, exposure=0.5).ravel(),
        "crop_offsets_per_axis": len(offsets),
        "rot90_of_[[1,2],[3,4]]_ccw": ag.rot90(ag.tensor([[1, 2], [3, 4]])),
    }


@computes("S002-18")
def loss_at_the_start(given):
    y = float64(given["y"])[:, None]
    x = float64(ag.datasets.hours_of_sleep(scaled=True).x)
    net = nn.Linear(2, 1, dtype=ag.float64)
    nn.init.zeros_(net.weight)

    def started_at(bias):
        nn.init.constant_(net.bias, bias)
        return F.mse_loss(net(x), y)

    def cross_entropy_of_nothing(classes):
        return F.cross_entropy(ag.zeros(1, classes, dtype=ag.float64), ag.tensor([classes - 1]))

    return {
        "mse_output_bias_0": started_at(0.0),
        "mse_output_bias_mean": started_at(y.mean().item()),
        "bias_init": net.bias.item(),
        "ce_zero_init_K10": cross_entropy_of_nothing(given["K"]),
        "ce_zero_init_K4": cross_entropy_of_nothing(4),
    }


@computes("S002-38")
def random_search(given):
    required = ITEMS["S002-38"].expected
    ag.manual_seed(0)
    draws = 2 * ag.rand(given["budget_evaluations"], 20, dtype=ag.float64) - 1
    best = draws.square().sum(1).min().item()
    theta = leaf([1.0] * 20)
    optimizer = optim.SGD([theta], lr=0.1)
    for _ in range(50):
        optimizer.zero_grad()
        theta.square().sum().backward()
        optimizer.step()
    assert best > required["required_random_search_above"]
    assert theta.square().sum().item() == pytest.approx(required["gd_final"])


@computes("S002-39")
def loss_as_a_surface(given):
    points = ITEMS["S003-35"].given
    x, y = float64(points["x"]), float64(points["y"])

    def loss(a, b):
        return 0.5 * (a * x + b - y).square().mean(-1)

    a = ag.linspace(0, 4, 41, dtype=ag.float64)
    b = ag.linspace(-2, 4, 61, dtype=ag.float64)
    surface = loss(a[:, None, None], b[:, None])
    i, j = np.unravel_index(surface.argmin().item(), surface.shape)
    best = ag.linalg.lstsq(ag.stack([x, ag.ones_like(x)], 1), y[:, None]).solution.ravel()
    _is_what_the_plot_shows(loss, surface)
    return {
        "grid_shape": list(surface.shape),
        "grid_min": surface.min(),
        "argmin_a": a[i],
        "argmin_b": b[j],
        "exact_min": loss(*best),
        "exact_argmin": best,
    }


def _is_what_the_plot_shows(loss, surface):
    """The levels of the contour plot go from the least to the greatest entry of the surface."""
    pyplot = pytest.importorskip("matplotlib.pyplot")
    a, b = leaf(2.0), leaf(1.0)
    path = [(2 - k / 2, k / 3) for k in range(4)]
    ax = ag.viz.plot_loss_surface(
        lambda: loss(a, b), [a, b], ranges=((0, 4), (-2, 4)), steps=surface.shape, path=path
    )
    levels = ax.collections[0].levels
    ends = surface.min().item(), surface.max().item()
    assert (levels.min(), levels.max()) == pytest.approx(ends)
    drawn = [line.get_xydata() for line in ax.lines]
    assert any(xy.shape == (len(path), 2) and np.allclose(xy, path) for xy in drawn)
    pyplot.close(ax.figure)


@computes("S002-40")
def starts_of_convex_models_and_of_nets(given):
    required = ITEMS["S002-40"].expected
    x, y = float64(given["logistic_X"]), float64(given["logistic_y"])
    convex = [_logistic_minimum(x, y, seed) for seed in range(5)]
    assert convex == pytest.approx([required["logistic_common_minimum"]] * len(convex), rel=1e-6)
    assert max(convex) - min(convex) < required["logistic_spread_below"]
    losses = _losses_of_xor_nets(30)
    assert losses.min() < 1e-3 and losses.max() > 0.05
    stuck = (losses > 0.01).mean()
    assert stuck == pytest.approx(required["xor_fraction_stuck_above_0.01"])
    assert losses.min() == pytest.approx(required["xor_min"], abs=1e-9)
    assert losses.max() == pytest.approx(required["xor_max"])


def _logistic_minimum(x, y, seed):
    ag.manual_seed(seed)
    model = nn.Linear(2, 1, dtype=ag.float64)
    nn.init.normal_(model.weight, std=3)
    optimizer = optim.LBFGS(model.parameters(), max_iter=200, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(model(x)[:, 0], y)
        loss.backward()
        return loss

    optimizer.step(closure)
    return closure().item()


def _losses_of_xor_nets(count):
    """The final losses of 2-2-1 ReLU nets, all trained at once: a net per row, 3000 steps."""
    x, y = (float64(part) for part in ag.datasets.truth_table("xor"))
    draws = [np.random.default_rng(seed) for seed in range(count)]
    W1, W2 = (leaf(np.stack([rng.normal(size=size) for rng in draws])) for size in ((2, 2), (2, 1)))
    b1, b2 = (ag.zeros(count, 1, n, dtype=ag.float64, requires_grad=True) for n in (2, 1))
    optimizer = optim.SGD([W1, b1, W2, b2], lr=0.1)
    for _ in range(3000):
        losses = 0.5 * ((ag.relu(x @ W1.mT + b1) @ W2 + b2)[..., 0] - y).square().mean(1)
        optimizer.zero_grad()
        losses.sum().backward()  # each net has the gradient of its own loss
        optimizer.step()
    return losses.detach().numpy()


@computes("S002-41")
def signs_of_eigenvalues(given):
    required = ITEMS["S002-41"].expected
    ag.manual_seed(0)
    for n, chance in required["P_all_eigs_positive"].items():
        M = ag.randn(20000, int(n), int(n), dtype=ag.float64)
        lowest = ag.linalg.eigvalsh((M + M.mT) / 2).amin(1)
        found = (lowest > 0).double().mean().item()
        assert found == pytest.approx(chance, abs=required["tolerance_with_20000_draws"])
    loss = lambda w: 0.5 * (w[1] * ag.tanh(w[0] * 1.5) - 1).square()  # noqa: E731
    origin = float64([0.0, 0.0])
    assert (ag.func.grad(loss)(origin) == 0).all()
    lowest, highest = ag.linalg.eigvalsh(ag.func.hessian(loss)(origin))
    assert lowest < 0 < highest  # a critical point of a net, and no minimum


@computes("S002-42")
def saddle_point(given):
    def f(p):
        return p[0] ** 2 - p[1] ** 2

    origin = float64([0.0, 0.0])
    hessian = ag.func.hessian(f)(origin)
    values = {f"f({a},{b})": f(float64([a, b])) for a, b in ((1, 0), (0, 1), (0, 0))}
    return {
        "grad_at_0": ag.func.grad(f)(origin),
        "hessian": hessian,
        "eigs": ag.linalg.eigvalsh(hessian).flip(0),
        **values,
    }


@computes("S002-43")
def backward_learns_nothing(given):
    def stepped(kind):
        w = leaf(given["w"])
        optimizer = kind([w], lr=given["lr"])
        (w - 5).square().backward()
        after_backward, grad = w.item(), w.grad.item()
        optimizer.step()
        assert w.grad.item() == grad  # a step computes no gradient
        return after_backward, grad, w

    after_backward, grad, by_sgd = stepped(optim.SGD)
    *_, by_adam = stepped(optim.Adam)
    return {
        "w_after_backward": after_backward,
        "grad": grad,
        "w_after_sgd_step": by_sgd,
        "w_after_adam_step_lr0.1": by_adam,
    }


@computes("S002-77")
def fitted_function(given):
    ag.manual_seed(given["seed"])
    x = 2 * ag.rand(given["n"], 1, dtype=ag.float64) - 1
    y = ag.sin(3 * x)
    net = ag.models.MLP(1, 16, 1, activation=nn.Tanh).double()
    optimizer = optim.Adam(net.parameters(), lr=given["adam_lr"])
    for _ in range(given["steps"]):
        optimizer.zero_grad()
        loss = F.mse_loss(net(x), y)
        loss.backward()
        optimizer.step()
    assert F.mse_loss(net(x), y) < ITEMS["S002-77"].expected["required_mse_below"]
    between = ag.linspace(-0.95, 0.95, 39, dtype=ag.float64)[:, None]
    assert F.mse_loss(net(between), ag.sin(3 * between)) < 1e-2  # f* itself, not the samples
