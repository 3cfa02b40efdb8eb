"""Losses of numbers against numbers."""

from __future__ import annotations

from typing import Any

from ... import ops
from ...autograd.composites import composite
from ...autograd.dispatch import as_value
from ...errors import DtypeError, RangeError
from ...ops.neural import losses
from ...tensor import Tensor
from .loss_parts import one_shape, reduced, reduction_of, same_shape, shown


@composite
def mse_loss(
    input: Any,
    target: Any,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    weight: Any = None,
) -> Tensor:
    """Squared error, `(input - target)²`, averaged over all entries.

    `weight`, of the input's shape, scales every term; the mean is then weighted too. Warns where
    the shapes of input and target differ and broadcast; within `ag.debug()`, raises ShapeError.
    Raises ValueError for an unknown reduction.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.mse_loss(ag.tensor([1.0, 2.0]), ag.tensor([0.0, 4.0]))
    tensor(2.5000)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    input, target = _floating("mse_loss", *shown("mse_loss", input, target))
    loss = losses.mse_loss(input, target, reduction if weight is None else "none")
    one_shape("mse_loss", input, target)
    return loss if weight is None else _weighted("mse_loss", loss, input, weight, reduction)


@composite
def half_mse_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """Half the squared error, `(input - target)² / 2`, whose derivative is `input - target`.

    With `reduction="sum"`, `½ Σ (input - target)²`. Shapes and errors as in `mse_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.half_mse_loss(ag.tensor([1.0, 2.0]), ag.tensor([0.0, 4.0]), "sum")
    tensor(2.5000)
    """
    reduction = reduction_of(reduction)
    input, target = _floating("half_mse_loss", *shown("half_mse_loss", input, target))
    loss = losses.mse_loss(input, target, reduction) / 2
    one_shape("half_mse_loss", input, target)
    return loss


@composite
def l1_loss(
    input: Any,
    target: Any,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    weight: Any = None,
) -> Tensor:
    """Absolute error, `|input - target|`, averaged over all entries; its derivative at 0 is 0.

    `weight`, shapes and errors as in `mse_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.l1_loss(ag.tensor([1.0, 2.0]), ag.tensor([0.0, 4.0]))
    tensor(1.5000)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    input, target = shown("l1_loss", input, target)
    loss = ops.abs(input - target)
    one_shape("l1_loss", input, target)
    if weight is None:
        return reduced(loss, reduction)
    return _weighted("l1_loss", loss, input, weight, reduction)


@composite
def smooth_l1_loss(
    input: Any,
    target: Any,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """With `d = |input - target|`: `d² / (2 beta)` up to `beta`, `d - beta / 2` beyond.

    For beta = 0 this is `l1_loss`. Shapes as in `mse_loss`. Raises RangeError for a negative beta.
    Ross Girshick, "Fast R-CNN", 2015.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.smooth_l1_loss(ag.tensor([0.5, 3.0]), ag.tensor([0.0, 0.0]), beta=2.0)
    tensor(1.0312)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    if beta < 0:
        raise RangeError(f"smooth_l1_loss: beta is not negative, got {beta}")
    input, target = _floating("smooth_l1_loss", *shown("smooth_l1_loss", input, target))
    difference = input - target
    one_shape("smooth_l1_loss", input, target)
    loss = losses.huber(difference, beta) / beta if beta else ops.abs(difference)
    return reduced(loss, reduction)


@composite
def huber_loss(
    input: Any, target: Any, reduction: str = "mean", delta: float = 1.0, weight: Any = None
) -> Tensor:
    """With `d = |input - target|`: `d² / 2` up to `delta`, `delta (d - delta / 2)` beyond.

    `weight`, of the input's shape, scales every term. Shapes as in `mse_loss`. Raises RangeError
    unless delta is positive. Peter J. Huber, "Robust estimation of a location parameter", 1964.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.huber_loss(ag.tensor([0.5, 3.0]), ag.tensor([0.0, 0.0]), delta=2.0)
    tensor(2.0625)
    """
    reduction = reduction_of(reduction)
    check_delta(delta)
    input, target = _floating("huber_loss", *shown("huber_loss", input, target))
    loss = losses.huber(input - target, delta)
    if input.dtype.kind == "f" and loss.dtype != input.dtype:
        loss = loss.to(input.dtype)
    one_shape("huber_loss", input, target)
    if weight is not None:
        weight = as_value(weight)
        same_shape("huber_loss", input, weight, "weight")
        loss = loss * weight
    return reduced(loss, reduction)


def check_delta(delta: float) -> None:
    """Raise RangeError unless the bound of a Huber loss is a positive number."""
    if not (isinstance(delta, (int, float)) and delta > 0):
        raise RangeError(f"huber_loss: delta is a number greater than 0, not {delta}")


def _weighted(name: str, loss: Any, input: Any, weight: Any, reduction: str) -> Tensor:
    """The loss with weights; its mean is over the weights."""
    weight = as_value(weight)
    same_shape(name, input, weight, "weight")
    loss = loss * weight
    return ops.sum(loss) / ops.sum(weight) if reduction == "mean" else reduced(loss, reduction)


def _floating(name: str, input: Any, target: Any) -> tuple[Any, Any]:
    """Both, of which one at least has to be floating."""
    if input.dtype.kind != "f" and target.dtype.kind != "f":
        raise DtypeError(f"{name} needs a floating input, got {input.dtype}; use .float()")
    return input, target
