"""Adagrad."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..autograd.value import share
from .memory import count, scalar
from .optimizer import Optimizer, State
from .options import at_least, number


class Adagrad(Optimizer):
    """Steps scaled by the sum of all squares of the gradient so far.

        d = g + weight_decay p
        h = h + d²                                  (h = initial_accumulator_value at first)
        p = p - lr / (1 + (t - 1) lr_decay) d / (√h + eps)

    With `maximize`, -g stands for g.

    Source: Duchi, Hazan & Singer 2011, "Adaptive subgradient methods for online learning and
    stochastic optimization". Raises ValueError for options out of range.

    >>> import autograd_fr as ag
    >>> w = ag.tensor([1.0], requires_grad=True)
    >>> optimizer = ag.optim.Adagrad([w], lr=0.1)
    >>> (w * w).sum().backward(); optimizer.step(); w
    tensor([0.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "lr_decay": lr_decay, "eps": eps, "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value, "foreach": foreach,
            "maximize": maximize, "differentiable": differentiable, "fused": fused,
        })  # fmt: skip

    def check(self, defaults: Mapping[str, Any]) -> None:
        super().check(defaults)
        at_least(
            defaults, 0.0, "lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps"
        )

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        super().add_param_group(param_group)
        for p in param_group["params"]:  # its state begins at once, as in PyTorch
            self._begun(p, p.memory(), param_group)

    def begin(self, p: Any, group: Mapping[str, Any]) -> State:
        start = self.defaults["initial_accumulator_value"]  # that of the optimizer, as in PyTorch
        return {"step": scalar(), "sum": share(np.full_like(p, start))}

    def update(self, p: Any, g: Any, state: State, group: Mapping[str, Any]) -> None:
        d, scratch, t = self.descent(p, g, group), self.scratch(p), count(state)
        h = state["sum"].array
        h += np.multiply(d, d, out=scratch)
        np.sqrt(h, out=scratch)
        scratch += group["eps"]
        np.divide(d, scratch, out=scratch)
        scratch *= number(group["lr"]) / (1 + (t - 1) * group["lr_decay"])
        p -= scratch
