"""Arrays with the mean 0 and the mean square 1 over some axes, and what pulls gradients back.

Arrays have four axes here: samples, groups of channels, channels of a group, positions. `dim` says
over which of them the statistics go: over channels and positions (2, 3), or over samples too.
Means are taken first and deviations from them squared then: nothing cancels.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..batching import known

AXES = [0, 1, 2, 3]


def total(x: Any, dim: Any) -> Any:
    """The sum over the axes `dim`, which stay with the length 1, in one pass."""
    kept = [axis for axis in AXES if axis not in dim]
    return np.einsum(x, AXES, kept).reshape(_lengths(x, dim))


def total_product(a: Any, b: Any, dim: Any) -> Any:
    """The sum of products over the axes `dim`, which stay with the length 1; makes no product."""
    kept = [axis for axis in AXES if axis not in dim]
    return np.einsum(a, AXES, b, AXES, kept).reshape(_lengths(a, dim))


def _lengths(x: Any, dim: Any) -> tuple[int, ...]:
    return tuple(1 if axis in dim else n for axis, n in enumerate(x.shape))


def count(x: Any, dim: Any) -> int:
    """How many entries a mean over `dim` is of; 1 for none, which divides their sum 0 as well."""
    n = 1
    for axis in dim:
        n *= x.shape[axis]
    return n or 1


def deviations(x: Any, dim: Any, eps: float, centred: bool) -> tuple[Any, Any]:
    """Fresh memory with x - μ (or x), and 1 / √(mean square + eps) of that."""
    n = count(x, dim)
    d = x - total(x, dim) / n if centred else +x
    return d, 1 / np.sqrt(total_product(d, d, dim) / n + eps)


def normalized(x: Any, weight: Any, bias: Any, dim: Any, eps: float, centred: bool) -> Any:
    """`weight * (x - μ) / √(σ² + eps) + bias`, in memory of its own; with `centred` off, μ is 0.

    `weight` and `bias`: (groups, channels, 1), or None.
    """
    y, r = deviations(x, dim, eps, centred)
    return scaled(y, r, weight, bias)


def scaled(y: Any, r: Any, weight: Any, bias: Any) -> Any:
    """`weight * r * y + bias`, written into y: one product where that of the factors is small."""
    y = known.spread(known.spread(y, weight), bias) if known.used else y
    if weight is not None and (y.shape[3] > 1 or y.shape[2] == 1):
        r, weight = r * weight, None
    y *= r
    if weight is not None:
        y *= weight
    if bias is not None:
        y += bias
    return y


def slope(g: Any, x: Any, weight: Any, dim: Any, eps: float, centred: bool) -> Any:
    """What `normalized` pulls `g` back to: r (h - mean h - y mean(h y)) for h = weight g.

    Here r = 1 / √(σ² + eps) and y = r (x - μ). Where a weight is the same for all entries that are
    normalised together, it waits until the end.
    """
    d, r = deviations(x, dim, eps, centred)
    last = weight if weight is not None and x.shape[2] == 1 else None
    h = g if weight is None or last is not None else g * weight
    d = known.spread(known.spread(d, h), last) if known.used else d
    n = count(x, dim)
    d *= total_product(h, d, dim) * (r * r / -n)
    d += h
    if centred:
        d -= total(h, dim) / n
    d *= r if last is None else r * last
    return d
