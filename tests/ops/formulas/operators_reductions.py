"""How reductions and what runs along an axis mean the symbols of their formulas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

OPERATORS: dict[str, Callable[..., Any]] = {}


def kept(values: dict[str, Any]) -> dict[str, Any]:
    """The result and its gradient with the reduced axes, of length 1; `n`, how many entries went
    into one of the result; `ones`, of the argument's shape."""
    x, dim = np.asarray(values["x"]), values["dim"]
    every = dim is None or dim == () or x.ndim == 0
    axes = range(x.ndim) if every else sorted(int(d) % x.ndim for d in np.atleast_1d(dim))
    shape = tuple(1 if d in axes else length for d, length in enumerate(x.shape))
    n = int(np.prod([x.shape[d] for d in axes]))
    results = {name: np.reshape(values[name], shape) for name in ("y", "G")}
    return values | results | {"dim": tuple(axes), "n": n, "ones": np.ones(x.shape)}


def corrected(values: dict[str, Any]) -> dict[str, Any]:
    """Further `c`, what is taken off n: 1 where nothing was said."""
    c = values["correction"] if values["unbiased"] is None else int(values["unbiased"])
    return kept(values) | {"c": 1 if c is None else c}


READINGS = dict.fromkeys(("sum", "mean", "prod", "amax", "amin", "logsumexp", "vector_norm"), kept)
READINGS |= dict.fromkeys(("var", "std"), corrected)
