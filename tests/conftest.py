"""For all tests: one thread each for matrix products, as the tests themselves run in parallel."""

import gc
import os
import sys

import pytest

# Read by NumPy's and PyTorch's libraries once, when they are first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")  # plots without a window

import autograd_fr.nn

autograd_fr.ops.load()  # so that all are in the registry that tests walk; those of `nn` are, too


def pytest_collection_finish(session):
    """Keep the tests themselves, tens of thousands, out of what the garbage collector looks at.

    Tests that count what is left of a graph call it again and again.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture
def frequent_switches():
    """Threads that take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)
