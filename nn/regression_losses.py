"""Losses of numbers against numbers, as modules."""

from __future__ import annotations

from typing import Any

from . import functional as F
from .functional.regression_losses import check_delta
from .loss_base import Loss


class MSELoss(Loss):
    """Squared error; see `functional.mse_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.MSELoss()(ag.tensor([1.0, 2.0]), ag.tensor([0.0, 4.0]))
    tensor(2.5000)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of a prediction against its target."""
        return F.mse_loss(input, target, reduction=self.reduction)


class HalfMSELoss(Loss):
    """Half the squared error, `(input - target)² / 2`; see `functional.half_mse_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.HalfMSELoss(reduction="sum")(ag.tensor([1.0, 2.0]), ag.tensor([0.0, 4.0]))
    tensor(2.5000)
    """

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of a prediction against its target."""
        return F.half_mse_loss(input, target, self.reduction)


class L1Loss(Loss):
    """Absolute error; see `functional.l1_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.L1Loss()(ag.tensor([1.0, 2.0]), ag.tensor([0.0, 4.0]))
    tensor(1.5000)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of a prediction against its target."""
        return F.l1_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(Loss):
    """A parabola near 0, straight lines beyond `beta`; see `functional.smooth_l1_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.SmoothL1Loss(beta=2.0)(ag.tensor([0.5, 3.0]), ag.tensor([0.0, 0.0]))
    tensor(1.0312)
    """

    def __init__(
        self,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
        beta: float = 1.0,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.beta = beta

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of a prediction against its target."""
        return F.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(Loss):
    """A parabola near 0, straight lines beyond `delta`; see `functional.huber_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.HuberLoss(delta=2.0)(ag.tensor([0.5, 3.0]), ag.tensor([0.0, 0.0]))
    tensor(2.0625)
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        check_delta(delta)
        self.delta = delta

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of a prediction against its target."""
        return F.huber_loss(input, target, self.reduction, self.delta)
