"""Normalisation with weight and bias in few passes over memory, and what pulls gradients back.

`y = weight * (x - mean) * r + bias` with r = 1 / √(var + eps), where mean and variance are those of
a row, x having the axes samples, groups of channels, channels of a group, and positions, or those
of a channel throughout a batch, x having samples, channels, and positions. Each channel has its own
weight and bias, or None. Deviations from the mean are squared: nothing cancels.

With u = x - mean, the gradients are sums over a channel's entries,

    dweight = Σ r g u    dbias = Σ g    dx = r (weight g - E(weight g) - u r² E(weight g u))

where E is the mean over what is normalised together. Sums are products with ones, which take a
fraction of the time of `sum`; what is large is done in blocks of samples, which stay in the cache.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .blas import spread
from .constants import ones
from .fast import twin

BLOCK = 1 << 16  # entries


@twin
def normed_rows(x: Any, weight: Any, bias: Any, eps: float, centred: bool) -> tuple[Any, Any, Any]:
    """y, and of each sample and group mean and r; with `centred` off, the mean is None: it stays.

    x (n, groups, channels, positions), weight and bias (groups * channels) or None.
    """
    n, groups, channels, positions = x.shape
    width, count = channels * positions, channels * positions or 1
    y, r = np.empty(x.shape, x.dtype), np.empty((n, groups), x.dtype)
    mean = np.empty((n, groups), x.dtype) if centred else None
    weight, bias = _beside(weight, groups), _beside(bias, groups)

    def work(i: int, j: int) -> None:
        rows, d = x[i:j].reshape((j - i) * groups, width), y[i:j].reshape((j - i) * groups, width)
        factor = r[i:j].reshape(-1)
        if mean is not None:
            middle = mean[i:j].reshape(-1)
            rows.dot(ones(rows.shape[1], x.dtype), out=middle)
            middle /= count
            rows = np.subtract(rows, middle[:, None], out=d)
        np.vecdot(rows, rows, out=factor)
        _inverse_root(factor, count, eps)
        if weight is None or positions == 1:
            np.multiply(rows, factor[:, None], out=d)
            _scale(y[i:j], y[i:j], weight, bias)
        else:
            _scale(rows.reshape(y[i:j].shape), y[i:j], _outer(r[i:j]) * weight, bias)

    spread(work, n, _step(x))
    return y, mean, r


@twin
def normed_batch(x: Any, weight: Any, bias: Any, eps: float) -> tuple[Any, Any, Any]:
    """y, and mean and r of each channel: x (n, channels, positions), all others (channels)."""
    n, channels, positions = x.shape
    step, count = _step(x), n * positions or 1
    y, parts = np.empty(x.shape, x.dtype), np.empty((-(-n // step), channels), x.dtype)
    mean = _by_line(x, step) / count
    middle = mean[:, None]

    def squares(i: int, j: int) -> None:
        d = np.subtract(x[i:j], middle, out=y[i:j])
        parts[i // step] = _summed(_products(d, d))

    spread(squares, n, step)
    r = _summed(parts)
    _inverse_root(r, count, eps)
    factor = (r if weight is None else r * weight)[:, None]
    shift = None if bias is None else bias[:, None]
    spread(lambda i, j: _scale(y[i:j], y[i:j], factor, shift), n, step)
    return y, mean, r


@twin
def pulled_rows(g: Any, x: Any, weight: Any, mean: Any, r: Any) -> tuple[Any, Any, Any]:
    """The gradients dx, dweight (None where that is) and dbias of `normed_rows`."""
    n, groups, channels, positions = x.shape
    step, count = _step(x), channels * positions or 1
    dx, sums = np.empty(x.shape, x.dtype), np.empty((2, -(-n // step), groups, channels), x.dtype)
    beside = _beside(weight, groups)

    def work(i: int, j: int) -> None:
        gs, rs = g[i:j], r[i:j]
        u = x[i:j] if mean is None else x[i:j] - _outer(mean[i:j])
        of_u, of_g = _products(gs, u), _over_positions(gs)
        sums[0, i // step] = _by_channel(rs, of_u)
        sums[1, i // step] = _by_channel(None, of_g)
        bend = _by_group(of_u, weight)
        bend *= rs
        bend *= rs
        bend /= -count
        d = np.multiply(u, _outer(bend), out=None if mean is None else u)
        if mean is not None:
            shift = _by_group(of_g, weight)
            shift /= -count
            d += _outer(shift)
        scaled = gs if beside is None else gs * beside
        d += scaled
        np.multiply(d, _outer(rs), out=dx[i:j])

    spread(work, n, step)
    dweight, dbias = (_summed(part.reshape(len(part), groups * channels)) for part in sums)
    return dx, None if weight is None else dweight, dbias


@twin
def pulled_batch(g: Any, x: Any, weight: Any, mean: Any, r: Any) -> tuple[Any, Any, Any]:
    """The gradients dx, dweight (None where that is) and dbias of `normed_batch`."""
    n, channels, positions = x.shape
    step, count = _step(x), n * positions or 1
    dx, parts = np.empty(x.shape, x.dtype), np.empty((-(-n // step), channels), x.dtype)
    middle = mean[:, None]

    def products(i: int, j: int) -> None:
        parts[i // step] = _summed(_products(g[i:j], np.subtract(x[i:j], middle, out=dx[i:j])))

    spread(products, n, step)
    of_u, dbias = _summed(parts), _by_line(g, step)
    factor = r if weight is None else r * weight
    bend = factor * r * r * of_u / -count
    shift = factor * dbias / -count
    factor, bend, shift = factor[:, None], bend[:, None], shift[:, None]

    def work(i: int, j: int) -> None:
        d = dx[i:j]
        d *= bend
        d += g[i:j] * factor
        d += shift

    spread(work, n, step)
    return dx, None if weight is None else of_u * r, dbias


@twin
def by_channel(x: Any) -> Any:
    """The sum of each channel: x (n, channels, positions)."""
    return _by_line(x, _step(x))


# Parts of these


def _beside(p: Any, groups: int) -> Any:
    """A weight or bias of each channel as it stands beside groups, channels and positions."""
    return None if p is None else p.reshape(groups, -1, 1)


def _outer(p: Any) -> Any:
    """What belongs to samples and groups as it stands beside four axes."""
    return p[:, :, None, None]


def _summed(x: Any) -> Any:
    """The sum of the rows of a matrix."""
    return ones(len(x), x.dtype).dot(x)


def _by_line(x: Any, step: int) -> Any:
    """The sum of each channel in samples, channels and positions."""
    if len(x) <= step:
        return _summed(_over_positions(x))
    parts = np.empty((-(-len(x) // step), x.shape[1]), x.dtype)

    def work(i: int, j: int) -> None:
        parts[i // step] = _summed(_over_positions(x[i:j]))

    spread(work, len(x), step)
    return _summed(parts)


def _over_positions(x: Any) -> Any:
    """Sums over the last axis."""
    *lines, length = x.shape
    if length == 1:
        return x[..., 0]
    return x.reshape(math.prod(lines), length).dot(ones(length, x.dtype)).reshape(lines)


def _products(a: Any, b: Any) -> Any:
    """Sums of products over the last axis."""
    return a[..., 0] * b[..., 0] if a.shape[-1] == 1 else np.vecdot(a, b)


def _by_channel(r: Any, sums: Any) -> Any:
    """Sums (n, groups, channels) times r (n, groups), 1 where that is None, added up."""
    n, groups, channels = sums.shape
    if r is None:
        return _summed(sums.reshape(n, -1)).reshape(groups, channels)
    if groups == 1:
        return r[:, 0].dot(sums[:, 0])
    return np.matmul(r.T[:, None], sums.swapaxes(0, 1))[:, 0]


def _by_group(sums: Any, weight: Any) -> Any:
    """Sums (n, groups, channels) times the weights of channels, added up in each group."""
    _, groups, channels = sums.shape
    if weight is None:
        weight = ones(groups * channels, sums.dtype)
    if groups == 1:
        return sums.dot(weight)
    return np.matmul(sums[:, :, None], weight.reshape(groups, channels, 1))[:, :, 0, 0]


def _inverse_root(r: Any, n: int, eps: float) -> None:
    """Sums of n squares made 1 / √(mean + eps), in place."""
    r /= n
    r += eps
    np.sqrt(r, out=r)
    np.reciprocal(r, out=r)


def _scale(x: Any, y: Any, weight: Any, bias: Any) -> None:
    """`weight * x + bias`, written into y, which may be x; either may be None."""
    if weight is not None:
        np.multiply(x, weight, out=y)
    elif y is not x and bias is None:
        y[...] = x
    if bias is not None:
        np.add(x if weight is None else y, bias, out=y)


def _step(x: Any) -> int:
    """How many samples make a block."""
    return max(1, BLOCK * len(x) // max(x.size, 1))
