"""Axes and entries that are not there."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from ..failure import Failure, Operand, Row, Shape, Story
from .fitting import clashes

_ENTRY = re.compile(r"index (-?\d+) is out of range for axis (\d+) of size (\d+)")
_MASK = re.compile(r"a mask of shape \((\d+),\) does not fit the axes from (\d+) on")
_PART = re.compile(r"of shape (\(.*?\)) does not broadcast to the entries of shape (\(.*?\))")
_AXIS = re.compile(r"axis (-?\d+) of a tensor with (\d+) axes")


def story(f: Failure) -> Story | None:
    """Of an index, a mask or an axis that the first operand has no place for."""
    text = str(f.error)
    if not f.shaped:
        return None
    x = f.shaped[0]
    if found := _ENTRY.search(text):
        i, k, n = map(int, found.groups())
        if (x.shape or ())[k : k + 1] != (n,):
            return None
        return _marked(x, k, f"axis {k} goes from 0 to {n - 1}, or from -{n} to -1" if n else "", i)
    if found := _MASK.search(text):
        length, k = map(int, found.groups())
        shape = x.shape or ()
        where = [i for i, n in enumerate(shape) if n == length]
        fix = f"axis {where[0]} has {length}: `{x.label}[{':, ' * where[0]}mask]`" if where else ""
        return _marked(x, k, fix, k)
    if found := _PART.search(text):
        room, value = ast.literal_eval(found[2]), f.operands[-1]
        marked = clashes(room, value.shape or ())
        return Story(rows=[Row(Operand("entries", Shaped(room)), marked), Row(value, marked)])
    if (found := _AXIS.search(text)) and len(x.shape or ()) == int(found[2]):
        return Story(rows=[Row(x), Row(_numbers(x))] if x.shape else [])
    return None


def _marked(x: Operand, k: int, fix: str, i: int) -> Story | None:
    shape = x.shape or ()
    if k >= len(shape):
        return None
    near = [axis for axis, n in enumerate(shape) if -n <= i < n and axis != k]
    if fix.startswith("axis") and near and ":" not in fix:
        fix += f"; axis {near[0]} is longer"
    return Story(rows=[Row(x, (k,))], fix=fix)


@dataclass
class Shaped:
    """What stands in a row and is no tensor."""

    shape: Shape


def _numbers(x: Operand) -> Operand:
    """The numbers of the axes of a tensor, in the place of its shape."""
    return Operand("axis", Shaped(tuple(range(len(x.shape or ())))))
