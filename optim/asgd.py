"""Averaged stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .memory import count, put, scalar, zeros
from .optimizer import Optimizer, State
from .options import at_least, number


class ASGD(Optimizer):
    """Gradient descent that keeps the mean of where it has been from step t0 on.

        d = g + weight_decay p
        p = (1 - lambd η) p - η d                   (η = lr at the first step)
        a = a + μ (p - a)                           (μ = 1 at the first step)
        η = lr / (1 + lambd lr t)^alpha
        μ = 1 / max(1, t - t0)

    The mean a is `state[p]["ax"]`. With `maximize`, -g stands for g.

    Source: Polyak & Juditsky 1992, "Acceleration of stochastic approximation by averaging", with
    the step sizes of Bottou. Raises ValueError for options out of range.

    >>> import autograd_fr as ag
    >>> w = ag.tensor([1.0], requires_grad=True)
    >>> optimizer = ag.optim.ASGD([w], lr=0.1)
    >>> (w * w).sum().backward(); optimizer.step(); w
    tensor([0.8000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "lambd": lambd, "alpha": alpha, "t0": t0, "weight_decay": weight_decay,
            "foreach": foreach, "maximize": maximize, "differentiable": differentiable,
            "capturable": capturable,
        })  # fmt: skip

    def check(self, defaults: Mapping[str, Any]) -> None:
        super().check(defaults)
        at_least(defaults, 0.0, "lr", "weight_decay")

    def begin(self, p: Any, group: Mapping[str, Any]) -> State:
        return {"step": scalar(), "eta": scalar(number(group["lr"])), "mu": scalar(1.0),
                "ax": zeros(p)}  # fmt: skip

    def update(self, p: Any, g: Any, state: State, group: Mapping[str, Any]) -> None:
        d, scratch, t = self.descent(p, g, group), self.scratch(p), count(state)
        lr, lambd, mean = number(group["lr"]), group["lambd"], state["ax"].array
        eta, mu = float(state["eta"].array), float(state["mu"].array)
        step = np.multiply(d, eta, out=scratch)
        p *= 1 - lambd * eta
        p -= step
        if mu == 1:
            mean[...] = p
        else:
            np.subtract(p, mean, out=scratch)
            scratch *= mu
            mean += scratch
        put(state["eta"], scalar(lr / (1 + lambd * lr * t) ** group["alpha"]).array)
        put(state["mu"], scalar(1 / max(1.0, t - group["t0"])).array)
