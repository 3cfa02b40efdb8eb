"""Side-by-side timings of training steps (`steps`), of operations (`ops`), and of memory, growth
and import (`memory`)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import threads

ROUNDS = {"steps": 10, "ops": 3, "memory": 1}


def main() -> int:
    """Set the threads before NumPy is imported, then measure."""
    options = arguments().parse_args()
    options.rounds = options.rounds or ROUNDS[options.what]
    threads.announce(options.threads)
    threads.share(options.threads)
    if options.what == "memory":
        return memory(options)
    if options.what == "ops":
        from . import operations

        return operations.run(options)
    from . import steps

    return profiled(options.profile) if options.profile else steps.run(options)


def memory(options: argparse.Namespace) -> int:
    """Peaks, nodes, steps and import, or the one of these that is asked for."""
    from . import growth, importing, peaks
    from .workload import fits

    peaks.report(options.only, options.threads)
    others = {
        "nodes": growth.report_nodes,
        "steps": growth.report_steps,
        "import": importing.report,
    }
    for name, report in others.items():
        if fits(options.only, name):
            report()
    return 0


def profiled(pattern: str) -> int:
    """Our side of the workloads that fit."""
    from . import profiling, steps

    for workload in steps.chosen(pattern):
        profiling.profile(workload)
    return 0


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    add = parser.add_argument
    add("what", nargs="?", choices=ROUNDS, default="steps")
    add("--rounds", type=int, metavar="N", help="more make steadier medians")
    add(
        "--only",
        default="",
        metavar="PATTERN",
        help="those whose name fits this regular expression",
    )
    add("--threads", type=int, default=2, metavar="N", help="of NumPy and of PyTorch")
    add("--json", type=Path, metavar="FILE", help="write the figures of the steps, or of the ops")
    add("--against", type=Path, metavar="FILE", help="fail where steps are slower than there")
    add("--plot", type=Path, metavar="FILE", help="draw the ratios (needs matplotlib)")
    add("--profile", metavar="PATTERN", help="profile our side of those steps instead")
    return parser


if __name__ == "__main__":
    sys.exit(main())
