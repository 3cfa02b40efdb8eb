"""Losses that are 0 beyond a margin, as modules."""

from __future__ import annotations

from typing import Any

from . import functional as F
from .loss_base import Loss, WeightedLoss


class HingeLoss(Loss):
    """`max(0, margin - t x)` for labels of -1 and 1; see `functional.hinge_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.HingeLoss(reduction="sum")(ag.tensor([2.5, 0.3]), ag.tensor([1, -1]))
    tensor(1.3000)
    """

    def __init__(self, margin: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.margin = margin

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of scores against labels."""
        return F.hinge_loss(input, target, self.margin, self.reduction)


class MulticlassHingeLoss(HingeLoss):
    """The loss of a multiclass SVM, summed over classes; see `functional.multiclass_hinge_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.MulticlassHingeLoss()(ag.tensor([[2.0, 4.0, -2.0]]), ag.tensor([0]))
    tensor(3.)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of scores against class numbers."""
        return F.multiclass_hinge_loss(input, target, self.margin, self.reduction)


class MultiMarginLoss(WeightedLoss):
    """A multiclass hinge, averaged over classes; see `functional.multi_margin_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.MultiMarginLoss()(ag.tensor([[2.0, 4.0, -2.0]]), ag.tensor([0]))
    tensor(1.)
    """

    def __init__(
        self,
        p: int = 1,
        margin: float = 1.0,
        weight: Any = None,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        if p not in (1, 2):
            raise ValueError(f"MultiMarginLoss: p is 1 or 2, not {p}")
        self.p, self.margin = p, margin

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of scores against class numbers."""
        return F.multi_margin_loss(
            input, target, self.p, self.margin, self.weight, reduction=self.reduction
        )


class MultiLabelMarginLoss(Loss):
    """A hinge of several classes for each row; see `functional.multilabel_margin_loss`.

    >>> import autograd_fr as ag
    >>> x, t = ag.tensor([[0.1, 0.2, 0.4, 0.8]]), ag.tensor([[3, 0, -1, 1]])
    >>> ag.nn.MultiLabelMarginLoss()(x, t)
    tensor(0.8500)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of scores against lists of class numbers."""
        return F.multilabel_margin_loss(input, target, reduction=self.reduction)


class MultiLabelSoftMarginLoss(WeightedLoss):
    """Several yes or no for each row; see `functional.multilabel_soft_margin_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.MultiLabelSoftMarginLoss()(ag.tensor([[0.0, 0.0]]), ag.tensor([[1.0, 0.0]]))
    tensor(0.6931)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of raw scores against ones and zeros."""
        return F.multilabel_soft_margin_loss(input, target, self.weight, reduction=self.reduction)


class SoftMarginLoss(Loss):
    """`log(1 + exp(-t x))` for labels of -1 and 1; see `functional.soft_margin_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.SoftMarginLoss()(ag.tensor([0.0, 1000.0]), ag.tensor([1, -1]))
    tensor(500.3466)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of scores against labels."""
        return F.soft_margin_loss(input, target, reduction=self.reduction)


class MarginRankingLoss(Loss):
    """Which of two shall rank higher; see `functional.margin_ranking_loss`.

    >>> import autograd_fr as ag
    >>> x1, x2 = ag.tensor([1.0, 2.0]), ag.tensor([0.0, 5.0])
    >>> ag.nn.MarginRankingLoss()(x1, x2, ag.tensor([1, 1]))
    tensor(1.5000)
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
        """The loss of two rankings against 1 (the first is higher) and -1."""
        return F.margin_ranking_loss(input1, input2, target, self.margin, reduction=self.reduction)
