"""S000, gradient descent: where it goes, what it costs, where it stops; and one example a step."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim, training, viz

from .items import ITEMS, computes, float64, leaf, rosenbrock


def descent(f, start, tol=1e-6):
    """Steps of HalvingGD until the gradient is small: the optimizer, the point, and every step."""
    u = leaf(start)
    optimizer = optim.HalvingGD([u])

    def closure():
        optimizer.zero_grad()
        loss = f(u)
        loss.backward()
        return loss

    steps = []
    (u.grad,) = ag.autograd.grad(f(u), u)
    while u.grad.norm() >= tol:
        assert len(steps) < 10_000, "the descent does not end"
        optimizer.step(closure)
        steps.append({"u": u.tolist(), "lambda": optimizer.last_step, "f": f(u).item()})
    return optimizer, u, steps


def saddle(u):
    return u[0] ** 2 - u[1] ** 2


@computes("S000-06")
def first_order_expansion(given):
    def f(u):
        return u[0] ** 2 + 3 * u[0] * u[1]

    u, h = float64(given["u"]), float64(given["h"])
    slope, value = ag.func.grad_and_value(f)(u)

    def remainder(h):
        return (f(u + h) - value - slope @ h).item()

    assert remainder(h / 10) == pytest.approx(remainder(h) / 100, rel=1e-6)
    assert any(f(u - 0.5**k * slope) < value for k in range(20))
    return {"f_u": value, "grad": slope, "df_minus_gradh": remainder(h)}


@computes("S000-07")
def descent_with_step_halving(given):
    _, u1, steps1 = descent(lambda u: u[0] ** 2, [3])
    bound = given["f2_final_norm_below"]
    optimizer, u2, steps2 = descent(lambda u: u[0] ** 2 + 10 * u[1] ** 2, [1, 1], bound)
    assert (u2.detach() * float64([2, 20])).norm() < bound
    check_that_halving_ends()
    check_the_picture_of_a_path([[1, 1], *(step["u"] for step in steps2)])
    return {
        "f1_steps": len(steps1),
        "f1_lambda": steps1[0]["lambda"],
        "f1_final": u1,
        "f2_first4": steps2[:4],
        "f2_iterations": len(steps2),
        "f2_f_evals": optimizer.evaluations,
    }


def check_that_halving_ends():
    """With a gradient of the wrong sign no step goes down: it gives up, and stays."""
    u = leaf([3])
    optimizer = optim.HalvingGD([u], max_halvings=60)

    def closure():
        loss = (u**2).sum()
        u.grad = -2 * u.detach()
        return loss

    optimizer.step(closure)
    assert u.tolist() == [3]
    assert optimizer.last_step == 0 and optimizer.evaluations == 62


def check_the_picture_of_a_path(path):
    plt = pytest.importorskip("matplotlib.pyplot")
    u = leaf(path[-1])
    axes = viz.plot_loss_surface(
        lambda: u[0] ** 2 + 10 * u[1] ** 2, [u], path=[[np.array(point)] for point in path]
    )
    drawn = [np.array(line.get_xydata()) for line in axes.lines]
    plt.close(axes.figure)
    assert any(line.shape == (len(path), 2) and np.allclose(line, path) for line in drawn)


@computes("S000-08")
def where_descent_stops_and_crawls(given):
    required = ITEMS["S000-08"].expected
    _, u, steps = descent(saddle, [1, 0], given["tol"])
    assert len(steps) == required["steps"]
    assert u.tolist() == required["stop_point"] and u.grad.norm() == required["grad_norm"]
    curvatures = ag.linalg.eigvalsh(ag.func.hessian(saddle)(u.detach()))
    assert curvatures.tolist() == sorted(required["hessian_eigs"])

    start, tol = given["rosenbrock_start"], given["tol"]
    optimizer, u, steps = descent(rosenbrock, start, tol)
    np.testing.assert_allclose(u.tolist(), required["rosenbrock_final"], atol=1e-3)
    by_bfgs = iterations_of_bfgs(start, tol)
    assert len(steps) == pytest.approx(required["rosenbrock_gd_iterations"], rel=0.2)
    assert optimizer.evaluations == pytest.approx(required["rosenbrock_f_evals"], rel=0.2)
    assert len(steps) >= 10 * by_bfgs


def iterations_of_bfgs(start, tol):
    u = leaf(start)
    optimizer = optim.BFGS([u], max_iter=200, tolerance_grad=tol)

    def closure():
        optimizer.zero_grad()
        loss = rosenbrock(u)
        loss.backward()
        return loss

    optimizer.step(closure)
    assert closure() < 1e-5
    return optimizer.state[u]["n_iter"]


class Counter:
    """How many examples go forward through a module, and how many back."""

    def __init__(self, module):
        self.forward = self.backward = 0
        module.register_forward_hook(self.see)

    def see(self, module, args, out):
        self.forward += len(out)
        if out.requires_grad:
            out.register_hook(self.see_gradient)

    def see_gradient(self, gradient):
        self.backward += len(gradient)


@computes("S000-10")
def cost_of_a_gradient(given):
    n = given["n"]
    x = ag.ones(n, 1, dtype=ag.float64)
    net = nn.Linear(1, 1, bias=False).double()
    nn.init.zeros_(net.weight)

    def cost(rows):
        return 5 * ((net(x[rows]) - 3) ** 2).mean()  # curvature 10: 1/4 is too far, 1/8 is not

    def passes(rows):
        counter = Counter(net)
        cost(rows).backward()
        return counter.backward

    full, single, some = (passes(slice(rows)) for rows in (n, 1, 32))
    optimizer = optim.HalvingGD(net.parameters())

    def closure():
        optimizer.zero_grad()
        loss = cost(slice(n))
        loss.backward()
        return loss

    counter = Counter(net)
    optimizer.step(closure)
    assert optimizer.last_step == 0.5 ** given["halvings"]
    return {
        "full_gradient_example_passes": full,
        "line_search_forward_passes": counter.forward,
        "sgd_step_example_passes": single,
        "minibatch_q32_example_passes": some,
    }


def double_well(u):
    return u[0] ** 2 / 2 - u[1] ** 2 / 2 + u[1] ** 4 / 4


def constant_steps(start, lr, steps, noise=0.0, generator=None):
    """Every point of a descent by constant steps, each followed by some noise."""
    u = leaf(start)
    optimizer = optim.SGD([u], lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        double_well(u).backward()
        optimizer.step()
        if noise:
            with ag.no_grad():
                u += noise * ag.randn(2, dtype=ag.float64, generator=generator)
        yield u.detach().clone()


@computes("S000-12")
def saddles_hold_descent_and_noise_helps(given):
    required = ITEMS["S000-12"].expected
    start, lr, steps = given["start"], given["lr"], given["steps"]
    *_, end = constant_steps(start, lr, steps)
    np.testing.assert_allclose(end.tolist(), required["gd_final"], rtol=1e-6)
    for seed in range(3):
        *_, end = constant_steps(start, lr, steps, given["noise_std"], ag.Generator(seed))
        assert abs(end[1]) >= required["perturbed_abs_y_at_least"]

    for point in [required["saddle"], *required["minima"]]:
        assert ag.func.grad(double_well)(float64(point)).tolist() == [0, 0]
        least = ag.linalg.eigvalsh(ag.func.hessian(double_well)(float64(point)))[0]
        assert least < 0 if point == required["saddle"] else least > 0
    assert double_well(float64(required["minima"][0])) == required["f_min"]

    escapes = []
    for y0, count in required["iterations_until_abs_y_gt_0.5"].items():
        points = constant_steps([start[0], float(y0)], lr, 10 * steps)
        escapes.append(next(k for k, u in enumerate(points, start=1) if abs(u[1]) > 0.5))
        assert abs(escapes[-1] - count) <= 1
    assert np.ptp(np.diff(escapes)) <= 1  # a thousandth of y0 costs as many steps more: log(1/y0)


def one_example_a_step(c, order, u0, lr, schedule=None):
    """Every u of SGD on the terms (u - c_i)²/2, in a given order."""
    u = leaf(u0)
    optimizer = optim.SGD([u], lr=lr)
    by_step = schedule and optim.lr_scheduler.LambdaLR(optimizer, schedule)
    for i in order:
        optimizer.zero_grad()
        ((u - c[i]) ** 2 / 2).sum().backward()
        optimizer.step()
        if by_step:
            by_step.step()
        yield u.detach().clone()


@computes("S000-13")
def one_random_term_a_step(given):
    c, u0, lr = float64(given["c"]), given["u"], given["lambda"]
    u = leaf(u0)
    terms = (u - c) ** 2 / 2
    each = ag.stack([ag.autograd.grad(term, u, retain_graph=True)[0] for term in terms])
    _, minimum, _ = descent(lambda u: ((u - c) ** 2).mean() / 2, [u0])
    cycle = list(one_example_a_step(c, [0, 1, 2] * 200, u0, lr))
    assert all(abs(u - minimum) > 0.04 for u in cycle[100:])  # with a fixed step it stays away
    mean, variance = c.mean(), lr / (2 - lr) * c.var(correction=0)
    check_what_is_stationary(c, u0, lr, mean, variance)
    return {
        "per_example_grads": each,
        "sum_grad": each.sum(),
        "mean_grad": each.mean(),
        "minimum": minimum.item(),
        "after_steps": cycle[:6],
        "limit_cycle": cycle[-3:],
        "stationary_variance_random_order": variance,
        "stationary_mean_random_order": mean,
    }


def check_what_is_stationary(c, u0, lr, mean, variance):
    """Ten thousand walks of a hundred random steps each: the mean settles, the walks do not."""
    drawn = ag.randint(0, len(c), (100, 10_000), generator=ag.Generator(0))
    *_, u = one_example_a_step(c, drawn, ag.full((10_000,), u0).tolist(), lr)
    assert u.mean().item() == pytest.approx(mean.item(), abs=0.03)
    assert u.var().item() == pytest.approx(variance.item(), rel=0.06)


@computes("S000-14")
def steps_that_become_smaller(given):
    c = float64(given["c"])
    steps = one_example_a_step(c, [0, 1, 2], given["u0"], 1.0, lambda step: 1 / (step + 1))
    iterates = list(steps)
    means = c.cumsum(0) / ag.arange(1, 4)
    assert ag.allclose(ag.stack(iterates), means)
    return {"iterates": iterates, "final": iterates[-1]}


@computes("S000-22")
def rules_to_stop(given):
    _, u, steps = descent(lambda u: u**2, given["u0"])
    assert u == 0
    check_that_no_iteration_moves_nothing(given["u0"])

    net, x = nn.Linear(1, 1), ag.ones(8, 1)
    history = training.fit(
        net, (x, x), nn.MSELoss(), optim.SGD(net.parameters(), lr=0.0),
        epochs=50, validation=(x, x), patience=3, progress=False,
    )  # fmt: skip
    assert history.stopped == "patience" and len(history) == 4
    return {"steps_until_gradient_norm_stop": len(steps)}


def check_that_no_iteration_moves_nothing(u0):
    u = leaf(u0)
    optimizer = optim.BFGS([u], max_iter=0)

    def closure():
        optimizer.zero_grad()
        loss = u**2
        loss.backward()
        return loss

    assert optimizer.step(closure) == u0**2
    assert u == u0
