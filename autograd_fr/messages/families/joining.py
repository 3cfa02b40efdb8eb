"""Tensors joined along an axis: along the others they must be equally long."""

from __future__ import annotations

from ..failure import Failure, Operand, Row, Shape, Story


def story(f: Failure) -> Story | None:
    """Of `cat` and `stack`: the first tensor, and the first that does not fit to it."""
    parts = [operand for operand in f.shaped if operand.shape != (0,)]
    stacked = f.op == "stack"
    dim = f.params.get("dim", 0)
    if len(parts) < 2 or not isinstance(dim, int):
        return None
    first = parts[0]
    for other in parts[1:]:
        marks = _misfits(first.shape or (), other.shape or (), None if stacked else dim)
        if marks is not None:
            rows = [Row(first, marks), Row(other, marks)]
            return Story(None, rows, _way_out(parts, first, other, dim, stacked))
    return None


def _misfits(a: Shape, b: Shape, dim: int | None) -> list[int] | None:
    """The axes along which two shapes differ and must not; none where their numbers differ."""
    if len(a) != len(b):
        return []
    free = None if dim is None or not a else dim % len(a)
    return [k for k, (n, m) in enumerate(zip(a, b)) if n != m and k != free] or None


def _way_out(parts: list[Operand], first: Operand, other: Operand, dim: int, stacked: bool) -> str:
    shapes = [part.shape or () for part in parts]
    fits = [
        k for k in range(len(shapes[0]))
        if all(_misfits(shapes[0], shape, k) is None for shape in shapes[1:])
    ]  # fmt: skip
    if fits:
        text = " or ".join(f"dim={k}" for k in fits)
        return f"cat(..., {text}) joins them" if stacked else f"along {text} they do fit"
    a, b = first.shape or (), other.shape or ()
    if len(a) == len(b) == 2 and _misfits(a, b[::-1], None if stacked else dim) is None:
        return f"`{other.label}.T` fits"
    if abs(len(a) - len(b)) == 1:
        short, long = (first, b) if len(a) < len(b) else (other, a)
        own = short.shape or ()
        k = dim % len(long)
        if _misfits((*own[:k], 1, *own[k:]), long, k) is None:
            return f"`{short.label}.unsqueeze({k})` fits"
    return ""
