"""Gradient descent with step halving."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .flat import Flat
from .optimizer import Optimizer
from .options import at_least, number


class HalvingGD(Optimizer):
    """Gradient descent that halves every step until it lowers the loss.

        t = lr
        t = t / 2       while loss(p - t g) is not below loss(p), up to `max_halvings` times
        p = p - t g

    If no such step is below, the parameters stay as they were: at a minimum as near as numbers go,
    or with a gradient that is wrong. `last_step` is the t taken, 0 if none was, and
    `evaluations` how often the loss was evaluated in all. A step needs a closure, which clears the
    gradients, computes the loss, calls backward(), and returns the loss.

    Raises ValueError for options out of range.

    >>> import autograd_fr as ag
    >>> w = ag.tensor([1.0, 1.0], requires_grad=True)
    >>> optimizer = ag.optim.HalvingGD([w])
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = w[0] ** 2 + 10 * w[1] ** 2
    ...     loss.backward()
    ...     return loss
    >>> loss = optimizer.step(closure); optimizer.last_step
    0.0625
    >>> w
    tensor([ 0.8750, -0.2500], requires_grad=True)
    """

    last_step = 0.0
    evaluations = 0

    def __init__(self, params: Iterable[Any], lr: Any = 1.0, max_halvings: int = 60) -> None:
        super().__init__(params, {"lr": lr, "max_halvings": max_halvings})

    def check(self, defaults: Mapping[str, Any]) -> None:
        super().check(defaults)
        at_least(defaults, 0.0, "lr", "max_halvings")

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Go down one step, as far as `lr` or its halves lead down; returns the loss before."""
        params = [p for group in self.param_groups for p in group["params"]]
        flat = Flat(params, type(self).__name__, closure)
        loss = flat.loss()
        self.evaluations += 1
        x, g, lowest = flat.position(), flat.gradient(), float(loss)
        t, self.last_step = number(self.param_groups[0]["lr"]), 0.0
        if not g.any():
            return loss
        for _ in range(self.param_groups[0]["max_halvings"] + 1):
            flat.move_to(x - t * g)
            self.evaluations += 1
            if float(flat.loss()) < lowest:
                self.last_step = t
                return loss
            t /= 2
        flat.move_to(x)
        return loss
