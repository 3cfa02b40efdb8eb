"""What stands beyond the ends of an axis: a number, or entries of the axis itself.

`pad` has two numbers per axis, before and after it, the last axis first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..batching import known
from .arrays import contiguous

Pad = tuple[int, ...]


def padded_shape(shape: tuple[int, ...], pad: Pad) -> tuple[int, ...]:
    """The lengths with what is added, or taken away where a number is negative."""
    lengths = list(shape)
    for k in range(0, len(pad), 2):
        lengths[-1 - k // 2] += pad[k] + pad[k + 1]
    return tuple(lengths)


def padded(x: Any, pad: Pad, value: Any) -> Any:
    """`x` between entries of one value; negative numbers cut entries off."""
    y = known.zeros(padded_shape(x.shape, pad), x)
    if value:
        y[...] = value
    here, there = [slice(None)] * x.ndim, [slice(None)] * x.ndim
    for axis, low, high in _pairs(pad):
        n = x.shape[axis]
        here[axis] = slice(max(low, 0), max(y.shape[axis] - max(high, 0), 0))
        there[axis] = slice(max(-low, 0), max(n - max(-high, 0), 0))
    y[tuple(here)] = x[tuple(there)]
    return y


def extended(x: Any, pad: Pad, mode: str) -> Any:
    """`x` continued by its own entries, in one of the modes of `_margins`."""
    y = padded(x, pad, 0)
    for here, there in _copies(x.shape, pad, mode):
        y[here] = y[there]
    return y


def folded_back(y: Any, pad: Pad, mode: str) -> Any:
    """The sum of what stands for each entry, in it and beyond the ends: the adjoint."""
    shape = padded_shape(y.shape, tuple(-p for p in pad))
    total = y.copy()
    for here, there in reversed(list(_copies(shape, pad, mode))):
        part = total[here]
        if mode == "replicate":
            axis = next(k for k, (a, b) in enumerate(zip(here, there)) if a != b)
            part = part.sum(axis, keepdims=True)
        total[there] += part
    return contiguous(padded(total, tuple(-p for p in pad), 0))


def _pairs(pad: Pad) -> Iterator[tuple[int, int, int]]:
    """Each axis, counted from the end, with what stands before and after it."""
    return ((-1 - k // 2, pad[k], pad[k + 1]) for k in range(0, len(pad), 2))


def _copies(shape: tuple[int, ...], pad: Pad, mode: str) -> Iterator[tuple[Any, Any]]:
    """The places beyond the ends, and those where what stands there is found, step by step."""
    for axis, low, high in _pairs(pad):
        for here, there in _margins(shape[axis], low, high, mode):
            before = (slice(None),) * (len(shape) + axis)
            yield (*before, here), (*before, there)


def _margins(n: int, low: int, high: int, mode: str) -> Iterator[tuple[slice, slice]]:
    """The same on one axis of n entries, those being from `low` on."""
    end = low + n
    before, after = slice(0, low), slice(end, end + high)
    if mode == "replicate":
        sources = slice(low, low + 1), slice(end - 1, end)
    elif mode == "circular":
        sources = slice(n, end), slice(low, low + high)
    else:  # reflect, without the entry at the end itself
        stop = end - 2 - high
        sources = slice(2 * low, low, -1), slice(end - 2, stop if stop >= 0 else None, -1)
    if low:
        yield before, sources[0]
    if high:
        yield after, sources[1]
