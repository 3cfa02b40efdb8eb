"""How far a predicted class can be trusted, and how much of a class is found."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np

from .inputs import Array, Compared, compared

Average = Literal["binary", "macro", "micro", "weighted"]
MOST = 10_000_000  # classes that are counted


class PrecisionRecallF1(NamedTuple):
    """Precision, recall and F1: numbers, or arrays (classes,) without an average."""

    precision: Any
    recall: Any
    f1: Any


def precision_recall_f1(
    predicted: Any,
    target: Any,
    *,
    average: Average | None = None,
    zero_division: float = 0.0,
    threshold: float | None = None,
) -> PrecisionRecallF1:
    """Precision P = TP / (TP + FP), recall R = TP / (TP + FN), F1 = 2 TP / (2 TP + FP + FN).

    TP counts the examples of a class that are predicted as it, FP those of others that are, FN
    those of it that are not. F1 is the harmonic mean of the other two, 2 P R / (P + R).

    `average`: None for an array of one number per class; "binary" for those of class 1 of two;
    "macro" for the mean over the classes that occur, as true or as predicted; "weighted" for that
    by how often they are true; "micro" for all counts added first.
    `zero_division`: what 0 / 0 is, 0, 1 or nan; nan is left out of means.
    `predicted`, `target`, `threshold`, and what else is raised: as for `confusion_matrix`. Raises
    ValueError also for another average, and "binary" of more than two classes.

    >>> import autograd_fr as ag
    >>> ag.metrics.precision_recall_f1([0, 1, 1, 1], [0, 0, 1, 1], average="binary")
    PrecisionRecallF1(precision=0.6666666666666666, recall=1.0, f1=0.8)
    >>> ag.metrics.precision_recall_f1([0, 1, 1, 1], [0, 0, 1, 1]).recall
    array([0.5, 1. ])
    """
    if average not in (None, "binary", "macro", "micro", "weighted"):
        raise ValueError(
            f'average is "binary", "macro", "micro", "weighted" or None, not {average!r}'
        )
    if zero_division not in (0, 1) and zero_division == zero_division:
        raise ValueError(f"zero_division is 0, 1 or nan, not {zero_division!r}")
    right, claimed, true = _counted(compared(predicted, target, threshold))
    if average == "binary":
        _check_two(len(true))
        right, claimed, true = right[1], claimed[1], true[1]
    elif average == "micro":
        right, claimed, true = right.sum(), claimed.sum(), true.sum()
    elif average is not None:
        met = (claimed > 0) | (true > 0)
        right, claimed, true = right[met], claimed[met], true[met]
    parts = ((right, claimed), (right, true), (2 * right, claimed + true))
    each = [_ratio(part, whole, zero_division) for part, whole in parts]
    if average is None:
        return PrecisionRecallF1(*each)
    weights = true if average == "weighted" else np.ones_like(true)
    return PrecisionRecallF1(*(_mean(ratio, weights) for ratio in each))


def precision(
    predicted: Any,
    target: Any,
    *,
    average: Average | None = "binary",
    zero_division: float = 0.0,
    threshold: float | None = None,
) -> Any:
    """The share of what is predicted as a class that is of it, TP / (TP + FP).

    Arguments and what is raised: as for `precision_recall_f1`. Returns a float, or an array
    (classes,) with `average=None`.

    >>> precision([0, 1, 1, 1, 1], [0, 0, 1, 1, 1])
    0.75
    """
    return precision_recall_f1(
        predicted, target, average=average, zero_division=zero_division, threshold=threshold
    ).precision


def recall(
    predicted: Any,
    target: Any,
    *,
    average: Average | None = "binary",
    zero_division: float = 0.0,
    threshold: float | None = None,
) -> Any:
    """The share of what is of a class that is predicted as it, TP / (TP + FN).

    Arguments and what is raised: as for `precision_recall_f1`. Returns a float, or an array
    (classes,) with `average=None`.

    >>> recall([0, 1, 2, 2], [0, 1, 1, 2], average="macro")
    0.8333333333333334
    """
    return precision_recall_f1(
        predicted, target, average=average, zero_division=zero_division, threshold=threshold
    ).recall


def f1(
    predicted: Any,
    target: Any,
    *,
    average: Average | None = "binary",
    zero_division: float = 0.0,
    threshold: float | None = None,
) -> Any:
    """The harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN).

    Arguments and what is raised: as for `precision_recall_f1`. Returns a float, or an array
    (classes,) with `average=None`.

    >>> f1([0, 1, 1, 1], [0, 0, 1, 1])
    0.8
    """
    return precision_recall_f1(
        predicted, target, average=average, zero_division=zero_division, threshold=threshold
    ).f1


def _counted(found: Compared) -> tuple[Array, Array, Array]:
    """Of each class how many are predicted rightly, are predicted, and are true."""
    n = max(2, found.classes)
    if n > MOST:
        raise ValueError(f"class {n - 1} occurs: classes are numbered from 0, below {MOST}")
    right = found.true[found.true == found.predicted]
    claimed, true = np.bincount(found.predicted, minlength=n), np.bincount(found.true, minlength=n)
    return np.bincount(right, minlength=n), claimed, true


def _check_two(classes: int) -> None:
    if classes > 2:
        raise ValueError(
            f'average="binary" is for two classes, and there are {classes}: give average="macro", '
            '"micro" or "weighted", or None for one number per class. Where a metric is named, its '
            'name may end in an average, as "f1_macro"'
        )


def _ratio(part: Any, whole: Any, zero_division: float) -> Any:
    """`part / whole`, and `zero_division` where both are 0."""
    return np.where(whole > 0, part / np.maximum(whole, 1), zero_division)


def _mean(values: Any, weights: Any) -> float:
    """The weighted mean of what is not nan; nan where nothing is left."""
    known = ~np.isnan(values)
    if not known.any():
        return float("nan")
    weights = weights[known]
    return float(np.average(values[known], weights=weights if weights.any() else None))
