"""Products of matrices, whose inner lengths must be equal."""

from __future__ import annotations

import math

from ..failure import Failure, Operand, Row, Shape, Story
from ..modules import described
from .broadcasting import common_shape


def product(a: Shape, b: Shape) -> Shape | None:
    """The shape of `A @ B`; None where they do not fit."""
    if not a or not b or a[-1] != b[-2 if len(b) > 1 else 0]:
        return None
    lead = common_shape(a[:-2], b[:-2])
    return None if lead is None else (*lead, *a[-2:-1], *(b[-1:] if len(b) > 1 else ()))


def story(f: Failure) -> Story | None:
    """Of `matmul` and its kin."""
    if len(f.shaped) != 2:
        return None
    a, b = f.shaped
    left, right = a.shape or (), b.shape or ()
    if not left or not right:
        return None
    inner = -2 if len(right) > 1 else -1
    n, m = left[-1], right[inner]
    if n == m:
        return None
    return Story(
        f"{f.op}: shapes {left} and {right} cannot be multiplied: {a} has {n} "
        f"{_lines(left, 'column')}, {b} has {m} {_lines(right, 'row')}",
        [Row(a, (-1,)), Row(b, (inner,))],
        _way_out(a, b),
    )


def _lines(shape: Shape, what: str) -> str:
    return f"{what}s" if len(shape) > 1 else "entries"


def _way_out(a: Operand, b: Operand) -> str:
    """The first changes, of those that come to mind, that make a product possible."""
    left, right = a.shape or (), b.shape or ()
    trials = [
        (f"{a.label} @ {_transposed(b)}", product(left, _flipped(right))),
        (f"{_transposed(a)} @ {b.label}", product(_flipped(left), right)),
        (f"{b.label} @ {a.label}", product(right, left)),
    ]
    if len(left) == 1:
        trials.append((f"{a.label}[:, None] @ {b.label}", product((*left, 1), right)))
    fitting = [f"`{text}`, of shape {shape}" for text, shape in trials if shape is not None]
    if fitting:
        return " or ".join(fitting[:2])
    if (shape := common_shape(left, right)) is not None:
        return f"entry by entry the product is `{a.label} * {b.label}`, of shape {shape}"
    return ""


def _flipped(shape: Shape) -> Shape:
    return (*shape[:-2], *shape[:-3:-1])


def _transposed(operand: Operand) -> str:
    return operand.label + (".T" if len(operand.shape or ()) <= 2 else ".mT")


def linear(f: Failure) -> Story | None:
    """Of the affine map, in a layer or on its own."""
    x, weight = f.operands[:2]
    given, wanted = x.shape, weight.shape
    if given is None or wanted is None or len(wanted) != 2:
        return None
    if given and given[-1] == wanted[1]:
        return None
    has = f"{given[-1]} features" if given else "no axis of features"
    return Story(
        f"{f.op}: an input of shape {given} does not fit a weight of shape {wanted}: {x} has "
        f"{has}, {weight} takes {wanted[1]}",
        [Row(x, (-1,) if given else ()), Row(weight, (1,))],
        _features(f, given, wanted, x.label),
    )


def _features(f: Failure, given: Shape, wanted: Shape, label: str) -> str:
    n, (out, features) = given[-1] if given else 1, wanted
    ways = []
    for k in range(1, len(given)):
        if math.prod(given[k:]) == features:
            ways.append(f"flatten the input first, with nn.Flatten({k}) or .flatten({k})")
    if len(given) == 2 and given[0] == features:
        ways.append(f"the input transposed, `{label}.T`, has {features}")
    if n == out and not f.calls:
        ways.append(f"the weight is (out, in): `weight.T` takes {n}")
    layer = f.calls[0][0] if f.calls else None
    if layer is not None and getattr(layer, "in_features", None) == features:
        kind = type(layer).__name__
        ways.append(f"make the layer {kind}({n}, {out}) in the place of {described(layer)}")
    return ", or ".join(ways[:2]) or f"give it {features} features"
