"""Arrays with the mean 0 and the mean square 1 over some axes, and what pulls gradients back.

Arrays have four axes here: samples, groups of channels, channels of a group, positions. `dim` says
over which of them sums go: over channels and positions (2, 3), or over samples too; over samples
and positions, (0, 3), for what belongs to one channel. Means are taken first and deviations from
them squared then: nothing cancels. Sums are products with ones, which take a fraction of the time
of `sum`. What is large is done in blocks of samples, which stay in the cache.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..batching.known import Batched
from ..batching.known import spread as batched_as
from .threads import spread

CHANNELS = (0, 3)
BLOCK = 1 << 17  # entries


def total(x: Any, dim: Any) -> Any:
    """The sum over the axes `dim`, which stay with the length 1."""
    n, lines, length = _lines(x, dim)
    part = x
    if length > 1 or 0 not in dim:
        part = x.reshape((n * lines, length)) @ np.ones((length, 1), x.dtype)
    return _over_samples(part.reshape((n, lines)), dim).reshape(lengths(x, dim))


def total_product(a: Any, b: Any, dim: Any) -> Any:
    """The sum of products over the axes `dim`, which stay with the length 1."""
    if isinstance(a, Batched) or isinstance(b, Batched):
        return total(a * b, dim)
    n, lines, length = _lines(a, dim)
    if length > 1 or 0 not in dim:
        rows = (n * lines, length)
        part = np.vecdot(a.reshape(rows), b.reshape(rows)).reshape((n, lines))
    else:
        part = _products(a.reshape((n, lines)), b.reshape((n, lines)))
    return _over_samples(part, dim).reshape(lengths(a, dim))


def _lines(x: Any, dim: Any) -> tuple[int, int, int]:
    """The axes of `x` as three: samples, sums of a sample, and entries of such a sum."""
    n, groups, channels, positions = x.shape
    return (n, groups, channels * positions) if 2 in dim else (n, groups * channels, positions)


def _over_samples(x: Any, dim: Any) -> Any:
    return np.ones((1, len(x)), x.dtype) @ x if 0 in dim else x


def _products(a: Any, b: Any) -> Any:
    """Products a b, summed over so many rows that a block of them stays in the cache."""
    n, width = a.shape
    step = max(1, BLOCK // max(width, 1))
    if n <= step:
        return a * b
    sums = np.empty((-(-n // step), width), a.dtype)

    def add(start: int, stop: int) -> None:
        part = a[start:stop] * b[start:stop]
        np.matmul(np.ones(len(part), part.dtype), part, out=sums[start // step])

    spread(add, n, step)
    return sums


def lengths(x: Any, dim: Any) -> tuple[int, ...]:
    """The lengths of the axes after a sum."""
    return tuple(1 if axis in dim else n for axis, n in enumerate(x.shape))


def count(x: Any, dim: Any) -> int:
    """How many entries a mean over `dim` is of; 1 for none, which divides their sum 0 as well."""
    return math.prod([x.shape[axis] for axis in dim]) or 1


def normalized(x: Any, dim: Any, eps: float, centred: bool) -> tuple[Any, Any]:
    """`(x - μ) r` in memory of its own, and r = 1 / √(σ² + eps); with `centred` off, μ is 0."""
    if 0 in dim or type(x) is not np.ndarray:
        n = count(x, dim)
        d = x - total(x, dim) / n if centred else x
        r = 1 / np.sqrt(total_product(d, d, dim) / n + eps)
        if centred:
            d *= r
        return d if centred else x * r, r
    rows = _rows(x)
    z, r = np.empty(rows.shape, x.dtype), np.empty(len(rows), x.dtype)

    def work(i: int, j: int) -> None:
        _normalized(rows[i:j], eps, centred, z[i:j], r[i:j])

    spread(work, len(rows), _step(rows))
    return z.reshape(x.shape), r.reshape(lengths(x, dim))


def _normalized(x: Any, eps: float, centred: bool, z: Any, r: Any) -> None:
    """The same for the rows of a matrix, written into z and r."""
    n = x.shape[1] or 1
    if centred:
        mean = x @ np.ones(x.shape[1], x.dtype)
        mean /= n
        x = np.subtract(x, mean[:, None], out=z)
    np.vecdot(x, x, out=r)
    r /= n
    r += eps
    np.sqrt(r, out=r)
    np.divide(1, r, out=r)
    np.multiply(x, r[:, None], out=z)


def slope(h: Any, z: Any, r: Any, dim: Any, centred: bool) -> Any:
    """What `normalized`, giving z and r, pulls `h` back to: r (h - mean h - z mean(h z))."""
    if 0 in dim or any(isinstance(x, Batched) for x in (h, z, r)):
        n = count(z, dim)
        d = batched_as(z, h) * (total_product(h, z, dim) / -n)
        d += h
        if centred:
            d -= total(h, dim) / n
        d *= r
        return d
    rows, z_rows, r_rows = _rows(h), _rows(z), r.reshape(-1)
    d = np.empty(rows.shape, z.dtype)

    def work(i: int, j: int) -> None:
        _slope(rows[i:j], z_rows[i:j], r_rows[i:j], centred, d[i:j])

    spread(work, len(rows), _step(rows))
    return d.reshape(z.shape)


def _slope(h: Any, z: Any, r: Any, centred: bool, d: Any) -> None:
    """The same for the rows of matrices, written into d."""
    n = h.shape[1] or 1
    mean = np.vecdot(h, z)
    mean /= -n
    np.multiply(z, mean[:, None], out=d)
    d += h
    if centred:
        mean = h @ np.ones(h.shape[1], h.dtype)
        mean /= n
        d -= mean[:, None]
    d *= r[:, None]


def _rows(x: Any) -> Any:
    """What is normalised together as the rows of a matrix."""
    n, groups, channels, positions = x.shape
    return x.reshape((n * groups, channels * positions))


def scaled(x: Any, weight: Any, bias: Any) -> Any:
    """`weight * x + bias`, channel by channel, each (groups, channels, 1) or None."""
    if not _in_blocks(x, weight, bias):
        return _scaled(x, weight, bias, None)
    y = np.empty(x.shape, x.dtype)
    spread(lambda i, j: _scaled(x[i:j], weight, bias, y[i:j]), len(x), _step(x))
    return y


def _scaled(x: Any, weight: Any, bias: Any, out: Any) -> Any:
    if weight is None:
        return np.add(x, bias, out=out) if bias is not None else np.positive(x, out=out)
    y = np.multiply(x, weight, out=out)
    if bias is None:
        return y
    y = batched_as(y, bias)
    y += bias
    return y


def rescaled(x: Any, mean: Any, weight: Any, bias: Any) -> Any:
    """`weight * (x - mean) + bias`, channel by channel; the bias may be None."""
    if not _in_blocks(x, mean, weight, bias):
        return _rescaled(x, mean, weight, bias, None)
    y = np.empty(x.shape, x.dtype)
    spread(lambda i, j: _rescaled(x[i:j], mean, weight, bias, y[i:j]), len(x), _step(x))
    return y


def _rescaled(x: Any, mean: Any, weight: Any, bias: Any, out: Any) -> Any:
    y = batched_as(np.subtract(x, mean, out=out), weight)
    y *= weight
    if bias is None:
        return y
    y = batched_as(y, bias)
    y += bias
    return y


def _in_blocks(*arrays: Any) -> bool:
    """Whether there are many samples, each of which is done by itself."""
    return arrays[0].size > BLOCK and not any(isinstance(x, Batched) for x in arrays)


def _step(x: Any) -> int:
    """How many samples make a block."""
    return max(1, BLOCK * len(x) // max(x.size, 1))
