"""A list or a tuple of tensors where one tensor is needed: what a recurrent layer returns, say."""

from __future__ import annotations

from typing import Any

from ...dtypes import holds_tensors
from ..failure import Failure, Row, Story
from ..modules import described
from ..namespaces import locals_of

SHOWN = 4  # entries of a long list


def story(f: Failure) -> Story | None:
    """Of the first argument that is such a one."""
    found = ((name, x) for name, x in (*f.call.arguments, *f.given.items()) if holds_tensors(x))
    argument, value = next(found, ("", None))
    if value is None:
        return None
    packed = hasattr(value, "batch_sizes")
    kind = "PackedSequence" if packed else f"{type(value).__name__} of tensors"
    head = f"{f.op}: argument {argument!r} is a {kind}, not a tensor"
    rows = [Row(operand) for operand in f.shaped if any(operand.value is x for x in value)]
    if packed:
        fix = "recurrent layers take it; others its rows, .data, or what pad_packed_sequence makes"
    else:
        fix = _of_layer(f, value) if isinstance(value, tuple) else _JOINED
    return Story(head, rows[:SHOWN], fix)


_JOINED = "stack() or cat() makes one tensor of several"


def _of_layer(f: Failure, value: Any) -> str:
    """Which entry to take of a tuple, as layers return it."""
    before = _layer_before(f, value)
    if before is None:
        return (
            "of what a recurrent layer or attention returns take the first entry, as in "
            f"`output, _ = layer(x)`; {_JOINED}"
        )
    return (
        f"{described(before)} in front of it returns a tuple, which a Sequential hands on: write a "
        "module of your own, with `output, _ = layer(x)` in its forward"
    )


def _layer_before(f: Failure, value: Any) -> Any:
    """The layer of a Sequential that returned a tuple, where the next one was given that."""
    for (inner, frame), (outer, _) in zip(f.calls, f.calls[1:]):
        layers = list(outer.children())
        handed = type(outer).__name__ == "Sequential" and inner in layers[1:]
        if handed and any(x is value for x in locals_of(frame)["args"]):
            return layers[layers.index(inner) - 1]
    return None
