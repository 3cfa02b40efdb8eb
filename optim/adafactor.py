"""Adafactor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..autograd.value import share
from .memory import count, scalar, zeros
from .optimizer import Optimizer, State
from .options import at_least, number


class Adafactor(Optimizer):
    """Steps scaled by a mean of squared gradients that is kept as its rows and columns only.

        p = p - lr weight_decay p
        b = t^beta2_decay
        R = (1 - b) R + b (mean of g² along rows),  C likewise along columns
        V = R C / max(mean(R), ε₁)                  (of vectors: V = (1 - b) V + b g²)
        u = g / √max(V, ε₁²)
        p = p - max(ε₂, rms(p)) min(lr, 1/√t) u / max(1, rms(u) / d)

    R and C are of the last two axes; rms is the root of the mean square. ε₁, ε₂ are `eps`, where
    None stands for the resolution of the dtype. With `maximize`, -g stands for g.

    Source: Shazeer & Stern 2018, arXiv:1804.04235, in PyTorch's form. Raises ValueError for options
    out of range.

    >>> import autograd_fr as ag
    >>> w = ag.tensor([[1.0]], requires_grad=True)
    >>> optimizer = ag.optim.Adafactor([w], lr=0.1)
    >>> (w * w).sum().backward(); optimizer.step(); w
    tensor([[0.9000]], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-2,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0.0,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "beta2_decay": beta2_decay, "eps": eps, "d": d,
            "weight_decay": weight_decay, "foreach": foreach, "maximize": maximize,
        })  # fmt: skip

    def check(self, defaults: Mapping[str, Any]) -> None:
        super().check(defaults)
        at_least(defaults, 0.0, "lr", "weight_decay")
        at_least(defaults, 1.0, "d")
        if not defaults["beta2_decay"] <= 0:
            raise ValueError(f"beta2_decay must be at most 0, got {defaults['beta2_decay']}")
        if not all(eps is None or eps >= 0 for eps in defaults["eps"]):
            raise ValueError(f"eps must be at least 0, got {defaults['eps']}")

    def begin(self, p: Any, group: Mapping[str, Any]) -> State:
        if p.ndim < 2:
            return {"step": scalar(), "variance": zeros(p)}
        rows, columns = np.zeros_like(p[..., :1]), np.zeros_like(p[..., :1, :])
        return {"step": scalar(), "row_var": share(rows), "col_var": share(columns)}

    def update(self, p: Any, g: Any, state: State, group: Mapping[str, Any]) -> None:
        t, lr, (eps1, eps2) = count(state), number(group["lr"]), group["eps"]
        eps1 = np.finfo(p.dtype).eps if eps1 is None else eps1
        size = max(eps2, _rms(p)) * min(lr, 1 / t**0.5)
        if group["weight_decay"]:
            p *= 1 - lr * group["weight_decay"]
        u = self._variance(g, state, t ** group["beta2_decay"], eps1, self.scratch(p))
        np.maximum(u, eps1 * eps1, out=u)
        np.sqrt(u, out=u)
        np.divide(g, u, out=u)
        u *= size / max(1.0, _rms(u) / group["d"])
        np.add(p, u, out=p) if group["maximize"] else np.subtract(p, u, out=p)

    def _variance(self, g: Any, state: State, new: float, eps: float, out: Any) -> Any:
        """The mean of squares, with `new` the share of the latest."""
        squares = np.multiply(g, g, out=out)
        if "variance" in state:
            v = state["variance"].array
            v *= 1 - new
            squares *= new
            v += squares
            out[...] = v
            return out
        rows, columns = state["row_var"].array, state["col_var"].array
        rows += new * (squares.mean(-1, keepdims=True) - rows)
        columns += new * (squares.mean(-2, keepdims=True) - columns)
        np.multiply(rows, columns, out=out)
        out /= np.maximum(rows.mean(-2, keepdims=True), eps)
        return out


def _rms(x: Any) -> float:
    """The root of the mean square."""
    flat = x.reshape(-1)
    return float(np.sqrt(flat @ flat / max(flat.size, 1)))
