"""Which class is taken for which."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from .inputs import Array, Compared, compared

MOST = 10_000  # classes of a matrix, which then has 800 MB
Normalize = Literal["true", "pred", "all"]


def confusion_matrix(
    predicted: Any,
    target: Any,
    *,
    num_classes: int | None = None,
    normalize: Normalize | None = None,
    threshold: float | None = None,
) -> Array:
    """How often each class was taken for each: C[i, j] = #{examples of class i predicted as j}.

    `predicted`: a tensor or an array of scores (n, classes), logits or probabilities, of which the
    greatest counts, the first of equal ones; or one score of class 1 against class 0, (n,) or
    (n, 1); or predicted classes, whole numbers (n,). `target`: the true classes 0, 1, 2, ...,
    (n,), or one-hot rows (n, classes).
    `threshold`: one score above it stands for class 1: 0 for logits, 0.5 for probabilities. It must
    be given where all scores are from 0 to 1, as both may be; otherwise they are logits.
    `num_classes`: where it is more than the scores or the classes tell. `normalize`: "true" for
    shares of each row, "pred" of each column, "all" of everything.

    Returns an array (classes, classes) of int64, of float64 where normalized; nothing of a graph
    is kept. Raises ShapeError, ValueError for shapes that do not fit, for what is empty, nan, or
    no class, and for scores from 0 to 1 as above; DtypeError for what are no numbers.

    >>> import autograd_fr as ag
    >>> ag.metrics.confusion_matrix([0, 1, 2, 2, 2, 0], [0, 1, 1, 2, 2, 2])
    array([[1, 0, 0],
           [0, 1, 1],
           [1, 0, 2]])
    """
    found = compared(predicted, target, threshold)
    if num_classes is not None and num_classes < found.classes:
        raise ValueError(
            f"class {found.classes - 1} occurs or has a score, but num_classes is {num_classes}"
        )
    return shares(counts(found, num_classes), normalize)


def counts(found: Compared, num_classes: int | None = None) -> Array:
    """The matrix of counts of what was compared."""
    n = num_classes or found.classes
    if n > MOST:
        raise ValueError(f"a matrix of {n} classes: give at most {MOST}, numbered from 0")
    flat = np.bincount(found.true * n + found.predicted, minlength=n * n)
    return flat.reshape(n, n)


def shares(counts: Array, normalize: Normalize | None) -> Array:
    """A matrix of counts as shares of its rows ("true"), columns ("pred"), or its sum ("all").

    Where there is nothing to share, zeros. Raises ValueError for another word.
    """
    if normalize is None:
        return counts
    along = {"true": 1, "pred": 0, "all": None}
    if normalize not in along:
        raise ValueError(f'normalize is "true", "pred", "all" or None, not {normalize!r}')
    totals = counts.sum(along[normalize], keepdims=True)
    return counts / np.where(totals, totals, 1)
