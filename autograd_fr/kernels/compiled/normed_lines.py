"""Normalisation of the rows of a matrix: row k belongs to the group k modulo their number.

A row has the channels of a group, each with so many positions. Loops go over what lies side by
side: over channels where each has one position, else over positions.
"""

from __future__ import annotations

from typing import Any

from . import rounding, summing
from .normed_channels import bent, multiplied, scaled, squared, summed

TOGETHER = 4  # rows whose parts of a sum are added before it is read and written


@rounding
def normed_lines(
    x: Any, weight: Any, bias: Any, eps: float, centred: bool, y: Any, mean: Any, r: Any,
    first: int, last: int,
) -> None:  # fmt: skip
    """Of `normed_rows`, the samples from `first` to before `last`."""
    scale, shift = _by_group(weight, x), _by_group(bias, x)
    mean, r = mean[first:last].reshape(-1), r[first:last].reshape(-1)
    _normed_lines(_rows(x[first:last]), scale, shift, eps, centred, _rows(y[first:last]), mean, r)


@rounding
def _normed_lines(
    x: Any, weight: Any, bias: Any, eps: float, centred: bool, y: Any, mean: Any, r: Any
) -> None:
    """x and y (rows, entries), weight and bias (groups, channels): reshaped arrays cost a loop
    time where they are not arguments of its function."""
    length, groups, channels, p = _sizes(x, weight)
    for k in range(len(x)):
        if centred:
            mean[k] = summed(x[k]) / length
        r[k], b = 1 / (squared(x[k], mean[k]) / length + eps) ** 0.5, k % groups
        m, f = mean[k], r[k]
        if p == 1:
            for c in range(channels):
                y[k, c] = (x[k, c] - m) * f * weight[b, c] + bias[b, c]
        else:
            for c in range(channels):
                i, j = c * p, (c + 1) * p
                scaled(x[k, i:j], m, f * weight[b, c], bias[b, c], y[k, i:j])


@rounding
def pulled_lines(
    g: Any, x: Any, weight: Any, mean: Any, r: Any, centred: bool, dx: Any, sums: Any,
    first: int, last: int,
) -> None:  # fmt: skip
    """Of `pulled_rows`, the same samples; what is pulled to weight and bias is added to `sums`."""
    scale, total = _by_group(weight, x), sums.reshape(2, x.shape[1], x.shape[2])
    g, dx = _rows(g[first:last]), _rows(dx[first:last])
    mean, r = mean[first:last].reshape(-1), r[first:last].reshape(-1)
    _pulled_lines(g, _rows(x[first:last]), scale, mean, r, centred, dx, total)


@rounding
def _pulled_lines(
    g: Any, x: Any, weight: Any, mean: Any, r: Any, centred: bool, dx: Any, sums: Any
) -> None:
    """g, x, dx (rows, entries), weight (groups, channels), sums (2, groups, channels)."""
    length, groups, channels, p = _sizes(x, weight)
    if p == 1:
        for k in range(0, len(x), TOGETHER * groups):
            _add_channels(g, x, mean, r, sums, k, groups)
    for k in range(len(x)):
        b, m, f = k % groups, mean[k], r[k]
        if p == 1:
            of_g, of_u = _sums_of_channels(g, x, weight, m, k, b)
        else:
            of_g, of_u = _sums_of_positions(g[k], x[k], weight[b], m, f, sums[0, b], sums[1, b])
        bend = x.dtype.type(f * f * f * of_u / length)
        shift = x.dtype.type(f * of_g / length) if centred else x.dtype.type(0)
        if p == 1:
            for c in range(channels):
                dx[k, c] = f * weight[b, c] * g[k, c] - shift - bend * (x[k, c] - m)
        else:
            for c in range(channels):
                i, j = c * p, (c + 1) * p
                bent(g[k, i:j], x[k, i:j], m, f * weight[b, c], shift, bend, dx[k, i:j])


@rounding
def _rows(x: Any) -> Any:
    """What is normalised together as the rows of a matrix."""
    n, groups, channels, p = x.shape
    return x.reshape(n * groups, channels * p)


@rounding
def _by_group(weight: Any, x: Any) -> Any:
    """Weights or biases of all channels as (groups, channels)."""
    return weight.reshape(x.shape[1], x.shape[2])


@rounding
def _sizes(x: Any, weight: Any) -> Any:
    """How many entries a row has, groups, channels of a group, and positions of a channel."""
    groups, channels = weight.shape
    return x.shape[1], groups, channels, x.shape[1] // channels


@summing
def _sums_of_channels(g: Any, x: Any, weight: Any, mean: Any, k: int, b: int) -> Any:
    """Σ weight g, and Σ weight g (x - mean)."""
    of_g = of_u = x.dtype.type(0)
    for c in range(x.shape[1]):
        h = g[k, c] * weight[b, c]
        of_g += h
        of_u += h * (x[k, c] - mean)
    return of_g, of_u


@rounding
def _add_channels(g: Any, x: Any, mean: Any, r: Any, sums: Any, k: int, groups: int) -> None:
    """What is pulled to each channel's weight and bias by TOGETHER rows of each group from k on."""
    for b in range(groups):
        i, last = k + b, k + b + (TOGETHER - 1) * groups
        if last < len(x):
            j, l = i + groups, i + 2 * groups
            m0, m1, m2, m3 = mean[i], mean[j], mean[l], mean[last]
            r0, r1, r2, r3 = r[i], r[j], r[l], r[last]
            for c in range(x.shape[1]):
                sums[0, b, c] += (
                    g[i, c] * ((x[i, c] - m0) * r0) + g[j, c] * ((x[j, c] - m1) * r1)
                ) + (g[l, c] * ((x[l, c] - m2) * r2) + g[last, c] * ((x[last, c] - m3) * r3))
                sums[1, b, c] += (g[i, c] + g[j, c]) + (g[l, c] + g[last, c])
            continue
        for row in range(i, len(x), groups):
            m, f = mean[row], r[row]
            for c in range(x.shape[1]):
                sums[0, b, c] += g[row, c] * ((x[row, c] - m) * f)
            for c in range(x.shape[1]):
                sums[1, b, c] += g[row, c]


@summing
def _sums_of_positions(
    g: Any, x: Any, weight: Any, mean: Any, r: Any, dweight: Any, dbias: Any
) -> Any:
    """Both for channels of several positions, in one loop."""
    of_g = of_u = x.dtype.type(0)
    p = x.size // weight.size
    for c in range(weight.size):
        i, j = c * p, (c + 1) * p
        plain, product = multiplied(g[i:j], x[i:j], mean)
        dweight[c] += product * r
        dbias[c] += plain
        of_g += weight[c] * plain
        of_u += weight[c] * product
    return of_g, of_u
