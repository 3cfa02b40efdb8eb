"""Arrays that are always the same, made once."""

from __future__ import annotations

from typing import Any

import numpy as np

SHORT = 4096

_kept: dict[Any, Any] = {}


def ones(n: int, dtype: Any) -> Any:
    """So many ones, for products that are sums; nobody can write into them.

    >>> import numpy as np
    >>> float(np.arange(4.0).dot(ones(4, np.dtype(float))))
    6.0
    """
    if n > SHORT:
        return np.ones(n, dtype)
    if (kept := _kept.get(dtype)) is None:
        kept = _kept[dtype] = np.ones(SHORT, dtype)
        kept.setflags(write=False)
    return kept[:n]
