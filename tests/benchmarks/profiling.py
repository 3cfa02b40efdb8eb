"""Where our own time goes."""

from __future__ import annotations

import cProfile
import pstats

from .measuring import WARM_UP, repeated
from .workload import OURS, Workload

SECONDS, LINES = 1.0, 25


def profile(workload: Workload) -> None:
    """Print the functions that our steps spend most time in, themselves."""
    step = workload.builders[OURS]().step
    repeated(step, WARM_UP)
    profiler = cProfile.Profile()
    spent = repeated(lambda: profiler.runcall(step), SECONDS)
    print(f"{workload.title}: {spent * 1e6:.0f} us a step under the profiler")
    pstats.Stats(profiler).sort_stats("tottime").print_stats(LINES)
