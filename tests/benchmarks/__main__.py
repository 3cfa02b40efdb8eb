"""Side-by-side timings: `python -m tests.benchmarks [--rounds N] [--json FILE]`.

All contenders run in one process and in turn, round after round, so that a slow moment of the
machine meets all of them; medians over the rounds, and medians of the ratios within a round.
Between turns comes a pause: the worker threads of NumPy's and PyTorch's matrix products go on
spinning for a while after a call, and would take the cores away from whoever comes next.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .workloads import Workload, workloads

PAUSE = 0.05  # seconds


def measure(workload: Workload, rounds: int) -> dict[str, list[float]]:
    """Seconds per call of every contender, one figure a round."""
    _check_agreement(workload)
    calls = {name: _calls_for(run, 0.02) for name, run in workload.contenders.items()}
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, run in workload.contenders.items():
            time.sleep(PAUSE)
            run()
            start = time.perf_counter()
            for _ in range(calls[name]):
                run()
            times[name].append((time.perf_counter() - start) / calls[name])
    return times


def _check_agreement(workload: Workload) -> None:
    """Stop where a contender computes something else than the others."""
    results = {name: run() for name, run in workload.contenders.items()}
    reference = next(iter(results.values()))
    for name, result in results.items():
        if not np.allclose(result, reference, rtol=1e-3):
            raise SystemExit(f"{workload.title}: {name} gives {result}, not {reference}")


def _calls_for(run: Callable[[], Any], seconds: float) -> int:
    """How many calls fill about `seconds`."""
    start, calls = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        run()
        calls += 1
    return calls


def report(workload: Workload, times: dict[str, list[float]]) -> dict[str, Any]:
    """Print the table of one workload; return its figures."""
    ours = times["autograd_fr"]
    print(f"\n{workload.title}")
    print(f"  {'':15}{'median us':>12}{'ours / theirs':>16}")
    figures: dict[str, Any] = {}
    for name, theirs in times.items():
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        figures[name] = {"median_s": statistics.median(theirs), "ratio": ratio}
        print(f"  {name:15}{figures[name]['median_s'] * 1e6:12.1f}{ratio:16.2f}")
    return figures


def main() -> int:
    """Measure every workload; print tables, and write JSON where asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    figures = {w.title: report(w, measure(w, options.rounds)) for w in workloads()}
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
