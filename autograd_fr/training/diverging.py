"""Losses that are no numbers: whether the data are to blame, or the training."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import NonFiniteError
from ..utils.data import Subset, TensorDataset, TransformedDataset
from .measuring import array_of
from .sources import parts

if TYPE_CHECKING:
    from .callbacks import EarlyStopping
    from .run import Run


def check_batch(loss: float, run: Run, best: EarlyStopping, batch: Sequence[Any]) -> None:
    """Raise NonFiniteError where the loss of a batch to learn from is an infinity or nan."""
    if math.isfinite(loss):
        return
    raise NonFiniteError(
        f"the loss is {loss} in epoch {run.epoch}, batch {run.batch + 1}: "
        + (bad_data([batch], run.loader) or advice(run)) + weights(run, best)
    )  # fmt: skip


def check_validation(loss: float, run: Run, best: EarlyStopping) -> None:
    """Raise NonFiniteError where the loss on the validation set is an infinity or nan."""
    if math.isfinite(loss):
        return
    batches = ([*inputs, target] for inputs, target in map(parts, run.validation))
    raise NonFiniteError(
        f"the loss is {loss} in epoch {run.epoch}, validation: "
        + (bad_data(batches, run.validation) or advice(run)) + weights(run, best)
    )  # fmt: skip


def advice(run: Run) -> str:
    """What to do where the data are as they should be."""
    if not run.step:
        return (
            "that is before the first step: look at the size of the inputs and of the weights, and "
            "at what the model and the loss divide by or take the logarithm of"
        )
    return "the training diverged; a smaller learning rate may help, or clip_norm"


def weights(run: Run, best: EarlyStopping) -> str:
    """Which weights the model has after the error; nothing where it has learnt none."""
    if not run.step:
        return ""
    return f". The model has its {'best' if best.epoch else 'first'} weights again"


def bad_data(batches: Iterable[Sequence[Any]], loader: Any) -> str | None:
    """What is not finite in the first batch that holds such, and in which row; None for none."""
    for batch in batches:
        for k, part in enumerate(batch):
            found = first_bad(part)
            if found is None:
                continue
            # In the whole data a row has a lasting number; there it may be finite yet, before a
            # transform.
            whole = next(map(first_bad, tensors_of(loader)[k : k + 1]), None)
            row, value = whole or found
            return (
                f"the {'target holds' if k == len(batch) - 1 else 'inputs hold'} {value}, first in "
                f"row {row} of the {'data' if whole else 'batch'}; mend or leave out such rows, "
                "which np.isfinite finds"
            )
    return None


def first_bad(part: Any) -> tuple[int, float] | None:
    """The first row that holds an infinity or nan, and which; None where all are finite."""
    array = array_of(part)
    if array.dtype.kind not in "fc" or np.isfinite(array).all():
        return None
    first = tuple(np.argwhere(~np.isfinite(array))[0])
    return int(first[0]) if first else 0, array[first].item()


def tensors_of(loader: Any) -> tuple[Any, ...]:
    """The tensors whose rows a loader gives, through subsets and transforms; none if others."""
    dataset = getattr(loader, "dataset", None)
    while isinstance(dataset, (Subset, TransformedDataset)):
        dataset = dataset.dataset
    return dataset.tensors if isinstance(dataset, TensorDataset) else ()
