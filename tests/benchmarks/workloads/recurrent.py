"""Sequences."""

from __future__ import annotations

from typing import Any

from ..training import drawn, feed, training
from ..workload import PYTORCH, Run, workload


@workload("recurrent cell by hand, 50 steps of 64 units", {PYTORCH: 0.5})
def cell_by_hand(lib: Any) -> Run:
    w, u, b = (
        lib.tensor(drawn(*shape, seed=k, scale=0.1), requires_grad=True)
        for k, shape in enumerate([(64, 64), (64, 64), (64,)])
    )
    optimizer = lib.optim.SGD([w, u, b], lr=0.01)
    source = feed(lib, [(drawn(50, 16, 64, seed=k), drawn(16, 64, seed=k + 10)) for k in range(4)])

    def step() -> Any:
        inputs, target = next(source)
        optimizer.zero_grad()
        h = lib.zeros(16, 64)
        for x in inputs:
            h = lib.tanh(x @ w + h @ u + b)
        loss = ((h - target) ** 2).mean()
        loss.backward()
        optimizer.step()
        return loss

    return Run(step, [w, u, b])


@workload("LSTM, 32 steps of 64 units, Adam", {PYTORCH: 0.9}, tolerance=1e-2)
def lstm(lib: Any) -> Run:
    data = [(drawn(32, 16, 64, seed=k), drawn(32, 16, 64, seed=k + 10)) for k in range(4)]
    return training(
        lib,
        lib.nn.LSTM(64, 64),
        lambda p: lib.optim.Adam(p, lr=1e-3),
        data,
        lambda result, target: ((result[0] - target) ** 2).mean(),
    )
