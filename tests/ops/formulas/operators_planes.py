"""What formulas of pooling, padding and resampling name, by definition: loops over windows and
entries, matrices of weights, and NumPy's own padding. Planes are the last axes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from .pullback import pulled

# Pooling


def maxpool(x: Any, *, windows: Any) -> Any:
    """The greatest entry of each window."""
    axes = tuple(range(-len(windows), 0))
    return _by_window(lambda seen: seen.max(axes), x, windows)


def argmaxpool(x: Any, *, windows: Any) -> Any:
    """The number in its plane that the greatest entry of each window has."""
    n = len(windows)
    lengths = x.shape[x.ndim - n :]
    numbers = np.broadcast_to(np.arange(math.prod(lengths)).reshape(lengths), x.shape)
    y = np.zeros((*x.shape[:-n], *(w[0] for w in windows)), int)
    for i, cell in _windows(lengths, windows):
        for plane in np.ndindex(*x.shape[:-n]):
            seen = x[(*plane, *cell)]
            y[*plane, *i] = numbers[(*plane, *cell)].flat[seen.argmax()]
    return y


def takepool(z: Any, places: Any, *, dims: int = 0, shape: Any = ()) -> Any:
    """The entries at these numbers of each plane."""
    before = z.shape[: z.ndim - (dims or len(shape))]
    y = np.zeros(places.shape)
    for plane in np.ndindex(*before):
        y[plane] = z[plane].reshape(-1)[places[plane]]
    return y


def unpool(
    z: Any, places: Any, *, x: Any, shape: Any = None, windows: Any = None, dims: int = 0
) -> Any:
    """Planes of zeros with the entries of z added at these numbers."""
    n = len(shape or windows or range(dims))
    shape = shape or x.shape[x.ndim - n :]
    y = np.zeros((*z.shape[: z.ndim - n], *shape))
    for plane in np.ndindex(*z.shape[: z.ndim - n]):
        for i in np.ndindex(*z.shape[z.ndim - n :]):
            y[plane].reshape(-1)[places[*plane, *i]] += z[*plane, *i]
    return y


def avgpool(x: Any, *, windows: Any, padded: bool = True, divisor: Any = None) -> Any:
    """The sum of each window over its size, in which padding counts, or not."""
    n = len(windows)
    lengths = x.shape[x.ndim - n :]
    y = _by_window(lambda seen: seen.sum(tuple(range(-n, 0))), x, windows)
    for i, cell in _windows(lengths, windows):
        size = math.prod(
            len(at.reshape(-1)) if len(w) == 1 or not padded
            else len([k for k in range(w[1]) if k + a * w[2] - w[3] < length + w[3]])
            for at, w, a, length in zip(cell, windows, i, lengths, strict=True)
        )  # fmt: skip
        y[..., *i] /= divisor or size
    return y


def avgpool_adjoint(
    z: Any, *, windows: Any, padded: bool, divisor: Any, x: Any, shape: Any = None
) -> Any:
    """Adjoint of `avgpool`."""
    n = len(windows)
    lengths = shape or x.shape[x.ndim - n :]
    like = np.zeros((*z.shape[: z.ndim - n], *lengths))
    return pulled(lambda e: avgpool(e, windows=windows, padded=padded, divisor=divisor), like, z)


def sumpool(x: Any, *, windows: Any) -> Any:
    """The average of each window times how many entries a whole one has."""
    return avgpool(x, windows=windows) * math.prod(w[1] for w in windows)


def sumpool_adjoint(z: Any, *, windows: Any, x: Any) -> Any:
    """Adjoint of `sumpool`."""
    return pulled(lambda e: sumpool(e, windows=windows), np.zeros(x.shape), z)


def _by_window(f: Any, x: Any, windows: Any) -> Any:
    n = len(windows)
    y = np.zeros((*x.shape[: x.ndim - n], *(w[0] for w in windows)), x.dtype)
    for i, cell in _windows(x.shape[x.ndim - n :], windows):
        y[..., *i] = f(x[(..., *cell)])
    return y


def _windows(lengths: Any, windows: Any) -> Iterator[tuple[Any, Any]]:
    """Each window: its number, and the entries that lie in it, as an index of the planes."""
    for i in np.ndindex(*(w[0] for w in windows)):
        yield i, np.ix_(*map(_cell, i, lengths, windows))


def _cell(i: int, length: int, window: Any) -> Any:
    if len(window) == 1:
        (count,) = window
        return range(math.floor(i * length / count), math.ceil((i + 1) * length / count))
    _, size, stride, padding, dilation = window
    places = [i * stride - padding + k * dilation for k in range(size)]
    return [at for at in places if 0 <= at < length]


# Padding


def pad(x: Any, amounts: Any, value: float = 0.0) -> Any:
    """`value` before and after each axis, the last axis first; what is negative is cut off."""
    if not x.ndim:
        return x
    pairs = _pairs(x.ndim, amounts)
    y = np.pad(x, [(max(a, 0), max(b, 0)) for a, b in pairs], constant_values=value)
    return y[tuple(slice(max(-a, 0), n - max(-b, 0)) for n, (a, b) in zip(y.shape, pairs))]


def extend(x: Any, *, pad: Any, mode: str) -> Any:
    """Its own entries beyond the ends of x."""
    named = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    return np.pad(x, _pairs(x.ndim, pad), mode=named[mode]) if x.size else pad_empty(x, pad)


def pad_empty(x: Any, amounts: Any) -> Any:
    """`extend` of nothing along axes that have something."""
    return np.zeros([n + a + b for n, (a, b) in zip(x.shape, _pairs(x.ndim, amounts))])


def extend_adjoint(z: Any, *, pad: Any, mode: str) -> Any:
    """Adjoint of `extend`."""
    shape = [n - a - b for n, (a, b) in zip(z.shape, _pairs(z.ndim, pad))]
    return pulled(lambda e: extend(e, pad=pad, mode=mode), np.zeros(shape), z)


def _pairs(ndim: int, amounts: Any) -> list[tuple[int, int]]:
    """Per axis what stands before and after it."""
    amounts = [int(n) for n in amounts]
    told = [(amounts[k], amounts[k + 1]) for k in range(0, len(amounts), 2)]
    return [(0, 0)] * (ndim - len(told)) + told[::-1]


# Resampling


def interp(
    z: Any,
    *,
    x: Any,
    size: Any = None,
    mode: str,
    align_corners: bool,
    scales: Any,
    antialias: bool,
) -> Any:
    """Each axis behind the channels multiplied by a matrix of weights, a row for each new entry."""
    for axis, (m, scale) in enumerate(zip(size or x.shape[2:], scales), 2):
        matrix = _weights(z.shape[axis], m, mode, align_corners, scale, antialias)
        z = np.moveaxis(np.tensordot(matrix, z, (1, axis)), 0, axis)
    return z


def interp_adjoint(
    z: Any, *,
    x: Any, lengths: Any = None, mode: str, align_corners: bool, scales: Any, antialias: bool,
) -> Any:  # fmt: skip
    """Adjoint of `interp`."""
    how: Any = {
        "mode": mode, "align_corners": align_corners, "scales": scales, "antialias": antialias,
    }  # fmt: skip
    like = np.zeros((*z.shape[:2], *(lengths or x.shape[2:])))
    return pulled(lambda e: interp(e, x=z, **how), like, z)


def _weights(n: int, m: int, mode: str, corners: bool, scale: Any, antialias: bool) -> Any:
    step = (n - 1) / max(m - 1, 1) if corners else 1 / scale if scale else n / m
    matrix = np.zeros((m, n))
    if n == m and not (mode == "cubic" and not antialias):  # whatever the scale, in PyTorch
        return np.eye(n)
    for i in range(m):
        if mode.startswith("nearest"):
            at = math.floor((i + 0.5) * step if mode == "nearest-exact" else i * step)
            matrix[i, min(at, n - 1)] = 1
        elif antialias:
            centre, wide = (i + 0.5) * step, max(step, 1)
            row = [_bump(mode, (k + 0.5 - centre) / wide, -0.5) for k in range(n)]
            matrix[i] = np.array(row) / sum(row)
        else:
            at = i * step if corners else (i + 0.5) * step - 0.5
            at = max(at, 0) if mode == "linear" else at
            for k in range(math.floor(at) - 1, math.floor(at) + 3):  # the last entry goes on
                matrix[i, min(max(k, 0), n - 1)] += _bump(mode, k - at, -0.75)
    return matrix


def _bump(mode: str, t: float, a: float) -> float:
    """What an entry at the distance t weighs; cubics as R. Keys, 1981, has them."""
    t = abs(t)
    if mode == "linear":
        return max(1 - t, 0)
    if t <= 1:
        return (a + 2) * t**3 - (a + 3) * t**2 + 1
    return a * t**3 - 5 * a * t**2 + 8 * a * t - 4 * a if t < 2 else 0


OPERATORS = {
    "maxpool": maxpool, "argmaxpool": argmaxpool, "takepool": takepool, "unpool": unpool,
    "avgpool": avgpool, r"avgpool^\top": avgpool_adjoint,
    "sumpool": sumpool, r"sumpool^\top": sumpool_adjoint,
    "pad": pad, "extend": extend, r"extend^\top": extend_adjoint,
    "interp": interp, r"interp^\top": interp_adjoint,
}  # fmt: skip
