"""Losses as modules: thin objects around the functions."""

from __future__ import annotations

from typing import Any

from ..creation.values import as_tensor
from ..tensor import Tensor
from . import functional as F
from .module import Module


class _Loss(Module):
    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if len(args) > 1 and all(isinstance(x, Tensor) for x in args[:2]):
            name = cls.__name__
            raise TypeError(
                f"{name}(...) makes a loss, which is then called: nn.{name}()(input, target)"
            )
        return super().__new__(cls, *args, **kwargs)

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__()
        if reduction not in ("mean", "sum", "none"):
            raise ValueError(f"reduction is 'mean', 'sum' or 'none', not {reduction!r}")
        self.reduction = reduction


class MSELoss(_Loss):
    """Squared error; see `functional.mse_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.MSELoss()(ag.tensor([1.0, 2.0]), ag.tensor([0.0, 4.0]))
    tensor(2.5000)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of a prediction against its target."""
        return F.mse_loss(input, target, self.reduction)


class CrossEntropyLoss(_Loss):
    """Softmax and negative log-likelihood in one; see `functional.cross_entropy`.

    >>> import autograd_fr as ag
    >>> ag.nn.CrossEntropyLoss()(ag.tensor([[0.0, 0.0]]), ag.tensor([1]))
    tensor(0.6931)
    """

    def __init__(
        self,
        weight: Any = None,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(reduction)
        self.register_buffer("weight", None if weight is None else as_tensor(weight))
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of raw scores against class numbers or probabilities."""
        return F.cross_entropy(
            input, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing
        )


class NLLLoss(_Loss):
    """Negative log-likelihood of log-probabilities; see `functional.nll_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.NLLLoss()(ag.tensor([[-1.0, -2.0]]), ag.tensor([1]))
    tensor(2.)
    """

    def __init__(
        self, weight: Any = None, ignore_index: int = -100, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction)
        self.register_buffer("weight", None if weight is None else as_tensor(weight))
        self.ignore_index = ignore_index

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of log-probabilities against class numbers."""
        return F.nll_loss(input, target, self.weight, self.ignore_index, self.reduction)


class BCEWithLogitsLoss(_Loss):
    """Binary cross-entropy of raw scores; see `functional.binary_cross_entropy_with_logits`.

    >>> import autograd_fr as ag
    >>> ag.nn.BCEWithLogitsLoss()(ag.tensor([0.0]), ag.tensor([1.0]))
    tensor(0.6931)
    """

    def __init__(self, weight: Any = None, reduction: str = "mean", pos_weight: Any = None) -> None:
        super().__init__(reduction)
        self.register_buffer("weight", None if weight is None else as_tensor(weight))
        self.register_buffer("pos_weight", None if pos_weight is None else as_tensor(pos_weight))

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of raw scores against probabilities."""
        return F.binary_cross_entropy_with_logits(
            input, target, self.weight, self.reduction, self.pos_weight
        )
