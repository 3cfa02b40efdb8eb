"""Times of contenders in one process and in turn, round after round.

So a slow moment of the machine meets all of them; medians over the rounds, and medians of the
ratios within a round. Before a turn come a pause and some steps that do not count: the worker
threads of NumPy's and PyTorch's matrix products go on spinning for a while after a call, and
would take the cores away from whoever comes next; and for some 70 ms after a change of turns the
system may leave two threads of one contender on the same core.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .workload import OURS, PYTORCH, Run, Workload

PAUSE, WARM_UP, TURN = 0.05, 0.1, 0.03  # seconds; a turn is one step where that is longer


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
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            time.sleep(PAUSE)
            times[name].append(_turn(step))
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


def _turn(step: Callable[[], Any]) -> float:
    """Seconds per step, after some steps to warm up."""
    calls = max(1, round(TURN / repeated(step, WARM_UP)))
    start = time.perf_counter()
    for _ in range(calls):
        step()
    return (time.perf_counter() - start) / calls


def repeated(step: Callable[[], Any], seconds: float) -> float:
    """Do steps until so much time is over; the seconds per step."""
    start, calls = time.perf_counter(), 0
    while True:
        step()
        calls += 1
        if (spent := time.perf_counter() - start) >= seconds:
            return spent / calls


def agreeing(workload: Workload) -> dict[str, Run]:
    """All contenders, set up alike, after two steps with the same results and moves of weights."""
    runs = {name: build() for name, build in workload.builders.items()}
    seen = {name: _two_steps(run) for name, run in runs.items()}
    reference = PYTORCH if PYTORCH in seen else OURS
    for name in seen:
        for what, mine, theirs in zip(("results", "moves"), seen[name], seen[reference]):
            off = distance(mine, theirs)
            if not off <= workload.tolerance:
                raise Disagreement(
                    f"{workload.title}: the {what} of {name} are {off:.1e} off those of "
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


def distance(a: np.ndarray, b: np.ndarray) -> float:
    if a.shape != b.shape:
        return float("inf")
    norm = float(np.linalg.norm(b))
    return float(np.linalg.norm(a - b)) / norm if norm else float(np.linalg.norm(a))
