"""AdamW."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .adam import Adam


class AdamW(Adam):
    """Adam with a weight decay of its own, which the running means do not see.

        p = p - lr weight_decay p
        p = p - (the step of Adam, without weight decay)

    Source: Loshchilov & Hutter 2019, arXiv:1711.05101, algorithm 2, in PyTorch's form. Raises
    ValueError for options out of range.

    >>> import autograd_fr as ag
    >>> w = ag.tensor([1.0], requires_grad=True)
    >>> optimizer = ag.optim.AdamW([w], lr=0.1, weight_decay=0.5)
    >>> (w * w).sum().backward(); optimizer.step(); w
    tensor([0.8500], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)

    def update(self, p: Any, g: Any, state: dict[str, Any], group: Mapping[str, Any]) -> None:
        p *= 1 - group["lr"] * group["weight_decay"]
        super().update(p, g, state, {**group, "weight_decay": 0.0})
