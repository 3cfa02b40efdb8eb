"""Predictions and targets that do not go together."""

from __future__ import annotations

import math
import re

import numpy as np

from ..failure import Failure, Operand, Row, Shape, Story

_CLASS = re.compile(r"target\[.*\] is (-?\d+), but there are (\d+) classes")


def story(f: Failure) -> Story | None:
    """Of a loss of `input` against `target`."""
    found = {operand.argument: operand for operand in f.operands}
    input, target = found.get("input"), found.get("target")
    if input is None or target is None or input.shape is None or target.shape is None:
        return None
    rows = [Row(input), Row(target)]
    if _CLASS.search(str(f.error)):
        classes = input.shape[min(1, len(input.shape) - 1)]
        return Story(None, rows, _numbering(target.value, classes), left=True)
    if f.op in ("cross_entropy", "nll_loss"):
        return _per_row(rows, input.shape, target)
    return Story(None, rows, _reshaped(input, target))


def _numbering(target: object, classes: int) -> str:
    numbers = np.asarray(getattr(target, "array", target))
    if numbers.min() >= 1 and numbers.max() == classes:
        return "classes are counted from 0: give `target - 1`"
    if numbers.min() < 0:
        return "rows without a class have the number ignore_index, -100 where it is not given"
    return f"let the last layer give {numbers.max() + 1} scores a row, or correct the target"


def _per_row(rows: list[Row], shape: Shape, target: Operand) -> Story:
    """Where every row of scores wants the number of one class."""
    own = target.shape or ()
    wanted = (shape[0], *shape[2:]) if len(shape) > 1 else ()
    if own == shape:
        return Story(None, rows, f"`{target.label}.argmax(1)` has the class numbers", left=True)
    steps = ""
    if own == (*wanted, 1):
        steps, own = f".squeeze({len(wanted)})", wanted
    elif own == (1, *wanted):
        steps, own = ".squeeze(0)", wanted
    if target.value.dtype.kind == "f":
        steps += ".long()"
    if own == wanted:
        return Story(None, rows, f"`{target.label}{steps}`", left=True)
    if len(own) == len(wanted):
        rows[1].marked = [k for k, (n, m) in enumerate(zip(own, wanted)) if n != m]
        rows[0].marked = [k + (k > 0) for k in rows[1].marked]
    return Story(None, rows, f"the target has to be of shape {wanted}", left=True)


def _reshaped(input: Operand, target: Operand) -> str:
    a, b = input.shape or (), target.shape or ()
    if a != b and math.prod(a) == math.prod(b):
        return f"`{target.label}.reshape({', '.join(map(str, a))})` has the shape of the input"
    return ""
