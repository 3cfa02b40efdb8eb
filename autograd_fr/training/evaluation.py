"""What a model says to data, and how good it is: `predict` and `evaluate`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ..autograd.value import wrap
from ..errors import AutogradError
from ..nn import Module
from ..nn.modes import evaluating
from ..utils.data import Dataset
from .sources import as_input, batches_in_order, is_loader, parts

BATCH_SIZE = 1000

Metric = Callable[[Any, Any], Any]
Metrics = str | Metric | Iterable[str | Metric] | Mapping[str, str | Metric]


def predict(model: Module, x: Any, batch_size: int = BATCH_SIZE) -> np.ndarray[Any, Any]:
    """The scores `model(x)`, computed batch by batch in evaluation mode, as one array.

    `x`: inputs, as array or tensor with a row per example; or a Dataset or a DataLoader, which give
    inputs alone, or with a target after them. Nothing is recorded, and every module has its mode
    back afterwards. Raises ValueError where there are no rows.

    >>> import autograd_fr as ag
    >>> predict(ag.nn.Sequential(ag.nn.ReLU()), np.array([[-1.0, 2.0]]))
    array([[0., 2.]])
    """
    if isinstance(x, Dataset):
        x = batches_in_order(x, model, batch_size)
    if is_loader(x):
        inputs = (batch[:-1] or batch if isinstance(batch, (tuple, list)) else [batch]
                  for batch in x)  # fmt: skip
    else:
        rows = as_input(x, model)
        inputs = ([rows[k : k + batch_size]] for k in range(0, len(rows), batch_size))
    with evaluating(model):
        scores = [_array(model(*given)) for given in inputs]
    if not scores:
        raise ValueError("x is empty: there is nothing to predict")
    return np.concatenate(scores)


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
    mean over the examples. The model runs in evaluation mode, and nothing is recorded.

    >>> import autograd_fr as ag
    >>> scores, labels = np.eye(4), np.array([0, 1, 2, 0])
    >>> evaluate(ag.nn.Sequential(), (scores, labels), "accuracy")
    {'accuracy': 0.75}
    """
    asked = named(metrics)
    batches = batches_in_order(data, model, batch_size)
    with evaluating(model):
        return measured(model, batches, loss, asked)


def measured(
    model: Module, batches: Any, loss: Any, metrics: Mapping[str, Metric]
) -> dict[str, Any]:
    """Loss and metrics of a model that is in evaluation mode, over batches."""
    means, scores, targets = Means(), [], []
    for batch in batches:
        inputs, target = parts(batch)
        given = model(*inputs)
        means.add(len(target), {} if loss is None else {"loss": float(loss(given, target))})
        if metrics:
            scores.append(_array(given))
            targets.append(target.array)
    if not means.count:
        raise ValueError("there is nothing to evaluate on: the data gives no batches")
    everything = [wrap(np.concatenate(pieces)) for pieces in (scores, targets) if pieces]
    return {
        **means.values(),
        **{name: as_number(metric(*everything)) for name, metric in metrics.items()},
    }


class Means:
    """Means over the examples so far, of numbers that are means over batches."""

    def __init__(self, count: int = 0, totals: Mapping[str, float] | None = None) -> None:
        self.count, self.totals = count, dict(totals or {})

    def add(self, n: int, values: Mapping[str, float]) -> None:
        """Take in the values of a batch of `n` examples."""
        self.count += n
        for name, value in values.items():
            self.totals[name] = self.totals.get(name, 0.0) + n * value

    def values(self) -> dict[str, float]:
        """The means by name."""
        return {name: total / self.count for name, total in self.totals.items()}

    def state_dict(self) -> dict[str, Any]:
        """What to make them of again."""
        return {"count": self.count, "totals": dict(self.totals)}


def named(metrics: Metrics | None) -> dict[str, Metric]:
    """Metrics by name. Raises ValueError for an unknown name, TypeError for no function."""
    if metrics is None:
        return {}
    if isinstance(metrics, Mapping):
        return {name: _metric(metric) for name, metric in metrics.items()}
    listed = [metrics] if isinstance(metrics, str) or callable(metrics) else list(metrics)
    return {_name(metric): _metric(metric) for metric in listed}


def _name(metric: Any) -> str:
    return metric if isinstance(metric, str) else getattr(metric, "__name__", type(metric).__name__)


def _metric(metric: Any) -> Metric:
    if isinstance(metric, str):
        from ..metrics import named as metric_of  # only where one is asked for

        return metric_of(metric)
    if not callable(metric):
        raise TypeError(f"a metric is a name or a function of (scores, target), not {metric!r}")
    return metric


def as_number(value: Any) -> Any:
    """A number as a float, anything else, such as a matrix, as it is."""
    return float(value) if np.ndim(getattr(value, "array", value)) == 0 else value


def _array(scores: Any) -> Any:
    if not hasattr(scores, "array"):
        raise AutogradError(
            f"the model gives a {type(scores).__name__} where one tensor of scores is needed"
        )
    return scores.array
