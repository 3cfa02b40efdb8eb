"""SciPy is an extra: without it there is nothing to test here but the error that says so."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("scipy") else ["test_*.py"]
