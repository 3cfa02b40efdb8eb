"""Losses of scores against classes, given as numbers or as probabilities."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import ops
from ...autograd.composites import composite
from ...autograd.dispatch import as_value
from ...autograd.value import wrap
from ...batching.known import anywhere
from ...errors import ShapeError
from ...ops.indexing.reading import read_at
from ...ops.neural import class_losses
from ...tensor import Tensor
from .class_numbers import checked_classes, class_weights, classes_last, of_one_row
from .loss_parts import reduced, reduction_of, shown


@composite
def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    ignore_index: int = -100,
    reduce: Any = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """`-log(softmax(input)[target])`: input (N, C) or (C) or (N, C, d...), raw scores.

    `target`: class numbers (N) or () or (N, d...), or probabilities of the input's shape.
    `weight` (C): per class; the mean is then weighted too. `ignore_index`: rows left out.
    `label_smoothing`: the part of the target spread evenly over the classes.

    Raises DtypeError, ShapeError, IndexError for targets that do not fit.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.cross_entropy(ag.tensor([[0.0, 0.0]]), ag.tensor([1]))
    tensor(0.6931)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing is between 0 and 1, got {label_smoothing}")
    input, target = shown("cross_entropy", input, target)
    if not input.ndim:
        raise ShapeError("cross_entropy takes scores of shape (N, C), (C) or (N, C, d...), not ()")
    weight = class_weights(weight, input, target.dtype.kind == "f")
    scores = classes_last(input)
    if target.dtype.kind == "f":
        if ignore_index >= 0:
            raise ValueError("cross_entropy: ignore_index is for class numbers, not probabilities")
        return _against_probabilities(input, target, weight, reduction, label_smoothing)
    target = of_one_row(input, target)
    numbers, kept = checked_classes("cross_entropy", target, scores, scores.shape[-1], ignore_index)
    index, weights = _rows(numbers), _weights(scores, numbers, kept, weight, reduction)
    if not label_smoothing:
        return class_losses.cross_entropy(scores, index, weights, reduction)
    log_p = _logarithms(input)
    loss = class_losses.nll_loss(log_p, index, weights, "none")
    smooth = log_p if weight is None else log_p * weight
    smooth = -smooth.mean(-1)
    if kept is not None:
        smooth = ops.where(wrap(kept), smooth, 0.0)
    loss = (1 - label_smoothing) * loss + label_smoothing * smooth
    if reduction == "mean" and weights is not None:
        return ops.div(loss.sum(), wrap(weights.sum()))
    return reduced(loss, reduction)


@composite
def nll_loss(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    ignore_index: int = -100,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """`-input[target]`: input (N, C) or (C) or (N, C, d...), log-probabilities; target as numbers.

    `weight`, `ignore_index` and errors as in `cross_entropy`.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.nll_loss(ag.tensor([[-1.0, -2.0]]), ag.tensor([1]))
    tensor(2.)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    input, target = shown("nll_loss", input, target)
    if not input.ndim:
        raise ShapeError("nll_loss takes an input of shape (N, C), (C) or (N, C, d...), not ()")
    weight = class_weights(weight, input)
    log_p, target = classes_last(input), of_one_row(input, target)
    numbers, kept = checked_classes("nll_loss", target, log_p, log_p.shape[-1], ignore_index)
    weights = _weights(log_p, numbers, kept, weight, reduction)
    return class_losses.nll_loss(log_p, _rows(numbers), weights, reduction)


@composite
def linear_cross_entropy(
    input: Any,
    linear_weight: Any,
    target: Any,
    *,
    linear_bias: Any = None,
    weight: Any = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    options: Any = None,
) -> Tensor:
    """`cross_entropy` of the scores `linear(input, linear_weight, linear_bias)`.

    input (N, features) or (features); linear_weight (C, features), or (C, d..., features) for
    scores (N, C, d...); linear_bias (C, d...). The rest as in `cross_entropy`, but `ignore_index`
    is for class numbers only. `options`: PyTorch's for computing in chunks, which change no
    number; here the scores are computed in one piece whatever they say.

    Raises ShapeError where the shapes do not fit.

    >>> import autograd_fr as ag
    >>> x, w = ag.ones(1, 2), ag.zeros(3, 2)
    >>> ag.nn.functional.linear_cross_entropy(x, w, ag.tensor([1]))
    tensor(1.0986)
    """
    input, linear_weight, target = map(as_value, (input, linear_weight, target))
    bias = None if linear_bias is None else as_value(linear_bias)
    classes = _classes_of_linear(input, linear_weight, bias)
    shape = (*input.shape[:-1], *classes)
    if ignore_index is not None and target.shape == shape:
        raise ValueError("linear_cross_entropy: ignore_index is for numbers, not probabilities")
    if len(classes) > 1:
        linear_weight = linear_weight.reshape(-1, input.shape[-1])
        bias = None if bias is None else bias.reshape(-1)
    scores = ops.linear(input, linear_weight, bias).reshape(shape)
    ignored = -100 if ignore_index is None else ignore_index
    return cross_entropy(
        scores, target, weight, ignore_index=ignored, reduction=reduction,
        label_smoothing=label_smoothing,
    )  # fmt: skip


def _classes_of_linear(input: Any, weight: Any, bias: Any) -> tuple[int, ...]:
    """The shape (C, d...) of what a linear map makes of one row; or ShapeError."""
    name = "linear_cross_entropy"
    if input.ndim not in (1, 2):
        raise ShapeError(f"{name}: input is (N, features) or (features), not {input.array.shape}")
    if weight.ndim < 2 or weight.shape[-1] != input.shape[-1]:
        raise ShapeError(
            f"{name}: linear_weight is (C, features) or (C, d..., features) with the "
            f"{input.shape[-1]} features of the input, not {weight.array.shape}"
        )
    classes = weight.array.shape[:-1]
    if bias is not None and bias.array.shape != classes:
        raise ShapeError(f"{name}: linear_bias has shape {classes}, not {bias.array.shape}")
    if len(classes) > 1 and input.ndim == 1:
        raise ShapeError(f"{name}: scores of shape {classes} for each row need an input (N, ...)")
    return tuple(classes)


def _logarithms(input: Any) -> Tensor:
    """Of the probabilities of classes, with these along the last axis."""
    return classes_last(ops.log_softmax(input, 1 if input.ndim > 1 else 0))


def _against_probabilities(
    input: Any, target: Any, weight: Any, reduction: str, smoothing: float
) -> Tensor:
    """The cross-entropy against targets that are probabilities."""
    if target.shape != input.shape:
        raise ShapeError(
            f"cross_entropy takes probabilities of the input's shape {input.array.shape}, "
            f"got {target.array.shape}; class numbers must be integers"
        )
    t = classes_last(target)
    if smoothing:
        t = (1 - smoothing) * t + smoothing / t.shape[-1]
    log_p = _logarithms(input)
    terms = log_p * t if weight is None else log_p * t * weight
    return reduced(-terms.sum(-1), reduction)


def _rows(numbers: Any) -> tuple[Any, ...]:
    """The index of the entries that class numbers name, one in each row."""
    if numbers.ndim == 1:
        return np.arange(len(numbers)), numbers
    return (*np.indices(numbers.shape, sparse=True), numbers)


def _weights(scores: Any, numbers: Any, kept: Any, weight: Any, reduction: str) -> Any:
    """The weight of each row as an array, 0 where ignored; None where all count alike.

    A mean by weights that are all 0 is nan, and so is what it gives back to the rows that count.
    """
    if weight is None:
        return None if kept is None else kept.astype(scores.dtype)
    of_rows = read_at(weight.detach(), (numbers,)).array
    if kept is not None:
        of_rows = np.where(kept, of_rows, 0)
    if reduction == "mean" and anywhere(of_rows.sum() == 0):
        nothing = of_rows.sum() == 0
        of_rows = np.where(nothing if kept is None else nothing & kept, math.nan, of_rows)
    return of_rows.astype(scores.dtype, copy=False)
