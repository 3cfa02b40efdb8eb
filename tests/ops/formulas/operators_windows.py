"""What formulas of convolution, pooling, folding, padding and resampling name, by definition.

Loops over windows. An adjoint, `conv^\\top`, is what its map makes of each unit vector, multiplied
by what is pulled back: nothing here knows how the engine computes one.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .pullback import pulled

# Convolution


def conv(x: Any, weight: Any, *, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    """Each filter, with its part of the channels, times each window, summed."""
    if x.ndim < weight.ndim:
        return conv(
            x[None], weight, stride=stride, padding=padding, dilation=dilation, groups=groups
        )[0]
    x = np.pad(x, [(0, 0), (0, 0), *padding])
    (filters, channels), kernel = weight.shape[:2], weight.shape[2:]
    windows = [
        (n - d * (k - 1) - 1) // s + 1
        for n, k, s, d in zip(x.shape[2:], kernel, stride, dilation, strict=True)
    ]
    y = np.zeros((len(x), filters, *windows), np.result_type(x, weight))
    for o in range(filters):
        first = o // (filters // groups) * channels
        seen = x[:, first : first + channels]
        for i in np.ndindex(*windows):
            for k in np.ndindex(*kernel):
                at = [s * a + d * b for s, a, d, b in zip(stride, i, dilation, k, strict=True)]
                y[:, o, *i] += seen[:, :, *at] @ weight[o, :, *k]
    return y


def conv_adjoint(
    z: Any, weight: Any, *,
    stride: Any, padding: Any, dilation: Any, groups: int, x: Any, lengths: Any = None,
) -> Any:  # fmt: skip
    """Adjoint of `conv` by the image, whose lengths are given or those of `x`."""
    lengths = x.shape[2 - weight.ndim :] if lengths is None else lengths
    shape = (*z.shape[: 1 - weight.ndim], weight.shape[1] * groups, *lengths)
    how: Any = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return pulled(lambda e: conv(e, weight, **how), np.zeros(shape), z)


def corr(
    x: Any, z: Any, *,
    stride: Any, padding: Any, dilation: Any, groups: int, kernel: Any = None, weight: Any = None,
) -> Any:  # fmt: skip
    """Adjoint of `conv` by the weight: z against the windows of x."""
    n = len(stride)
    kernel = weight.shape[2:] if kernel is None else kernel
    shape = (z.shape[-n - 1], x.shape[-n - 1] // groups, *kernel)
    how: Any = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return pulled(lambda e: conv(x, e, **how), np.zeros(shape), z)


def im2col(x: Any, *, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    """The windows of images as columns: what filters of one 1 each see."""
    channels, size = x.shape[1], math.prod(kernel)
    filters = np.eye(channels * size).reshape(channels * size, channels, *kernel)
    y = conv(x, filters, stride=stride, padding=padding, dilation=dilation, groups=1)
    return y.reshape(*y.shape[:2], math.prod(y.shape[2:]))


def col2im(
    z: Any, *, kernel: Any, stride: Any, padding: Any, dilation: Any, x: Any, lengths: Any = None
) -> Any:
    """Adjoint of `im2col`, for images of these lengths or those of x."""
    lengths = x.shape[2:] if lengths is None else lengths
    shape = (len(z), z.shape[1] // math.prod(kernel), *lengths)
    how: Any = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    return pulled(lambda e: im2col(e, **how), np.zeros(shape), z)


def per_channel(values: dict[str, Any]) -> dict[str, Any]:
    """The bias beside the entries of its channels, along which sums go; 0 where there is none."""
    axes, bias = values["y"].ndim, values["bias"]
    channel = axes - len(values["stride"]) - 1
    beside = [-1 if axis == channel else 1 for axis in range(axes)]
    dim = tuple(axis for axis in range(axes) if axis != channel)
    return values | {"bias": 0.0 if bias is None else bias.reshape(beside), "dim": dim}


OPERATORS = {
    "conv": conv, r"conv^\top": conv_adjoint, "corr": corr,
    "im2col": im2col, "col2im": col2im,
}  # fmt: skip

READINGS = dict.fromkeys(("convolution", "convolution_transposed"), per_channel)
