"""A linear layer and the cross-entropy of its scores in one module."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ..errors import ShapeError
from . import functional as F
from .linear import Linear
from .loss_base import WeightedLoss


@dataclass(frozen=True)
class LinearCrossEntropyOptions:
    """How PyTorch cuts `linear_cross_entropy` into chunks of rows, to save memory.

    No number depends on it. Here the scores are computed in one piece, with options and without:
    they are taken and kept so that programs which give them run. Raises ValueError for options
    that PyTorch does not know.

    >>> import autograd_fr as ag
    >>> ag.nn.LinearCrossEntropyOptions(batch_chunk_size=64).batch_chunk_size
    64
    """

    allow_retain_graph: bool = False
    batch_chunk_size: int | None = None
    chunking_method: str | None = "auto"
    acc_policy: str = "auto"
    acc_dtype: Any = None

    def __post_init__(self) -> None:
        if self.acc_policy not in ("accurate", "balanced", "compact", "auto"):
            raise ValueError(f"acc_policy has no {self.acc_policy!r}")
        name, _, factor = (self.chunking_method or "auto").partition(":")
        if name not in ("auto", "aspect_ratio") or not (factor or "1").isdigit():
            raise ValueError(f"chunking_method has no {self.chunking_method!r}")
        if self.batch_chunk_size is not None and self.batch_chunk_size <= 0:
            raise ValueError(f"batch_chunk_size is positive or None, not {self.batch_chunk_size}")


class LinearCrossEntropyLoss(WeightedLoss):
    """A linear layer and the cross-entropy of its scores; see `functional.linear_cross_entropy`.

    With `out_features` (d...), the scores are (N, num_classes, d...). The layer is `linear`, of
    weight (num_classes times the product of d..., in_features).
    Raises ShapeError for a weight of the classes that is not (num_classes,).

    >>> import autograd_fr as ag
    >>> loss = ag.nn.LinearCrossEntropyLoss(5, 10)
    >>> loss(ag.zeros(2, 5), ag.tensor([3, 7]))
    tensor(2.3026, grad_fn=<CrossEntropyBackward0>)
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
        rows = math.prod(self.out_features, start=num_classes)
        self.linear = Linear(in_features, rows, bias, device, dtype)
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
