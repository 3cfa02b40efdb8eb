"""Shapes that are brought to a common one, axis by axis from the last."""

from __future__ import annotations

import math
import re
from itertools import combinations

from ..failure import Failure, Operand, Row, Shape, Story


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


_SHAPES = re.compile("could not be broadcast together with shapes (.*)")


def story(f: Failure) -> Story | None:
    """Of two operands among those given, the first two that do not go together."""
    found = _SHAPES.search(str(f.error))
    if found is None:
        return None
    met = found[1].split()  # by NumPy: it may have been at work on something else
    for a, b in combinations(f.shaped, 2):
        left, right = a.shape or (), b.shape or ()
        axes = clashes(left, right)
        if axes and all(str(shape).replace(" ", "") in met for shape in (left, right)):
            k = axes[0]
            return Story(
                f"{f.op}: shapes {left} and {right} do not broadcast: along axis {k} {a} has "
                f"length {left[k]}, {b} {right[k]}",
                [Row(a, axes), Row(b, axes)],
                _way_out(a, b),
            )
    return None


def _way_out(a: Operand, b: Operand) -> str:
    """The changes of one operand that make both fit, those first that leave the other's shape."""
    trials = [*_changes(a, b), *_changes(b, a), *_refilled(a, b), *_refilled(b, a)]
    seamless = [(text, shape) for text, shape, other in trials if shape == other]
    found = seamless or [(text, shape) for text, shape, _ in trials if shape is not None]
    if found:
        return " or ".join(f"`{text}`, for a result of shape {shape}" for text, shape in found[:2])
    left, right = a.shape or (), b.shape or ()
    if len(left) == 2 and right and left[-1] == right[0]:
        return f"the product of matrices is `{a.label} @ {b.label}`"
    return "make the marked lengths equal, or one of them 1"


def _changes(a: Operand, b: Operand) -> list[tuple[str, Shape | None, Shape]]:
    """Ways to write `a`, the shape of the result with `b`, and the shape of `b`."""
    mine, other = a.shape or (), b.shape or ()
    changed: list[tuple[str, Shape]] = []
    if len(mine) == 2:
        changed.append((f"{a.label}.T", mine[::-1]))
    if len(mine) < len(other):
        for k in range(1, len(mine) + 1):
            changed.append((f"{a.label}.unsqueeze({k})", (*mine[:k], 1, *mine[k:])))
    return [(text, common_shape(shape, other), other) for text, shape in changed]


def _refilled(a: Operand, b: Operand) -> list[tuple[str, Shape | None, Shape]]:
    """The same of `a` with its entries, where there are as many, in the shape of `b`."""
    other = b.shape or ()
    if math.prod(a.shape or ()) != math.prod(other):
        return []
    return [(f"{a.label}.reshape({', '.join(map(str, other))})", other, other)]
