"""Metrics by their names, as `training.fit(metrics=["accuracy", ...])` takes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ..messages.suggestions import hint
from .correctness import accuracy, error_rate, errors
from .precision_recall import f1, precision, recall
from .ranking import topk
from .regression import mean_absolute_error, mean_squared_error, r2
from .reports import roc_auc

Metric = Callable[[Any, Any], float]

_PLAIN = (
    accuracy, error_rate, errors, topk, precision, recall, f1, r2, mean_squared_error,
    mean_absolute_error, roc_auc,
)  # fmt: skip
_MORE = ("confusion_matrix", "classification_report", "precision_recall_f1")
_NAMED: dict[str, Callable[..., Any]] = {metric.__name__: metric for metric in _PLAIN}
_NAMED |= {
    f"{metric.__name__}_{average}": partial(metric, average=average)
    for metric in (precision, recall, f1)
    for average in ("macro", "micro", "weighted")
}


def named(name: str, **options: Any) -> Metric:
    """The metric of a name, a function of (predicted, target), with options of its own.

    The names are those of the functions here whose result is one number, and, as scikit-learn has
    it, "precision", "recall" and "f1" with an average after them, as "f1_macro".

    Raises ValueError for another name, with the one that may have been meant, and for a metric that
    gives more than one number.

    >>> named("accuracy")([0, 1, 1], [0, 1, 0])
    0.6666666666666666
    >>> named("accuracy", threshold=0.5)([0.2, 0.9], [0, 1])
    1.0
    >>> named("acuracy")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: there is no metric 'acuracy'; did you mean 'accuracy'? The names are ...
    """
    if name in _MORE:
        raise ValueError(
            f"{name!r} gives more than one number, so that it is no metric of a training: call "
            f"metrics.{name}(training.predict(model, x), y)"
        )
    if name not in _NAMED:
        near = hint(str(name), _NAMED) or "."
        raise ValueError(f"there is no metric {name!r}{near} The names are {', '.join(_NAMED)}")
    return partial(_NAMED[name], **options) if options else _NAMED[name]
