"""The same entries in another shape: the lengths must multiply to their number."""

from __future__ import annotations

import math
from typing import Any

from ..failure import Failure, Row, Shape, Story


def story(f: Failure) -> Story | None:
    """Of `reshape` and `view`, where the number of entries is another."""
    x, wanted = f.operands[0], next(iter(f.params.values()), None)
    if x.shape is None or not isinstance(wanted, tuple) or any(n < -1 for n in wanted):
        return None
    wanted = tuple(wanted)  # which a torch.Size is too, but not as it is shown
    size, free = math.prod(x.shape), wanted.count(-1)
    filled = math.prod(n for n in wanted if n != -1)
    if filled == size if free == 0 else free == 1 and filled and size % filled == 0:
        return None  # it is a matter of memory
    if free > 1:
        why = f"only one length can be -1, not {free}"
    elif free and filled:
        why = f"{size} is not divisible by {filled}"
    else:
        why = f"that takes {filled} entries"
    return Story(
        f"{f.op}: {x} of shape {x.shape} has {size} entries, which do not fill {wanted}: {why}",
        [Row(x)],
        _way_out(size, wanted, x.shape),
    )


def _way_out(size: int, wanted: Any, own: Shape) -> str:
    """Shapes like the one that was asked for, with one length changed, that do fit."""
    fitting: list[Shape] = []
    for k in reversed(range(len(wanted))):
        others = math.prod(n for i, n in enumerate(wanted) if i != k and n != -1)
        holes = sum(n == -1 for i, n in enumerate(wanted) if i != k)
        if others and holes == 0 and size % others == 0:
            fitting.append((*wanted[:k], size // others, *wanted[k + 1 :]))
        elif others and holes == 1:
            rest = (*wanted[:k], 1, *wanted[k + 1 :])
            if size % math.prod(n for n in rest if n != -1) == 0 and wanted[k] == -1:
                fitting.append(rest)
    if not fitting and len(own) > 1 and len(wanted) == 2:
        fitting.append((own[0], size // own[0] if own[0] else 0))
    shapes = " or ".join(map(str, dict.fromkeys(fitting[:2])))
    return f"{shapes} would fit" if shapes else ""
