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


def descend(net: Net, objective: Objective, samples: Samples, rng: Any) -> None:
    """Lead the parameters of `net` to a minimum of its objective, by L-BFGS-B.

    It ends when no entry of the gradient is above `tol`, or the loss stays as it is; at `max_iter`
    iterations or `max_fun` evaluations with a ConvergenceWarning.
    """
    place = Flat([p for p in net.module_.parameters() if p.requires_grad], "L-BFGS", None)

    def loss_and_gradient(x: Array) -> tuple[float, Array]:
        place.move_to(x)
        net.module_.zero_grad()
        loss = objective(samples)
        loss.backward()
        return float(loss), place.gradient().astype(np.float64)

    def after_iteration(intermediate_result: Any) -> None:
        place.move_to(intermediate_result.x)
        net._iteration_ends(float(intermediate_result.fun))

    found = minimize(
        loss_and_gradient,
        place.position().astype(np.float64),
        method="L-BFGS-B",
        jac=True,
        callback=after_iteration,
        options={"maxiter": net.max_iter, "maxfun": net.max_fun, "gtol": net.tol},
    )
    place.move_to(found.x)
    net.module_.zero_grad()
    net.loss_ = float(found.fun)
    if found.status:
        warnings.warn(
            f"L-BFGS has not converged after {found.nit} iterations, {found.nfev} evaluations of "
            f"the loss: {found.message.strip()}. Raise max_iter (now {net.max_iter}), max_fun "
            f"({net.max_fun}) or tol, or scale the data, as StandardScaler does",
            ConvergenceWarning,
            stacklevel=4,
        )
