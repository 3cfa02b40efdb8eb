"""Muon."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .memory import average, zeros
from .optimizer import Optimizer, State
from .options import at_least, number


class Muon(Optimizer):
    """Momentum whose steps are made (nearly) orthogonal matrices; for parameters with two axes.

        m = momentum m + (1 - momentum) g
        u = momentum m + (1 - momentum) g           (without nesterov: u = m)
        X = u / max(‖u‖, eps)                       (transposed where it has more rows than columns)
        X = a X + (b X Xᵀ + c (X Xᵀ)²) X            `ns_steps` times: all singular values go near 1
        p = p - lr weight_decay p
        p = p - lr r X

    a, b, c are `ns_coefficients`. With `adjust_lr_fn` None or "original", r = √max(1, rows /
    columns); with "match_rms_adamw", r = 0.2 √max(rows, columns).

    All is computed in the dtype of the parameter; PyTorch computes X in bfloat16, to two digits.

    Source: Jordan 2024, kellerjordan.github.io/posts/muon; Liu et al. 2025, arXiv:2502.16982.
    Raises ValueError for options out of range, and for parameters that are no matrices.

    >>> import autograd_fr as ag
    >>> w = ag.eye(2).requires_grad_()
    >>> optimizer = ag.optim.Muon([w], lr=0.1, weight_decay=0.0, ns_steps=10)
    >>> (w * w).sum().backward(); optimizer.step(); bool((w < 1).any())
    True
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.775, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "weight_decay": weight_decay, "momentum": momentum, "nesterov": nesterov,
            "ns_coefficients": ns_coefficients, "eps": eps, "ns_steps": ns_steps,
            "adjust_lr_fn": adjust_lr_fn,
        })  # fmt: skip

    def check(self, defaults: Mapping[str, Any]) -> None:
        super().check(defaults)
        at_least(defaults, 0.0, "lr", "momentum", "weight_decay")
        if defaults["adjust_lr_fn"] not in (None, "original", "match_rms_adamw"):
            raise ValueError(
                "adjust_lr_fn is None, 'original' or 'match_rms_adamw', "
                f"got {defaults['adjust_lr_fn']!r}"
            )
        if len(defaults["ns_coefficients"]) != 3:
            raise ValueError(f"ns_coefficients are three, got {defaults['ns_coefficients']}")
        if defaults["ns_steps"] >= 100:
            raise ValueError(f"ns_steps must be below 100, got {defaults['ns_steps']}")

    def check_parameter(self, p: Any) -> None:
        super().check_parameter(p)
        if p.ndim != 2:
            raise ValueError(
                f"Muon is for parameters with two axes, got one of shape {tuple(p.shape)}: "
                "give the others to another optimizer"
            )

    def begin(self, p: Any, group: Mapping[str, Any]) -> State:
        return {"momentum_buffer": zeros(p)}

    def update(self, p: Any, g: Any, state: State, group: Mapping[str, Any]) -> None:
        m, keep, lr = state["momentum_buffer"].array, group["momentum"], number(group["lr"])
        scratch = self.scratch(p)
        average(m, g, keep, 1 - keep, scratch)
        x = _orthogonal(m * keep + scratch if group["nesterov"] else m, group)
        if group["weight_decay"]:
            p *= 1 - lr * group["weight_decay"]
        p -= np.multiply(x, lr * _ratio(p.shape, group["adjust_lr_fn"]), out=scratch)


def _orthogonal(u: Any, group: Mapping[str, Any]) -> Any:
    """The iteration of Newton and Schulz, on the side where X Xᵀ is small."""
    a, b, c = group["ns_coefficients"]
    tall = u.shape[0] > u.shape[1]
    x = u.T if tall else u
    x = x / max(float(np.linalg.norm(x)), group["eps"])
    for _ in range(group["ns_steps"]):
        square = x @ x.T
        x = a * x + (b * square + c * (square @ square)) @ x
    return x.T if tall else x


def _ratio(shape: tuple[int, ...], way: str | None) -> float:
    """How much longer the steps of a matrix of this shape are."""
    rows, columns = shape
    if way == "match_rms_adamw":
        return 0.2 * math.sqrt(max(rows, columns))
    return math.sqrt(max(1, rows / columns))
