"""Memory of arrays that are gone, kept for the next ones.

A step of training makes and drops the same large arrays again and again. The C library gives much
of their memory back in between, and the system clears every page of it before it is used anew: that
can take longer than to compute. It is asked here to keep some.
"""

from __future__ import annotations

import ctypes
import os

# Of glibc's malloc.h: how much memory may lie free at the end of the heap; and from which size on
# an array is no part of the heap, at most half of what one of its heaps for threads has.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_LARGEST = 1 << 25

kept = 0  # bytes, as last set; 0 while the C library does as it usually does


def keep(limit: int) -> bool:
    """Have the C library keep up to `limit` bytes of freed memory; False where it cannot be asked.

    It concerns the whole process. Arrays above 32 MB are given back at once in any case.
    """
    global kept
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # no glibc
        return False
    if not (mallopt(_MMAP_THRESHOLD, _LARGEST) and mallopt(_TRIM_THRESHOLD, limit)):
        return False
    kept = limit
    return True


def keep_usual() -> None:
    """Keep 256 MB, unless the environment says what malloc is to do."""
    if not any(name.startswith("MALLOC_") or name == "GLIBC_TUNABLES" for name in os.environ):
        keep(1 << 28)
