"""NAdam."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .memory import average, average_squares, count, put, scalar, zeros
from .optimizer import Optimizer, State
from .options import at_least, below_one, number


class NAdam(Optimizer):
    """Adam with Nesterov momentum.

        p = p - lr weight_decay p       if decoupled_weight_decay, else
        g = g + weight_decay p
        μ = β₁ (1 - ½ 0.96^(t momentum_decay)),  μ' the same for t + 1
        π = π μ                                     (π = 1 at first)
        m = β₁ m + (1 - β₁) g
        v = β₂ v + (1 - β₂) g²
        p = p - lr ((1 - μ) / (1 - π) g + μ' / (1 - π μ') m) / (√(v / (1 - β₂ᵗ)) + eps)

    With `maximize`, -g stands for g.

    Source: Dozat 2016, "Incorporating Nesterov momentum into Adam". Raises ValueError for options
    out of range.

    >>> import autograd_fr as ag
    >>> w = ag.tensor([1.0], requires_grad=True)
    >>> optimizer = ag.optim.NAdam([w], lr=0.1)
    >>> (w * w).sum().backward(); optimizer.step(); w
    tensor([0.8944], requires_grad=True)
    """

    _gathers = True

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay,
            "momentum_decay": momentum_decay, "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize, "foreach": foreach, "capturable": capturable,
            "differentiable": differentiable,
        })  # fmt: skip

    def check(self, defaults: Mapping[str, Any]) -> None:
        super().check(defaults)
        at_least(defaults, 0.0, "lr", "eps", "weight_decay", "momentum_decay")
        below_one(defaults, "betas")

    def begin(self, p: Any, group: Mapping[str, Any]) -> State:
        return {"step": scalar(), "mu_product": scalar(1.0), "exp_avg": zeros(p),
                "exp_avg_sq": zeros(p)}  # fmt: skip

    def update(self, p: Any, g: Any, state: State, group: Mapping[str, Any]) -> None:
        d, scratch, root = self.descent(p, g, group), self.scratch(p), self.scratch(p, 2)
        m, v, t = state["exp_avg"].array, state["exp_avg_sq"].array, count(state)
        beta1, beta2 = map(number, group["betas"])
        of_gradient, of_mean = _shares(t, beta1, state["mu_product"], group)
        average(m, d, beta1, 1 - beta1, scratch)
        average_squares(v, d, beta2, 1 - beta2, scratch)
        np.divide(v, 1 - beta2**t, out=root)
        np.sqrt(root, out=root)
        root += group["eps"]
        step = np.multiply(d, of_gradient, out=self.scratch(p, 3))
        step += np.multiply(m, of_mean, out=scratch)
        step /= root
        p -= step


def _shares(t: float, beta1: float, product: Any, group: Mapping[str, Any]) -> tuple[float, float]:
    """What the gradient and its mean are multiplied by; `product`, π, goes one step on."""
    lr, decay = number(group["lr"]), group["momentum_decay"]
    mu, following = (beta1 * (1 - 0.5 * 0.96 ** (s * decay)) for s in (t, t + 1))
    put(product, product.array * product.array.dtype.type(mu))
    pi = float(product.array)
    return lr * (1 - mu) / (1 - pi), lr * following / (1 - pi * following)
