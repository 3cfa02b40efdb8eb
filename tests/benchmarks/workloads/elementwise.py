"""Entry by entry, by rows, and by index."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import numpy as np

from ..training import drawn, feed, gradients
from ..workload import PYTORCH, Run, workload


@workload("elementwise chain over 10^6 entries", {PYTORCH: 1.0})
def chain(lib: Any) -> Run:
    a, b = (lib.tensor(drawn(10**6, seed=k), requires_grad=True) for k in range(2))
    offsets = cycle([0.5, 1.0, 1.5])

    def objective() -> Any:
        y = lib.tanh(a * b + next(offsets))
        return (y * lib.exp(-a * a) / (1 + b * b)).sum()

    return gradients([a, b], objective)


@workload("layer_norm with GELU, 256x256", {PYTORCH: 1.0})
def norm_gelu(lib: Any) -> Run:
    functional = lib.nn.functional
    x, w, b = (
        lib.tensor(drawn(*shape, seed=k), requires_grad=True)
        for k, shape in enumerate([(256, 256), (256,), (256,)])
    )
    weights = cycle([lib.tensor(drawn(256, 256, seed=k)) for k in range(3, 6)])

    def objective() -> Any:
        y = functional.gelu(functional.layer_norm(x, (256,), w, b))
        return (y * next(weights)).sum()

    return gradients([x, w, b], objective)


@workload("fancy indexing and slicing", {PYTORCH: 0.6})
def indexing(lib: Any) -> Run:
    rng = np.random.default_rng(0)
    x = lib.tensor(drawn(1000, 64), requires_grad=True)
    drawn_choices = [
        (rng.integers(0, 1000, 256), rng.integers(0, 64, 256), rng.random(1000) < 0.3)
        for _ in range(4)
    ]
    choices = feed(lib, drawn_choices)

    def objective() -> Any:
        rows, columns, mask = next(choices)
        chosen = (x[rows] ** 2).sum() + (x[rows, columns] ** 2).sum() + (x[mask] ** 2).sum()
        return chosen + (x[10:500:2, :32] * x[255:500, 32:]).sum() + x[-1].sum() + x[:, 3].sum()

    return gradients([x], objective)
