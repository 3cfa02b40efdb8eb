"""How long an operation takes, forward and backward, in turn with PyTorch and bare NumPy."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .measuring import Disagreement, distance, repeated, vector
from .operation import Operation, Shape
from .workload import LIBRARIES, NUMPY, OURS, PYTORCH, imported

PAUSE, WARM_UP, LONG_WARM_UP, TURN = 0.01, 0.005, 0.1, 0.01  # seconds
SPLIT = 1000  # entries from which work may be split over threads, that have to settle

Once = Callable[[], tuple[float, float]]  # does it once, and says how long each direction took


@dataclass(frozen=True)
class Times:
    """Seconds of ours, forward and backward, and how many times those of the others they are."""

    forward: float
    backward: float
    forward_ratio: float
    backward_ratio: float
    bare_ratio: float


def time_operation(operation: Operation, shape: Shape, rounds: int) -> Times:
    """Medians over the rounds, and of ratios within a round."""
    runs = agreeing(operation, shape)
    warm_up = LONG_WARM_UP if shape[0] * shape[1] >= SPLIT else WARM_UP
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, once in runs.items():
            time.sleep(PAUSE)
            times[name].append(_turn(once, warm_up))
    ours = np.median(times[OURS], axis=0)
    forward_ratio, backward_ratio = ratios(times, PYTORCH)
    return Times(*map(float, ours), forward_ratio, backward_ratio, ratios(times, NUMPY)[0])


def ratios(times: dict[str, list[tuple[float, float]]], name: str) -> list[float]:
    """Ours over theirs, forward and backward; NaN where they do not take part."""
    if name not in times:
        return [float("nan")] * 2
    pairs = list(zip(times[OURS], times[name], strict=True))
    return [statistics.median(a[way] / (b[way] or np.nan) for a, b in pairs) for way in (0, 1)]


def _turn(once: Once, warm_up: float) -> tuple[float, float]:
    calls = max(1, round(TURN / repeated(once, warm_up)))
    forward, backward = zip(*(once() for _ in range(calls)))
    return sum(forward) / calls, sum(backward) / calls


def agreeing(operation: Operation, shape: Shape) -> dict[str, Once]:
    """Those who do it, ours first, after their results and gradients have been compared."""
    arrays = operation.arguments(shape)
    runs, seen = {}, {}
    for name, module in LIBRARIES.items():
        if lib := imported(module):
            runs[name], result = _run(operation, lib, arrays)
            seen[name] = vector(result)
    for name, result in seen.items():
        if not distance(result, seen[OURS]) <= 1e-3:
            raise Disagreement(f"{operation.name} {shape}: {name} computes something else")
    if operation.bare:
        runs[NUMPY] = _bare(operation.bare, arrays)
    return runs


def _run(operation: Operation, lib: Any, arrays: list[np.ndarray]) -> tuple[Once, list[Any]]:
    """Forward and backward of one library, and what they gave the first time."""
    tensors = [lib.tensor(a) for a in arrays]
    leaves = [t.requires_grad_() for t, a in zip(tensors, arrays) if a.dtype.kind == "f"]
    result = operation.call(lib, *tensors)
    seed = lib.tensor(np.cos(np.arange(result.numel(), dtype=np.float32)).reshape(result.shape))

    def once() -> tuple[float, float]:
        for leaf in leaves:
            leaf.grad = None
        start = time.perf_counter()
        y = operation.call(lib, *tensors)
        middle = time.perf_counter()
        y.backward(seed)
        return middle - start, time.perf_counter() - middle

    once()
    return once, [result, *(leaf.grad for leaf in leaves)]


def _bare(call: Callable[..., Any], arrays: list[np.ndarray]) -> Once:
    def once() -> tuple[float, float]:
        start = time.perf_counter()
        call(*arrays)
        return time.perf_counter() - start, 0.0

    return once
