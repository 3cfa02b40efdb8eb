"""Losses that are minus the logarithm of a likelihood, or a divergence, as modules."""

from __future__ import annotations

from typing import Any

from ..creation.values import as_tensor
from ..tensor import Tensor
from . import functional as F
from .loss_base import Loss, WeightedLoss


class BCELoss(WeightedLoss):
    """Binary cross-entropy of probabilities; see `functional.binary_cross_entropy`.

    >>> import autograd_fr as ag
    >>> ag.nn.BCELoss()(ag.tensor([0.5]), ag.tensor([1.0]))
    tensor(0.6931)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of probabilities against probabilities."""
        return F.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(WeightedLoss):
    """Binary cross-entropy of raw scores; see `functional.binary_cross_entropy_with_logits`.

    >>> import autograd_fr as ag
    >>> ag.nn.BCEWithLogitsLoss()(ag.tensor([0.0]), ag.tensor([1.0]))
    tensor(0.6931)
    """

    pos_weight: Tensor | None

    def __init__(
        self,
        weight: Any = None,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
        pos_weight: Any = None,
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.register_buffer("pos_weight", None if pos_weight is None else as_tensor(pos_weight))

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of raw scores against probabilities."""
        return F.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class KLDivLoss(Loss):
    """Kullback-Leibler divergence of log-probabilities; see `functional.kl_div`.

    >>> import autograd_fr as ag
    >>> x, t = ag.tensor([[0.5, 0.5]]).log(), ag.tensor([[0.0, 1.0]])
    >>> ag.nn.KLDivLoss(reduction="batchmean")(x, t)
    tensor(0.6931)
    """

    _also = ("batchmean",)

    def __init__(
        self,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
        log_target: bool = False,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_target = log_target

    def forward(self, input: Any, target: Any) -> Any:
        """The divergence of `input` from `target`."""
        return F.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


class GaussianNLLLoss(Loss):
    """Minus the logarithm of a normal density; see `functional.gaussian_nll_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.GaussianNLLLoss(full=True)(ag.tensor([1.0]), ag.tensor([1.5]), ag.tensor([0.25]))
    tensor(0.7258)
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.full, self.eps = full, eps

    def forward(self, input: Any, target: Any, var: Any) -> Any:
        """The loss of means `input` and variances `var` against what was seen."""
        return F.gaussian_nll_loss(input, target, var, self.full, self.eps, self.reduction)


class PoissonNLLLoss(Loss):
    """Minus the logarithm of a Poisson probability; see `functional.poisson_nll_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.PoissonNLLLoss()(ag.tensor([0.0, 1.0]), ag.tensor([2.0, 0.0]))
    tensor(1.8591)
    """

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        size_average: Any = None,
        eps: float = 1e-8,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_input, self.full, self.eps = log_input, full, eps

    def forward(self, log_input: Any, target: Any) -> Any:
        """The loss of rates, or their logarithms, against counts."""
        return F.poisson_nll_loss(
            log_input, target, self.log_input, self.full, eps=self.eps, reduction=self.reduction
        )
