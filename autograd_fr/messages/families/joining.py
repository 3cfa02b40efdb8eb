"""Tensors joined along an axis: along the others they must be equally long."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..failure import Failure, Operand, Row, Shape, Story


def story(f: Failure) -> Story | None:
    """Of `cat` and `stack`: the first tensor, and the first that does not fit to it."""
    parts = [operand for operand in f.shaped if operand.shape != (0,)]
    dim = f.params.get("dim", 0)
    if len(parts) < 2 or not isinstance(dim, int):
        return None
    first, shapes = parts[0], [part.shape or () for part in parts]
    along = None if f.op == "stack" else dim
    for k, other in enumerate(parts[1:], 1):
        marks = _misfits(shapes[0], shapes[k], along)
        if marks is not None:
            rows = [Row(first, marks), Row(other, marks)]
            return Story(None, rows, _way_out(f, shapes, parts, k, along))
    return None


def _misfits(a: Shape, b: Shape, dim: int | None) -> list[int] | None:
    """The axes along which two shapes differ and must not; none where their numbers differ."""
    if len(a) != len(b):
        return []
    free = None if dim is None or not a else dim % len(a)
    return [k for k, (n, m) in enumerate(zip(a, b)) if n != m and k != free] or None


def _fit(shapes: list[Shape], dim: int | None) -> bool:
    """Whether tensors of these shapes can be joined along an axis, or without one be stacked."""
    depth = len(shapes[0])
    if dim is not None and not -depth <= dim < depth:
        return False
    return all(_misfits(shapes[0], shape, dim) is None for shape in shapes[1:])


def _way_out(f: Failure, shapes: list[Shape], parts: list[Operand], k: int, dim: int | None) -> str:
    """Another axis, or a change of the first or the k-th, after which all of them fit."""
    if f.called != f.op:  # it may have joined something else than it was given
        return ""
    axes = [axis for axis in range(len(shapes[0])) if _fit(shapes, axis)]
    if axes:
        text = " or ".join(f"dim={axis}" for axis in axes)
        return f"cat(..., {text}) joins them" if dim is None else f"along {text} they do fit"
    for i, goal in ((k, shapes[0]), (0, shapes[k])):
        for text, shape in _changes(parts[i], goal):
            room = range(-len(shape) - 1, len(shape) + 1)  # for the axis of a stack
            if f.params["dim"] in room and _fit([*shapes[:i], shape, *shapes[i + 1 :]], dim):
                return f"`{text}` fits"
    return ""


def _changes(a: Operand, goal: Shape) -> Iterator[tuple[str, Shape]]:
    """Ways to write `a`, and the shapes they give."""
    own = a.shape or ()
    if not a.can("unsqueeze"):
        return
    if len(own) == 2:
        yield a.transposed, own[::-1]
    if len(own) == len(goal) - 1:
        for k in range(len(goal)):
            yield f"{a.term}.unsqueeze({k})", (*own[:k], 1, *own[k:])
    if len(own) == len(goal) + 1:
        for k in (k for k, n in enumerate(own) if n == 1):
            yield f"{a.term}.squeeze({k})", (*own[:k], *own[k + 1 :])
    if math.prod(own) == math.prod(goal):
        yield f"{a.term}.reshape({', '.join(map(str, goal))})", goal
