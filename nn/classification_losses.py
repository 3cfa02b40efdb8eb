"""Losses of scores against classes, as modules."""

from __future__ import annotations

import math
import warnings
from typing import Any

from ..devices import on_cpu
from ..errors import ShapeError
from . import functional as F
from .linear import Linear
from .loss_base import WeightedLoss


class CrossEntropyLoss(WeightedLoss):
    """Softmax and negative log-likelihood in one; see `functional.cross_entropy`.

    >>> import autograd_fr as ag
    >>> ag.nn.CrossEntropyLoss()(ag.tensor([[0.0, 0.0]]), ag.tensor([1]))
    tensor(0.6931)
    """

    def __init__(
        self,
        weight: Any = None,
        size_average: Any = None,
        ignore_index: int = -100,
        reduce: Any = None,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of raw scores against class numbers or probabilities."""
        return F.cross_entropy(
            input, target, self.weight, ignore_index=self.ignore_index,
            reduction=self.reduction, label_smoothing=self.label_smoothing,
        )  # fmt: skip


class NLLLoss(WeightedLoss):
    """Negative log-likelihood of log-probabilities; see `functional.nll_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.NLLLoss()(ag.tensor([[-1.0, -2.0]]), ag.tensor([1]))
    tensor(2.)
    """

    def __init__(
        self,
        weight: Any = None,
        size_average: Any = None,
        ignore_index: int = -100,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of log-probabilities against class numbers."""
        return F.nll_loss(
            input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction
        )


class NLLLoss2d(NLLLoss):
    """`NLLLoss` under an older name; warns of it.

    >>> import autograd_fr as ag, pytest
    >>> with pytest.warns(FutureWarning):
    ...     ag.nn.NLLLoss2d()(ag.tensor([[-1.0, -2.0]]), ag.tensor([1]))
    tensor(2.)
    """

    def __init__(
        self,
        weight: Any = None,
        size_average: Any = None,
        ignore_index: int = -100,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        warnings.warn("NLLLoss2d is deprecated: NLLLoss does the same", FutureWarning, stacklevel=2)
        super().__init__(weight, size_average, ignore_index, reduce, reduction)


class LinearCrossEntropyLoss(WeightedLoss):
    """A linear layer and the cross-entropy of its scores; see `functional.linear_cross_entropy`.

    With `out_features` (d...), the scores are (N, num_classes, d...). The layer is `linear`, of
    weight (num_classes times the product of d..., in_features).
    Raises ShapeError for a weight of the classes that is not (num_classes,).

    >>> import autograd_fr as ag
    >>> loss = ag.nn.LinearCrossEntropyLoss(5, 10)
    >>> loss(ag.zeros(2, 5), ag.tensor([3, 7]))
    tensor(2.3026, grad_fn=<DivBackward0>)
    """

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        *,
        out_features: tuple[int, ...] = (),
        bias: bool = False,
        device: Any = None,
        dtype: Any = None,
        reduction: str = "mean",
        weight: Any = None,
        ignore_index: int | None = None,
        label_smoothing: float = 0.0,
        options: Any = None,
    ) -> None:
        super().__init__(weight, reduction=reduction)
        if self.weight is not None and self.weight.shape != (num_classes,):
            raise ShapeError(
                f"weight has one entry per class, ({num_classes},), not {self.weight.array.shape}"
            )
        if not 0 <= label_smoothing <= 1:
            raise ValueError(f"label_smoothing is between 0 and 1, got {label_smoothing}")
        self.num_classes, self.out_features = num_classes, tuple(out_features)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing
        on_cpu(device)
        rows = math.prod(self.out_features, start=num_classes)
        self.linear = Linear(in_features, rows, bias, dtype=dtype)
        self.options = options

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of what the layer makes of `input`."""
        classes, bias = (self.num_classes, *self.out_features), self.linear.bias
        return F.linear_cross_entropy(
            input,
            self.linear.weight.reshape(*classes, -1),
            target,
            linear_bias=None if bias is None else bias.reshape(classes),
            weight=self.weight,
            reduction=self.reduction,
            ignore_index=self.ignore_index,
            label_smoothing=self.label_smoothing,
            options=self.options,
        )

    def extra_repr(self) -> str:
        return (
            f"in_features={self.linear.in_features}, num_classes={self.num_classes}, "
            f"out_features={self.out_features}, bias={self.linear.bias is not None}, "
            f"reduction={self.reduction}, ignore_index={self.ignore_index}, "
            f"label_smoothing={self.label_smoothing}, options={self.options}"
        )
