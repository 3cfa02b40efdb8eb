"""What metrics are given, as arrays: scores or predicted classes, and the true classes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .. import dtypes
from ..autograd.value import Value
from ..errors import AutogradError, ShapeError

Array = np.ndarray[Any, Any]


class Compared(NamedTuple):
    """The classes predicted and the true ones, an array (n,) each, and how many classes there are.

    That is as many as there are scores, or one more than the greatest class that occurs.
    """

    predicted: Array
    true: Array
    classes: int


def compared(predicted: Any, target: Any, threshold: float | None = None) -> Compared:
    """What was predicted beside what is true, as class indices.

    `predicted`: scores (n, classes), of which the greatest counts, the first of equal ones; or one
    score of class 1 against class 0, (n,) or (n, 1); or predicted classes, (n,).
    `threshold`: class 1 is predicted by one score above it: 0 for logits, 0.5 for probabilities.
    Without it one score is a logit if some are below 0 or above 1. Whole numbers of 0 or more are
    classes, where no threshold is given.
    `target`: classes 0, 1, 2, ..., (n,), or one-hot rows (n, classes).

    Raises ShapeError, ValueError for what is none of these, is empty or nan, and for one score of
    which it cannot be said; DtypeError for what are no numbers.
    """
    true, own = _true(target)
    scores = as_array("predicted", predicted)
    _check_examples("predicted", scores)
    found, wide = _chosen(scores, threshold)
    check_lengths(found, true)
    greatest = int(max(found.max(), true.max()))
    if wide and max(own, greatest + 1) > wide:
        raise ValueError(
            f"predicted has scores of {wide} classes, 0 to {wide - 1}, but target has "
            + (f"{own} columns" if own else f"class {greatest}")
        )
    return Compared(found, true, max(wide, own, greatest + 1))


def true_classes(target: Any) -> Array:
    """The classes of `target`, (n,), also where it is one-hot."""
    return _true(target)[0]


def _true(target: Any) -> tuple[Array, int]:
    """The classes of `target`, and how many its rows tell of; 0 where they are no rows."""
    array = as_array("target", target)
    _check_examples("target", array)
    if not is_wide(array):
        return _indices("target", array), 0
    if not (((array == 0) | (array == 1)).all() and (array.sum(1) == 1).all()):
        raise ValueError(
            f"target has shape {array.shape}, but not one 1 among zeros in every row: give one "
            "class per example, (n,), or one-hot rows"
        )
    return array.argmax(1), array.shape[1]


def is_wide(array: Array) -> bool:
    """Whether there are several entries for an example."""
    return array.ndim == 2 and array.shape[1] > 1


def as_array(name: str, data: Any) -> Any:
    """`data`, a tensor or what makes one, as an array of numbers.

    Raises DtypeError, ShapeError where it is something else.
    """
    if isinstance(data, Value):
        return np.asarray(data.array)
    try:
        return np.asarray(dtypes.as_array(data))
    except AutogradError as error:
        raise type(error)(f"{name}: {error}") from None


def check_lengths(predicted: Array, true: Array) -> None:
    """Raise ShapeError unless there is one target for each prediction."""
    if len(predicted) != len(true):
        raise ShapeError(
            f"target has {len(true)} entries and predicted {len(predicted)}: give one for each"
        )


def column(scores: Array) -> Array:
    """(n,) of (n, 1)."""
    return scores.reshape(len(scores))


def _check_examples(name: str, array: Array) -> None:
    """Raise ValueError for what has no examples along its first axis, or scores of nan."""
    if not array.size:
        raise ValueError(f"{name} is empty: there is nothing to count")
    if array.ndim not in (1, 2):
        wanted = "" if name == "target" else ", or the scores of all classes, (n, classes)"
        raise ShapeError(
            f"{name} has shape {array.shape}: give one class per example, (n,){wanted}"
        )
    if name != "target" and np.isnan(array).any():
        row = int(np.isnan(array).reshape(len(array), -1).any(1).argmax())
        raise ValueError(f"{name} has nan at place {row}: nothing can be said of that example")


def _chosen(scores: Array, threshold: float | None) -> tuple[Array, int]:
    """The classes that scores are for, and how many have scores; 0 of what are classes already."""
    if is_wide(scores):
        if threshold is not None:
            raise ValueError(
                f"a threshold is for one score per example; of predicted, {scores.shape}, "
                "the greatest score of each row counts"
            )
        return scores.argmax(1), scores.shape[1]
    scores = column(scores)
    if threshold is None and _are_classes(scores):
        return _indices("predicted", scores), 0
    return (scores > (_zero(scores) if threshold is None else threshold)).astype(np.int64), 2


def _are_classes(scores: Array) -> bool:
    if scores.dtype.kind != "f":
        return True
    return bool((scores == np.floor(scores)).all() and (scores >= 0).all())


def _zero(scores: Array) -> float:
    """The threshold of logits. Raises ValueError for what may as well be probabilities."""
    within = (scores >= 0).all() and (scores <= 1).all()
    if within and ((scores > 0) & (scores <= 0.5)).any():  # else both say the same
        raise ValueError(
            "predicted has one score per example, all from 0 to 1: logits or probabilities? "
            "Give threshold=0 for logits, threshold=0.5 for probabilities; of a metric that is "
            'named, as metrics.named("accuracy", threshold=0.5)'
        )
    return 0.0


def _indices(name: str, array: Array) -> Array:
    array = column(array)
    if not (np.isfinite(array).all() and _are_classes(array)) or array.min() < 0:
        raise ValueError(f"{name} has to hold class indices, 0, 1, 2, ...: take argmax of scores")
    return array.astype(np.int64)
