"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .optimizer import Optimizer, at_least


class SGD(Optimizer):
    """Gradient descent with momentum, Nesterov's variant, and weight decay.

        d = g + weight_decay p
        m = momentum m + (1 - dampening) d          (m = d at the first step)
        d = d + momentum m  if nesterov else  m     (with momentum only)
        p = p - lr d

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
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "momentum": momentum, "dampening": dampening,
            "weight_decay": weight_decay, "nesterov": nesterov, "maximize": maximize,
        })  # fmt: skip

    def check(self, group: Mapping[str, Any]) -> None:
        at_least(group, 0.0, "lr", "momentum", "weight_decay")
        if group["nesterov"] and (group["momentum"] <= 0 or group["dampening"] != 0):
            raise ValueError("Nesterov momentum needs a momentum above 0 and no dampening")

    def update(self, p: Any, g: Any, state: dict[str, Any], group: Mapping[str, Any]) -> None:
        d, momentum = g, group["momentum"]
        if group["weight_decay"]:
            d = d + group["weight_decay"] * p
        if momentum:
            m = state.get("momentum_buffer")
            if m is None:
                m = state["momentum_buffer"] = d.copy()
            else:
                m *= momentum
                m += (1 - group["dampening"]) * d
            d = d + momentum * m if group["nesterov"] else m
        p -= group["lr"] * d
