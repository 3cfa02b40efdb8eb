"""Products of matrices, whose inner lengths must be equal."""

from __future__ import annotations

import math

from ..failure import Failure, Operand, Row, Shape, Story
from ..modules import described, places_of
from .fitting import clashes, common_shape, product


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
        return _batches(f, a, b)
    return Story(
        f"{f.op}: shapes {left} and {right} cannot be multiplied: {a} has {n} "
        f"{_lines(left, 'column')}, {b} has {m} {_lines(right, 'row')}",
        [Row(a, (-1,)), Row(b, (inner,))],
        _way_out(a, b),
    )


def _batches(f: Failure, a: Operand, b: Operand) -> Story | None:
    """Where the matrices fit, but not the batches of them."""
    left, right = (a.shape or ())[:-2], (b.shape or ())[:-2]
    axes = [axis - 2 for axis in clashes(left, right)]
    if not axes:
        return None
    return Story(
        f"{f.op}: {a} has a batch of {left} matrices, {b} one of {right}, which do not broadcast",
        [Row(a, axes), Row(b, axes)],
        "make the marked lengths equal, or one of them 1",
    )


def _lines(shape: Shape, what: str) -> str:
    return f"{what}s" if len(shape) > 1 else "entries"


def _way_out(a: Operand, b: Operand) -> str:
    """The first changes, of those that come to mind, that make a product possible."""
    left, right = a.shape or (), b.shape or ()
    trials = [
        (f"{a.term} @ {b.transposed}", product(left, _flipped(right))),
        (f"{a.transposed} @ {b.term}", product(_flipped(left), right)),
        (f"{b.term} @ {a.term}", product(right, left)),
    ]
    if len(left) == 1:
        trials.append((f"{a.term}[:, None] @ {b.term}", product((*left, 1), right)))
    fitting = [f"`{text}`, of shape {shape}" for text, shape in trials if shape is not None]
    if fitting:
        return " or ".join(fitting[:2])
    if (shape := common_shape(left, right)) is not None:
        return f"entry by entry the product is `{a.term} * {b.term}`, of shape {shape}"
    return ""


def _flipped(shape: Shape) -> Shape:
    return (*shape[:-2], *shape[:-3:-1])


def linear(f: Failure) -> Story | None:
    """Of the affine map, in a layer or on its own."""
    x, weight = f.operands[:2]
    given, wanted = x.shape, weight.shape
    if given is None or wanted is None or len(wanted) != 2:
        return None
    if given and given[-1] == wanted[1]:
        return _bias(f, wanted)
    has = f"{given[-1]} features" if given else "no axis of features"
    return Story(
        f"{f.op}: an input of shape {given} does not fit a weight of shape {wanted}: {x} has "
        f"{has}, {weight} takes {wanted[1]}",
        [Row(x, (-1,) if given else ()), Row(weight, (1,))],
        _features(f, x, weight),
    )


def _bias(f: Failure, wanted: Shape) -> Story | None:
    """Where the input fits the weight, but the bias does not."""
    weight, bias = f.operands[1], f.operands[-1]
    if len(f.operands) < 3 or bias.shape in (None, wanted[:1]):
        return None
    return Story(
        f"{f.op}: a weight of shape {wanted} has {wanted[0]} rows, {bias} is of shape {bias.shape}",
        [Row(weight, (0,)), Row(bias, range(len(bias.shape or ())))],
        f"the bias has to be of shape ({wanted[0]},)",
        left=True,
    )


def _features(f: Failure, x: Operand, weight: Operand) -> str:
    given, (out, features) = x.shape or (), weight.shape or ()
    n, ways = given[-1] if given else 1, []
    k = next((k for k in range(1, len(given)) if math.prod(given[k:]) == features), None)
    if k is not None:
        ways.append(f"flatten the input first, with nn.Flatten({k}) or .flatten({k})")
    if len(given) == 2 and given[0] == features:
        ways.append(f"the input transposed, `{x.transposed}`, has {features}")
    if given and n == out and not f.calls:
        ways.append(f"the weight is (out, in): `{weight.transposed}` takes {n}")
    layer = f.calls[0][0] if f.calls else None
    if layer is not None and getattr(layer, "in_features", None) == features:
        places = places_of(layer, f.calls)
        sizes = f"{out}, input_dim={n}" if "units" in vars(layer) else f"{n}, {out}"  # as Keras
        other = f"{type(layer).__name__}({sizes})"
        if len(places) > 1:
            shared = " and ".join(places)
            ways.append(f"one layer stands at {shared}: make one of its own, {other}")
        else:
            ways.append(f"make the layer {other} in the place of {described(layer)}")
    return ", or ".join(ways[:2]) or f"give it {features} features"
