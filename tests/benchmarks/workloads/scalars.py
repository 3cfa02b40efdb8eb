"""Small numbers, where what counts is what the engine does around an operation."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import numpy as np

from ..training import drawn, training
from ..workload import NUMPY, PYTORCH, Run, workload

POINTS = [(0.5, 0.9, 0.1), (0.6, 0.8, 0.2), (0.7, 0.9, 0.3)]


def _expression(x: Any, w: Any, b: Any) -> Any:
    """300 operations on scalars: a product, a sum, a product, a hundred times."""
    h = x
    for _ in range(100):
        h = (h * w + b) * x
    return h


def _differentiated(variable: Any, number: Any) -> Run:
    """The derivatives by x, w and b, for any library with `backward` and `grad`."""
    points = cycle(POINTS)

    def step() -> list[Any]:
        leaves = [variable(n) for n in next(points)]
        _expression(*leaves).backward()
        return [number(leaf.grad) for leaf in leaves]

    return Run(step)


@workload("300-op scalar expression", {PYTORCH: 0.25, "micrograd": 1.0})
def scalar_expression(lib: Any) -> Run:
    return _differentiated(lambda n: lib.tensor(n, requires_grad=True), lambda g: g.item())


@scalar_expression.by("micrograd", "micrograd")
def _scalar_micrograd() -> Run:
    from micrograd.engine import Value

    return _differentiated(Value, float)


@scalar_expression.by("MyGrad", "mygrad")
def _scalar_mygrad() -> Run:
    import mygrad

    return _differentiated(lambda n: mygrad.tensor(np.float32(n)), float)


@scalar_expression.by("HIPS autograd", "autograd")
def _scalar_hips() -> Run:
    from autograd import multigrad_dict  # noqa: F401 (fails where another `autograd` is installed)
    from autograd.differential_operators import grad

    derivatives, points = grad(_expression, (0, 1, 2)), cycle(POINTS)
    return Run(lambda: derivatives(*next(points)))


@scalar_expression.by(NUMPY)
def _scalar_by_hand() -> Run:
    points = cycle(POINTS)

    def step() -> list[float]:
        x, w, b = map(np.float32, next(points))
        h, steps = x, []
        for _ in range(100):
            s = h * w + b
            steps.append((h, s))
            h = s * x
        g, dx, dw, db = np.float32(1), np.float32(0), np.float32(0), np.float32(0)
        for h, s in reversed(steps):
            dx = dx + g * s
            g = g * x
            db = db + g
            dw = dw + g * h
            g = g * w
        return [float(dx + g), float(dw), float(db)]

    return Run(step)


def _jax_gradient(compiled: bool) -> Run:
    import jax

    derivatives, points = jax.grad(_expression, (0, 1, 2)), cycle(POINTS)
    derivatives = jax.jit(derivatives) if compiled else derivatives
    return Run(lambda: jax.block_until_ready(derivatives(*next(points))))


@scalar_expression.by("JAX", "jax")
def _scalar_jax() -> Run:
    return _jax_gradient(compiled=False)


@scalar_expression.by("JAX, jit", "jax")
def _scalar_jit() -> Run:
    return _jax_gradient(compiled=True)


@workload("2-16-16-1 tanh net, batch 1", {PYTORCH: 0.35})
def tanh_net(lib: Any) -> Run:
    nn = lib.nn
    model = nn.Sequential(
        nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1)
    )
    data = [(drawn(1, 2, seed=k), drawn(1, 1, seed=k + 10)) for k in range(4)]
    return training(lib, model, lambda p: lib.optim.SGD(p, lr=0.01), data, nn.MSELoss())


def _rosenbrock(x: Any) -> Any:
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def _hessians(hessian: Any, convert: Any) -> Run:
    points = cycle([convert(drawn(12, seed=k)) for k in range(4)])
    return Run(lambda: hessian(next(points)))


@workload("Hessian of Rosenbrock in 12 dimensions", {PYTORCH: 0.5})
def hessian(lib: Any) -> Run:
    return _hessians(lib.func.hessian(_rosenbrock), lib.tensor)


@workload("Hessian by autograd.functional", {PYTORCH: 0.5})
def functional_hessian(lib: Any) -> Run:
    return _hessians(lambda x: lib.autograd.functional.hessian(_rosenbrock, x), lib.tensor)


@hessian.by("HIPS autograd", "autograd")
def _hessian_hips() -> Run:
    from autograd import hessian

    return _hessians(hessian(_rosenbrock), np.asarray)


@hessian.by("JAX", "jax")
def _hessian_jax() -> Run:
    import jax

    found = jax.hessian(_rosenbrock)
    return _hessians(lambda x: jax.block_until_ready(found(x)), jax.numpy.asarray)


@hessian.by("JAX, jit", "jax")
def _hessian_jit() -> Run:
    import jax

    found = jax.jit(jax.hessian(_rosenbrock))
    return _hessians(lambda x: jax.block_until_ready(found(x)), jax.numpy.asarray)
