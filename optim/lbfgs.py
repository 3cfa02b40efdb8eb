"""L-BFGS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..autograd.value import share
from .optimizer import State
from .quasi_newton import QuasiNewton

Array = Any


class LBFGS(QuasiNewton):
    """Quasi-Newton steps from the last `history_size` changes of the gradient.

        y = g - (g before),  s = the last step            (kept, with ρ = 1/y·s, if y·s > 1e-10)
        q = -g;   from the latest to the oldest:  αᵢ = ρᵢ sᵢ·q,  q = q - αᵢ yᵢ
        d = (y·s / y·y) q;   from the oldest on:  d = d + (αᵢ - ρᵢ yᵢ·d) sᵢ
        p = p + t d

    t is `lr` (at the very first min(1, 1/‖g‖₁) lr), or with `line_search_fn="strong_wolfe"` what a
    search for the strong Wolfe conditions finds from there. A step has up to `max_iter` such
    iterations with at most about `max_eval` evaluations (by default 1.25 `max_iter`, so that with
    `max_iter=1` a search ends where it began). It ends when no entry of the gradient is above
    `tolerance_grad`, or loss or parameters change by less than `tolerance_change`. It needs a
    closure, and has one group of parameters.

    Source: Nocedal & Wright, "Numerical optimization", algorithm 7.4. Raises ValueError for options
    out of range.

    >>> import autograd_fr as ag
    >>> w = ag.tensor([-1.2, 1.0], requires_grad=True)
    >>> optimizer = ag.optim.LBFGS([w], max_iter=100, line_search_fn="strong_wolfe")
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2
    ...     loss.backward()
    ...     return loss
    >>> loss = optimizer.step(closure); w
    tensor([1.0000, 1.0000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "max_iter": max_iter, "max_eval": max_eval,
            "tolerance_grad": tolerance_grad, "tolerance_change": tolerance_change,
            "history_size": history_size, "line_search_fn": line_search_fn,
        })  # fmt: skip

    def forget(self, state: State) -> None:
        state.update(old_dirs=[], old_stps=[], ro=[], H_diag=1)

    def learn(self, state: State, y: Array, s: Array) -> None:
        curvature = y @ s
        if not curvature > 1e-10:
            return
        tables = (state["old_dirs"], y), (state["old_stps"], s), (state["ro"], 1 / curvature)
        for table, newest in tables:
            if len(table) == self.param_groups[0]["history_size"]:
                del table[0]
            table.append(share(newest))
        state["H_diag"] = share(curvature / (y @ y))

    def direction(self, state: State, gradient: Array) -> Array:
        known = [
            tuple(t.array for t in kept)
            for kept in zip(state["old_dirs"], state["old_stps"], state["ro"])
        ]
        d, shares = -gradient, []
        for y, s, rho in reversed(known):
            shares.append(rho * (s @ d))
            d -= shares[-1] * y
        d *= getattr(state["H_diag"], "array", 1)
        for (y, s, rho), alpha in zip(known, reversed(shares)):
            d += (alpha - rho * (y @ d)) * s
        return d
