"""Side-by-side timings of training steps (`steps`), of operations (`ops`), and of memory, growth
and import (`memory`)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import threads


def main() -> int:
    """Set the threads before NumPy is imported, then measure."""
    options = arguments().parse_args()
    threads.announce(options.threads)
    if options.what == "memory":
        from . import memory

        return memory.run(options)
    threads.share(options.threads)
    if options.what == "ops":
        from . import operations

        return operations.run(options)
    from . import steps

    if options.profile:
        from .profiling import profile

        for workload in steps.chosen(options.profile):
            profile(workload)
        return 0
    return steps.run(options)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    add = parser.add_argument
    add("what", nargs="?", choices=("steps", "ops", "memory"), default="steps")
    add("--rounds", type=int, default=20, metavar="N", help="more make steadier medians")
    add("--only", default="", metavar="PATTERN", help="those whose name or title contains it")
    add("--threads", type=int, default=2, metavar="N", help="of NumPy and of PyTorch")
    add("--json", type=Path, metavar="FILE", help="write the figures of the steps")
    add("--against", type=Path, metavar="FILE", help="fail where steps are slower than there")
    add("--plot", type=Path, metavar="FILE", help="draw the ratios (needs matplotlib)")
    add("--profile", metavar="PATTERN", help="profile our side of those steps instead")
    return parser


if __name__ == "__main__":
    sys.exit(main())
