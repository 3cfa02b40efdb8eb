"""For all tests: one thread each for matrix products, as the tests themselves run in parallel."""

import os
import sys

import pytest

# Read by NumPy's and PyTorch's libraries once, when they are first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")  # plots without a window

import autograd_fr.nn  # noqa: F401 (its operations, too, are in the registry that tests walk)


@pytest.fixture
def frequent_switches():
    """Threads that take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)
