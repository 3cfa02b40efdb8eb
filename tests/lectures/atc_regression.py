"""ATC: gradient descent, where it is convex and where not, early stopping, linear regression."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim, training

from .items import ITEMS, computes, float64, leaf

HALF_MSE = nn.HalfMSELoss()


def descend(f, start, lr, steps):
    """Where gradient descent on f is after so many steps."""
    x = leaf(float(start))
    optimizer = optim.SGD([x], lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        f(x).backward()
        optimizer.step()
    return x.detach()


def newton(f, start, steps=30):
    """The stationary point of f near `start`, by its first two derivatives."""
    slope = ag.func.grad(f)
    curvature = ag.func.grad(slope)
    x = float64(start)
    for _ in range(steps):
        x = x - slope(x) / curvature(x)
    return x


@computes("S003-32")
def convex_and_not(given):
    def convex(x):
        return (x - 3) ** 2

    def valleys(x):
        return x**4 - 3 * x**2 + x

    left, right = (descend(valleys, start, lr=0.01, steps=500) for start in (-2, 2))
    stationary = ag.stack([newton(valleys, start) for start in (-2.0, 0.0, 2.0)])
    curvature = ag.func.vmap(ag.func.grad(ag.func.grad(valleys)))(stationary)
    assert (curvature > 0).tolist() == [True, False, True]
    lr, steps = given["lr"], given["steps"]
    from_0, from_10 = (descend(convex, start, lr, steps) for start in given["x0"])
    return {
        "from_0": from_0,
        "from_10": from_10,
        "nonconvex_stationary_points": stationary,
        "nonconvex_from_-2_lr0.01_500": left,
        "f_there": valleys(left),
        "nonconvex_from_2_lr0.01_500": right,
        "f_there_2": valleys(right),
    }


@computes("S003-33")
def where_the_cost_is_convex(given):
    """That of a linear regression is; that of a net is not: swap two neurons, and look between."""
    nonnegative = (Line(ITEMS["S003-35"].given).hessian_eigenvalues() >= 0).all()
    assert nonnegative == ITEMS["S003-33"].expected["linear_regression_hessian_eigs_nonneg"]

    x, y = (float64(values) for values in ag.datasets.truth_table("xor"))

    def cost(W1, W2):
        return HALF_MSE((x @ W1.T).relu() @ W2, y)

    W1, W2 = float64([[1.0, -1.0], [-1.0, 1.0]]), float64([1.0, 1.0])
    W3, W4 = float64([[1.0, -1.0], [1.0, -1.0]]), float64([1.0, 1.0])
    swapped = W1.flip(0), W2.flip(0)
    middle = (W1 + swapped[0]) / 2, (W2 + swapped[1]) / 2
    assert cost(W1, W2) == cost(*swapped) == 0 < cost(*middle)
    # At other points there are directions in which the Hessian itself goes down.
    hessian = ag.func.hessian(lambda w: cost(w[:4].reshape(2, 2), w[4:]))
    curvatures = ag.linalg.eigvalsh(hessian(ag.cat([W3.flatten(), W4])))
    assert curvatures.min() < -1e-3


@computes("S003-34")
def early_stopping(given):
    """A net whose one weight counts the epochs, and whose validation losses are the given ones."""
    losses = given["val_losses"]

    def loss(predicted, target):
        learning = predicted.requires_grad  # else it is the validation
        return -predicted.mean() if learning else float64(losses[round(predicted.item()) - 1])

    def stopped_with(patience):
        net = nn.Linear(1, 1, bias=False, dtype=ag.float64)
        nn.init.zeros_(net.weight)
        one = np.ones((1, 1))
        history = training.fit(
            net, (one, one), loss, optim.SGD(net.parameters(), lr=1.0),
            epochs=len(losses), validation=(one, one), patience=patience, progress=False,
        )  # fmt: skip
        best = history.best_epoch - 1
        assert net.weight.item() == best + 1  # the weights of that epoch are back
        return {
            "stop_after_index": len(history) - 1,
            "best_index": best,
            "best": history["val_loss"][best],
        }

    return {f"patience_{patience}": stopped_with(patience) for patience in (2, 3)}


class Line:
    """The regression y = a x + b with the cost J = 1/(2m) Σ (a x + b - y)²."""

    def __init__(self, given):
        self.x, self.y = float64(given["x"]), float64(given["y"])
        self.a, self.b = leaf(float(given["a0"])), leaf(float(given["b0"]))
        self.optimizer = optim.SGD([self.a, self.b], lr=given["alpha"])

    def cost(self, criterion=HALF_MSE):
        return criterion(self.a * self.x + self.b, self.y)

    def gradients(self, criterion=HALF_MSE):
        self.optimizer.zero_grad()
        self.cost(criterion).backward()
        return [self.a.grad.item(), self.b.grad.item()]

    def descend(self, steps):
        for _ in range(steps):
            self.gradients()
            self.optimizer.step()

    def hessian_eigenvalues(self):
        def cost(ab):
            return HALF_MSE(ab[0] * self.x + ab[1], self.y)

        return ag.linalg.eigvalsh(ag.func.hessian(cost)(ag.zeros(2, dtype=ag.float64)))


@computes("S003-35")
def linear_regression(given):
    line = Line(given)
    found = {"J0": line.cost().item(), "autograd_of_plain_mse_gives": line.gradients(nn.MSELoss())}
    found["dJ_da"], found["dJ_db"] = line.gradients()
    line.descend(1)
    found |= {"a1": line.a.item(), "b1": line.b.item(), "J1": line.cost().item()}
    line.descend(9)
    found["J_after_10"] = line.cost().item()
    line.descend(1990)
    found |= {"a_2000": line.a.item(), "b_2000": line.b.item()}

    columns = ag.stack([line.x, ag.ones_like(line.x)], dim=1)
    a, b = ag.linalg.lstsq(columns, line.y[:, None]).solution[:, 0]
    low, high = line.hessian_eigenvalues()
    stable = 2 / high

    def cost_after(lr):
        other = Line({**given, "alpha": lr})
        other.descend(200)
        return other.cost().item()

    assert cost_after(0.99 * stable.item()) < found["J0"] < cost_after(1.01 * stable.item())
    return {
        **found,
        "closed_form_a": a,
        "closed_form_b": b,
        "J_star": HALF_MSE(a * line.x + b, line.y),
        "hessian_eigs": [low, high],
        "max_stable_lr": stable,
        "condition_number": high / low,
    }


@computes("S003-56")
def fits_too_poor_and_too_close(given):
    """Polynomials of several degrees: the richer, the closer to the training points."""
    rng = np.random.default_rng(5)
    x, far = np.linspace(-1, 1, 12), np.linspace(-1, 1, 200)
    y = np.sin(3 * x) + 0.2 * rng.standard_normal(len(x))
    mse = nn.MSELoss()

    def errors(degree):
        powers, others = (float64(np.vander(points, degree + 1)) for points in (x, far))
        weights = ag.linalg.lstsq(powers, float64(y)[:, None]).solution[:, 0]
        trained = mse(powers @ weights, float64(y)).item()
        return trained, mse(others @ weights, float64(np.sin(3 * far))).item()

    train, test = {}, {}
    for degree in map(int, ITEMS["S003-56"].expected["measured"]):
        train[degree], test[degree] = errors(degree)
    assert sorted(train.values(), reverse=True) == list(train.values())
    assert test[3] < test[1] and test[3] < test[11]
    measured = ITEMS["S003-56"].expected["measured"]
    for degree in train:
        assert train[degree] == pytest.approx(measured[str(degree)]["train_mse"], abs=1e-12)
        assert test[degree] == pytest.approx(measured[str(degree)]["test_mse"], rel=1e-6)
