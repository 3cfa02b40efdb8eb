"""A net for the columns of a table."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from ..creation.values import ones, tensor, zeros
from ..models import Model
from ..nn import Module
from ..nn import functional as F
from .data import Origin


class Tabular(Model):
    """A net on standardised columns, `net((x - mean) / std)`, that knows what they are called.

    `columns`: the names of the inputs. `classes`: those of the outputs; none where an amount is
    predicted, `net(...) * scale + shift`. `origin`: what the table was read by. `mean`, `std`,
    `shift` and `scale` are 0 and 1 until `standardize` takes them from examples.

    >>> import autograd_fr as ag
    >>> model = Tabular(ag.nn.Identity(), ("a",), ())
    >>> _ = model.standardize(np.array([[0.0], [2.0]]), np.array([[10.0], [14.0]]))
    >>> model(ag.tensor([[1.0], [2.0]]))
    tensor([[12.],
            [14.]])
    """

    mean: Any
    std: Any
    shift: Any
    scale: Any

    def __init__(
        self,
        net: Module,
        columns: tuple[str, ...],
        classes: tuple[str, ...],
        origin: tuple[Any, ...] = (),
    ) -> None:
        super().__init__()
        self.origin = Origin(*origin)
        self.net, self.columns, self.classes = net, columns, classes
        self.register_buffer("mean", zeros(len(columns)))
        self.register_buffer("std", ones(len(columns)))
        self.register_buffer("shift", zeros(()))
        self.register_buffer("scale", ones(()))

    def standardize(self, x: Any, y: Any) -> Self:
        """Take means and deviations from examples, arrays; what never changes has deviation 1."""
        self.mean.array[...], self.std.array[...] = _spread(x)
        if not self.classes:
            shift, scale = _spread(y)
            self.shift, self.scale = tensor(shift[0]), tensor(scale[0])
        return self

    def forward(self, x: Any) -> Any:
        """Scores of the classes, or the amount."""
        y = self.net((x - self.mean) / self.std)
        return y if self.classes else y * self.scale + self.shift

    def loss(self, predicted: Any, target: Any) -> Any:
        """Cross-entropy; of amounts the squared error, 1 for a model that knows their mean only."""
        if self.classes:
            return F.cross_entropy(predicted, target)
        return F.mse_loss(predicted / self.scale, target / self.scale)


def _spread(values: Any) -> tuple[Any, Any]:
    """Mean and deviation of each column, as float32; 1 where there is no deviation."""
    std = values.std(0, dtype=np.float64)
    mean = values.mean(0, dtype=np.float64)
    return mean.astype(np.float32), np.where(std > 0, std, 1).astype(np.float32)
