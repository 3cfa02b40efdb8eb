"""Times of contenders in one process and in turn, round after round.

So a slow moment of the machine meets all of them; medians over the rounds, and medians of the
ratios within a round. Between turns comes a pause: the worker threads of NumPy's and PyTorch's
matrix products go on spinning for a while after a call, and would take the cores away from
whoever comes next.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .workload import OURS, PYTORCH, Run, Workload

PAUSE = 0.05  # seconds between two turns
TURN = 0.02  # seconds that a turn lasts, or one call where that is longer


class Disagreement(Exception):
    """A contender computes something else than the others."""


@dataclass(frozen=True)
class Figures:
    """Of one contender: its median of seconds per step, and the median of ours over its."""

    seconds: float
    ratio: float


def measure(workload: Workload, rounds: int) -> dict[str, Figures]:
    """The figures of every contender, after it has shown that it computes the same."""
    steps = {name: run.step for name, run in agreeing(workload).items()}
    calls = {name: _calls_for(step) for name, step in steps.items()}
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            time.sleep(PAUSE)
            step()
            start = time.perf_counter()
            for _ in range(calls[name]):
                step()
            times[name].append((time.perf_counter() - start) / calls[name])
    return figures_of(times)


def figures_of(times: dict[str, list[float]]) -> dict[str, Figures]:
    """Medians over the rounds."""
    ours = times[OURS]
    return {
        name: Figures(
            statistics.median(theirs),
            statistics.median(a / b for a, b in zip(ours, theirs, strict=True)),
        )
        for name, theirs in times.items()
    }


def _calls_for(step: Callable[[], Any]) -> int:
    """How many calls fill a turn, after some to warm up."""
    for _ in range(2):
        step()
    start, calls = time.perf_counter(), 0
    while True:
        step()
        calls += 1
        if time.perf_counter() - start >= TURN:
            return calls


def agreeing(workload: Workload) -> dict[str, Run]:
    """All contenders, set up alike, after two steps with the same results and moves of weights."""
    runs = {name: build() for name, build in workload.builders.items()}
    seen = {name: _two_steps(run) for name, run in runs.items()}
    reference = PYTORCH if PYTORCH in seen else OURS
    for name in seen:
        for what, mine, theirs in zip(("results", "moves"), seen[name], seen[reference]):
            distance = _distance(mine, theirs)
            if not distance <= workload.tolerance:
                raise Disagreement(
                    f"{workload.title}: the {what} of {name} are {distance:.1e} off those of "
                    f"{reference}, in relation to their norm"
                )
    return runs


def _two_steps(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """What two steps return, and by how much they move the weights; each in one vector."""
    before = vector(run.weights)
    results = np.concatenate([vector(run.step()), vector(run.step())])
    return results, vector(run.weights) - before


def vector(values: Any) -> np.ndarray:
    """All numbers of a value or of a sequence of them, in float64 and one row."""
    if isinstance(values, list | tuple):
        return np.concatenate([np.zeros(0), *map(vector, values)])
    plain = values.detach().numpy() if hasattr(values, "detach") else values
    return np.array(plain, np.float64).ravel()


def _distance(a: np.ndarray, b: np.ndarray) -> float:
    if a.shape != b.shape:
        return float("inf")
    norm = float(np.linalg.norm(b))
    return float(np.linalg.norm(a - b)) / norm if norm else float(np.linalg.norm(a))
