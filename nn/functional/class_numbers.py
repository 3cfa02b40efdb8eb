"""Targets that are numbers of classes, and weights for classes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import ops
from ...autograd.dispatch import as_value
from ...batching.known import anywhere, array_of, entries, first_of
from ...errors import DimensionError, DtypeError, ShapeError


def class_weights(weight: Any, input: Any, mixed: bool = False) -> Any:
    """The weights as a tensor, one per class, in the dtype of the input unless `mixed`."""
    if weight is None:
        return None
    weight, classes = as_value(weight), input.shape[min(input.ndim - 1, 1)]
    if weight.dtype != input.dtype and not mixed:
        raise DtypeError(
            f"weight is {weight.dtype}, the input {input.dtype}: give both one dtype, e.g. with "
            f"weight.to({input.dtype})"
        )
    if weight.shape != (classes,):
        raise ShapeError(f"weight has one entry per class, ({classes},), not {weight.array.shape}")
    return weight


def classes_last(x: Any) -> Any:
    """(N, C, d...) with the classes moved to the end."""
    return x if x.ndim <= 2 else ops.permute(x, (0, *range(2, x.ndim), 1))


def of_one_row(input: Any, target: Any) -> Any:
    """The class number of a single row (C), as (): it may be given as (1)."""
    return target.reshape(()) if input.ndim == 1 and target.shape == (1,) else target


def checked_classes(
    name: str, target: Any, input: Any, classes: int, ignore_index: int | None = None
) -> tuple[Any, Any]:
    """The class numbers of a target, 0 where ignored; and which count, None for all.

    One is wanted for each row of the `input`, which run along its last axis. Raises ShapeError,
    DtypeError, or DimensionError, which names the first number that is no class.
    """
    if target.dtype.kind not in "iu":
        raise DtypeError(f"{name} takes class numbers as integers, got a target of {target.dtype}")
    if target.array.shape != input.array.shape[:-1]:
        one_hot = sorted(target.shape) == sorted(input.shape) and input.ndim > 1
        raise ShapeError(
            f"{name} needs one class number per row: the target has shape {target.array.shape}, "
            f"but the rows of the input {input.array.shape[:-1]}"
            + ("; one-hot rows become numbers by .argmax(1)" if one_hot else "")
        )
    numbers, ignored = array_of(target.array), -1 if ignore_index is None else ignore_index
    if not 0 <= ignored < classes:
        taken = numbers.astype(np.int64)
        found = entries(taken).view(np.uint64)  # in which numbers below 0 are the largest
        if found.size and np.maximum.reduce(found, axis=None) < classes:
            return taken, None  # the usual case
    kept = numbers == numbers if ignore_index is None else numbers != ignore_index
    refuse_beyond(name, numbers, kept & ((numbers < 0) | (numbers >= classes)), classes)
    return np.where(kept, numbers, 0).astype(np.int64), kept if anywhere(~kept) else None


def refuse_beyond(name: str, numbers: Any, wrong: Any, classes: int) -> None:
    """Raise DimensionError where a number is `wrong`: it says which one, and what there is."""
    if anywhere(wrong):
        place, found = first_of(wrong, numbers)
        raise DimensionError(
            f"{name}: target{place} is {found}, but there are {classes} classes, 0 to {classes - 1}"
        )
