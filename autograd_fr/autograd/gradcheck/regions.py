"""Parts of a tensor in words: which entries a mask chooses."""

from __future__ import annotations

from typing import Any

import numpy as np


def region(mask: Any, name: str) -> str:
    """The entries that `mask` chooses as an index, `W[0, 1:3]`, or their number."""
    if mask.all():
        return name
    places = np.nonzero(mask)
    chosen = [np.unique(p) for p in places]
    if int(np.prod([len(c) for c in chosen])) != int(mask.sum()):
        return f"{int(mask.sum())} of {mask.size} entries of {name}"
    parts = [_range(c, n) for c, n in zip(chosen, mask.shape)]
    if None in parts:
        return f"{int(mask.sum())} of {mask.size} entries of {name}"
    while len(parts) > 1 and parts[-1] == ":":
        parts.pop()
    return f"{name}[{', '.join(map(str, parts))}]"


def _range(chosen: Any, length: int) -> str | None:
    first, last = int(chosen[0]), int(chosen[-1])
    if len(chosen) == length:
        return ":"
    if len(chosen) == 1:
        return str(first)
    if last - first + 1 != len(chosen):
        return None
    return f"{first or ''}:{'' if last + 1 == length else last + 1}"
