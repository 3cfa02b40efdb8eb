"""Losses that draw embeddings together or push them apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ... import ops
from ...autograd.composites import composite
from ...autograd.dispatch import as_value
from ...errors import ShapeError
from ...tensor import Tensor
from .distances import pairwise_distance
from .loss_parts import go_together, positive_margin, reduced, reduction_of, same_axes, shown


@composite
def hinge_embedding_loss(
    input: Any,
    target: Any,
    margin: float = 1.0,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """Of distances x: x itself where the target is 1, `max(0, margin - x)` where it is -1.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.hinge_embedding_loss(ag.tensor([0.5, 0.25]), ag.tensor([1, -1]))
    tensor(0.6250)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    input, target = shown("hinge_embedding_loss", input, target)
    go_together("hinge_embedding_loss", input, target)
    near = ops.where(target != -1, input, 0.0)
    far = ops.where(target != 1, ops.clamp_min(margin - input, 0), 0.0)
    return reduced(near + far, reduction)


@composite
def cosine_embedding_loss(
    input1: Any,
    input2: Any,
    target: Any,
    margin: float = 0,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """`1 - cos(x1, x2)` where the target is 1, `max(0, cos(x1, x2) - margin)` where it is -1.

    Inputs (N, D) with a target (N), or (D) with (). Raises ShapeError for others.

    >>> import autograd_fr as ag
    >>> x1, x2 = ag.tensor([[1.0, 0.0]]), ag.tensor([[1.0, 1.0]])
    >>> ag.nn.functional.cosine_embedding_loss(x1, x2, ag.tensor([1]))
    tensor(0.2929)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    input1, target = shown("cosine_embedding_loss", input1, target)
    input2 = as_value(input2)
    if target.ndim > 1 or not input1.ndim == input2.ndim == target.ndim + 1:
        raise ShapeError(
            "cosine_embedding_loss takes inputs (N, D) and a target (N), or (D) and (), not "
            f"{input1.array.shape}, {input2.array.shape} and {target.array.shape}"
        )
    squares = [(x * x).sum(-1) + 1e-12 for x in (input1, input2)]
    cosine = (input1 * input2).sum(-1) / ops.sqrt(squares[0] * squares[1])
    rows, own = cosine.array.shape, target.array.shape
    if own != rows and 1 not in (*own, *rows):
        raise ShapeError(f"cosine_embedding_loss: the inputs have rows {rows}, the target {own}")
    near = ops.where(target == 1, 1 - cosine, 0.0)
    far = ops.where(target == -1, ops.clamp_min(cosine - margin, 0), 0.0)
    return reduced(near + far, reduction)


@composite
def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """`max(0, margin + d(anchor, positive) - d(anchor, negative))`, d the p-norm of a difference.

    All of shape (N, D) or (D); `eps` is added to every difference. With `swap`, the distance of
    positive and negative counts where it is less than that of anchor and negative.
    Raises RangeError unless the margin is positive, ShapeError unless all have equally many axes.
    V. Balntas and others, "Learning shallow convolutional feature descriptors with triplet
    losses", 2016.

    >>> import autograd_fr as ag
    >>> a, p, n = ag.tensor([[0.0]]), ag.tensor([[1.0]]), ag.tensor([[1.5]])
    >>> ag.nn.functional.triplet_margin_loss(a, p, n)
    tensor(0.5000)
    """
    reduction = reduction_of(reduction, size_average, reduce)

    def distance(a: Any, b: Any) -> Any:
        return pairwise_distance(a, b, p, eps)

    return _triplets(
        "triplet_margin_loss", anchor, positive, negative, distance, margin, swap, reduction
    )


@composite
def triplet_margin_with_distance_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    *,
    distance_function: Callable[[Any, Any], Any] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """`triplet_margin_loss` with a distance of the user's own.

    `distance_function(a, b)` gives one distance for each row; left out, the Euclidean one.

    >>> import autograd_fr as ag
    >>> a, p, n = ag.tensor([[0.0]]), ag.tensor([[1.0]]), ag.tensor([[1.5]])
    >>> ag.nn.functional.triplet_margin_with_distance_loss(
    ...     a, p, n, distance_function=lambda a, b: (a - b).abs().sum(-1)
    ... )
    tensor(0.5000)
    """
    reduction = reduction_of(reduction)
    distance = pairwise_distance if distance_function is None else distance_function
    name = "triplet_margin_with_distance_loss"
    return _triplets(name, anchor, positive, negative, distance, margin, swap, reduction)


def _triplets(
    name: str,
    anchor: Any,
    positive: Any,
    negative: Any,
    distance: Callable[[Any, Any], Any],
    margin: float,
    swap: bool,
    reduction: str,
) -> Tensor:
    """The loss of triplets by any distance."""
    positive_margin(name, margin)
    anchor, positive = shown(name, anchor, positive)
    negative = as_value(negative)
    same_axes(name, anchor=anchor, positive=positive, negative=negative)
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = ops.minimum(far, distance(positive, negative))
    return reduced(ops.clamp_min(margin + near - far, 0), reduction)
