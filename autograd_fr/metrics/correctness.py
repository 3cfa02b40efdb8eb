"""How many predictions are right, and how many wrong."""

from __future__ import annotations

from typing import Any

from .inputs import compared


def accuracy(predicted: Any, target: Any, *, threshold: float | None = None) -> float:
    """The share of examples whose predicted class is the true one, right / n.

    `predicted`, `target`, `threshold`, and what is raised: as for `confusion_matrix`.

    >>> import autograd_fr as ag
    >>> logits = ag.tensor([[2.0, 0.1], [0.3, 0.4], [5.0, 1.0], [0.0, 1.0]])
    >>> ag.metrics.accuracy(logits, [0, 1, 1, 1])
    0.75
    """
    found, true, _ = compared(predicted, target, threshold)
    return float((found == true).mean())


def error_rate(predicted: Any, target: Any, *, threshold: float | None = None) -> float:
    """The share of examples whose predicted class is not the true one, wrong / n.

    `predicted`, `target`, `threshold`, and what is raised: as for `confusion_matrix`.

    >>> error_rate([0, 1, 0, 1], [0, 1, 1, 1])
    0.25
    """
    found, true, _ = compared(predicted, target, threshold)
    return float((found != true).mean())


def errors(predicted: Any, target: Any, *, threshold: float | None = None) -> int:
    """How many examples have a predicted class that is not the true one.

    `predicted`, `target`, `threshold`, and what is raised: as for `confusion_matrix`.

    >>> errors([0, 1, 0, 1], [0, 1, 1, 1])
    1
    """
    found, true, _ = compared(predicted, target, threshold)
    return int((found != true).sum())
