"""The peak of memory of training steps, each library in a fresh process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from . import threads
from .listing import WORKLOADS
from .measuring import repeated
from .workload import LIBRARIES, OURS, PYTORCH, fits, installed

NAMES = ("wide_step", "lenet", "batch_norm", "block", "lstm")
MOST = 1.2  # how many times PyTorch's peak ours may be
STEPS, SECONDS = 5, 0.2


def status(field: str) -> int:
    """A figure of this process, as `VmRSS`, in KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


def forget_peak() -> None:
    """Let `VmHWM`, the most that was in use, start again from what is in use."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_of(name: str, contender: str) -> int:
    """KiB above the level just before the first step, at the worst moment of some steps.

    The code of libraries that is read meanwhile is not counted, nor what they set up once:
    another net has trained a little before.
    """
    by_name = {w.name: w for w in WORKLOADS}
    repeated(by_name["tanh_net"].builders[contender]().step, SECONDS)
    step = by_name[name].builders[contender]().step
    forget_peak()
    level, code = status("VmRSS"), status("RssFile")
    for _ in range(STEPS):
        step()
    return status("VmHWM") - level - (status("RssFile") - code)


def in_fresh_process(name: str, contender: str, count: int) -> int:
    """`peak_of` in a process of its own, with NumPy's kernels: numba takes its 70 MiB but once."""
    call = [sys.executable, "-m", "tests.benchmarks.peaks", name, contender, str(count)]
    plain = {**os.environ, "AUTOGRAD_FR_FAST": "0"}
    return int(json.loads(subprocess.run(call, capture_output=True, check=True, env=plain).stdout))


def report(only: str, count: int) -> None:
    """Print the peaks in MiB."""
    contenders = [name for name, module in LIBRARIES.items() if installed(module)]
    asked = [w for w in WORKLOADS if w.name in NAMES and fits(only, w.name)]
    if asked:
        print(f"{'peak of a step':52}{'ours MiB':>10}{'PyTorch MiB':>13}{'ratio':>7}{'target':>8}")
    for workload in asked:
        peaks = {c: in_fresh_process(workload.name, c, count) / 1024 for c in contenders}
        ours, theirs = peaks[OURS], peaks.get(PYTORCH, float("nan"))
        target = f"{MOST:.2f}" + ("!" if ours > MOST * theirs else " ")
        print(f"{workload.title:52}{ours:10.1f}{theirs:13.1f}{ours / theirs:7.2f}{target:>8}")


if __name__ == "__main__":
    threads.share(int(sys.argv[3]))
    print(json.dumps(peak_of(*sys.argv[1:3])))
