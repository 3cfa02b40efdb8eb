"""The loss of a row of labels against scores at many more steps, without an alignment."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import ops
from ...autograd.composites import composite
from ...autograd.dispatch import as_value
from ...autograd.value import wrap
from ...errors import DimensionError, DtypeError, ShapeError
from ...kernels.ctc import lattice
from ...ops.neural import ctc
from ...tensor import Tensor
from .loss_parts import reduced, reduction_of, shown


@composite
def ctc_loss(
    log_probs: Any,
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """Minus the logarithm of the probability that steps, blanks and repeats left out, spell labels.

    log_probs (T, N, C) or (T, C), normalised over the classes, as `log_softmax` gives them;
    targets (N, L), of which each row counts up to its length, or all rows in one after the other;
    lengths as tensors or lists of N numbers. `blank` is the class for no label. The mean is that
    of each loss divided by its number of labels. Rows of labels that do not fit into their steps
    have the loss inf and the gradient nan, or both 0 with `zero_infinity`. The gradient is
    PyTorch's: exact for log_probs that are normalised.

    Raises ShapeError, DtypeError, IndexError for lengths and targets that do not fit.
    Alex Graves and others, "Connectionist temporal classification", 2006.

    >>> import autograd_fr as ag
    >>> log_probs = ag.full((3, 1, 2), 0.5).log()
    >>> ag.nn.functional.ctc_loss(log_probs, ag.tensor([[1]]), [3], [1])
    tensor(0.2877)
    """
    reduction = reduction_of(reduction)
    log_probs, targets = shown("ctc_loss", log_probs, targets)
    if log_probs.dtype.kind != "f" or log_probs.ndim not in (2, 3):
        raise ShapeError(
            "ctc_loss takes floating log_probs of shape (T, N, C) or (T, C), not "
            f"{log_probs.dtype} of {log_probs.array.shape}"
        )
    alone = log_probs.ndim == 2
    if alone:
        log_probs = ops.unsqueeze(log_probs, 1)
    steps, rows, classes = log_probs.shape
    if not 0 <= blank < classes:
        raise DimensionError(f"ctc_loss: blank is {blank}, the classes are 0 to {classes - 1}")
    taken = _lengths("input_lengths", input_lengths, rows, steps)
    lengths = _lengths("target_lengths", target_lengths, rows, math.inf)
    padded = _padded(np.asarray(targets.array), lengths, blank, classes)
    ways = lattice(padded, taken, lengths, blank)
    loss = ctc.ctc_loss(log_probs, ways=ways, zero_infinity=zero_infinity)
    if reduction == "mean":
        loss = loss / wrap(np.maximum(lengths, 1).astype(loss.dtype))
    return reduced(loss[0] if alone else loss, reduction)


def _lengths(what: str, given: Any, rows: int, most: float) -> Any:
    """Lengths, one for each row, as an array; or an error."""
    found = np.asarray(as_value(given).array)
    if found.dtype.kind not in "iu" and found.size:
        raise DtypeError(f"ctc_loss: {what} are integers, not {found.dtype}")
    if found.size != rows:
        raise ShapeError(f"ctc_loss: {what} are {rows}, one for each row, not {found.size}")
    found = found.reshape(rows).astype(np.int64)
    wrong = np.flatnonzero((found < 0) | (found > most))
    if wrong.size:
        raise DimensionError(
            f"ctc_loss: {what}[{wrong[0]}] is {found[wrong[0]]}, "
            + ("a length is not negative" if most == math.inf else f"of 0 to {most} steps")
        )
    return found


def _padded(targets: Any, lengths: Any, blank: int, classes: int) -> Any:
    """The labels as an array of one row each, with blanks behind; or an error."""
    if targets.dtype.kind not in "iu":
        raise DtypeError(f"ctc_loss takes labels as integers, got targets of {targets.dtype}")
    width = int(lengths.max(initial=0))
    counted = np.arange(width) < lengths[:, None]
    if targets.ndim == 1:
        if len(targets) != lengths.sum():
            raise ShapeError(
                f"ctc_loss: target_lengths sum to {lengths.sum()}, but there are {len(targets)} "
                "targets one after the other"
            )
        spread = np.full(counted.shape, blank)
        spread[counted] = targets
    elif targets.ndim == 2 and len(targets) == len(lengths) and targets.shape[1] >= width:
        spread = np.where(counted, targets[:, :width], blank)
    else:
        raise ShapeError(
            f"ctc_loss: targets are ({len(lengths)}, {width} or more), or one vector of all labels,"
            f" not {targets.shape}"
        )
    wrong = np.argwhere((spread < 0) | (spread >= classes))
    if len(wrong):
        row, place = wrong[0]
        raise DimensionError(
            f"ctc_loss: label {place} of row {row} is {spread[row, place]}, but there are "
            f"{classes} classes, 0 to {classes - 1}"
        )
    return spread
