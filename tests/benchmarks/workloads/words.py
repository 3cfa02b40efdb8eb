"""Words: an embedding, and a choice among many."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..training import training
from ..workload import PYTORCH, Run, workload


@workload("embedding and 5000-way softmax", {PYTORCH: 0.8})
def softmax_of_5000(lib: Any) -> Run:
    nn, rng = lib.nn, np.random.default_rng(0)
    model = nn.Sequential(nn.Embedding(5000, 64), nn.Linear(64, 5000))
    data = [(rng.integers(0, 5000, 128), rng.integers(0, 5000, 128)) for _ in range(4)]
    return training(lib, model, lambda p: lib.optim.SGD(p, lr=0.1), data)
