"""`minimize_module`: the parameters of a module, fitted by SciPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..autograd.modes import enable_grad
from ..creation.values import tensor
from ..nn import Module
from ..nn.utils import vector_to_parameters
from .extra import scipy_optimize
from .objective import Watch, derivatives, one_number
from .settings import check_settings
from .unknowns import Array

METHODS = ("L-BFGS-B", "BFGS")


def minimize_module(
    model: Module,
    loss_fn: Callable[[], Any],
    *,
    method: str = "L-BFGS-B",
    tol: float | None = None,
    callback: Callable[[float], Any] | None = None,
    options: dict[str, Any] | None = None,
) -> Any:
    """Fit the parameters of a module in place, so that `loss_fn()` is least, by SciPy.

    `loss_fn`: computes the loss of all data with the module, one number as a tensor, the same at
    every call: no dropout, no minibatches. `method`: "L-BFGS-B" or "BFGS", which has a matrix of
    the square of the number of parameters. `tol`, `options`: SciPy's. `callback`: called with the
    loss after each iteration, with the parameters in place; StopIteration ends the search.

    Parameters keep their dtype, and the loss is computed in it: where float32 is not exact enough,
    `model.double()` before. Those that require no gradient stay as they are, and no `.grad` is
    touched. Where an error or Ctrl-C ends the search, the best parameters met are in place.

    Returns SciPy's result, whose `x` are the parameters by name. Raises TypeError for what is no
    module, ValueError for another method and for a module without parameters to fit, and what
    `minimize` does of `loss_fn`.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([[0.0], [1.0], [2.0]])
    >>> model = ag.nn.Linear(1, 1)
    >>> found = minimize_module(model, lambda: ((model(x) - 3 * x - 1) ** 2).mean())
    >>> found.success, round(model.weight.item(), 3), round(model.bias.item(), 3)
    (True, 3.0, 1.0)
    """
    scipy = scipy_optimize()
    check_settings("minimize_module", loss_fn, tol=tol, callback=callback, options=options)
    search = _Search(model, loss_fn)
    if method not in METHODS:
        raise ValueError(f"method is {' or '.join(METHODS)}, not {method!r}")
    best = search.start
    try:
        result = scipy.minimize(
            search.value_and_gradient, best, method=method, jac=True, tol=tol, options=options,
            callback=search.telling(callback),
        )  # fmt: skip
        best = result.x
    except BaseException:
        best = search.best
        raise
    finally:
        search.move_to(best)
    result.x = search.named
    return result


class _Search:
    """The parameters of a module as a vector, and the loss there; the best place met."""

    def __init__(self, model: Module, loss_fn: Callable[[], Any]) -> None:
        if not isinstance(model, Module):
            raise TypeError(f"minimize_module: a Module is needed, not {type(model).__name__}")
        self.loss_fn = loss_fn
        self.named = {name: p for name, p in model.named_parameters() if p.requires_grad}
        self.params = list(self.named.values())
        if not self.params:
            raise ValueError(f"minimize_module: {type(model).__name__} has no parameters to fit")
        self.start = _vector([p.array for p in self.params])
        self.best, self.least = self.start, np.inf
        self.watch = Watch("minimize_module")

    def move_to(self, x: Array) -> None:
        """Put the parameters at `x`."""
        vector_to_parameters(tensor(x), self.params)

    def value_and_gradient(self, x: Array) -> tuple[float, Array]:
        """The loss at `x` and its gradient."""
        self.move_to(x)
        with enable_grad(), np.errstate(all="ignore"):
            loss = one_number("minimize_module", self.loss_fn())
            found = derivatives("minimize_module", loss, self.params, of="the parameters")
        slopes = [np.zeros(p.shape) if g is None else g.array for g, p in zip(found, self.params)]
        number, gradient = self.watch.sound(loss, _vector(slopes))
        if number < self.least:
            self.best, self.least = x.copy(), number
        return number, gradient

    def telling(self, callback: Callable[[float], Any] | None) -> Any:
        """A callback that is told the loss, with the parameters where it was."""
        if callback is None:
            return None

        def told(intermediate_result: Any) -> None:
            self.move_to(intermediate_result.x)
            callback(float(intermediate_result.fun))

        return told


def _vector(arrays: list[Any]) -> Array:
    return np.concatenate([np.reshape(array, -1) for array in arrays]).astype(np.float64)
