"""Losses that draw embeddings together or push them apart, as modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import functional as F
from .distance import PairwiseDistance
from .functional.loss_parts import positive_margin
from .loss_base import Loss


class HingeEmbeddingLoss(Loss):
    """Distances, small or beyond a margin; see `functional.hinge_embedding_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.HingeEmbeddingLoss()(ag.tensor([0.5, 0.25]), ag.tensor([1, -1]))
    tensor(0.6250)
    """

    def __init__(
        self,
        margin: float = 1.0,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.margin = margin

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of distances against 1 (near) and -1 (far)."""
        return F.hinge_embedding_loss(input, target, self.margin, reduction=self.reduction)


class CosineEmbeddingLoss(Loss):
    """Angles, small or beyond a margin; see `functional.cosine_embedding_loss`.

    >>> import autograd_fr as ag
    >>> x1, x2 = ag.tensor([[1.0, 0.0]]), ag.tensor([[1.0, 1.0]])
    >>> ag.nn.CosineEmbeddingLoss()(x1, x2, ag.tensor([1]))
    tensor(0.2929)
    """

    def __init__(
        self,
        margin: float = 0.0,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.margin = margin

    def forward(self, input1: Any, input2: Any, target: Any) -> Any:
        """The loss of pairs against 1 (alike) and -1 (unlike)."""
        return F.cosine_embedding_loss(
            input1, input2, target, self.margin, reduction=self.reduction
        )


class TripletMarginLoss(Loss):
    """Nearer to the positive than to the negative; see `functional.triplet_margin_loss`.

    >>> import autograd_fr as ag
    >>> a, p, n = ag.tensor([[0.0]]), ag.tensor([[1.0]]), ag.tensor([[1.5]])
    >>> ag.nn.TripletMarginLoss()(a, p, n)
    tensor(0.5000)
    """

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        positive_margin("TripletMarginLoss", margin)
        self.margin, self.p, self.eps, self.swap = margin, p, eps, swap

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Any:
        """The loss of triplets of rows."""
        return F.triplet_margin_loss(
            anchor, positive, negative, self.margin, self.p, self.eps, self.swap,
            reduction=self.reduction,
        )  # fmt: skip


class TripletMarginWithDistanceLoss(Loss):
    """`TripletMarginLoss` with any distance; see `functional.triplet_margin_with_distance_loss`.

    >>> import autograd_fr as ag
    >>> a, p, n = ag.tensor([[0.0]]), ag.tensor([[1.0]]), ag.tensor([[1.5]])
    >>> ag.nn.TripletMarginWithDistanceLoss(margin=2.0)(a, p, n)
    tensor(1.5000)
    """

    def __init__(
        self,
        *,
        distance_function: Callable[[Any, Any], Any] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction=reduction)
        positive_margin("TripletMarginWithDistanceLoss", margin)
        self.distance_function = (
            PairwiseDistance() if distance_function is None else distance_function
        )
        self.margin, self.swap = margin, swap

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Any:
        """The loss of triplets of rows."""
        return F.triplet_margin_with_distance_loss(
            anchor, positive, negative, distance_function=self.distance_function,
            margin=self.margin, swap=self.swap, reduction=self.reduction,
        )  # fmt: skip
