"""Convolutions as a program shows them: one place of the kernel after the other.

Shapes: x (n, c, *lengths), weight (o, c / groups, *kernel), y (n, o, *windows).
"""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np

from ...kernels.padding import padded
from ...kernels.windows import windows


def places(kernel: Any, counts: Any, stride: Any, dilation: Any) -> list[Any]:
    """Each place of a kernel with what all windows have there."""
    found = []
    for place in product(*(range(k) for k in kernel)):
        axes = zip(place, counts, stride, dilation)
        found.append(
            (place, tuple(slice(k * d, k * d + (m - 1) * s + 1, s) for k, m, s, d in axes))
        )
    return found


def convolved(
    x: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: Any
) -> Any:
    """Sums over windows of products with the weight."""
    n, o, kernel = x.shape[0], weight.shape[0], weight.shape[2:]
    counts = windows(x.shape[2:], kernel, stride, padding, dilation)
    x = padded(x, tuple(p for pads in padding[::-1] for p in pads), 0)
    x = x.reshape(n, groups, x.shape[1] // groups, *x.shape[2:])
    rows = weight.reshape(groups, o // groups, *weight.shape[1:])
    y = np.zeros((n, groups, o // groups, *counts), np.result_type(x, weight))
    for place, part in places(kernel, counts, stride, dilation):
        y += np.einsum("ngc...,goc->ngo...", x[(..., *part)], rows[(..., *place)])
    y = y.reshape(n, o, *counts)
    return y if bias is None else y + bias.reshape(-1, *[1] * len(kernel))


def transposed(
    y: Any, weight: Any, bias: Any, lengths: Any, stride: Any, padding: Any, dilation: Any,
    groups: Any,
) -> Any:  # fmt: skip
    """Every entry spread over its window, times the weight."""
    n, (o, c), kernel = y.shape[0], weight.shape[:2], weight.shape[2:]
    wide = [k + low + high for k, (low, high) in zip(lengths, padding)]
    x = np.zeros((n, groups, c, *wide), np.result_type(y, weight))
    rows = weight.reshape(groups, o // groups, *weight.shape[1:])
    y = y.reshape(n, groups, o // groups, *y.shape[2:])
    for place, part in places(kernel, y.shape[3:], stride, dilation):
        x[(..., *part)] += np.einsum("ngo...,goc->ngc...", y, rows[(..., *place)])
    x = padded(x, tuple(-p for pads in padding[::-1] for p in pads), 0)
    x = x.reshape(n, groups * c, *lengths)
    return x if bias is None else x + bias.reshape(-1, *[1] * len(kernel))


def correlated(
    x: Any, y: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, groups: Any
) -> Any:
    """Every entry times its window, summed over all windows: the gradient of the weight."""
    n, c, o = x.shape[0], x.shape[1] // groups, y.shape[1] // groups
    x = padded(x, tuple(p for pads in padding[::-1] for p in pads), 0)
    x, counts = x.reshape(n, groups, c, *x.shape[2:]), y.shape[2:]
    y = y.reshape(n, groups, o, math.prod(counts))
    weight = np.zeros((groups, o, c, *kernel), np.result_type(x, y))
    for place, part in places(kernel, counts, stride, dilation):
        seen = x[(..., *part)].reshape(n, groups, c, math.prod(counts))
        weight[(..., *place)] = np.einsum("ngcp,ngop->goc", seen, y)
    return weight.reshape(groups * o, c, *kernel)


def unfolded(x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    """Every window as a column."""
    (n, c), counts = x.shape[:2], windows(x.shape[2:], kernel, stride, padding, dilation)
    x = padded(x, tuple(p for pads in padding[::-1] for p in pads), 0)
    columns = [x[(..., *part)] for _, part in places(kernel, counts, stride, dilation)]
    return np.stack(columns, 2).reshape(n, c * math.prod(kernel), math.prod(counts))


def folded(
    columns: Any, lengths: Any, kernel: Any, stride: Any, padding: Any, dilation: Any
) -> Any:
    """Columns added up where their windows lie."""
    n, c = columns.shape[0], columns.shape[1] // math.prod(kernel)
    counts = windows(lengths, kernel, stride, padding, dilation)
    wide = [k + low + high for k, (low, high) in zip(lengths, padding)]
    x = np.zeros((n, c, *wide), columns.dtype)
    columns = columns.reshape(n, c, *kernel, *counts)
    for place, part in places(kernel, counts, stride, dilation):
        x[(..., *part)] += columns[(slice(None), slice(None), *place)]
    return padded(x, tuple(-p for pads in padding[::-1] for p in pads), 0)
