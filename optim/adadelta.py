"""Adadelta."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .memory import average_squares, count, scalar, zeros
from .optimizer import Optimizer, State
from .options import at_least, number


class Adadelta(Optimizer):
    """Steps whose scale is the ratio of two running means: of squared steps and squared gradients.

        d = g + weight_decay p
        h = rho h + (1 - rho) d²
        s = √(a + eps) / √(h + eps) d
        a = rho a + (1 - rho) s²
        p = p - lr s

    With `maximize`, -g stands for g.

    Source: Zeiler 2012, arXiv:1212.5701. Raises ValueError for options out of range.

    >>> import autograd_fr as ag
    >>> w = ag.tensor([1.0], requires_grad=True)
    >>> optimizer = ag.optim.Adadelta([w])
    >>> (w * w).sum().backward(); optimizer.step(); w
    tensor([0.9968], requires_grad=True)
    """

    _gathers = True

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize,
            "capturable": capturable, "foreach": foreach, "differentiable": differentiable,
        })  # fmt: skip

    def check(self, defaults: Mapping[str, Any]) -> None:
        super().check(defaults)
        at_least(defaults, 0.0, "lr", "rho", "eps", "weight_decay")
        if defaults["rho"] > 1:
            raise ValueError(f"rho must be from 0 to 1, got {defaults['rho']}")

    def begin(self, p: Any, group: Mapping[str, Any]) -> State:
        return {"step": scalar(), "square_avg": zeros(p), "acc_delta": zeros(p)}

    def update(self, p: Any, g: Any, state: State, group: Mapping[str, Any]) -> None:
        d, scratch, step = self.descent(p, g, group), self.scratch(p), self.scratch(p, 2)
        rho, eps = group["rho"], group["eps"]
        h, a = state["square_avg"].array, state["acc_delta"].array
        count(state)
        average_squares(h, d, rho, 1 - rho, scratch)
        np.add(a, eps, out=step)
        step /= np.add(h, eps, out=scratch)
        np.sqrt(step, out=step)
        step *= d
        average_squares(a, step, rho, 1 - rho, scratch)
        step *= number(group["lr"])
        p -= step
