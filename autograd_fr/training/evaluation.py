"""What a model says to data, and how good it is: `predict` and `evaluate`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from os import PathLike
from typing import Any

import numpy as np

from ..errors import DtypeError
from ..messages.things import described
from ..nn import Module
from ..nn.modes import evaluating
from ..utils.data import Dataset
from .arguments import a_loss, a_model, whole
from .measuring import Measured, Metric, Metrics, array_of, named
from .sources import as_input, batches_in_order, is_loader, parts

BATCH_SIZE = 1000


def predict(model: Module, x: Any, batch_size: int = BATCH_SIZE) -> np.ndarray[Any, Any]:
    """The scores `model(x)`, computed batch by batch in evaluation mode, as one array.

    `x`: inputs, as array or tensor with a row per example; or a Dataset or a DataLoader, which give
    inputs alone, or with a target after them. Nothing is recorded, and every module has its mode
    back afterwards. Raises ValueError where there are no rows, TypeError for no model, no inputs.

    >>> import autograd_fr as ag
    >>> predict(ag.nn.Sequential(ag.nn.ReLU()), np.array([[-1.0, 2.0]]))
    array([[0., 2.]])
    """
    a_model(model)
    batch_size = whole("batch_size", batch_size, 1)
    if isinstance(x, Dataset):
        x = batches_in_order(x, model, batch_size, "x")
    if is_loader(x):
        inputs = (batch[:-1] or batch if isinstance(batch, (tuple, list)) else [batch]
                  for batch in x)  # fmt: skip
    else:
        rows = _rows(x, model)
        inputs = ([rows[k : k + batch_size]] for k in range(0, len(rows), batch_size))
    with evaluating(model):
        scores = [array_of(scores_of(model, given)) for given in inputs]
    if not scores:
        raise ValueError("x is empty: there is nothing to predict")
    return np.concatenate(scores)


def _rows(x: Any, model: Module) -> Any:
    if isinstance(x, tuple) and all(hasattr(part, "shape") for part in x):
        raise TypeError(
            f"x is the inputs alone; this is {described(x)}: of a pair (x, y) give the first"
        )
    if not isinstance(x, (Real, tuple, list, range)) and not hasattr(x, "__array__"):
        first = ": read a file first" if isinstance(x, (str, PathLike)) else ""
        raise TypeError(
            "x is inputs, an array or tensor with a row per example, a Dataset, or a DataLoader; "
            f"this is {described(x)}{first}"
        )
    rows = as_input(x, model)
    if not rows.ndim:
        raise TypeError(f"x has a row per example; this is {described(x)}")
    return rows


def _check_count(model: Module, inputs: Sequence[Any]) -> None:
    """Raise TypeError where a model takes another number of inputs."""
    taken = inspect.signature(model.forward)
    try:
        taken.bind(*inputs)
    except TypeError:
        count = f"{len(inputs)} input" + "s" * (len(inputs) > 1)
        raise TypeError(
            f"{type(model).__name__}.forward takes ({', '.join(taken.parameters)}), and gets "
            f"{count}: the last part of a batch is its target, and all before are inputs"
        ) from None


def evaluate(
    model: Module,
    data: Any,
    metrics: Metrics = "accuracy",
    *,
    loss: Callable[[Any, Any], Any] | None = None,
    batch_size: int = BATCH_SIZE,
) -> dict[str, Any]:
    """What the metrics say of `model` on `data`, and its loss if asked for, by name.

    `data`: a pair (x, y) of arrays or tensors, a Dataset, or a DataLoader. `metrics`: names of
    `autograd_fr.metrics`, or functions of scores and target, which are asked once about all
    examples together; several in a list, or in a dict under names of one's own. The loss is the
    mean over the examples; after BCELoss a single score is a probability for metrics asked for by
    name, after BCEWithLogitsLoss a logit. The model runs in evaluation mode, and nothing is
    recorded.

    >>> import autograd_fr as ag
    >>> scores, labels = np.eye(4), np.array([0, 1, 2, 0])
    >>> evaluate(ag.nn.Sequential(), (scores, labels), "accuracy")
    {'accuracy': 0.75}
    """
    a_model(model)
    if loss is not None:
        a_loss(loss)
    asked = named(metrics, loss)
    batches = batches_in_order(data, model, whole("batch_size", batch_size, 1))
    with evaluating(model):
        return measured(model, batches, loss, asked)


def measured(
    model: Module, batches: Any, loss: Any, metrics: Mapping[str, Metric]
) -> dict[str, Any]:
    """Loss and metrics of a model that is in evaluation mode, over batches."""
    found = Measured(metrics)
    for batch in batches:
        inputs, target = parts(batch)
        scores = scores_of(model, inputs)
        value = None if loss is None else float(loss(scores, target))
        found.add(array_of(scores) if metrics else None, target, value)
    if not found.count:
        raise ValueError("there is nothing to evaluate on: the data gives no batches")
    return found.values()


def scores_of(model: Module, inputs: Sequence[Any]) -> Any:
    """What a model gives for inputs. Says what to do where it takes no such dtype, or number."""
    try:
        return model(*inputs)
    except DtypeError as error:
        kinds = [x.dtype.name for x in inputs if getattr(x.dtype, "kind", "") in "iub"]
        if not kinds:
            raise
        raise DtypeError(
            f"{error}\n  x holds whole numbers, {kinds[0]}: give x.astype(np.float32), of images "
            "x.astype(np.float32) / 255, or, where they number the rows of an Embedding, "
            "x.astype(np.int64)"
        ) from None
    except TypeError:
        _check_count(model, inputs)
        raise
