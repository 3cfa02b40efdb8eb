"""Predictions and targets that do not go together."""

from __future__ import annotations

import re

import numpy as np

from ..failure import Failure, Row, Story

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


def _per_row(rows: list[Row], shape: tuple[int, ...], target: object) -> Story:
    label, own, dtype = target.label, target.shape, target.value.dtype  # type: ignore[attr-defined]
    wanted = (shape[0], *shape[2:]) if len(shape) > 1 else ()
    ways = []
    if own == wanted and dtype.kind != "i":
        ways.append(f"`{label}.long()`")
    elif own == shape:
        ways.append(f"`{label}.argmax(1)`")
    elif own == (*wanted, 1):
        ways.append(f"`{label}.squeeze({len(own) - 1})`")
    elif own[:1] and own[0] == 1 and own[1:] == wanted:
        ways.append(f"`{label}.squeeze(0)`")
    differ = [k for k, (n, m) in enumerate(zip(own, wanted)) if n != m]
    if differ and len(own) == len(wanted):
        rows[1].marked = differ
        rows[0].marked = [k if k == 0 else k + 1 for k in differ]
        ways.append(f"give {wanted[0]} class numbers, one per row")
    fix = ways[0] if ways else f"the target has to be of shape {wanted}"
    return Story(None, rows, fix, left=True)


def _reshaped(input: object, target: object) -> str:
    a, b = input.shape, target.shape  # type: ignore[attr-defined]
    if a != b and np.prod(a) == np.prod(b):
        return f"`{target.label}.reshape({', '.join(map(str, a))})` has the shape of the input"  # type: ignore[attr-defined]
    return ""
