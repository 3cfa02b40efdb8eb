"""Normalisation of each channel throughout a batch (samples, channels, positions), and the loops
over the positions of a channel.
"""

from __future__ import annotations

from typing import Any

from . import rounding, summing


@rounding
def normed_channels(
    x: Any, weight: Any, bias: Any, eps: float, y: Any, mean: Any, r: Any, first: int, last: int
) -> None:
    """Of `normed_batch`, the channels from `first` to before `last`."""
    n, _, positions = x.shape
    count = n * positions
    for c in range(first, last):
        mean[c] = _added(x, c) / count
        total = 0.0
        for k in range(n):
            total += squared(x[k, c], mean[c])
        r[c] = 1 / (total / count + eps) ** 0.5
        for k in range(n):
            scaled(x[k, c], mean[c], r[c] * weight[c], bias[c], y[k, c])


@rounding
def pulled_channels(
    g: Any, x: Any, weight: Any, mean: Any, r: Any, dx: Any, dweight: Any, dbias: Any,
    first: int, last: int,
) -> None:  # fmt: skip
    """Of `pulled_batch`, the same channels."""
    n, _, positions = x.shape
    count = n * positions
    for c in range(first, last):
        of_g = of_u = 0.0
        for k in range(n):
            plain, product = multiplied(g[k, c], x[k, c], mean[c])
            of_g += plain
            of_u += product
        dweight[c], dbias[c] = of_u * r[c], of_g
        scale = r[c] * weight[c]
        bend = x.dtype.type(scale * r[c] * r[c] * of_u / count)
        shift = x.dtype.type(scale * of_g / count)
        for k in range(n):
            bent(g[k, c], x[k, c], mean[c], scale, shift, bend, dx[k, c])


@rounding
def added_channels(x: Any, y: Any, first: int, last: int) -> None:
    """Of `by_channel`, the same channels."""
    for c in range(first, last):
        y[c] = _added(x, c)


@rounding
def _added(x: Any, c: int) -> Any:
    total = 0.0
    for k in range(len(x)):
        total += summed(x[k, c])
    return total


@summing
def summed(x: Any) -> Any:
    total = x.dtype.type(0)
    for i in range(x.size):
        total += x[i]
    return total


@summing
def squared(x: Any, mean: Any) -> Any:
    """Σ (x - mean)²."""
    total = x.dtype.type(0)
    for i in range(x.size):
        u = x[i] - mean
        total += u * u
    return total


@summing
def multiplied(g: Any, x: Any, mean: Any) -> Any:
    """Σ g, and Σ g (x - mean)."""
    plain = product = x.dtype.type(0)
    for i in range(x.size):
        plain += g[i]
        product += g[i] * (x[i] - mean)
    return plain, product


@rounding
def scaled(x: Any, mean: Any, scale: Any, shift: Any, y: Any) -> None:
    for i in range(x.size):
        y[i] = (x[i] - mean) * scale + shift


@rounding
def bent(g: Any, x: Any, mean: Any, scale: Any, shift: Any, bend: Any, dx: Any) -> None:
    for i in range(x.size):
        dx[i] = scale * g[i] - shift - bend * (x[i] - mean)
