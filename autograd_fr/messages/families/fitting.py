"""Which shapes go together, and to what."""

from __future__ import annotations

from ..failure import Shape


def common_shape(*shapes: Shape) -> Shape | None:
    """What shapes are broadcast to; None where they cannot be."""
    depth = max(map(len, shapes), default=0)
    result = []
    for k in range(-depth, 0):
        lengths = {shape[k] for shape in shapes if len(shape) >= -k} - {1}
        if len(lengths) > 1:
            return None
        result.append(lengths.pop() if lengths else 1)
    return tuple(result)


def clashes(a: Shape, b: Shape) -> list[int]:
    """The axes, counted from the end, along which two shapes do not go together, the last first."""
    pairs = enumerate(zip(reversed(a), reversed(b)), 1)
    return [-k for k, (n, m) in pairs if n != m and 1 not in (n, m)]


def product(a: Shape, b: Shape) -> Shape | None:
    """The shape of `A @ B`; None where they do not fit."""
    if not a or not b or a[-1] != b[-2 if len(b) > 1 else 0]:
        return None
    lead = common_shape(a[:-2], b[:-2])
    return None if lead is None else (*lead, *a[-2:-1], *(b[-1:] if len(b) > 1 else ()))
