"""Side-by-side timings: `python -m tests.benchmarks --help`."""

from __future__ import annotations

import argparse
import os
import sys


def main() -> int:
    """Set the threads, which NumPy and PyTorch read when they are imported; then measure."""
    options = arguments().parse_args()
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(options.threads)
    from . import steps

    return steps.run(options)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--only", default="", help="workloads whose name or title contains this")
    parser.add_argument("--threads", type=int, default=2)
    return parser


if __name__ == "__main__":
    sys.exit(main())
