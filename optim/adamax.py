"""Adamax."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .memory import average, count, scalar, zeros
from .optimizer import Optimizer, State
from .options import at_least, below_one, number


class Adamax(Optimizer):
    """Adam with the greatest recent gradient in the place of the mean of squares.

        d = g + weight_decay p
        m = β₁ m + (1 - β₁) d
        u = max(β₂ u, |d| + eps)
        p = p - lr / (1 - β₁ᵗ) m / u

    With `maximize`, -g stands for g.

    Source: Kingma & Ba 2015, arXiv:1412.6980, algorithm 2. Raises ValueError for options out of
    range.

    >>> import autograd_fr as ag
    >>> w = ag.tensor([1.0], requires_grad=True)
    >>> optimizer = ag.optim.Adamax([w], lr=0.1)
    >>> (w * w).sum().backward(); optimizer.step(); w
    tensor([0.9000], requires_grad=True)
    """

    _gathers = True

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay,
            "foreach": foreach, "maximize": maximize, "differentiable": differentiable,
            "capturable": capturable,
        })  # fmt: skip

    def check(self, defaults: Mapping[str, Any]) -> None:
        super().check(defaults)
        at_least(defaults, 0.0, "lr", "eps", "weight_decay")
        below_one(defaults, "betas")

    def begin(self, p: Any, group: Mapping[str, Any]) -> State:
        return {"step": scalar(), "exp_avg": zeros(p), "exp_inf": zeros(p)}

    def update(self, p: Any, g: Any, state: State, group: Mapping[str, Any]) -> None:
        d, scratch, t = self.descent(p, g, group), self.scratch(p), count(state)
        m, u = state["exp_avg"].array, state["exp_inf"].array
        beta1, beta2 = map(number, group["betas"])
        average(m, d, beta1, 1 - beta1, scratch)
        np.abs(d, out=scratch)
        scratch += group["eps"]
        u *= beta2
        np.maximum(u, scratch, out=u)
        np.divide(m, u, out=scratch)
        scratch *= number(group["lr"]) / (1 - beta1**t)
        p -= scratch
