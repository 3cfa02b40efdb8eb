"""Adam."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from ..kernels import steps
from .memory import constants, count, scalar, zeros
from .optimizer import Optimizer, State
from .options import at_least, below_one, no_tensor_with_foreach, number


class Adam(Optimizer):
    """Steps scaled by running means of the gradient and of its square.

        p = p - lr weight_decay p       if decoupled_weight_decay, else
        g = g + weight_decay p
        m = β₁ m + (1 - β₁) g
        v = β₂ v + (1 - β₂) g²          (with amsgrad, the greatest v so far stands for v below)
        p = p - lr (m / (1 - β₁ᵗ)) / (√v / √(1 - β₂ᵗ) + eps)

    With `maximize`, -g stands for g. `lr` and `betas` may be tensors of one element.

    Source: Kingma & Ba 2015, arXiv:1412.6980, algorithm 1, in PyTorch's form; amsgrad: Reddi et al.
    2018, arXiv:1904.09237. Raises ValueError for options out of range.

    >>> import autograd_fr as ag
    >>> w = ag.tensor([1.0], requires_grad=True)
    >>> optimizer = ag.optim.Adam([w], lr=0.1)
    >>> (w * w).sum().backward(); optimizer.step(); w
    tensor([0.9000], requires_grad=True)
    """

    _gathers = True

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-3,
        betas: tuple[Any, Any] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay,
            "amsgrad": amsgrad, "maximize": maximize, "foreach": foreach,
            "capturable": capturable, "differentiable": differentiable, "fused": fused,
            "decoupled_weight_decay": decoupled_weight_decay,
        })  # fmt: skip

    def check(self, defaults: Mapping[str, Any]) -> None:
        super().check(defaults)
        at_least(defaults, 0.0, "lr", "eps", "weight_decay")
        below_one(defaults, "betas")
        no_tensor_with_foreach(defaults)

    def begin(self, p: Any, group: Mapping[str, Any]) -> State:
        state = {"step": scalar(), "exp_avg": zeros(p), "exp_avg_sq": zeros(p)}
        if group["amsgrad"]:
            state["max_exp_avg_sq"] = zeros(p)
        return state

    def update(self, p: Any, g: Any, state: State, group: Mapping[str, Any]) -> None:
        d, t = self.descent(p, g, group), count(state)
        top = state["max_exp_avg_sq"].array if group["amsgrad"] else None
        numbers = _numbers(
            p.dtype, t, number(group["lr"]), *map(number, group["betas"]), group["eps"]
        )
        m, v = state["exp_avg"].array, state["exp_avg_sq"].array
        steps.adam(p, d, m, v, top, numbers, self.scratch(p))


@lru_cache(maxsize=64, typed=True)
def _numbers(
    dtype: Any, t: float, lr: float, beta1: float, beta2: float, eps: float
) -> tuple[Any, ...]:
    """What the running means and the step are multiplied by: the same for many parameters.

    Both sides of the fraction in the last line of the formula are multiplied by √(1 - β₂ᵗ).
    """
    root = float((1 - beta2**t) ** 0.5)
    step = float(lr / (1 - beta1**t)) * root
    return constants(dtype, beta1, 1 - beta1, beta2, 1 - beta2, eps * root, step)
