"""A layer and the batch normalization behind it, in evaluation mode, as one layer."""

from __future__ import annotations

import copy
from typing import Any

from ...errors import AutogradError
from ..parameter import Parameter


def fuse_conv_bn_eval(conv: Any, bn: Any, transpose: bool = False) -> Any:
    """A convolution that computes what `conv` and then `bn` compute; both in evaluation mode.

    `transpose`: it is a transposed convolution. Raises AutogradError in training mode.
    """
    return _fused(conv, bn, fuse_conv_bn_weights, transpose)


def fuse_conv_bn_weights(
    conv_w: Any,
    conv_b: Any,
    bn_rm: Any,
    bn_rv: Any,
    bn_eps: float,
    bn_w: Any,
    bn_b: Any,
    transpose: bool = False,
) -> tuple[Parameter, Parameter]:
    """Weight and bias of that convolution: w σ⁻¹ γ and (b - μ) σ⁻¹ γ + β, σ² = variance + eps."""
    factor, shift = _affine(conv_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b)
    shape = [1] * conv_w.ndim
    shape[1 if transpose else 0] = -1
    weight = (conv_w * factor.reshape(shape)).detach().to(conv_w.dtype)
    return Parameter(weight, conv_w.requires_grad), Parameter(shift, conv_w.requires_grad)


def fuse_linear_bn_eval(linear: Any, bn: Any) -> Any:
    """A linear layer that computes what `linear` and then `bn` compute; both in evaluation mode.

    Raises AutogradError in training mode, or where `bn` is not for these features.

    >>> from autograd_fr import nn
    >>> import autograd_fr as ag
    >>> weight, bias = fuse_linear_bn_weights(
    ...     ag.ones(1, 2), ag.zeros(1), ag.ones(1), ag.ones(1), 0.0, 2 * ag.ones(1), ag.zeros(1))
    >>> weight.tolist(), bias.tolist()
    ([[2.0, 2.0]], [-2.0])
    """
    if linear.out_features != bn.num_features and bn.num_features != 1:
        raise AutogradError(
            f"the linear layer has {linear.out_features} results, the normalization is for "
            f"{bn.num_features}"
        )
    return _fused(linear, bn, fuse_linear_bn_weights)


def fuse_linear_bn_weights(
    linear_w: Any, linear_b: Any, bn_rm: Any, bn_rv: Any, bn_eps: float, bn_w: Any, bn_b: Any
) -> tuple[Parameter, Parameter]:
    """Weight and bias of that layer; see `fuse_conv_bn_weights`."""
    factor, shift = _affine(linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b)
    weight = (linear_w * factor.unsqueeze(-1)).detach().to(linear_w.dtype)
    return Parameter(weight, linear_w.requires_grad), Parameter(shift, linear_w.requires_grad)


def _affine(b: Any, mean: Any, variance: Any, eps: float, gamma: Any, beta: Any) -> tuple[Any, Any]:
    """What the outputs of a layer are multiplied by, and its new bias."""
    factor = (variance + eps).rsqrt() * (1.0 if gamma is None else gamma)
    moved = -mean if b is None else b - mean
    shift = (moved * factor + (0.0 if beta is None else beta)).detach()
    return factor, shift.to(mean.dtype if b is None else b.dtype)


def _fused(layer: Any, bn: Any, weights: Any, *options: Any) -> Any:
    if layer.training or bn.training:
        raise AutogradError(
            "two layers are fused as they are in evaluation mode: call eval() first"
        )
    fused = copy.deepcopy(layer)
    fused.weight, fused.bias = weights(
        fused.weight, fused.bias, bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias,
        *options,
    )  # fmt: skip
    return fused
