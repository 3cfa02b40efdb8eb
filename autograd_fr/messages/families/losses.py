"""Predictions and targets that do not go together."""

from __future__ import annotations

import math
import re

import numpy as np

from ...errors import ShapeError
from ..failure import Failure, Operand, Row, Story
from . import broadcasting

ENTRYWISE = (
    "mse_loss", "half_mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "hinge_loss",
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "soft_margin_loss",
)  # fmt: skip
OF_CLASSES = ("cross_entropy", "nll_loss", "multi_margin_loss", "multiclass_hinge_loss")

IGNORING = ("cross_entropy", "nll_loss", "linear_cross_entropy")  # those with an ignore_index

_CLASS = re.compile(r"target(\[.*\])? is (-?\d+), but there are (\d+) classes")


def story(f: Failure) -> Story | None:
    """Of a loss of `input` against `target`."""
    given = {operand.argument: operand for operand in f.operands}
    input, target = given.get("input"), given.get("target")
    if input is None or target is None or input.shape is None or target.shape is None:
        return None
    if f.called in ENTRYWISE:
        return _entrywise(f, input, target)
    rows = [Row(input), Row(target)]
    if not input.shape:
        return Story(None, rows, "the input has to be of shape (N, C), or (C)", left=True)
    if "weight" in str(f.error):
        return _weighted(f, input)
    if _CLASS.search(str(f.error)):
        classes = input.shape[min(1, len(input.shape) - 1)]
        return Story(None, rows, _numbering(f.called, target, classes), left=True)
    if _kind(input) in ("i", "u", "b") and _kind(target) == "f":
        swapped = f"{f.called}({target.label}, {input.label})"
        return Story(None, rows, f"scores come first and classes second: {swapped}", left=True)
    if len(input.shape) == 1:
        one = f"one row of {input.shape[0]} scores: its target is one number, of shape ()"
        return Story(None, rows, f"an input of shape {input.shape} is {one}", left=True)
    if "takes scores of shape" in str(f.error):
        return Story(None, rows, _flattened(input, target), left=True)
    return _per_row(rows, input, target)


def _kind(operand: Operand) -> str:
    """The kind of a dtype, in NumPy's letters."""
    return getattr(getattr(operand.value, "dtype", None), "kind", "")


def _entrywise(f: Failure, input: Operand, target: Operand) -> Story | None:
    """Where every entry has one of the target, and shapes or something else do not fit."""
    found = broadcasting.story(f)
    if input.shape == target.shape or not isinstance(f.error, ShapeError):
        return found
    found = found or Story(None, [Row(input), Row(target)])
    found.fix = _reshaped(input, target)
    return found


def _weighted(f: Failure, input: Operand) -> Story:
    """Where the weights are not as many as the classes."""
    shape = input.shape or ()
    weight = next(operand for operand in f.operands if operand.argument == "weight")
    axis = min(1, len(shape) - 1)
    marked = tuple(range(len(weight.shape or ())))
    fix = f"the weights have to be of shape ({shape[axis]},), one for each class"
    return Story(None, [Row(input, (axis,)), Row(weight, marked)], fix, left=True)


def _numbering(loss: str, target: Operand, classes: int) -> str:
    numbers = np.asarray(getattr(target.value, "array", target.value))
    least, greatest = int(numbers.min()), int(numbers.max())
    if least >= 1 and greatest == classes:
        return f"classes are counted from 0: give `{target.term} - 1`"
    if least < 0 and loss in IGNORING:
        return "rows without a class have the number ignore_index, -100 where it is not given"
    if least < 0:
        return "classes are counted from 0; leave rows without a class out"
    return f"let the last layer give {greatest + 1} scores a row, or correct the target"


def _flattened(input: Operand, target: Operand) -> str:
    """Where scores of more axes have to be brought to rows, with the classes last."""
    shape, own = input.shape or (), target.shape or ()
    rows = f"flatten(0, {len(shape) - 2})`, `{target.term}.flatten()"
    if own == (shape[0], *shape[2:]):
        return f"`{input.term}.movedim(1, -1).{rows}`"
    return f"`{input.term}.{rows}`" if own == shape[:-1] else ""


def _per_row(rows: list[Row], input: Operand, target: Operand) -> Story:
    """Where every row of scores wants the number of one class."""
    shape, own = input.shape or (), target.shape or ()
    wanted = (shape[0], *shape[2:]) if len(shape) > 1 else ()
    if own == shape:
        return Story(None, rows, f"`{target.term}.argmax(1)` has the class numbers", left=True)
    steps, floating = "", target.value.dtype.kind == "f"
    if own == (*wanted, 1):
        steps, own = f".squeeze({len(wanted)})", wanted
    elif own == (1, *wanted):
        steps, own = ".squeeze(0)", wanted
    if own == wanted:
        steps += ".long()" if floating else ""
        return Story(None, rows, f"`{target.term}{steps}`", left=True)
    if not floating and (moved := _of_sequences(input, target)):
        return Story(None, rows, f"`{moved}`", left=True)
    if len(own) == len(wanted):
        rows[1].marked = [k for k, (n, m) in enumerate(zip(own, wanted)) if n != m]
        rows[0].marked = [k + (k > 0) for k in rows[1].marked]
    kinds = f"class numbers, integers of shape {wanted}" if floating else f"of shape {wanted}"
    also = f", or probabilities of shape {shape}" if floating else ""
    return Story(None, rows, f"the target has to be {kinds}{also}", left=True)


def _of_sequences(input: Operand, target: Operand) -> str:
    """Scores with the classes last, as those of every step of a sequence; or one of both flat."""
    shape, own = input.shape or (), target.shape or ()
    if len(shape) == 2 and len(own) > 1 and math.prod(own) == shape[0]:
        return f"{target.term}.flatten()"
    if len(shape) < 3:
        return ""
    if own == shape[:-1]:
        step = "transpose(1, 2)" if len(shape) == 3 else "movedim(-1, 1)"
        return f"{input.term}.{step}"
    flat = own == (math.prod(shape[:-1]),)
    return f"{input.term}.flatten(0, {len(shape) - 2})" if flat else ""


def _reshaped(input: Operand, target: Operand) -> str:
    a, b = input.shape or (), target.shape or ()
    if a != b and math.prod(a) == math.prod(b) and target.can("reshape"):
        return f"`{target.term}.reshape({', '.join(map(str, a))})` has the shape of the input"
    return "the target has to be of the shape of the input"
