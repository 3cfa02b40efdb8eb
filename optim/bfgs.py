"""BFGS, with the whole matrix."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..autograd.value import share
from .optimizer import State
from .quasi_newton import QuasiNewton

Array = Any


class BFGS(QuasiNewton):
    """Quasi-Newton steps from a matrix H that becomes the inverse of the Hessian.

        y = g - (g before),  s = the last step,  ρ = 1/y·s
        H = (I - ρ s yᵀ) H (I - ρ y sᵀ) + ρ s sᵀ    if y·s > 1e-10    (H = y·s/y·y I at first)
        p = p - t H g

    t is what a search for the strong Wolfe conditions finds, or with `line_search_fn=None` is `lr`.
    Options are those of `LBFGS`, and a closure is needed likewise. H has as many entries as the
    square of the number of parameters; where these are many, take `LBFGS`.

    Source: Nocedal & Wright, "Numerical optimization", algorithm 6.1. Raises ValueError for options
    out of range.

    >>> import autograd_fr as ag
    >>> A, b = ag.tensor([[4.0, 1.0], [1.0, 3.0]]), ag.tensor([1.0, 2.0])
    >>> x = ag.zeros(2, requires_grad=True)
    >>> optimizer = ag.optim.BFGS([x])
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = x @ A @ x / 2 - b @ x
    ...     loss.backward()
    ...     return loss
    >>> loss = optimizer.step(closure); x
    tensor([0.0909, 0.6364], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        line_search_fn: str | None = "strong_wolfe",
    ) -> None:
        super().__init__(params, {
            "lr": lr, "max_iter": max_iter, "max_eval": max_eval,
            "tolerance_grad": tolerance_grad, "tolerance_change": tolerance_change,
            "line_search_fn": line_search_fn,
        })  # fmt: skip

    def forget(self, state: State) -> None:
        state["H"] = None

    def learn(self, state: State, y: Array, s: Array) -> None:
        curvature = y @ s
        if not curvature > 1e-10:
            return
        if state["H"] is None:
            state["H"] = share(np.eye(len(y), dtype=y.dtype) * (curvature / (y @ y)))
        h = state["H"].array
        hy = h @ y
        # The product of the formula, multiplied out: H is symmetric.
        h -= np.outer(s, hy / curvature)
        h -= np.outer(hy / curvature, s)
        h += np.outer(s, s * ((1 + (y @ hy) / curvature) / curvature))

    def direction(self, state: State, gradient: Array) -> Array:
        return -gradient if state["H"] is None else -(state["H"].array @ gradient)
