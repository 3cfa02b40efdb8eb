"""What all losses have as modules: a reduction, and weights that some of them keep."""

from __future__ import annotations

from typing import Any

from ..creation.values import as_tensor
from ..tensor import Tensor
from .functional.loss_parts import reduction_of
from .module import Module


class Loss(Module):
    """A loss; it takes the deprecated `size_average` and `reduce` where PyTorch's do."""

    reduction: str

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if len(args) > 1 and all(isinstance(x, Tensor) for x in args[:2]):
            name = cls.__name__
            raise TypeError(
                f"{name}(...) makes a loss, which is then called: nn.{name}()(input, target)"
            )
        return super().__new__(cls, *args, **kwargs)

    def __init__(
        self, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
    ) -> None:
        super().__init__()
        self.reduction = reduction_of(reduction, size_average, reduce, self._also)

    _also: tuple[str, ...] = ()  # what a loss takes for a reduction besides


class WeightedLoss(Loss):
    """A loss with a buffer of weights, which may be absent."""

    weight: Tensor | None

    def __init__(
        self,
        weight: Any = None,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", None if weight is None else as_tensor(weight))
