"""What is measured over the batches of an epoch, or of a set to validate on."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np

from ..autograd.modes import no_grad
from ..autograd.value import wrap
from ..errors import AutogradError
from ..messages.things import described
from ..nn import BCELoss, BCEWithLogitsLoss
from ..nn import functional as F

Metric = Callable[[Any, Any], Any]
Metrics = str | Metric | Iterable[str | Metric] | Mapping[str, str | Metric]

RESERVED = ("loss", "lr", "epoch", "seconds")
RECENT = 1000  # examples, of which a bar tells
LOGITS, SHARES = (
    (BCEWithLogitsLoss, F.binary_cross_entropy_with_logits), (BCELoss, F.binary_cross_entropy)
)  # fmt: skip


class Measured:
    """The mean loss over the examples so far, and what metrics say of all of them together.

    For the metrics, which need be no means over batches, all scores and targets are kept.
    """

    def __init__(
        self, metrics: Mapping[str, Metric], count: int = 0, total: float | None = None,
        kept: tuple[Any, Any] | None = None,
    ) -> None:  # fmt: skip
        self.metrics, self.count, self.total = metrics, count, total
        self._kept: list[tuple[Any, Any]] = [] if kept is None else [tuple(k.array for k in kept)]

    def add(self, scores: Any, target: Any, loss: float | None) -> None:
        """Take in a batch: its scores as an array, which only metrics need."""
        n = len(target)
        self.count += n
        if loss is not None:
            self.total = (self.total or 0.0) + n * loss
        if self.metrics:
            self._kept.append((scores, np.array(target.array)))  # loaders may use theirs again

    def values(self) -> dict[str, Any]:
        """The loss, where there is one, and the metrics, by name."""
        everything = self._together(self._kept)
        return self.mean() | {
            name: as_number(metric(*everything)) for name, metric in self.metrics.items()
        }

    def recent(self) -> dict[str, Any]:
        """The loss, and the metrics of the last examples; without those that need more of them."""
        last, n = [], 0
        for scores, target in reversed(self._kept):
            last.append((scores, target))
            if (n := n + len(target)) >= RECENT:
                break
        told = self.mean()
        with no_grad():
            for name, metric in self.metrics.items() if last else ():
                try:
                    told[name] = as_number(metric(*self._together(last[::-1])))
                except ValueError:  # a class is missing, or all are alike
                    continue
        return told

    def mean(self) -> dict[str, Any]:
        """The loss alone."""
        return {} if self.total is None else {"loss": self.total / self.count}

    def _together(self, batches: list[tuple[Any, Any]]) -> list[Any]:
        return [wrap(np.concatenate(pieces)) for pieces in zip(*batches)]

    def state_dict(self) -> dict[str, Any]:
        """What to make it of again, besides the metrics."""
        kept = tuple(self._together(self._kept)) if self._kept else None
        return {"count": self.count, "total": self.total, "kept": kept}


def named(metrics: Metrics | None, loss: Any = None) -> dict[str, Metric]:
    """Metrics by name; those asked for by name take single scores as the `loss` takes them.

    Raises ValueError for an unknown name, one that occurs twice, and one that the history has for
    something else; TypeError for no function.
    """
    if metrics is None:
        return {}
    if isinstance(metrics, Mapping):
        pairs = list(metrics.items())
    elif isinstance(metrics, str) or callable(metrics):
        pairs = [(_name(metrics), metrics)]
    elif isinstance(metrics, Iterable):
        pairs = [(_name(metric), metric) for metric in metrics]
    else:
        raise TypeError(f"metrics are names and functions, in a list; this is {described(metrics)}")
    found: dict[str, Metric] = {}
    for name, metric in pairs:
        _check_name(name, found)
        found[name] = _metric(metric, loss)
    return found


def _check_name(name: Any, others: Mapping[str, Any]) -> None:
    if not isinstance(name, str):
        raise TypeError(f"the name of a metric is text, not {name!r}")
    if name in RESERVED or name.startswith("val_"):
        raise ValueError(f"no metric can be called {name!r}: the history has this for another")
    if name in others:
        raise ValueError(
            f"two metrics are called {name!r}: name them in a dict, metrics={{'one': ..., ...}}"
        )


def _name(metric: Any) -> str:
    metric = metric.func if isinstance(metric, partial) else metric
    return metric if isinstance(metric, str) else getattr(metric, "__name__", type(metric).__name__)


def _metric(metric: Any, loss: Any) -> Metric:
    if isinstance(metric, str):
        from ..metrics import named as metric_of  # only where one is asked for

        return _thresholded(metric_of(metric), loss)
    if not callable(metric):
        raise TypeError(f"a metric is a name or a function of (scores, target), not {metric!r}")
    return metric


def _thresholded(metric: Metric, loss: Any) -> Metric:
    """A metric that takes a single score as the loss does: for a logit, or for a probability."""
    kinds = {0.0: LOGITS, 0.5: SHARES}
    thresholds = [t for t, (cls, f) in kinds.items() if isinstance(loss, cls) or loss is f]
    if not thresholds or "threshold" not in inspect.signature(metric).parameters:
        return metric

    def judged(scores: Any, target: Any) -> Any:
        single = scores.array.size == len(scores)
        return metric(scores, target, **({"threshold": thresholds[0]} if single else {}))

    return judged


def as_number(value: Any) -> Any:
    """A number as a float, anything else, such as a matrix or a text, as it is."""
    array = np.asarray(getattr(value, "array", value))
    return float(array) if array.ndim == 0 and array.dtype.kind in "biuf" else value


def array_of(scores: Any) -> Any:
    """The array of scores. Raises AutogradError for what is no tensor."""
    if not hasattr(scores, "array"):
        raise AutogradError(
            f"the model gives {described(scores)} where one tensor of scores is needed"
        )
    return scores.array
