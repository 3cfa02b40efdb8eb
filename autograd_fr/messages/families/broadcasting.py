"""Shapes that are brought to a common one, axis by axis from the last."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import combinations

from ..failure import Failure, Operand, Row, Shape, Story
from .fitting import clashes, common_shape, product

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
                _into(a, b) if a.value is f.call.target else _way_out(f, a, b),
            )
    return None


def _way_out(f: Failure, a: Operand, b: Operand) -> str:
    """The changes of one operand that make all fit, those first that leave the other's shape."""
    trials = [
        (text, _result(f, own, shape), other.shape)
        for changes in (_changes, _refilled)
        for own, other in ((a, b), (b, a))
        for text, shape in changes(own, other.shape or ())
    ]
    seamless = [(text, shape) for text, shape, other in trials if shape == other]
    found = seamless or [(text, shape) for text, shape, _ in trials if shape is not None]
    if found and f.called == f.op:
        return " or ".join(f"`{text}`, for a result of shape {shape}" for text, shape in found[:2])
    if found:
        return " or ".join(f"`{text}`" for text, _ in found[:2]) + " fits"
    if f.called == "mul" and product(a.shape or (), b.shape or ()) is not None:
        return f"the product of matrices is `{a.term} @ {b.term}`"
    return "make the marked lengths equal, or one of them 1"


def _result(f: Failure, changed: Operand, shape: Shape) -> Shape | None:
    """The shape of the result where one operand has another shape; None where it has none."""
    shapes = [shape if x.value is changed.value else x.shape or () for x in f.shaped]
    return common_shape(*shapes)


def _into(target: Operand, b: Operand) -> str:
    """The changes of `b` after which what is written into a tensor has its shape."""
    room = target.shape or ()
    trials = [*_changes(b, room), *_refilled(b, room)]
    fitting = [text for text, shape in trials if common_shape(shape, room) == room]
    if fitting:
        return " or ".join(f"`{text}`" for text in fitting[:2]) + f" fits into {target}"
    return f"make the marked lengths of {b} those of {target}, or 1"


def _changes(a: Operand, other: Shape) -> Iterator[tuple[str, Shape]]:
    """Ways to write `a`, and the shapes they give."""
    own = a.shape or ()
    if len(own) == 2 and a.can("T"):
        yield a.transposed, own[::-1]
    if len(own) < len(other) and a.can("unsqueeze"):
        for k in range(1, len(own) + 1):
            yield f"{a.term}.unsqueeze({k})", (*own[:k], 1, *own[k:])


def _refilled(a: Operand, other: Shape) -> Iterator[tuple[str, Shape]]:
    """The same with the entries of `a`, where there are as many, in the shape of the other."""
    if math.prod(a.shape or ()) == math.prod(other) and a.can("reshape"):
        yield f"{a.term}.reshape({', '.join(map(str, other))})", other
