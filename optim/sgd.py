"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..autograd.value import share
from ..kernels import steps
from .memory import constants
from .optimizer import Optimizer, State
from .options import at_least, number


class SGD(Optimizer):
    """Gradient descent with momentum, Nesterov's variant, and weight decay.

        d = g + weight_decay p
        m = momentum m + (1 - dampening) d          (m = d at the first step)
        p = p - lr d             without momentum
        p = p - lr m             with momentum
        p = p - lr (d + momentum m)  with nesterov

    With `maximize`, -g stands for g. `lr` may be a tensor of one element.

    Source: Sutskever et al. 2013, "On the importance of initialization and momentum", in PyTorch's
    form. Raises ValueError for options out of range.

    >>> import autograd_fr as ag
    >>> w = ag.tensor([1.0], requires_grad=True)
    >>> optimizer = ag.optim.SGD([w], lr=0.1)
    >>> (w * w).sum().backward(); optimizer.step(); w
    tensor([0.8000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay,
            "nesterov": nesterov, "maximize": maximize, "foreach": foreach,
            "differentiable": differentiable, "fused": fused,
        })  # fmt: skip

    def check(self, defaults: Mapping[str, Any]) -> None:
        super().check(defaults)
        at_least(defaults, 0.0, "lr", "momentum", "weight_decay")
        if defaults["nesterov"] and (defaults["momentum"] <= 0 or defaults["dampening"] != 0):
            raise ValueError("Nesterov momentum needs a momentum above 0 and no dampening")

    def remembers(self, group: Mapping[str, Any]) -> bool:
        return bool(group["momentum"])

    def begin(self, p: Any, group: Mapping[str, Any]) -> State:
        return {"momentum_buffer": None} if group["momentum"] else {}

    def update_all(self, params: Iterable[Any], group: Mapping[str, Any]) -> None:
        more = group["momentum"] or group["weight_decay"] or group["maximize"]
        if more or getattr(self.update, "__func__", None) is not SGD.update:
            super().update_all(params, group)
            return
        lr, dtype = number(group["lr"]), None
        for p in params:
            array, g = p.array, p._grad.array
            if array.dtype is not dtype:
                dtype = array.dtype
                (factor,) = constants(dtype, lr)
            if array.size < steps.LONG:
                array -= g * factor
            else:
                steps.sgd(array, g, factor, self.scratch(array))

    def update(self, p: Any, g: Any, state: State, group: Mapping[str, Any]) -> None:
        d, lr, scratch = g, number(group["lr"]), self.scratch(p)
        if group["weight_decay"] or group["maximize"]:
            d = self.descent(p, g, group)
        if momentum := group["momentum"]:
            held = state["momentum_buffer"]
            if held is not None and not group["dampening"] and not group["nesterov"]:
                keep, factor = constants(p.dtype, momentum, lr)
                steps.momentum(p, d, held.array, keep, factor, scratch)
                return
            m = self._averaged(d, state, group)
            if group["nesterov"]:
                p -= np.multiply(d, lr, out=scratch)
                lr *= momentum
            d = m
        (factor,) = constants(p.dtype, lr)
        steps.sgd(p, d, factor, scratch)

    def _averaged(self, d: Any, state: State, group: Mapping[str, Any]) -> Any:
        """The running mean of the gradients, this one taken in."""
        if state["momentum_buffer"] is None:
            state["momentum_buffer"] = kept = share(np.array(d))
            return kept.array
        m = state["momentum_buffer"].array
        m *= group["momentum"]
        if dampening := group["dampening"]:
            d = np.multiply(d, 1 - dampening, out=self.scratch(m))
        m += d
        return m
