"""Twins of NumPy kernels, as loops that numba compiles; `kernels/fast.py` says when they run.

Each file has the twins of the kernels of the same name. Loops are written so that the compiler can
do several steps of them at once: no branches but choices between numbers, sums in functions that
are `summing`, and exponentials by the polynomials of `scalars`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
from numba.core.compiler_lock import global_compiler_lock

if getattr(numba.config, "DISABLE_JIT", False):
    raise ImportError("NUMBA_DISABLE_JIT is set", name="numba")

# Rounding may change; what is infinite or nan must stay so.
ROUNDED = {"contract", "nsz"}
SUMMED = {"contract", "nsz", "reassoc"}


def _stamp() -> tuple[float, int]:
    """When a kernel's source was last written, and how long they are together."""
    states = [path.stat() for path in Path(__file__).parents[1].rglob("*.py")]
    return max(s.st_mtime for s in states), sum(s.st_size for s in states)


def _jit(function: Callable[..., Any], fastmath: set[str]) -> Any:
    made: Any = numba.njit(nogil=True, error_model="numpy", fastmath=fastmath)(function)
    try:
        made.enable_caching()
    except RuntimeError:  # no folder can be written: it is compiled in every process
        return made
    # For numba a cache is good as long as the function's own file stays; it calls others beside.
    made._cache._cache_file._source_stamp = _stamp()
    return made


def scalar(function: Callable[..., Any]) -> Any:
    """Compile a function of numbers, as a part of those that call it."""
    return numba.njit(error_model="numpy", fastmath=ROUNDED)(function)


def exact(function: Callable[..., Any]) -> Callable[..., Any]:
    """For what gives the very bits that NumPy gives: every operation is rounded by itself."""
    return _jit(function, set())


def rounding(function: Callable[..., Any]) -> Any:
    """Compile a function, every step of it in the order that is written."""
    return _jit(function, ROUNDED)


def summing(function: Callable[..., Any]) -> Any:
    """Compile a function whose sums may be taken in any order, several partial ones at once."""
    return _jit(function, SUMMED)


if hasattr(os, "register_at_fork"):  # no thread of the parent may be compiling just then
    os.register_at_fork(
        before=global_compiler_lock.acquire,
        after_in_parent=global_compiler_lock.release,
        after_in_child=global_compiler_lock.release,
    )
