"""Fits to all samples at once, by the quasi-Newton method of SciPy."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from sklearn.exceptions import ConvergenceWarning

from ..errors import NonFiniteError
from ..optimize.minimize_module import minimize_module

if TYPE_CHECKING:
    from .base import Net
    from .objective import Objective, Samples

ENDED_BY_CALLBACK = 99  # SciPy's status


def descend(net: Net, objective: Objective, samples: Samples, rng: Any) -> None:
    """Lead the parameters of `net` to a minimum of its objective, by L-BFGS-B.

    It ends when no entry of the gradient is above `tol`, when the loss stays as it is, or where a
    callback says so. After `max_iter` iterations or `max_fun` evaluations it warns
    (ConvergenceWarning), as after Ctrl-C, which keeps what was learnt. Raises ValueError where
    there is an infinity or nan at the beginning.
    """

    def after_iteration(loss: float) -> None:
        if net._iteration_ends(loss):
            raise StopIteration

    limits = {"maxiter": net.max_iter, "maxfun": net.max_fun, "gtol": net.tol}
    try:
        found = minimize_module(
            net.module_, lambda: objective(samples), callback=after_iteration, options=limits
        )
    except KeyboardInterrupt:
        warnings.warn("the fit was interrupted; what was learnt is kept", stacklevel=4)
        return
    except NonFiniteError as error:
        raise ValueError(f"{error}; or scale the data, as StandardScaler does") from error
    net.loss_ = float(found.fun)
    if found.status not in (0, ENDED_BY_CALLBACK):
        warnings.warn(
            f"L-BFGS has not converged after {found.nit} iterations, {found.nfev} evaluations of "
            f"the loss: {found.message.strip()}. Raise max_iter (now {net.max_iter}), max_fun "
            f"({net.max_fun}) or tol, or scale the data, as StandardScaler does",
            ConvergenceWarning,
            stacklevel=4,
        )
