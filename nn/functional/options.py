"""Options that are whole numbers, as users give them: one for all axes, or one for each."""

from __future__ import annotations

import operator
from typing import Any

from ...errors import RangeError, ShapeError


def per_axis(
    name: str, argument: str, given: Any, dims: int, least: int | None = None
) -> tuple[int, ...]:
    """One number for each of `dims` axes, of one for all or one each.

    Raises TypeError for what is no integer, ShapeError for another count, RangeError below `least`.
    """
    wanted = f"an integer or {dims} of them" if dims > 1 else "an integer"
    several = isinstance(_plain(given), (tuple, list))
    numbers = integers(name, argument, given if several else (given,), wanted)
    if len(numbers) not in (1, dims):
        raise ShapeError(f"{name}: {argument} is {wanted}, not {given}")
    if least is not None and min(numbers) < least:
        raise RangeError(f"{name}: {argument} has to be at least {least}, got {given}")
    return numbers if len(numbers) == dims else numbers * dims


def integers(
    name: str, argument: str, given: Any, wanted: str = "a tuple of integers"
) -> tuple[int, ...]:
    """What is given as a tuple or list of integers; TypeError for anything else."""
    numbers = _plain(given)
    try:
        if not isinstance(numbers, (tuple, list)) or bool in map(type, numbers):
            raise TypeError
        return tuple(map(operator.index, numbers))
    except TypeError:
        given = numbers[0] if isinstance(numbers, (tuple, list)) and len(numbers) == 1 else given
        raise TypeError(f"{name}: {argument} is {wanted}, not {given!r}") from None


def _plain(given: Any) -> Any:
    """Numbers of Python where an array or a tensor is given."""
    return given.tolist() if hasattr(given, "tolist") else given
