"""Memory that a thread uses again: fresh memory costs more than most that is done with it."""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np

from ..batching import known

LARGEST = 2**18  # entries that are kept: larger memory the C library keeps

_here = threading.local()  # `kept`: memory by name and dtype


def scratch(name: str, shape: tuple[int, ...], like: Any) -> Any:
    """An array to be written into, of this thread and until it asks for that name again."""
    size = math.prod(shape)
    if size > LARGEST or not isinstance(like, np.ndarray):
        return known.empty(shape, like)
    kept: dict[Any, Any] = _here.__dict__.setdefault("kept", {})
    memory = kept.get((name, like.dtype))
    if memory is None or memory.size < size:
        memory = kept[name, like.dtype] = np.empty(size, like.dtype)
    return memory[:size].reshape(shape)


def product(a: Any, b: Any) -> Any:
    """The matrix product in such memory."""
    if not (isinstance(a, np.ndarray) and isinstance(b, np.ndarray)) or a.dtype != b.dtype:
        return a @ b
    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    return np.matmul(a, b, out=scratch("product", (*lead, a.shape[-2], b.shape[-1]), b))
