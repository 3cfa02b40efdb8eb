"""Mistakes by their kind: what is marked in the shapes, and which changes would make them fit."""

from __future__ import annotations

from collections.abc import Callable

from ...errors import DtypeError, SequenceError
from ..failure import Failure, Story
from . import (
    broadcasting,
    convolutions,
    joining,
    losses,
    operands,
    positions,
    products,
    rearranging,
    sequences,
)

Family = Callable[[Failure], Story | None]

_LOSSES = (*losses.ENTRYWISE, *losses.OF_CLASSES)
_OF: dict[str, Family] = {
    "matmul": products.story,
    "linear": products.linear,
    **dict.fromkeys(("convolution", "convolution_transposed"), convolutions.story),
    "reshape": rearranging.story,
    "view": rearranging.story,
    "cat": joining.story,
    "stack": joining.story,
    **dict.fromkeys(_LOSSES, losses.story),
}


def of(failure: Failure) -> Story | None:
    """What the first of the families that know this mistake says of it."""
    if isinstance(failure.error, SequenceError):
        return sequences.story(failure)
    families = [_OF[name] for name in (failure.called, failure.op) if name in _OF][:1]
    if isinstance(failure.error, DtypeError):
        families = [operands.story, *families]
    for family in (*families, broadcasting.story, positions.story):
        story = family(failure)
        if story is not None:
            return story
    return None
