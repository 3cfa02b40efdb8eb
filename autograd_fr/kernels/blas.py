"""Products of matrices side by side, each on one thread of BLAS.

Several threads that each ask BLAS for several would wait for each other. OpenBLAS, which NumPy's
wheels bring along, can be told to take one; where BLAS cannot, the work is done in turn, and the
threads are those that BLAS takes for each product.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from . import threads

_NAMES = [f"{before}openblas_{{}}{after}" for before in ("scipy_", "") for after in ("64_", "")]

_counting = threading.Lock()
_users, _usual = 0, 1


def spread(work: threads.Work, n: int, block: int) -> None:
    """As `threads.spread`, for work that multiplies matrices."""
    if threads.number == 1 or n <= block or controls() is None:
        for start in range(0, n, block):
            work(start, min(start + block, n))
    else:
        with one_thread():
            threads.spread(work, n, block)


@contextmanager
def one_thread() -> Iterator[None]:
    """Let BLAS take one thread for each product, if it can be told."""
    global _users, _usual
    get, put = controls() or (lambda: 1, lambda count: None)
    with _counting:
        if not _users:
            _usual = get()
            put(1)
        _users += 1
    try:
        yield
    finally:
        with _counting:
            _users -= 1
            if not _users:
                put(_usual)


def tell(count: int) -> bool:
    """Have BLAS take so many threads from now on; whether it can be told."""
    global _usual
    found = controls()
    if found is None:
        return False
    with _counting:
        if _users:
            _usual = count
        else:
            found[1](count)
    return True


@cache
def controls() -> tuple[Any, Any] | None:
    """OpenBLAS's functions that get and set the number of threads; None where there are none.

    A library is searched together with those it was linked to.
    """
    found = [_function(verb + "_num_threads") for verb in ("get", "set")]
    return None if None in found else (found[0], found[1])


@cache
def narrow() -> bool:
    """Whether OpenBLAS takes its kernels for vectors of 32 bytes, whatever the processor has."""
    kind = _function("get_corename")
    if kind is None:
        return False
    kind.restype = ctypes.c_char_p
    return kind() in (b"Haswell", b"Zen")


def _function(name: str) -> Any:
    """A function of OpenBLAS; None where there is none."""
    try:
        library = ctypes.CDLL(str(sys.modules["numpy._core._multiarray_umath"].__file__))
    except (KeyError, OSError):
        return None
    found = (getattr(library, each.format(name), None) for each in _NAMES)
    return next((function for function in found if function is not None), None)
