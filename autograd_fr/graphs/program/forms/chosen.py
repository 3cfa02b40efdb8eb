"""Positions that a maximum, an order or a median has found, and how they are found again."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import numpy as np

from ....autograd.composites import ALIASES
from ....autograd.node import Node
from ....autograd.readings import Reading
from ....kernels import arrays
from ....ops.indexing.sorting import order_of
from ..call import Call

# Along which axis they look where nobody says: the last one, but for that which looks at the first.
FIRST = ("msort",)


def found_again(c: Call) -> tuple[str, int] | None:
    """The index of a reading as an expression, and the axis along which it leads.

    None where it was not chosen, or by what has no such expression.
    """
    note, index = c.recording.choices.of_node.get(c.node), c.params["index"]
    if note is None or len(note.seen) != 1 or note.seen[0].edge is not c.node.parents[0]:
        return None
    if len(index) != len(c.like(0).shape) or not all(isinstance(i, np.ndarray) for i in index):
        return None
    given = _given(note)
    dim = given.get("dim")
    axis = (0 if note.name in FIRST else -1) if dim is None else dim
    text = _expression(c, note.name.removeprefix("np."), axis % len(index), given)
    return text and (text, axis % len(index))


def _given(note: Reading) -> Mapping[str, Any]:
    """What a function was called with, by PyTorch's names."""
    signature = inspect.signature(note.function)
    own = signature.parameters
    options = {n if n in own else ALIASES[n]: value for n, value in note.options.items()}
    given = signature.bind(*note.args, **options).arguments
    return {ALIASES.get(name, name): value for name, value in given.items()}


def _expression(c: Call, name: str, axis: int, given: Mapping[str, Any]) -> Any:
    x = c.args[0]
    before = ":, " * axis
    if name in ("max", "min"):
        return f"{x}.arg{name}(axis={axis}, keepdims=True)"
    if name in ("median", "nanmedian"):
        return f"{c.library.function(arrays.median_index)}({x}, {axis}, {name == 'nanmedian'})"
    if name == "mode":
        return f"{c.library.function(arrays.mode_index)}({x}, {axis})"
    if name in ("sort", "msort"):
        return _order(c, axis, given.get("descending", False))
    if name == "topk":
        return f"{_order(c, axis, given.get('largest', True))}[{before}:{given['k']}]"
    if name == "kthvalue":
        return f"{_order(c, axis, False)}[{before}{given['k'] - 1}:{given['k']}]"
    return None


def _order(c: Call, axis: int, descending: bool) -> str:
    x = c.args[0]
    if descending:
        return f"{c.library.function(order_of)}({x}, {axis}, True)"
    return f'np.argsort({x}, axis={axis}, kind="stable")'


def middle(c: Call) -> str | None:
    """The mask of a median of all entries: they may be several."""
    note, x = c.recording.choices.of_node.get(c.node), c.like(0)
    index = c.params["index"]
    if note is None or note.name != "median" or note.seen[0].edge is not c.node.parents[0]:
        return None
    if len(index) != 1 or index[0].dtype.kind != "b" or not _is_extreme(c, note):
        return None
    size = int(np.prod(x.shape))
    return f"{c.args[0]} == np.sort({c.args[0]}, axis=None)[{(size - 1) // 2}]"


def _is_extreme(c: Call, note: Reading) -> bool:
    """Whether it went on from there with the greatest entry; of nan it takes the mean."""
    nodes: list[Node | None] = [link() for link in note.results if link is not None]
    return any(n is not None and n.op.name == "amax" and c.node in n.parents for n in nodes)
