"""The training steps: measure those asked for, tell, and compare with what is on record."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from . import recording
from .listing import WORKLOADS
from .measuring import measure
from .recording import Results
from .table import heading, legend, row
from .workload import Workload, fits

PATIENCE = 4  # times the rounds, for a workload that seems slower than on record


def chosen(pattern: str) -> list[Workload]:
    """The workloads whose name or title fits `pattern`; SystemExit where there is none."""
    found = [w for w in WORKLOADS if fits(pattern, w.name, w.title)]
    if not found:
        raise SystemExit(f"no workload's name or title fits {pattern!r}")
    return found


def run(options: argparse.Namespace) -> int:
    """Measure, and write what was asked for; 1 where something is slower than on record."""
    workloads = chosen(options.only)
    record = recording.load(options.against) if options.against else None
    setting = recording.setting(options.threads)
    if record and (other := {k: record[k] for k in setting if record[k] != setting[k]}):
        raise SystemExit(f"{options.against} was measured otherwise: {other}, not {setting}")
    how = f"{options.threads} threads, kernels {'compiled' if setting['compiled'] else 'of NumPy'}"
    print(how)
    results = table(workloads, options.rounds)
    print(legend(results.values()))
    status = compared(workloads, results, record, options) if record else 0
    if options.json:
        recording.save(options.json, options.threads, workloads, results)
    if options.plot:
        from .plot import draw

        draw(workloads, results, options.plot, how)
    return status


def table(workloads: list[Workload], rounds: int) -> Results:
    """Measure and print, row by row."""
    print(heading())
    results: Results = {}
    for k, workload in enumerate(workloads):
        _progress(f"{k + 1}/{len(workloads)} {workload.title}")
        results[workload.name] = measure(workload, rounds)
        _progress("")
        print(row(workload, results[workload.name]), flush=True)
    return results


def compared(
    workloads: list[Workload], results: Results, record: dict[str, Any], options: argparse.Namespace
) -> int:
    """Tell what is slower than on record; what seems so is measured once more, longer."""
    known = {w.name for w in workloads}
    ratios = recording.recorded_ratios(record)
    if options.only:
        ratios = {name: ratio for name, ratio in ratios.items() if name in known}
    if again := [w for w in workloads if w.name in recording.slower(results, ratios)]:
        print("\nonce more, as these seem slower than on record:")
        results |= table(again, PATIENCE * options.rounds)
    found = recording.slower(results, ratios) | recording.missing(results, ratios)
    for name, complaint in found.items():
        print(f"SLOWER {name}: {complaint}")
    if not found:
        print(f"\nnothing is slower than in {options.against}, with a slack of {recording.SLACK}")
    return 1 if found else 0


def _progress(text: str) -> None:
    """One line that the next one overwrites, where somebody may be watching."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
