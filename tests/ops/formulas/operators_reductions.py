"""What runs along axes, and how reductions keep them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def kept(values: dict[str, Any]) -> dict[str, Any]:
    """The result and its gradient with the reduced axes, of length 1; `n`, how many entries went
    into one; `ones`, of the argument's shape."""
    x, dim = np.asarray(values["x"]), values.get("dim")
    axes = tuple(range(x.ndim)) if dim is None or dim == () else np.atleast_1d(dim)
    axes = {int(d) % x.ndim for d in axes} if x.ndim else set()
    shape = tuple(1 if d in axes else length for d, length in enumerate(x.shape))
    n = int(np.prod([x.shape[d] for d in axes]))
    more = {"dim": tuple(sorted(axes)), "n": n, "ones": np.ones_like(x)}
    return values | {name: np.reshape(values[name], shape) for name in ("y", "G")} | more


OPERATORS: dict[str, Callable[..., Any]] = {}

READINGS = dict.fromkeys(("sum", "mean"), kept)
