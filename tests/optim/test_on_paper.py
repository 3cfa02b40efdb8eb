"""Optimizers on functions one can follow on paper: published traces, and where methods end."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim


def at(*values: float) -> ag.Tensor:
    return ag.tensor(list(values), dtype=ag.float64, requires_grad=True)


def closure_of(optimizer, function):
    def closure():
        optimizer.zero_grad()
        loss = function(optimizer.param_groups[0]["params"][0])
        loss.backward()
        return loss

    return closure


def path(make, function, start, steps):
    """The points after every step."""
    p = at(*start)
    optimizer = make([p])
    closure, points = closure_of(optimizer, function), []
    for _ in range(steps):
        optimizer.step(closure)
        points.append(p.tolist())
    return points


def square(p):
    return (p**2).sum()


def valley(p):
    return p[0] ** 2 + 10 * p[1] ** 2


def rosenbrock(p):
    return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("SGD", {"lr": 0.1}, [0.8, 0.64, 0.512, 0.4096, 0.32768]),
        ("SGD", {"lr": 0.1, "momentum": 0.9}, [0.8, 0.46, 0.062, -0.3086, -0.58042]),
        ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True},
         [0.62, 0.2224, -0.108352, -0.32482304, -0.4157175808]),
        ("Adagrad", {"lr": 0.1},
         [0.900000000005, 0.833103526845, 0.780456181357, 0.736223132661, 0.697714862054]),
        ("Adadelta", {"lr": 1.0},
         [0.996837726293, 0.993598174078, 0.990309045658, 0.986984042428, 0.983631323953]),
        ("RMSprop", {"lr": 0.01},
         [0.900000005, 0.83291796797, 0.779982273244, 0.735389044438, 0.696465788738]),
        ("Adam", {"lr": 0.1},
         [0.9000000005, 0.800412228692, 0.701586272946, 0.603939060574, 0.507963659264]),
        ("AdamW", {"lr": 0.1, "weight_decay": 0.1},
         [0.8900000005, 0.781571855937, 0.67510122164, 0.571047597118, 0.469952656992]),
        ("Adam", {"lr": 0.1, "weight_decay": 0.1},
         [0.900000000476, 0.800412228643, 0.701586272872, 0.603939060473, 0.507963659138]),
        ("Adamax", {"lr": 0.1},
         [0.9000000005, 0.805168327169, 0.715499473392, 0.63097307547, 0.551553803061]),
    ],
)  # fmt: skip
def test_five_steps_down_a_parabola(name, options, expected):
    points = path(lambda p: getattr(optim, name)(p, **options), square, [1.0], 5)
    np.testing.assert_allclose(np.ravel(points), expected, 1e-10)


def test_weight_decay_and_momentum_of_sgd():
    points = path(
        lambda p: optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=5e-4),
        lambda p: 0.2 * p.sum(), [1.0], 3,
    )  # fmt: skip
    np.testing.assert_allclose(np.ravel(points), [0.97995, 0.9418560025, 0.88752431195], 1e-10)


@pytest.mark.parametrize(("momentum", "steps"), [(0.0, 439), (0.7, 104), (0.9, 153)])
def test_momentum_in_a_ravine(momentum, steps):
    def ravine(p):
        return (p[0] ** 2 + 50 * p[1] ** 2) / 2

    make = lambda p: optim.SGD(p, lr=0.02, momentum=momentum)  # noqa: E731
    points = np.array(path(make, ravine, [10.0, 1.0], steps))
    losses = (points[:, 0] ** 2 + 50 * points[:, 1] ** 2) / 2
    assert losses[-1] <= 1e-6 < losses[:-1].min()


# Halving


def test_halving_takes_the_longest_half_that_leads_down():
    p = at(3.0)
    optimizer = optim.HalvingGD([p])
    assert optimizer.step(closure_of(optimizer, square)).item() == 9.0
    assert p.tolist() == [0.0]
    assert optimizer.last_step == 0.5


def test_halving_in_a_valley():
    p = at(1.0, 1.0)
    optimizer = optim.HalvingGD([p])
    closure, points, lengths, count = closure_of(optimizer, valley), [], [], 0
    closure()
    while float(p.grad.norm()) >= 1e-6:
        optimizer.step(closure)
        points.append(p.tolist())
        lengths.append(optimizer.last_step)
        count += 1
    assert points[:4] == [
        [0.875, -0.25], [0.765625, 0.0625], [0.57421875, -0.09375], [0.4306640625, 0.140625]
    ]  # fmt: skip
    assert lengths[:4] == [1 / 16, 1 / 16, 1 / 8, 1 / 8]
    assert count == 60
    assert optimizer.evaluations == 321


def test_halving_stops_where_there_is_no_gradient():
    p = at(1.0, 0.0)
    optimizer = optim.HalvingGD([p])
    closure = closure_of(optimizer, lambda p: p[0] ** 2 - p[1] ** 2)  # a saddle
    for _ in range(3):
        optimizer.step(closure)
    assert p.tolist() == [0.0, 0.0]
    assert optimizer.last_step == 0.0


def test_halving_stays_where_no_step_leads_down():
    p = at(1.0, -2.0)
    optimizer = optim.HalvingGD([p], max_halvings=5)

    def wrong():
        optimizer.zero_grad()
        loss = (p**2).sum()
        (-loss).backward()
        return loss

    assert optimizer.step(wrong).item() == 5.0
    assert p.tolist() == [1.0, -2.0]
    assert optimizer.last_step == 0.0
    assert optimizer.evaluations == 7


def test_halving_refuses_a_loss_that_is_no_number():
    p = at(1.0)
    optimizer = optim.HalvingGD([p], max_halvings=1)
    closure = closure_of(optimizer, lambda p: (p**2 * (1 if p.item() == 1.0 else ag.nan)).sum())
    optimizer.step(closure)
    assert p.tolist() == [1.0]


# BFGS


def test_bfgs_on_a_quadratic_is_done_in_a_few_iterations():
    a, b = ag.tensor([[4.0, 1.0], [1.0, 3.0]], dtype=ag.float64), at(1.0, 2.0).detach()
    p = at(0.0, 0.0)
    optimizer = optim.BFGS([p], tolerance_grad=1e-10, tolerance_change=0.0)
    closure = closure_of(optimizer, lambda x: x @ a @ x / 2 - b @ x)
    optimizer.step(closure)
    np.testing.assert_allclose(p.tolist(), [1 / 11, 7 / 11], 1e-8)
    assert closure().item() == pytest.approx(-0.681818181818)
    np.testing.assert_allclose(  # what it has learnt is the inverse of the Hessian
        optimizer.state[p]["H"].numpy(), np.linalg.inv(a.numpy()), 0.05
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda p: optim.BFGS(p, max_iter=100, tolerance_grad=1e-6),
        lambda p: optim.LBFGS(
            p, max_iter=100, tolerance_change=1e-12, line_search_fn="strong_wolfe"
        ),
    ],
)
def test_quasi_newton_methods_on_rosenbrocks_function(make):
    p = at(-1.2, 1.0)
    optimizer = make([p])
    optimizer.step(closure_of(optimizer, rosenbrock))
    np.testing.assert_allclose(p.tolist(), [1.0, 1.0], 1e-5)
    assert optimizer.state[p]["n_iter"] < 50


def test_bfgs_is_lbfgs_with_all_of_its_memory():
    def smooth(p):
        return ((p - ag.arange(5.0)) ** 2 * ag.arange(1.0, 6.0)).sum() + (p.exp()).sum()

    options = {"max_iter": 1, "tolerance_change": 0.0, "line_search_fn": "strong_wolfe"}
    paths = [
        path(lambda p, kind=kind: kind(p, **options), smooth, [0.5] * 5, 2)
        for kind in (optim.BFGS, optim.LBFGS)
    ]
    np.testing.assert_allclose(*paths, 1e-9)


def test_bfgs_keeps_its_matrix_where_the_loss_bends_down():
    p = at(0.0)
    optimizer = optim.BFGS([p], max_iter=2, line_search_fn=None, tolerance_change=0.0)
    optimizer.step(closure_of(optimizer, lambda p: ag.cos(p + 0.1).sum()))
    assert optimizer.state[p]["H"] is None  # nothing learnt where y·s < 0


@pytest.mark.parametrize("kind", [optim.BFGS, optim.LBFGS])
def test_quasi_newton_methods_look_at_all_parameters_together(kind):
    a, b = at(2.0, -1.0), ag.tensor(3.0, requires_grad=True, dtype=ag.float64)
    idle = at(7.0)
    optimizer = kind([a, b, idle], line_search_fn="strong_wolfe", tolerance_change=0.0)

    def closure():
        optimizer.zero_grad()
        loss = ((a - b) ** 2).sum() + b**2
        loss.backward()
        return loss

    with ag.no_grad():
        optimizer.step(closure)
    np.testing.assert_allclose([*a.tolist(), b.item()], 0, atol=1e-6)
    assert b.shape == () and idle.tolist() == [7.0]


@pytest.mark.parametrize("kind", [optim.BFGS, optim.LBFGS])
def test_quasi_newton_methods_refuse(kind):
    with pytest.raises(ValueError, match="one group"):
        kind([{"params": [at(1.0)]}, {"params": [at(1.0)]}])
    with pytest.raises(ValueError, match="strong_wolfe"):
        kind([at(1.0)], line_search_fn="armijo")
    with pytest.raises(TypeError, match="closure"):
        kind([at(1.0)]).step()


def test_bfgs_goes_on_from_a_saved_state():
    make = lambda p: optim.BFGS(p, max_iter=3)  # noqa: E731
    whole = path(make, rosenbrock, [-1.2, 1.0], 6)
    p = at(-1.2, 1.0)
    first = make([p])
    for _ in range(3):
        first.step(closure_of(first, rosenbrock))
    q = at(*p.tolist())
    second = make([q])
    second.load_state_dict(first.state_dict())
    for _ in range(3):
        second.step(closure_of(second, rosenbrock))
    assert q.tolist() == whole[-1]


@pytest.mark.slow
def test_halving_crawls_where_bfgs_runs():
    p = at(-1.2, 1.0)
    optimizer = optim.HalvingGD([p])
    closure, count = closure_of(optimizer, rosenbrock), 0
    closure()
    while float(p.grad.norm()) >= 1e-3:
        optimizer.step(closure)
        count += 1
    assert count == pytest.approx(5231, rel=0.2)
    np.testing.assert_allclose(p.tolist(), [0.999209715932, 0.998418473589], 1e-3)


@pytest.mark.slow
def test_more_hidden_neurons_find_four_quadrants():
    rng = np.random.default_rng(0)
    centres = np.array([[1.5, 1.5], [-1.5, 1.5], [-1.5, -1.5], [1.5, -1.5]])

    def sample(number):
        label = rng.integers(0, 4, number)
        return ag.tensor(centres[label] + rng.normal(size=(number, 2))), ag.tensor(label)

    (x, y), (new, truth) = sample(400), sample(4000)

    def trained(hidden):
        layers = nn.Linear(2, hidden), nn.Sigmoid(), nn.Linear(hidden, 4)
        net = nn.Sequential(*layers).double()
        optimizer = optim.BFGS(net.parameters(), max_iter=150)

        def closure():
            optimizer.zero_grad()
            penalty = sum((p**2).sum() for p in net.parameters())
            loss = nn.functional.cross_entropy(net(x), y) + 1e-4 * penalty
            loss.backward()
            return loss

        optimizer.step(closure)
        return closure().item(), (net(new).argmax(1) == truth).double().mean().item()

    ag.manual_seed(0)
    accuracy = {hidden: min(trained(hidden) for _ in range(5))[1] for hidden in (1, 2, 10)}
    assert accuracy[1] < accuracy[2] - 0.1
    assert min(accuracy[2], accuracy[10]) >= 0.82
    assert max(accuracy.values()) <= 0.870848799604 + 0.02
