"""Metrics that scikit-learn computes, which comes with the extra `sklearn`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from ..errors import MissingExtra
from .inputs import as_array, check_lengths, column, compared, is_wide, true_classes
from .probabilities import probabilities


def classification_report(
    predicted: Any,
    target: Any,
    *,
    names: Sequence[str] | None = None,
    digits: int = 2,
    output_dict: bool = False,
    zero_division: float = 0.0,
    threshold: float | None = None,
) -> Any:
    """Precision, recall and F1 of each class that occurs, and their means, as a table in text.

    `names`: of the classes 0, 1, 2, ..., of which those that do not occur have no row. `digits`:
    after the point. `output_dict`: a dictionary in the place of the text. The rest and what is
    raised: as for `precision_recall_f1`; MissingExtra without scikit-learn.

    >>> print(classification_report([0, 1, 1, 1], [0, 0, 1, 1], names=["cat", "dog"]))
                  precision    recall  f1-score   support
    <BLANKLINE>
             cat       1.00      0.50      0.67         2
             dog       0.67      1.00      0.80         2
    <BLANKLINE>
        accuracy                           0.75         4
       macro avg       0.83      0.75      0.73         4
    weighted avg       0.83      0.75      0.73         4
    <BLANKLINE>
    """
    found, true, classes = compared(predicted, target, threshold)
    if names is not None and len(names) < classes:
        raise ValueError(f"{len(names)} names for {classes} classes: give one for each")
    occurring = np.union1d(true, found).tolist()  # the others would pull the means down
    return _metrics().classification_report(
        true, found, labels=occurring,
        target_names=None if names is None else [names[label] for label in occurring],
        digits=digits, output_dict=output_dict, zero_division=zero_division,
    )  # fmt: skip


def roc_auc(
    scores: Any,
    target: Any,
    *,
    average: Literal["macro", "weighted"] = "macro",
    multi_class: Literal["ovr", "ovo"] = "ovr",
) -> float:
    """The area under the ROC curve: how likely an example of a class outscores one of another.

    `scores`: of class 1 against class 0, (n,) or (n, 1), or of all classes, (n, classes), logits or
    probabilities; of three and more each class against the rest, "ovr", or against each other,
    "ovo", from their softmax. `average`: the mean over these, or weighted by how often they occur.

    Raises ShapeError, ValueError for shapes that do not fit, nan, and a class of which there is no
    example; MissingExtra without scikit-learn.

    >>> roc_auc([-2.0, 0.5, 0.1, 3.0], [0, 0, 1, 1])
    0.75
    """
    array, true = as_array("scores", scores), true_classes(target)
    if array.ndim not in (1, 2) or np.isnan(array).any():
        raise ValueError(f"scores are (n,) or (n, classes) without nan, not {array.shape}")
    check_lengths(array, true)
    classes = array.shape[1] if is_wide(array) else 2
    if np.unique(true).tolist() != [*range(classes)]:
        raise ValueError(
            f"roc_auc of {classes} classes needs examples of each, 0 to {classes - 1}, and of no "
            f"other: target has {np.unique(true).tolist()}"
        )
    if classes == 2:
        margin = array[:, 1] - array[:, 0] if is_wide(array) else column(array)
        return float(_metrics().roc_auc_score(true, margin))
    rows = probabilities(array)
    rows /= rows.sum(1, keepdims=True)  # float32 is not exact enough
    return float(_metrics().roc_auc_score(true, rows, average=average, multi_class=multi_class))


def _metrics() -> Any:
    """sklearn.metrics. Raises MissingExtra where it is not installed."""
    try:
        import sklearn.metrics  # only when something is asked of it
    except ImportError:
        raise MissingExtra("scikit-learn", "sklearn") from None
    return sklearn.metrics
