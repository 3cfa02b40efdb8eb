"""Normalisation layers: what they keep, around the functions."""

from __future__ import annotations

from typing import Any

from ..creation.values import ones, zeros
from ..devices import on_cpu
from . import functional as F
from . import init
from .module import Module
from .parameter import Parameter


class GroupNorm(Module):
    """Normalises groups of channels, sample by sample: see `functional.group_norm`.

    Parameters, with `affine`: `weight` and `bias`, (num_channels), ones and zeros at first.
    Raises ValueError where the channels cannot be divided into the groups.

    >>> import autograd_fr as ag
    >>> ag.nn.GroupNorm(2, 4)(ag.tensor([[1.0, 3.0, 10.0, 30.0]]))
    tensor([[-1.0000,  1.0000, -1.0000,  1.0000]], grad_fn=<NormalizeBackward0>)
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if num_channels % num_groups:
            raise ValueError(
                f"num_channels={num_channels} must be a multiple of num_groups={num_groups}"
            )
        self.num_groups, self.num_channels, self.eps = num_groups, num_channels, eps
        self.affine = affine
        scaled_and_shifted(self, (num_channels,), affine, affine and bias, device, dtype)

    def reset_parameters(self) -> None:
        """Set the weight to ones and the bias to zeros."""
        as_identity(self)

    def forward(self, input: Any) -> Any:
        """The input (N, C, ...), its groups normalised."""
        return F.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )


class LayerNorm(Module):
    """Normalises the last axes: see `functional.layer_norm`.

    Parameters: `weight`, with `elementwise_affine`, and `bias`, both of `normalized_shape`; ones
    and zeros at first.

    >>> import autograd_fr as ag
    >>> ag.nn.LayerNorm(2, elementwise_affine=False)(ag.tensor([[1.0, 3.0], [10.0, 30.0]]))
    tensor([[-1.0000,  1.0000],
            [-1.0000,  1.0000]])
    """

    def __init__(
        self,
        normalized_shape: Any,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape, self.eps = _lengths(normalized_shape), eps
        self.elementwise_affine = elementwise_affine
        affine = elementwise_affine
        scaled_and_shifted(self, self.normalized_shape, affine, affine and bias, device, dtype)

    def reset_parameters(self) -> None:
        """Set the weight to ones and the bias to zeros."""
        as_identity(self)

    def forward(self, input: Any) -> Any:
        """The input, its last axes normalised."""
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, "
            f"elementwise_affine={self.elementwise_affine}, bias={self.bias is not None}"
        )


class RMSNorm(Module):
    """Divides the last axes by the root of their mean square: see `functional.rms_norm`.

    Parameter, with `elementwise_affine`: `weight` of `normalized_shape`, ones at first.

    >>> import autograd_fr as ag
    >>> ag.nn.RMSNorm(2, elementwise_affine=False)(ag.tensor([[1.0, 7.0]]))
    tensor([[0.2000, 1.4000]])
    """

    def __init__(
        self,
        normalized_shape: Any,
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape, self.eps = _lengths(normalized_shape), eps
        self.elementwise_affine = elementwise_affine
        on_cpu(device)
        weight = Parameter(ones(self.normalized_shape, dtype=dtype)) if elementwise_affine else None
        self.register_parameter("weight", weight)

    def reset_parameters(self) -> None:
        """Set the weight to ones."""
        if self.weight is not None:
            init.ones_(self.weight)

    def forward(self, input: Any) -> Any:
        """The input, its last axes brought to the mean square 1."""
        return F.rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
        )


class LocalResponseNorm(Module):
    """Divides by a power of the squares of neighbouring channels: `functional.local_response_norm`.

    >>> import autograd_fr as ag
    >>> ag.nn.LocalResponseNorm(2, alpha=6.0, beta=1.0)(ag.ones(1, 2, 1))
    tensor([[[0.2500],
             [0.1429]]])
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, input: Any) -> Any:
        """The input (N, C, ...), each channel divided."""
        return F.local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"


def scaled_and_shifted(
    module: Module, shape: Any, scaled: bool, shifted: bool, device: Any, dtype: Any
) -> None:
    """Register a weight of ones and a bias of zeros, or None in their places."""
    on_cpu(device)
    weight = Parameter(ones(shape, dtype=dtype)) if scaled else None
    bias = Parameter(zeros(shape, dtype=dtype)) if shifted else None
    module.register_parameter("weight", weight)
    module.register_parameter("bias", bias)


def as_identity(module: Module) -> None:
    """Set a weight to ones and a bias to zeros."""
    if module.weight is not None:
        init.ones_(module.weight)
    if module.bias is not None:
        init.zeros_(module.bias)


def _lengths(shape: Any) -> tuple[int, ...]:
    return (shape,) if isinstance(shape, int) else tuple(shape)
