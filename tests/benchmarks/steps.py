"""The training steps: measure those asked for, and tell."""

from __future__ import annotations

import argparse
import contextlib
import importlib

from autograd_fr.errors import MissingExtra

from .measuring import measure
from .table import heading, row
from .workload import LIBRARIES, Workload, installed
from .workloads import WORKLOADS


def run(options: argparse.Namespace) -> int:
    share_threads(options.threads)
    print(heading())
    for workload in chosen(options.only):
        print(row(workload, measure(workload, options.rounds)), flush=True)
    return 0


def share_threads(count: int) -> None:
    """As many for both libraries; what NumPy has is read from the environment."""
    for module in filter(installed, LIBRARIES.values()):
        with contextlib.suppress(MissingExtra):
            importlib.import_module(module).set_num_threads(count)


def chosen(pattern: str) -> list[Workload]:
    """The workloads whose name or title contains `pattern`."""
    pattern = pattern.lower()
    return [w for w in WORKLOADS if pattern in w.name or pattern in w.title.lower()]
