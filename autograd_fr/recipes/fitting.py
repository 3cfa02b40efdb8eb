"""A model and data brought together: inputs in the shape that the model takes, and its loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import DataError
from ..models import Nielsen1, Nielsen3, cross_entropy_cost, quadratic_cost
from ..nn import Conv2d, CrossEntropyLoss, Embedding, Linear, Module, MSELoss
from .data import Data
from .tabular import Tabular

Array = np.ndarray[Any, Any]


def as_taken(model: Module, x: Array) -> Array:
    """Inputs in the shape that the first layer of `model` takes: images, or rows of pixels.

    Raises DataError where they cannot be brought into it.

    >>> import autograd_fr as ag
    >>> as_taken(ag.models.MLP(4, 2), np.zeros((3, 1, 2, 2))).shape
    (3, 4)
    >>> as_taken(ag.models.LeNet(), np.zeros((3, 1, 28, 28))).shape
    (3, 1, 28, 28)
    """
    first = next((m for m in model.modules() if isinstance(m, (Linear, Conv2d, Embedding))), None)
    shape = " x ".join(map(str, x.shape[1:]))
    if isinstance(first, Linear):
        rows = x.reshape(len(x), -1)
        if rows.shape[1] != first.in_features:
            raise DataError(
                f"the model takes {first.in_features} numbers per example, the data have {shape}"
            )
        return rows
    if isinstance(first, Conv2d):
        if x.ndim != 4 or x.shape[1] != first.in_channels:
            raise DataError(
                f"the model takes images of {first.in_channels} channels, the data have {shape}"
            )
        return x
    raise DataError("the model takes neither images nor rows of numbers")


def check_outputs(model: Module, data: Data, scores: Any) -> None:
    """Raises DataError where a model's scores are not as many as the data have classes."""
    if scores.ndim != 2 or scores.shape[1] != data.outputs:
        told = f"{len(data.classes)} classes" if data.classes else "one number to predict"
        raise DataError(
            f"the model gives {'x'.join(map(str, scores.shape[1:]))} numbers per example, "
            f"{data.name} has {told}"
        )


def loss_of(model: Module, data: Data) -> Callable[[Any, Any], Any]:
    """What a model is trained to make small: cross-entropy, for amounts the squared error.

    Nielsen's nets and those of tables have losses of their own.
    """
    if isinstance(model, Tabular):
        return loss_of(model.net, data) if isinstance(model.net, Nielsen1) else model.loss
    if isinstance(model, Nielsen1):
        return cross_entropy_cost if isinstance(model, Nielsen3) else quadratic_cost
    return CrossEntropyLoss() if data.classes else MSELoss()
