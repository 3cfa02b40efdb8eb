"""Axes along which an argument was broadcast, and over which its gradient is summed."""

from __future__ import annotations

from typing import Any

import numpy as np

from .call import Call
from .text import operand, reshaped

Shape = tuple[int, ...]


def raw_shape(call: Call, k: int) -> Shape:
    """The shape of a gradient as its form gives it, before axes are summed away."""
    like, y = call.like(k).shape, call.result.shape
    if call.op.name == "matmul":
        return _of_factor(like, call.like(1 - k).shape, y, k) if call.variables[1 - k] else like
    if call.op.name == "copy_slices" and k == 1:
        return _room(y, call.params["path"])
    broadcasts = call.op.elementwise and len(call.args) == 2
    spread = broadcasts or call.op.name in BROADCASTING
    return y if spread and (call.op.name, k) != ("linear", 1) else like


def _room(shape: Shape, path: Any) -> Shape:
    """The shape of the entries that a path of readings leads to."""
    entries = np.broadcast_to(np.False_, shape)
    for _, params in path:
        entries = entries[(*params.get("index", ()), ...)]
    return entries.shape


def _of_factor(like: Shape, other: Shape, y: Shape, k: int) -> Shape:
    """The same for a factor of a matrix product."""
    if len(like) <= 2 and (len(other) <= 2 or (k == 1 and len(like) == 2)):
        return like
    if len(like) == 1:
        return other if k == 1 else other[:-1]
    return like if len(other) == 1 else (*y[:-2], *like[-2:])


# Operations with parameters or a bias, whose arguments broadcast to the shape of the result.
BROADCASTING = frozenset(("where", "clamp", "broadcast_to", "linear"))


def summed(text: str, shape: Shape, like: Shape) -> str:
    """`text`, of shape `shape`, summed over the axes along which one like `like` was broadcast."""
    if shape == like:
        return text
    lead = len(shape) - len(like)
    one = [lead + i for i, n in enumerate(like) if n == 1 != shape[lead + i]]
    axes = (*range(lead), *one)
    if not axes:
        return text
    along = f"axis={axes[0] if len(axes) == 1 else axes}"
    if not like:
        return f"{operand(text)}.sum()"
    if one and lead:
        return reshaped(f"{operand(text)}.sum({along})", like)
    return f"{operand(text)}.sum({along}{', keepdims=True' if one else ''})"


def unbroadcast(g: Any, shape: Shape) -> Any:
    """`g` summed over the axes along which an argument of `shape` was broadcast."""
    lead = g.ndim - len(shape)
    g = g.sum(axis=tuple(range(lead)))
    return g.sum(
        axis=tuple(i for i, n in enumerate(shape) if n == 1 != g.shape[i]), keepdims=True
    ).reshape(shape)
