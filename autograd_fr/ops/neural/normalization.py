"""Entries brought to the mean 0 and the mean square 1, then scaled and shifted channel by channel.

Batch, layer, group and instance normalisation are one operation. It sees its argument with four
axes, `shape`: samples, groups of channels, channels of a group, positions. Each channel has its own
weight and bias; the axes `dim` are those that mean and variance are taken over: channels and
positions, (2, 3), and samples too, (0, 2, 3), for a batch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.op import Sample, differentiable, polymorphic
from ...autograd.value import Value
from ...kernels import normalization as kernels

__all__: list[str] = []

Shape = tuple[int, int, int, int]

BATCH: dict[str, Any] = {"shape": (3, 2, 1, 2), "dim": (0, 2, 3), "eps": 0.1}
GROUPS: dict[str, Any] = {"shape": (2, 2, 2, 3), "dim": (2, 3), "eps": 0.1}
LAYER: dict[str, Any] = {"shape": (3, 1, 4, 1), "dim": (2, 3), "eps": 0.1}


def _by_channel(p: Any, shape: Shape) -> Any:
    """A weight or bias, one number per channel, as it stands beside four axes; None stays."""
    return None if p is None else p.reshape(shape[1], shape[2], 1)


def _channel_sum(g: Any, y: Any, like: Any, shape: Shape) -> Any:
    """The sum of g y (of g, where y is None) for each channel, in the shape of `like`."""
    g = g.reshape(shape)
    if y is None:
        return g.sum((0, 3)).reshape(like.shape)
    y = y.reshape(shape)
    if isinstance(g, Value) or isinstance(y, Value):
        return (g * y).sum((0, 3)).reshape(like.shape)
    return np.einsum(g, [0, 1, 2, 3], y, [0, 1, 2, 3], [1, 2]).reshape(like.shape)


def _slope(g: Any, x: Any, weight: Any, shape: Shape, dim: Any, eps: float, centred: bool) -> Any:
    return polymorphic(normalize_slope)(
        g, x, weight, shape=shape, dim=dim, eps=eps, centred=centred
    )


def _plain(x: Any, shape: Shape, dim: Any, eps: float, centred: bool) -> Any:
    """x normalised, neither scaled nor shifted."""
    if centred:
        return polymorphic(normalize)(x, None, None, shape=shape, dim=dim, eps=eps)
    return polymorphic(rms_normalize)(x, None, shape=shape, dim=dim, eps=eps)


def _bent(u: Any, h: Any, x: Any, shape: Shape, dim: Any, eps: float, centred: bool) -> Any:
    """The gradient by x of <u, J h>, J = r (1 - mean - y yᵀ/n) being the slope at x.

    r moves by -r² y / n, and y by J itself.
    """
    x, u, h = x.reshape(shape), u.reshape(shape), h.reshape(shape)
    d = x - _mean(x, dim) if centred else x
    r = (_mean(d * d, dim) + eps) ** -0.5
    y = _plain(x, shape, dim, eps, centred)
    hy, uy = _mean(h * y, dim), _mean(u * y, dim)
    inner = _mean(h * u, dim) - hy * uy
    if centred:
        inner = inner - _mean(h, dim) * _mean(u, dim)
    turned = _slope(-r * (h * uy + u * hy), x, None, shape, dim, eps, centred)
    return turned - r * r * inner * y


def _mean(x: Any, dim: Any) -> Any:
    return x.sum(dim, keepdims=True) / kernels.count(x, dim)


@differentiable(
    v=lambda g, x, weight, shape, dim, eps, centred: _times(
        _slope(g, x, None, shape, dim, eps, centred), weight, shape
    ),
    x=lambda g, v, x, weight, shape, dim, eps, centred: _bent(
        g, _times(v, weight, shape), x, shape, dim, eps, centred
    ).reshape(x.shape),
    weight=lambda g, v, x, like, shape, dim, eps, centred: _channel_sum(
        _slope(g, x, None, shape, dim, eps, centred), v, like, shape
    ),
    latex=(
        r"\frac{h - [\mathit{centred}] \odot \operatorname{E}(h) - z \odot "
        r"\operatorname{E}(h \odot z)}{s} \text{ where } h = \mathit{weight} \odot v, \; u "
        r"= x - [\mathit{centred}] \odot \operatorname{E}(x), \; s = "
        r"\sqrt{\operatorname{E}(u^2) + \mathit{eps}}, \; z = \frac{u}{s}"
    ),
    derivatives={
        "v": (
            r"\mathit{weight} \odot \frac{G - [\mathit{centred}] \odot \operatorname{E}(G) - z "
            r"\odot \operatorname{E}(G \odot z)}{s} \text{ where } u = x - [\mathit{centred}] "
            r"\odot \operatorname{E}(x), \; s = \sqrt{\operatorname{E}(u^2) + \mathit{eps}}, \; "
            r"z = \frac{u}{s}"
        ),
        "x": (
            r"-\frac{q - [\mathit{centred}] \odot \operatorname{E}(q) - z \odot "
            r"\operatorname{E}(q \odot z)}{s^2} - \frac{z}{s^2} \odot (\operatorname{E}(h \odot "
            r"G) - [\mathit{centred}] \odot \operatorname{E}(h) \odot \operatorname{E}(G) - "
            r"\operatorname{E}(h \odot z) \odot \operatorname{E}(G \odot z)) \text{ where } q = "
            r"h \odot \operatorname{E}(G \odot z) + G \odot \operatorname{E}(h \odot z), \; h = "
            r"\mathit{weight} \odot v, \; u = x - [\mathit{centred}] \odot \operatorname{E}(x), "
            r"\; s = \sqrt{\operatorname{E}(u^2) + \mathit{eps}}, \; z = \frac{u}{s}"
        ),
        "weight": (
            r"\sum v \odot \frac{G - [\mathit{centred}] \odot \operatorname{E}(G) - z \odot "
            r"\operatorname{E}(G \odot z)}{s} \text{ where } u = x - [\mathit{centred}] \odot "
            r"\operatorname{E}(x), \; s = \sqrt{\operatorname{E}(u^2) + \mathit{eps}}, \; z = "
            r"\frac{u}{s}"
        ),
    },
    symbol="norm′",
    samples=[
        Sample((3, 2, 2), (3, 2, 2), (2,), **BATCH, centred=True),
        Sample((2, 4, 3), (2, 4, 3), (4,), **GROUPS, centred=True),
        Sample((3, 4), (3, 4), (4,), **LAYER, centred=False),
    ],
)  # fmt: skip
def normalize_slope(
    v: Any, x: Any, weight: Any, shape: Any, dim: Any, eps: float, centred: bool
) -> Any:
    """What `normalize`, or without `centred` `rms_normalize`, pulls a gradient v back to.

    >>> import autograd_fr as ag
    >>> v, x = ag.tensor([[1.0, 0.0]]), ag.tensor([[-1.0, 1.0]])
    >>> normalize_slope(v, x, None, (1, 1, 2, 1), (2, 3), 1.0, True)
    tensor([[ 0.1768, -0.1768]])
    """
    weight = _by_channel(weight, shape)
    pulled = kernels.slope(v.reshape(shape), x.reshape(shape), weight, dim, eps, centred)
    return pulled.reshape(x.shape)


def _times(v: Any, weight: Any, shape: Shape) -> Any:
    if weight is None:
        return v
    return (v.reshape(shape) * _by_channel(weight, shape)).reshape(v.shape)


@differentiable(
    x=lambda g, x, weight, shape, dim, eps: _slope(g, x, weight, shape, dim, eps, True),
    weight=lambda g, x, like, shape, dim, eps: _channel_sum(
        g, _plain(x, shape, dim, eps, True), like, shape
    ),
    bias=lambda g, like, shape: _channel_sum(g, None, like, shape),
    latex=(
        r"\mathit{weight} \odot z + \mathit{bias} \text{ where } z = \frac{x - "
        r"\operatorname{E}(x)}{s}, \; s = \sqrt{\operatorname{Var}(x) + \mathit{eps}}"
    ),
    derivatives={
        "x": (
            r"\frac{h - \operatorname{E}(h) - z \odot \operatorname{E}(h \odot z)}{s} \text{ "
            r"where } h = \mathit{weight} \odot G, \; z = \frac{x - \operatorname{E}(x)}{s}, \; "
            r"s = \sqrt{\operatorname{Var}(x) + \mathit{eps}}"
        ),
        "weight": (
            r"\sum G \odot z \text{ where } z = \frac{x - \operatorname{E}(x)}{s}, \; s = "
            r"\sqrt{\operatorname{Var}(x) + \mathit{eps}}"
        ),
        "bias": r"\sum G",
    },
    symbol="norm",
    promotes=False,
    samples=[
        Sample((3, 2, 2), (2,), (2,), **BATCH),
        Sample((2, 4, 3), (4,), (4,), **GROUPS),
        Sample((3, 4), (4,), (4,), **LAYER),
        Sample((0, 4), (4,), (4,), shape=(0, 1, 4, 1), dim=(2, 3), eps=0.1),
    ],
)  # fmt: skip
def normalize(x: Any, weight: Any, bias: Any, shape: Any, dim: Any, eps: float) -> Any:
    """x with the mean 0 and the variance 1 over the axes `dim` of its `shape`, scaled and shifted.

    >>> import autograd_fr as ag
    >>> normalize(ag.tensor([[1.0, 3.0]]), None, None, (1, 1, 2, 1), (2, 3), 0.0)
    tensor([[-1.,  1.]])
    """
    weight, bias = _by_channel(weight, shape), _by_channel(bias, shape)
    return kernels.normalized(x.reshape(shape), weight, bias, dim, eps, True).reshape(x.shape)


@differentiable(
    x=lambda g, x, weight, shape, dim, eps: _slope(g, x, weight, shape, dim, eps, False),
    weight=lambda g, x, like, shape, dim, eps: _channel_sum(
        g, _plain(x, shape, dim, eps, False), like, shape
    ),
    latex=(
        r"\mathit{weight} \odot \frac{x}{s} \text{ where } s = \sqrt{\operatorname{E}(x^2) "
        r"+ \mathit{eps}}"
    ),
    derivatives={
        "x": (
            r"\frac{h - z \odot \operatorname{E}(h \odot z)}{s} \text{ where } h = "
            r"\mathit{weight} \odot G, \; z = \frac{x}{s}, \; s = \sqrt{\operatorname{E}(x^2) + "
            r"\mathit{eps}}"
        ),
        "weight": (
            r"\sum G \odot \frac{x}{s} \text{ where } s = \sqrt{\operatorname{E}(x^2) + "
            r"\mathit{eps}}"
        ),
    },
    symbol="rms norm",
    samples=[
        Sample((3, 4), (4,), **LAYER),
        Sample((2, 4, 3), (4,), **GROUPS),
        Sample((0, 4), (4,), shape=(0, 1, 4, 1), dim=(2, 3), eps=0.1),
    ],
)  # fmt: skip
def rms_normalize(x: Any, weight: Any, shape: Any, dim: Any, eps: float) -> Any:
    """x with the mean square 1 over the axes `dim` of its `shape`, scaled.

    >>> import autograd_fr as ag
    >>> rms_normalize(ag.tensor([[1.0, 7.0]]), None, (1, 1, 2, 1), (2, 3), 0.0)
    tensor([[0.2000, 1.4000]])
    """
    weight = _by_channel(weight, shape)
    return kernels.normalized(x.reshape(shape), weight, None, dim, eps, False).reshape(x.shape)


@differentiable(
    x=lambda g, var, weight, shape, eps: _rescaled_back(g, var, weight, shape, eps),
    mean=lambda g, var, weight, like, shape, eps: -_channel_sum(
        _rescaled_back(g, var, weight, shape, eps), None, like, shape
    ),
    var=lambda g, x, mean, var, weight, like, shape, eps: (var + eps) ** -0.5 * -0.5 * _channel_sum(
        _rescaled_back(g, var, weight, shape, eps), _rescaled(x, mean, var, shape, eps), like, shape
    ),
    weight=lambda g, x, mean, var, like, shape, eps: _channel_sum(
        g, _rescaled(x, mean, var, shape, eps), like, shape
    ),
    bias=lambda g, like, shape: _channel_sum(g, None, like, shape),
    latex=(
        r"\mathit{weight} \odot \frac{x - \mathit{mean}}{\sqrt{\mathit{var} + "
        r"\mathit{eps}}} + \mathit{bias}"
    ),
    derivatives={
        "x": r"G \odot \frac{\mathit{weight}}{\sqrt{\mathit{var} + \mathit{eps}}}",
        "mean": r"-\sum G \odot \frac{\mathit{weight}}{\sqrt{\mathit{var} + \mathit{eps}}}",
        "var": (
            r"-\frac{1}{2} \sum G \odot \mathit{weight} \odot \frac{x - "
            r"\mathit{mean}}{(\mathit{var} + \mathit{eps})^{3/2}}"
        ),
        "weight": r"\sum G \odot \frac{x - \mathit{mean}}{\sqrt{\mathit{var} + \mathit{eps}}}",
        "bias": r"\sum G",
    },
    symbol="rescale",
    promotes=False,
    samples=[
        Sample((3, 2, 2), (2,), (2,), (2,), (2,), shape=(3, 2, 1, 2), eps=0.1, low=0.2),
        Sample((3, 2), (2,), (2,), (2,), (2,), shape=(3, 2, 1, 1), eps=0.1, low=0.2),
        Sample((0, 2), (2,), (2,), (2,), (2,), shape=(0, 2, 1, 1), eps=0.1, low=0.2),
    ],
)  # fmt: skip
def rescale(x: Any, mean: Any, var: Any, weight: Any, bias: Any, shape: Any, eps: float) -> Any:
    """As `normalize`, by a mean and a variance of each channel that are given.

    >>> import autograd_fr as ag
    >>> rescale(ag.tensor([[1.0], [3.0]]), ag.ones(1), ag.ones(1), None, None, (2, 1, 1, 1), 0.0)
    tensor([[0.],
            [2.]])
    """
    mean, var, weight, bias = (_by_channel(p, shape) for p in (mean, var, weight, bias))
    y, r = x.reshape(shape) - mean, 1 / np.sqrt(var + eps)
    return kernels.scaled(y, r, weight, bias).reshape(x.shape)


def _rescaled_back(g: Any, var: Any, weight: Any, shape: Shape, eps: float) -> Any:
    r = (var + eps) ** -0.5
    return _times(g, r if weight is None else weight * r, shape)


def _rescaled(x: Any, mean: Any, var: Any, shape: Shape, eps: float) -> Any:
    return polymorphic(rescale)(x, mean, var, None, None, shape=shape, eps=eps)


@differentiable(
    x=lambda g, before, after: _mirrored(g, before, after),
    push="linear",
    latex=r"\operatorname{neighbours}(x, \mathit{before}, \mathit{after})",
    derivatives={"x": r"\operatorname{neighbours}(G, \mathit{after}, \mathit{before})"},
    symbol="Σ near", samples=[
        Sample((2, 5, 2), before=2, after=1),
        Sample((2, 3), before=1, after=4),
        Sample((2, 0, 2), before=1, after=1),
    ],
)  # fmt: skip
def neighbour_sum(x: Any, before: int, after: int) -> Any:
    """The sum of each channel (axis 1) and of so many channels before and after it.

    >>> import autograd_fr as ag
    >>> neighbour_sum(ag.tensor([[1.0, 2.0, 4.0]]), before=1, after=0)
    tensor([[1., 3., 6.]])
    """
    y, n = x.copy(), x.shape[1]
    for k in range(1, min(before, n - 1) + 1):
        y[:, k:] += x[:, :-k]
    for k in range(1, min(after, n - 1) + 1):
        y[:, :-k] += x[:, k:]
    return y


def _mirrored(g: Any, before: int, after: int) -> Any:
    return polymorphic(neighbour_sum)(g, before=after, after=before)
