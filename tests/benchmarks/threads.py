"""How many threads compute."""

from __future__ import annotations

import importlib
import os

from .workload import LIBRARIES, installed

VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def announce(count: int) -> None:
    """Set what NumPy and PyTorch read when they are imported, which is to come."""
    os.environ.update(dict.fromkeys(VARIABLES, str(count)))


def share(count: int) -> None:
    """Tell both libraries as well."""
    for module in filter(installed, LIBRARIES.values()):
        importlib.import_module(module).set_num_threads(count)
