"""Layers that learn the length of their inputs from the first one."""

from __future__ import annotations

from typing import Any

from .lazy import LazyModuleMixin, give_shape
from .linear import Linear
from .parameter import UninitializedParameter


class LazyLinear(LazyModuleMixin, Linear):
    """A `Linear` whose `in_features` is the length of the last axis of the first input.

    >>> import autograd_fr as ag
    >>> net = ag.nn.Sequential(ag.nn.LazyLinear(8), ag.nn.ReLU(), ag.nn.LazyLinear(1))
    >>> net(ag.zeros(5, 3)).shape, net[0].weight.shape, net[2].weight.shape
    (torch.Size([5, 1]), torch.Size([8, 3]), torch.Size([1, 8]))
    """

    cls_to_become = Linear

    def __init__(
        self, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(0, 0, bias=False)
        self.out_features = out_features
        self.weight = UninitializedParameter(device=device, dtype=dtype)
        if bias:
            self.bias = UninitializedParameter(device=device, dtype=dtype)

    def reset_parameters(self) -> None:
        """Draw weight and bias anew; nothing before their shapes are known."""
        if not self.has_uninitialized_params() and self.in_features:
            super().reset_parameters()

    def initialize_parameters(self, input: Any) -> None:
        """Take the number of features from an input, or from a weight that was loaded."""
        if self.has_uninitialized_params():
            self.in_features = input.shape[-1]
            give_shape(self.weight, self.out_features, self.in_features)
            give_shape(self.bias, self.out_features)
            self.reset_parameters()
        self.in_features = self.weight.shape[-1]
