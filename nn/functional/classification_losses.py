"""Losses of scores against classes, given as numbers or as probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import ops
from ...autograd.composites import composite
from ...autograd.value import wrap
from ...batching.known import Batched, anywhere, array_of, entries
from ...creation.values import as_tensor
from ...errors import DimensionError, DtypeError, ShapeError
from ...ops.indexing.reading import read_at
from ...tensor import Tensor
from .loss_parts import reduced, shown


@composite
def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
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
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing is between 0 and 1, got {label_smoothing}")
    input, target = shown("cross_entropy", input, target)
    weight = _class_weights(weight, input)
    log_p = _classes_last(ops.log_softmax(input, 1 if input.ndim > 1 else 0))
    if target.dtype.kind == "f":
        return _against_probabilities(log_p, input, target, weight, reduction, label_smoothing)
    numbers, kept = _checked_classes(log_p, target, ignore_index, "cross_entropy")
    loss, weights = _picked(log_p, numbers, kept, weight)
    if label_smoothing:
        smooth = log_p if weight is None else log_p * weight
        smooth = -(smooth.mean(-1) * kept.astype(log_p.dtype))
        loss = (1 - label_smoothing) * loss + label_smoothing * smooth
    if reduction == "mean":
        return ops.div(loss.sum(), _total(weights))
    return reduced(loss, reduction)


@composite
def nll_loss(
    input: Any, target: Any, weight: Any = None, ignore_index: int = -100, reduction: str = "mean"
) -> Tensor:
    """`-input[target]`: input (N, C) or (C) or (N, C, d...), log-probabilities; target as numbers.

    `weight`, `ignore_index` and errors as in `cross_entropy`.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.nll_loss(ag.tensor([[-1.0, -2.0]]), ag.tensor([1]))
    tensor(2.)
    """
    input, target = shown("nll_loss", input, target)
    weight = _class_weights(weight, input)
    log_p = _classes_last(input)
    numbers, kept = _checked_classes(log_p, target, ignore_index, "nll_loss")
    loss, weights = _picked(log_p, numbers, kept, weight)
    if reduction == "mean":
        return ops.div(loss.sum(), _total(weights))
    return reduced(loss, reduction)


@composite
def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean", pos_weight: Any = None
) -> Tensor:
    """`-(t log σ(x) + (1 - t) log(1 - σ(x)))`, for any x without overflow.

    `weight` scales every term, `pos_weight` those of t. Raises ShapeError unless input and target
    have one shape.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.binary_cross_entropy_with_logits(ag.tensor([0.0]), ag.tensor([1.0]))
    tensor(0.6931)
    """
    input, target = shown("binary_cross_entropy_with_logits", input, target)
    if input.shape != target.shape:
        raise ShapeError(
            "binary_cross_entropy_with_logits needs one shape for both, "
            f"got input {input.array.shape} and target {target.array.shape}"
        )
    if pos_weight is None:
        loss = ops.softplus(input) - input * target
    else:
        loss = (1 - target) * input + (1 + (pos_weight - 1) * target) * ops.softplus(-input)
    return reduced(loss if weight is None else loss * weight, reduction)


def _against_probabilities(
    log_p: Any, input: Any, target: Any, weight: Any, reduction: str, smoothing: float
) -> Tensor:
    """The cross-entropy against targets that are probabilities."""
    if target.shape != input.shape:
        raise ShapeError(
            f"cross_entropy takes probabilities of the input's shape {input.array.shape}, "
            f"got {target.array.shape}; class numbers must be integers"
        )
    t = _classes_last(target)
    if smoothing:
        t = (1 - smoothing) * t + smoothing / t.shape[-1]
    terms = log_p * t if weight is None else log_p * t * weight
    loss = -terms.sum(-1)
    if reduction == "mean":
        return ops.div(loss.sum(), max(loss.numel(), 1))
    return reduced(loss, reduction)


def _class_weights(weight: Any, input: Any) -> Any:
    """The weights as a tensor, one per class; or ShapeError."""
    if weight is None:
        return None
    weight, classes = as_tensor(weight), input.shape[min(input.ndim - 1, 1)]
    if weight.shape != (classes,):
        raise ShapeError(f"weight has one entry per class, ({classes},), not {weight.array.shape}")
    return weight


def _classes_last(x: Any) -> Any:
    """(N, C, d...) with the classes moved to the end."""
    return x if x.ndim <= 2 else ops.permute(x, (0, *range(2, x.ndim), 1))


def _checked_classes(log_p: Any, target: Any, ignore_index: int, name: str) -> tuple[Any, Any]:
    """The class numbers of a target, 0 where ignored, and which ones are not; or an error."""
    if target.dtype.kind not in "iu":
        raise DtypeError(f"{name} takes class numbers as integers, got a target of {target.dtype}")
    if target.shape != log_p.shape[:-1]:
        raise ShapeError(
            f"{name} needs one class number per row: the target has shape {target.array.shape}, "
            f"but the rows of the input {log_p.array.shape[:-1]}"
            + ("; one-hot rows become numbers by .argmax(1)" if target.ndim == log_p.ndim else "")
        )
    numbers, classes = array_of(target.array), log_p.shape[-1]
    kept = numbers != ignore_index
    wrong = kept & ((numbers < 0) | (numbers >= classes))
    if anywhere(wrong):
        at = tuple(int(i) for i in np.argwhere(entries(wrong))[0])
        raise DimensionError(
            f"{name}: target{list(at)} is {entries(numbers)[at]}, but there are {classes} classes, "
            f"0 to {classes - 1}"
        )
    return np.where(kept, numbers, 0).astype(np.int64), kept


def _picked(log_p: Any, numbers: Any, kept: Any, weight: Any) -> tuple[Any, Any]:
    """Minus the entries that `numbers` name, weighted; and the weights."""
    rows = (
        np.indices(numbers.shape, sparse=True) if numbers.ndim != 1 else (np.arange(len(numbers)),)
    )
    weights = kept.astype(log_p.dtype)
    if weight is not None:
        weights = weights * read_at(weight.detach(), (numbers,)).array
    picked = read_at(log_p, (*rows, numbers))
    return -picked if weight is None and not anywhere(~kept) else -picked * weights, weights


def _total(weights: Any) -> Any:
    """What a mean divides by: a number, which adapts to any dtype, or one for each sample."""
    total = weights.sum()
    return wrap(total) if isinstance(total, Batched) else float(total)
