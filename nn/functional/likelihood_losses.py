"""Losses that are minus the logarithm of a likelihood, or the divergence of two distributions."""

from __future__ import annotations

import math
import warnings
from typing import Any

from ... import ops
from ...autograd.composites import composite
from ...autograd.dispatch import as_value
from ...batching.known import anywhere, first_of
from ...creation.values import full_like
from ...errors import DtypeError, RangeError, ShapeError
from ...ops.neural import losses
from ...tensor import Tensor
from .loss_parts import go_together, log1pexp, reduced, reduction_of, same_shape, shown


@composite
def binary_cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """`-(t log p + (1 - t) log(1 - p))` of a probability p against a probability t.

    No logarithm is taken for less than -100, so that the loss stays finite at p = 0 and 1; the
    gradient there is divided by 1e-12 in the place of `p (1 - p)`. `weight` scales every term.
    For scores that are no probabilities yet, `binary_cross_entropy_with_logits` is exact.

    Raises ShapeError unless both have one shape, RangeError for entries outside of [0, 1].

    >>> import autograd_fr as ag
    >>> ag.nn.functional.binary_cross_entropy(ag.tensor([0.5, 0.0]), ag.tensor([1.0, 0.0]))
    tensor(0.3466)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    input, target = shown("binary_cross_entropy", input, target)
    same_shape("binary_cross_entropy", input, target)
    if input.dtype.kind != "f":
        raise DtypeError(f"binary_cross_entropy takes probabilities, got input {input.dtype}")
    for what, p in (("input", input), ("target", target)):
        _check_probabilities(what, p.array)
    if weight is None:
        return losses.binary_cross_entropy(input, target, reduction)
    weight = _weights_of("binary_cross_entropy", input, weight)
    return reduced(losses.binary_cross_entropy(input, target, "none") * weight, reduction)


def _weights_of(name: str, input: Any, weight: Any, what: str = "weight") -> Any:
    """Weights as a tensor, which has to broadcast to the input; None where there are none."""
    if weight is not None:
        weight = as_value(weight)
        go_together(name, input, weight, what)
    return weight


def _check_probabilities(what: str, p: Any) -> None:
    wrong = (p < 0) | (p > 1) | (p != p)
    if anywhere(wrong):
        place, found = first_of(wrong, p)
        raise RangeError(
            f"binary_cross_entropy takes probabilities from 0 to 1, {what}{place} is {found:g}; "
            "binary_cross_entropy_with_logits takes raw scores"
        )


@composite
def binary_cross_entropy_with_logits(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    pos_weight: Any = None,
) -> Tensor:
    """`-(t log σ(x) + (1 - t) log(1 - σ(x)))`, for any x without overflow.

    `weight` scales every term, `pos_weight` those of t. Raises ShapeError unless input and target
    have one shape.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.binary_cross_entropy_with_logits(ag.tensor([0.0]), ag.tensor([1.0]))
    tensor(0.6931)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    input, target = shown("binary_cross_entropy_with_logits", input, target)
    same_shape("binary_cross_entropy_with_logits", input, target)
    weight = _weights_of("binary_cross_entropy_with_logits", input, weight)
    pos_weight = _weights_of("binary_cross_entropy_with_logits", input, pos_weight, "pos_weight")
    if weight is None and pos_weight is None:
        return losses.binary_cross_entropy_with_logits(input, target, reduction)
    if pos_weight is None:
        loss = losses.binary_cross_entropy_with_logits(input, target, "none")
    else:
        loss = (1 - target) * input + (1 + (pos_weight - 1) * target) * log1pexp(-input)
    return reduced(loss if weight is None else loss * weight, reduction)


@composite
def kl_div(
    input: Any,
    target: Any,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """Kullback-Leibler divergence `t (log t - x)` of x, log-probabilities, from probabilities t.

    `reduction="batchmean"` divides the sum by the number of rows, as the definition has it; the
    default mean divides by the number of entries, of which it warns. With `log_target`, target is
    given by its logarithms too. Terms with t = 0 are 0. The shapes broadcast.

    >>> import autograd_fr as ag
    >>> x, t = ag.tensor([[0.5, 0.5]]).log(), ag.tensor([[0.0, 1.0]])
    >>> ag.nn.functional.kl_div(x, t, reduction="batchmean")
    tensor(0.6931)
    """
    if reduction == "mean" and size_average is None and reduce is None:
        warnings.warn(
            "kl_div: the mean is over all entries, not the divergence of the rows; for that "
            "write reduction='batchmean'",
            stacklevel=3,
        )
    reduction = reduction_of(reduction, size_average, reduce, also=("batchmean",))
    input, target = shown("kl_div", input, target)
    if log_target:
        loss = ops.exp(target) * (target - input)
    else:
        loss = ops.xlogy(target, target) - target * input
    if reduction != "batchmean":
        return reduced(loss, reduction)
    return ops.div(ops.sum(loss), input.shape[0] if input.ndim else 1)


@composite
def gaussian_nll_loss(
    input: Any,
    target: Any,
    var: Any,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:
    """`½ (log v + (input - target)² / v)`: normally distributed with variance v = `var`.

    `var` has the input's shape, or 1 in the place of one of its axes, or lacks the last one; or
    is a number. It is raised to `eps` where it is below, and its gradient is computed there.
    `full` adds the constant `½ log 2π`.

    Raises ShapeError for a `var` that does not fit, RangeError where it is negative.

    >>> import autograd_fr as ag
    >>> x, t = ag.tensor([1.0]), ag.tensor([1.5])
    >>> ag.nn.functional.gaussian_nll_loss(x, t, ag.tensor([0.25]), full=True)
    tensor(0.7258)
    """
    reduction = reduction_of(reduction)
    input, target = shown("gaussian_nll_loss", input, target)
    var = losses.at_least(_variance(input, var), eps)
    loss = 0.5 * (ops.log(var) + (input - target) ** 2 / var)
    return reduced(loss + 0.5 * math.log(2 * math.pi) if full else loss, reduction)


def _variance(input: Any, var: Any) -> Any:
    """The variance as a tensor that broadcasts to the input."""
    if isinstance(var, (int, float)):
        var = full_like(input, var)
    var = as_value(var)
    if anywhere(var.array < 0):
        place, found = first_of(var.array < 0, var.array)
        raise RangeError(f"gaussian_nll_loss: a variance is not negative, var{place} is {found:g}")
    own, full = var.array.shape, input.array.shape
    if own == full:
        return var
    if own == full[:-1]:
        return ops.unsqueeze(var, -1)
    if len(own) == len(full) and sum(n for m, n in zip(full, own) if m != n) == 1:
        return var
    raise ShapeError(
        f"gaussian_nll_loss: var {own} does not fit an input {full}: it has its shape, or 1 in "
        "the place of one axis, or lacks the last"
    )


@composite
def poisson_nll_loss(
    input: Any,
    target: Any,
    log_input: bool = True,
    full: bool = False,
    size_average: Any = None,
    eps: float = 1e-8,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """`exp(x) - t x`: counts t that are Poisson distributed, x the logarithm of the rate.

    Without `log_input`, x is the rate itself: `x - t log(x + eps)`. `full` adds Stirling's
    approximation of `log t!`, `t log t - t + ½ log(2π t)`, where t exceeds 1. Shapes broadcast.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.poisson_nll_loss(ag.tensor([0.0, 1.0]), ag.tensor([2.0, 0.0]))
    tensor(1.8591)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    input, target = shown("poisson_nll_loss", input, target)
    rate, log_rate = (ops.exp(input), input) if log_input else (input, ops.log(input + eps))
    loss = rate - target * log_rate
    if full:
        counts = ops.where(target > 1, target, 1)
        stirling = target * ops.log(counts) - target + 0.5 * ops.log(2 * math.pi * counts)
        loss = loss + ops.where(target > 1, stirling, 0)
    return reduced(loss, reduction)
