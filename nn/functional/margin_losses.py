"""Losses that are 0 beyond a margin: hinges, and what is like them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import ops
from ...autograd.composites import composite
from ...autograd.dispatch import as_value
from ...autograd.value import wrap
from ...batching.known import anywhere, array_of
from ...errors import DtypeError, ShapeError
from ...ops.indexing.reading import read_at
from ...tensor import Tensor
from .class_numbers import checked_classes, class_weights, refuse_beyond
from .loss_parts import go_together, log1pexp, reduced, reduction_of, same_axes, same_shape, shown


@composite
def hinge_loss(input: Any, target: Any, margin: float = 1.0, reduction: str = "mean") -> Tensor:
    """`max(0, margin - t x)` of scores x against labels t of -1 and 1; at the kink, slope 0.

    Raises ShapeError unless both have one shape, ValueError for other labels.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.hinge_loss(ag.tensor([2.5, 0.3]), ag.tensor([1, -1]), reduction="sum")
    tensor(1.3000)
    """
    reduction = reduction_of(reduction)
    input, target = shown("hinge_loss", input, target)
    same_shape("hinge_loss", input, target)
    if anywhere(abs(target.array) != 1):
        raise ValueError("hinge_loss takes labels of -1 and 1; of 0 and 1 make 2 * target - 1")
    return reduced(ops.relu(margin - target * input), reduction)


@composite
def multiclass_hinge_loss(
    input: Any, target: Any, margin: float = 1.0, reduction: str = "mean"
) -> Tensor:
    """`Σ_{j ≠ t} max(0, x_j - x_t + margin)`: the loss of a multiclass SVM, summed over classes.

    input (N, C) or (C), target class numbers (N) or (). The mean is over the rows; unlike
    `multi_margin_loss`, no sum is divided by the number of classes. At a kink the slope is 0.
    Errors as in `cross_entropy`. J. Weston and C. Watkins, "Support vector machines for
    multi-class pattern recognition", 1999.

    >>> import autograd_fr as ag
    >>> scores, target = ag.tensor([[2.0, 4.0, -2.0]]), ag.tensor([0])
    >>> ag.nn.functional.multiclass_hinge_loss(scores, target)
    tensor(3.)
    """
    reduction = reduction_of(reduction)
    input, target = shown("multiclass_hinge_loss", input, target)
    terms, _ = _violations("multiclass_hinge_loss", input, target, margin)
    return reduced(terms.sum(-1), reduction)


@composite
def multi_margin_loss(
    input: Any,
    target: Any,
    p: int = 1,
    margin: float = 1.0,
    weight: Any = None,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """`Σ_{j ≠ t} max(0, x_j - x_t + margin)^p / C`: a multiclass hinge, averaged over classes.

    input (N, C) or (C), target class numbers (N) or (). `p` is 1 or 2; `weight` (C), that of the
    target, scales its row. `multiclass_hinge_loss` does not divide by the number of classes.
    Errors as in `cross_entropy`.

    >>> import autograd_fr as ag
    >>> scores, target = ag.tensor([[2.0, 4.0, -2.0]]), ag.tensor([0])
    >>> ag.nn.functional.multi_margin_loss(scores, target)
    tensor(1.)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss: p is 1 or 2, not {p}")
    input, target = shown("multi_margin_loss", input, target)
    terms, numbers = _violations("multi_margin_loss", input, target, margin)
    if p == 2:
        terms = terms * terms
    if weight is not None:
        weight = class_weights(weight, input)
        terms = terms * read_at(weight, (numbers[..., None],))
    return reduced(ops.mean(terms, -1), reduction)


def _violations(name: str, input: Any, target: Any, margin: float) -> tuple[Any, Any]:
    """`max(0, x_j - x_t + margin)`, 0 for j = t; and the class numbers."""
    if input.ndim > 2:
        raise ShapeError(f"{name} takes scores of shape (N, C) or (C), not {input.array.shape}")
    if not input.ndim:
        input = input.reshape(1)
    if target.shape == (1,) and input.ndim == 1:
        input = input.reshape(1, -1)
    elif not target.ndim and input.ndim == 2 and len(input) == 1:
        target = target.reshape(1)
    numbers, _ = checked_classes(name, target, input, input.shape[-1])
    rows = tuple(np.indices(numbers.shape, sparse=True))
    own = ops.unsqueeze(read_at(input, (*rows, numbers)), -1)
    wrong = np.arange(input.shape[-1]) != numbers[..., None]
    return ops.where(wrap(wrong), ops.relu(input - own + margin), 0.0), numbers


@composite
def multilabel_margin_loss(
    input: Any, target: Any, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
) -> Tensor:
    """`Σ_{j in t} Σ_{i not in t} max(0, 1 - x_j + x_i) / C`: several classes for each row.

    input (N, C) or (C); target, of the same shape, lists class numbers, and ends before the first
    -1. Raises ShapeError, DtypeError, IndexError for a target that does not fit.

    >>> import autograd_fr as ag
    >>> x, t = ag.tensor([[0.1, 0.2, 0.4, 0.8]]), ag.tensor([[3, 0, -1, 1]])
    >>> ag.nn.functional.multilabel_margin_loss(x, t)
    tensor(0.8500)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    input, target = shown("multilabel_margin_loss", input, target)
    same_shape("multilabel_margin_loss", input, target)
    if target.dtype.kind not in "iu":
        raise DtypeError(f"multilabel_margin_loss takes class numbers, not {target.dtype}")
    if not input.ndim:
        input, target = input.reshape(1), target.reshape(1)
    numbers, classes = array_of(target.array).astype(np.int64), input.shape[-1]
    wrong = (numbers < -1) | (numbers >= classes)
    refuse_beyond("multilabel_margin_loss", numbers, wrong, classes)
    listed = np.cumsum(numbers == -1, -1) == 0
    numbers = np.where(listed, numbers, 0)
    rows = np.indices(numbers.shape, sparse=True)[:-1]
    of_label = listed[..., None] & (numbers[..., None] == np.arange(classes))
    counted = listed[..., None] & ~of_label.any(-2)[..., None, :]
    own = ops.unsqueeze(read_at(input, (*rows, numbers)), -1)
    terms = ops.where(wrap(counted), ops.relu(1 - own + ops.unsqueeze(input, -2)), 0.0)
    return reduced(ops.div(terms.sum((-2, -1)), max(classes, 1)), reduction)


@composite
def multilabel_soft_margin_loss(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """`-(t log σ(x) + (1 - t) log(1 - σ(x)))`, averaged over the last axis, that of the classes.

    target: 1 for each class that a row has, 0 for others. `weight` (C) scales the classes.

    >>> import autograd_fr as ag
    >>> x, t = ag.tensor([[0.0, 0.0]]), ag.tensor([[1.0, 0.0]])
    >>> ag.nn.functional.multilabel_soft_margin_loss(x, t)
    tensor(0.6931)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    input, target = shown("multilabel_soft_margin_loss", input, target)
    go_together("multilabel_soft_margin_loss", input, target)
    loss = target * log1pexp(-input) + (1 - target) * log1pexp(input)
    return reduced(ops.mean(loss if weight is None else loss * weight, -1), reduction)


@composite
def soft_margin_loss(
    input: Any, target: Any, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
) -> Tensor:
    """`log(1 + exp(-t x))` of scores x against labels t of -1 and 1, for any x without overflow.

    Raises ShapeError unless the shape of t broadcasts to that of x.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.soft_margin_loss(ag.tensor([0.0, 1000.0]), ag.tensor([1, -1]))
    tensor(500.3466)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    input, target = shown("soft_margin_loss", input, target)
    go_together("soft_margin_loss", input, target, "target")
    return reduced(log1pexp(-target * input), reduction)


@composite
def margin_ranking_loss(
    input1: Any,
    input2: Any,
    target: Any,
    margin: float = 0,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """`max(0, margin - t (x1 - x2))`: for t = 1 the first is to rank higher, for -1 the second.

    Raises ShapeError unless all have equally many axes.

    >>> import autograd_fr as ag
    >>> x1, x2 = ag.tensor([1.0, 2.0]), ag.tensor([0.0, 5.0])
    >>> ag.nn.functional.margin_ranking_loss(x1, x2, ag.tensor([1, 1]))
    tensor(1.5000)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    input1, target = shown("margin_ranking_loss", input1, target)
    input2 = as_value(input2)
    same_axes("margin_ranking_loss", input1=input1, input2=input2, target=target)
    return reduced(ops.clamp_min(-target * (input1 - input2) + margin, 0), reduction)
