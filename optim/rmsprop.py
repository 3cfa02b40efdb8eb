"""RMSprop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .memory import average_squares, count, scalar, zeros
from .optimizer import Optimizer, State
from .options import at_least, number


class RMSprop(Optimizer):
    """Steps scaled by a running mean of the squared gradient.

        d = g + weight_decay p
        h = alpha h + (1 - alpha) d²
        a = alpha a + (1 - alpha) d                 (with centered: h - a² stands for h below)
        s = d / (√h + eps)
        m = momentum m + s                          (with momentum: m stands for s below)
        p = p - lr s

    With `maximize`, -g stands for g.

    Source: Tieleman & Hinton 2012, lecture 6.5 of "Neural networks for machine learning"; centered
    in Graves 2013, arXiv:1308.0850. Raises ValueError for options out of range.

    >>> import autograd_fr as ag
    >>> w = ag.tensor([1.0], requires_grad=True)
    >>> optimizer = ag.optim.RMSprop([w], lr=0.01)
    >>> (w * w).sum().backward(); optimizer.step(); w
    tensor([0.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "momentum": momentum, "alpha": alpha, "eps": eps, "centered": centered,
            "weight_decay": weight_decay, "capturable": capturable, "foreach": foreach,
            "maximize": maximize, "differentiable": differentiable,
        })  # fmt: skip

    def check(self, defaults: Mapping[str, Any]) -> None:
        super().check(defaults)
        at_least(defaults, 0.0, "lr", "alpha", "eps", "weight_decay", "momentum")

    def begin(self, p: Any, group: Mapping[str, Any]) -> State:
        state = {"step": scalar(), "square_avg": zeros(p)}
        if group["momentum"] > 0:
            state["momentum_buffer"] = zeros(p)
        if group["centered"]:
            state["grad_avg"] = zeros(p)
        return state

    def update(self, p: Any, g: Any, state: State, group: Mapping[str, Any]) -> None:
        d, scratch, alpha = self.descent(p, g, group), self.scratch(p), group["alpha"]
        h = state["square_avg"].array
        count(state)
        average_squares(h, d, alpha, 1 - alpha, scratch)
        if group["centered"]:
            mean = state["grad_avg"].array
            np.subtract(d, mean, out=scratch)
            scratch *= 1 - alpha
            mean += scratch
            np.multiply(mean, mean, out=scratch)
            h = np.subtract(h, scratch, out=scratch)
        np.sqrt(h, out=scratch)
        scratch += group["eps"]
        step = np.divide(d, scratch, out=scratch)
        if group["momentum"] > 0:
            m = state["momentum_buffer"].array
            m *= group["momentum"]
            m += step
            step = m
        p -= np.multiply(step, number(group["lr"]), out=scratch)
