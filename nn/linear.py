"""The affine layer."""

from __future__ import annotations

import math
from typing import Any

from ..creation.values import zeros
from ..devices import on_cpu
from . import functional as F
from . import init
from .module import Module
from .parameter import Parameter


class Linear(Module):
    """Affine map, `x @ weight.T + bias`: x (..., in_features), result (..., out_features).

    `weight` (out_features, in_features) and `bias` (out_features) start uniform on
    [-1/sqrt(in_features), 1/sqrt(in_features)], as PyTorch's.

    >>> import autograd_fr as ag
    >>> ag.nn.Linear(3, 4)(ag.zeros(2, 3)).shape
    torch.Size([2, 4])
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        on_cpu(device)
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(zeros(out_features, in_features, dtype=dtype))
        self.register_parameter(
            "bias", Parameter(zeros(out_features, dtype=dtype)) if bias else None
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features) if self.in_features else 0.0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Any) -> Any:
        """The affine map of the last axis."""
        return F.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )
