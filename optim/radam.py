"""RAdam."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .memory import average, average_squares, count, scalar, zeros
from .optimizer import Optimizer, State
from .options import at_least, below_one, number


class RAdam(Optimizer):
    """Adam that does not scale its steps until the mean of squares is known well enough.

        p = p - lr weight_decay p       if decoupled_weight_decay, else
        g = g + weight_decay p
        m = β₁ m + (1 - β₁) g
        v = β₂ v + (1 - β₂) g²
        ρ∞ = 2 / (1 - β₂) - 1,  ρ = ρ∞ - 2 t β₂ᵗ / (1 - β₂ᵗ)
        r = √((ρ - 4)(ρ - 2) ρ∞ / ((ρ∞ - 4)(ρ∞ - 2) ρ))
        p = p - lr r m / (1 - β₁ᵗ) √(1 - β₂ᵗ) / (√v + eps)      if ρ > 5, else
        p = p - lr m / (1 - β₁ᵗ)

    With `maximize`, -g stands for g.

    Source: Liu et al. 2020, arXiv:1908.03265. Raises ValueError for options out of range.

    >>> import autograd_fr as ag
    >>> w = ag.tensor([1.0], requires_grad=True)
    >>> optimizer = ag.optim.RAdam([w], lr=0.1)
    >>> (w * w).sum().backward(); optimizer.step(); w
    tensor([0.8000], requires_grad=True)
    """

    _gathers = True

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay,
            "maximize": maximize, "foreach": foreach, "capturable": capturable,
            "decoupled_weight_decay": decoupled_weight_decay, "differentiable": differentiable,
        })  # fmt: skip

    def check(self, defaults: Mapping[str, Any]) -> None:
        super().check(defaults)
        at_least(defaults, 0.0, "lr", "eps", "weight_decay")
        below_one(defaults, "betas")

    def begin(self, p: Any, group: Mapping[str, Any]) -> State:
        return {"step": scalar(), "exp_avg": zeros(p), "exp_avg_sq": zeros(p)}

    def update(self, p: Any, g: Any, state: State, group: Mapping[str, Any]) -> None:
        d, scratch, t = self.descent(p, g, group), self.scratch(p), count(state)
        m, v = state["exp_avg"].array, state["exp_avg_sq"].array
        beta1, beta2 = map(number, group["betas"])
        average(m, d, beta1, 1 - beta1, scratch)
        average_squares(v, d, beta2, 1 - beta2, scratch)
        step, scale = number(group["lr"]) / (1 - beta1**t), _rectified(t, beta2)
        if scale is None:
            p -= np.multiply(m, step, out=scratch)
            return
        np.sqrt(v, out=scratch)
        scratch += group["eps"]
        np.divide(m, scratch, out=scratch)
        scratch *= step * scale
        p -= scratch


def _rectified(t: float, beta2: float) -> float | None:
    """r √(1 - β₂ᵗ), or None where the mean of squares is of too few."""
    rest = 1 - beta2**t
    whole = 2 / (1 - beta2) - 1
    rho = whole - 2 * t * beta2**t / rest
    if rho <= 5:
        return None
    r = math.sqrt((rho - 4) * (rho - 2) * whole / ((whole - 4) * (whole - 2) * rho))
    return r * math.sqrt(rest)
