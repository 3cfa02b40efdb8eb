"""The lengths that layers in a row hand on, as far as they are known before there is an input."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import activation as straight
from . import smooth_activation as smooth
from .batch_normalization import _NormBase
from .dropout import _Dropout
from .named_activation import Activation
from .normalization import GroupNorm, LayerNorm, LocalResponseNorm, RMSNorm

# What gives a result of the shape of its input.
KEEPING = (
    Activation, _Dropout, _NormBase, GroupNorm, LayerNorm, LocalResponseNorm, RMSNorm,
    straight.InPlace, straight.Hardshrink, straight.Hardtanh, straight.LeakyReLU, straight.PReLU,
    straight.RReLU, straight.Softshrink, straight.Threshold,
    smooth.CELU, smooth.ELU, smooth.GELU, smooth.LogSigmoid, smooth.LogSoftmax, smooth.Sigmoid,
    smooth.Softmax, smooth.Softmax2d, smooth.Softmin, smooth.Softplus, smooth.Softsign,
    smooth.Tanh, smooth.Tanhshrink,
)  # fmt: skip


def connects(layer: Any) -> bool:
    """Whether a layer, or one in it, may wait for the length of its inputs."""
    return hasattr(type(layer), "_connect")  # asked of the class: quick where it is not there


def handed_on(layers: Iterable[Any], length: int | None) -> int | None:
    """The length of the last axis after all layers, which a waiting one takes; None if unknown."""
    for layer in layers:
        if connects(layer):
            length = layer._connect(length)
        elif not isinstance(layer, KEEPING):
            length = vars(layer).get("out_features")
    return length
