"""Attention, written out, and a block of a transformer."""

from __future__ import annotations

import math
from itertools import cycle
from typing import Any

from ..training import drawn, gradients, training
from ..workload import PYTORCH, Run, workload


@workload("attention by hand, 8x4x64x32", {PYTORCH: 1.0})
def by_hand(lib: Any) -> Run:
    q, k, v = (lib.tensor(drawn(8, 4, 64, 32, seed=s), requires_grad=True) for s in range(3))
    weights = cycle([lib.tensor(drawn(8, 4, 64, 32, seed=s)) for s in range(3, 6)])

    def objective() -> Any:
        scores = q @ k.transpose(-2, -1) / math.sqrt(32)
        return (scores.softmax(-1) @ v * next(weights)).sum()

    return gradients([q, k, v], objective)


# The gradient of the keys' bias is zero but for rounding, which Adam divides by its own size.
@workload("transformer block, d=128, 8x64, AdamW", {PYTORCH: 1.0}, tolerance=0.1)
def block(lib: Any) -> Run:
    model = lib.nn.TransformerEncoderLayer(128, 4, 512, dropout=0.0, batch_first=True)
    data = [(drawn(8, 64, 128, seed=k), drawn(8, 64, 128, seed=k + 10)) for k in range(4)]
    return training(lib, model, lambda p: lib.optim.AdamW(p, lr=1e-3), data, lib.nn.MSELoss())
