"""The bilinear layer."""

from __future__ import annotations

import math
from typing import Any

from ..creation.values import zeros
from ..devices import on_cpu
from . import functional as F
from . import init
from .module import Module
from .parameter import Parameter


class Bilinear(Module):
    """`x1ᵀ weight[k] x2 + bias[k]` for each k; see `functional.bilinear`.

    `weight` (out_features, in1_features, in2_features) and `bias` (out_features) start uniform on
    [-1/sqrt(in1_features), 1/sqrt(in1_features)]. Raises ValueError unless in1_features > 0.

    >>> import autograd_fr as ag
    >>> ag.nn.Bilinear(3, 4, 5)(ag.zeros(2, 3), ag.zeros(2, 4)).shape
    torch.Size([2, 5])
    """

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        on_cpu(device)
        if in1_features <= 0:
            raise ValueError(f"Bilinear: in1_features must be positive, got {in1_features}")
        self.in1_features, self.in2_features = in1_features, in2_features
        self.out_features = out_features
        self.weight = Parameter(zeros(out_features, in1_features, in2_features, dtype=dtype))
        self.register_parameter(
            "bias", Parameter(zeros(out_features, dtype=dtype)) if bias else None
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        bound = 1 / math.sqrt(self.in1_features)
        init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input1: Any, input2: Any) -> Any:
        """The bilinear map of the last axes."""
        return F.bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )
