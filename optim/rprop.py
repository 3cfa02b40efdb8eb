"""Rprop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..autograd.value import share
from .memory import count, scalar, zeros
from .optimizer import Optimizer, State
from .options import at_least, number


class Rprop(Optimizer):
    """Steps of which only the sign is the gradient's: longer while it stays, shorter when it turns.

        g = 0 and s = η₋ s   where the gradient before, h, has the other sign
            s = η₊ s         where it has the same
        s = min(max(s, step_sizes[0]), step_sizes[1])           (s = lr at first)
        p = p - s sign(g)
        h = g

    η₋ and η₊ are `etas`. With `maximize`, -g stands for g. It is for whole gradients: those of
    minibatches turn by chance.

    Source: Riedmiller & Braun 1993, "A direct adaptive method for faster backpropagation learning".
    Raises ValueError for options out of range.

    >>> import autograd_fr as ag
    >>> w = ag.tensor([1.0], requires_grad=True)
    >>> optimizer = ag.optim.Rprop([w], lr=0.1)
    >>> (w * w).sum().backward(); optimizer.step(); w
    tensor([0.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "etas": etas, "step_sizes": step_sizes, "foreach": foreach,
            "maximize": maximize, "differentiable": differentiable, "capturable": capturable,
        })  # fmt: skip

    def check(self, defaults: Mapping[str, Any]) -> None:
        super().check(defaults)
        at_least(defaults, 0.0, "lr")
        shrink, grow = defaults["etas"]
        if not 0 < shrink < 1 < grow:
            raise ValueError(
                f"etas are a number between 0 and 1 and one above 1, got {defaults['etas']}"
            )

    def begin(self, p: Any, group: Mapping[str, Any]) -> State:
        size = np.full_like(p, number(group["lr"]))
        return {"step": scalar(), "prev": zeros(p), "step_size": share(size)}

    def update(self, p: Any, g: Any, state: State, group: Mapping[str, Any]) -> None:
        before, size, scratch = state["prev"].array, state["step_size"].array, self.scratch(p)
        (shrink, grow), (least, most) = group["etas"], group["step_sizes"]
        count(state)
        turn = np.multiply(g, before, out=scratch)
        same, other = (turn < 0, turn > 0) if group["maximize"] else (turn > 0, turn < 0)
        np.multiply(size, grow, out=size, where=same)
        np.multiply(size, shrink, out=size, where=other)
        np.clip(size, least, most, out=size)
        np.copyto(before, g)
        np.copyto(before, 0, where=other)
        if group["maximize"]:
            np.negative(before, out=before)
        np.sign(before, out=scratch)
        scratch *= size
        p -= scratch
