"""Where our own time goes."""

from __future__ import annotations

import cProfile
import pstats
import time

from .measuring import TURN
from .workload import OURS, Workload

LINES = 25


def profile(workload: Workload) -> None:
    """Print the functions that our steps spend most time in, themselves."""
    step = workload.builders[OURS]().step
    for _ in range(3):
        step()
    profiler, steps, start = cProfile.Profile(), 0, time.perf_counter()
    while time.perf_counter() - start < 50 * TURN:
        profiler.runcall(step)
        steps += 1
    print(f"{workload.title}: {steps} steps")
    pstats.Stats(profiler).sort_stats("tottime").print_stats(LINES)
