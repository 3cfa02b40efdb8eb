"""Fits to all samples at once, by the quasi-Newton method of SciPy."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning

from ..optim.flat import Flat

if TYPE_CHECKING:
    from .base import Net
    from .objective import Objective, Samples

Array = np.ndarray[Any, Any]
ENDED_BY_CALLBACK = 99  # SciPy's status


def descend(net: Net, objective: Objective, samples: Samples, rng: Any) -> None:
    """Lead the parameters of `net` to a minimum of its objective, by L-BFGS-B.

    It ends when no entry of the gradient is above `tol`, when the loss stays as it is, or where a
    callback says so. After `max_iter` iterations or `max_fun` evaluations it warns
    (ConvergenceWarning), as after Ctrl-C, which keeps what was learnt.
    """
    place = Flat([p for p in net.module_.parameters() if p.requires_grad], "L-BFGS", None)
    reached = start = place.position().astype(np.float64)

    def loss_and_gradient(x: Array) -> tuple[float, Array]:
        place.move_to(x)
        net.module_.zero_grad()
        loss = objective(samples)
        loss.backward()
        return float(loss), place.gradient().astype(np.float64)

    def after_iteration(intermediate_result: Any) -> None:
        nonlocal reached
        reached = intermediate_result.x.copy()
        place.move_to(reached)
        if net._iteration_ends(float(intermediate_result.fun)):
            raise StopIteration

    try:
        found = minimize(
            loss_and_gradient, start, method="L-BFGS-B", jac=True, callback=after_iteration,
            options={"maxiter": net.max_iter, "maxfun": net.max_fun, "gtol": net.tol},
        )  # fmt: skip
        reached, net.loss_ = found.x, float(found.fun)
        _warn_unless_converged(net, found)
    except KeyboardInterrupt:
        warnings.warn("the fit was interrupted; what was learnt is kept", stacklevel=4)
    finally:
        place.move_to(reached)
        net.module_.zero_grad()


def _warn_unless_converged(net: Net, found: Any) -> None:
    if found.status in (0, ENDED_BY_CALLBACK):
        return
    warnings.warn(
        f"L-BFGS has not converged after {found.nit} iterations, {found.nfev} evaluations of the "
        f"loss: {found.message.strip()}. Raise max_iter (now {net.max_iter}), max_fun "
        f"({net.max_fun}) or tol, or scale the data, as StandardScaler does",
        ConvergenceWarning,
        stacklevel=5,
    )
