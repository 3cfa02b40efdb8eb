"""For all tests: one thread each for matrix products, as the tests themselves run in parallel."""

import os

# Read by NumPy's and PyTorch's libraries once, when they are first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
