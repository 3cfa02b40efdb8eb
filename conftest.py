"""Doctests of plots: without a window, and only where matplotlib is installed."""

import os
from importlib.util import find_spec

os.environ.setdefault("MPLBACKEND", "Agg")

collect_ignore_glob = [] if find_spec("matplotlib") else ["autograd_fr/viz/plots/*.py"]
