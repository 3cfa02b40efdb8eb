"""Entries brought to the mean 0 and the mean square 1, and scaled and shifted by channel.

Batch, layer, group and instance normalisation are one operation. It sees its argument with
four axes, `shape`: samples, groups of channels, channels of a group, positions. Each channel
has its own weight and bias; the axes `dim` are those that mean and variance are taken over:
channels and positions, (2, 3), and samples too, (0, 2, 3), for a batch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.op import Sample, differentiable, polymorphic
from ...autograd.value import Value
from ...autograd.written import Together
from ...batching.known import Batched
from ...kernels import normalization as kernels
from ...kernels import normed

__all__: list[str] = []

Shape = tuple[int, int, int, int]

BATCH: dict[str, Any] = {"shape": (3, 2, 1, 2), "dim": (0, 2, 3)}
GROUPS: dict[str, Any] = {"shape": (2, 2, 2, 3), "dim": (2, 3)}
LAYER: dict[str, Any] = {"shape": (3, 1, 4, 1), "dim": (2, 3)}
NOTHING: dict[str, Any] = {"shape": (0, 1, 4, 1), "dim": (2, 3)}


def _by_channel(p: Any, shape: Shape) -> Any:
    """A weight or bias, one number per channel, as it stands beside four axes; None stays."""
    return None if p is None else p.reshape(shape[1], shape[2], 1)


def _channel_sum(g: Any, x: Any, like: Any, shape: Shape) -> Any:
    """The sum of g x (of g, where x is None) for each channel, in the shape of `like`."""
    g, x = g.reshape(shape), None if x is None else x.reshape(shape)
    if isinstance(g, Value) or isinstance(x, Value):
        added = (g if x is None else g * x).sum(kernels.CHANNELS)
    elif x is None:
        added = kernels.total(g, kernels.CHANNELS)
    else:
        added = kernels.total_product(g, x, kernels.CHANNELS)
    return added.reshape(like.shape)


def _times(x: Any, weight: Any, shape: Shape) -> Any:
    """x times one number per channel."""
    if weight is None:
        return x
    x4, weight = x.reshape(shape), _by_channel(weight, shape)
    recorded = isinstance(x, Value) or isinstance(weight, Value)
    return (x4 * weight if recorded else kernels.scaled(x4, weight, None)).reshape(x.shape)


def _mean(x: Any, dim: Any) -> Any:
    return x.sum(dim, keepdims=True) / kernels.count(x, dim)


def _slope(g: Any, z: Any, r: Any, shape: Shape, dim: Any, centred: bool) -> Any:
    return polymorphic(normalize_slope)(g, z, r, shape=shape, dim=dim, centred=centred)


def _bent(g: Any, v: Any, z: Any, r: Any, shape: Shape, dim: Any) -> Any:
    """The gradient by z of <g, r (v - mean v - z mean(v z))>."""
    g, v, z4 = g.reshape(shape), v.reshape(shape), z.reshape(shape)
    return (-r * (g * _mean(v * z4, dim) + v * _mean(g * z4, dim))).reshape(z.shape)


@differentiable(
    v=lambda g, z, r, shape, dim, centred: _slope(g, z, r, shape, dim, centred),
    z=lambda g, v, z, r, shape, dim: _bent(g, v, z, r, shape, dim),
    r=lambda g, y, r, shape, dim: (g * y).reshape(shape).sum(dim, keepdims=True) / r,
    latex=(
        r"r \odot (v - [\mathit{centred}] \odot \operatorname{E}(v) - z \odot "
        r"\operatorname{E}(v \odot z))"
    ),
    derivatives={
        "v": (
            r"r \odot (G - [\mathit{centred}] \odot \operatorname{E}(G) - z \odot "
            r"\operatorname{E}(G \odot z))"
        ),
        "z": (
            r"-r \odot (G \odot \operatorname{E}(v \odot z) + v \odot "
            r"\operatorname{E}(G \odot z))"
        ),
        "r": r"\frac{n \cdot \operatorname{E}(G \odot y)}{r}",
    },
    symbol="norm′",
    promotes=False,
    samples=[
        Sample((3, 2, 2), (3, 2, 2), (1, 2, 1, 1), low=0.2, **BATCH, centred=True),
        Sample((2, 4, 3), (2, 4, 3), (2, 2, 1, 1), low=0.2, **GROUPS, centred=True),
        Sample((3, 4), (3, 4), (3, 1, 1, 1), low=0.2, **LAYER, centred=False),
    ],
)  # fmt: skip
def normalize_slope(v: Any, z: Any, r: Any, shape: Any, dim: Any, centred: bool) -> Any:
    """What `standardize`, whose results are z and r, pulls a gradient v of z back to.

    >>> import autograd_fr as ag
    >>> v, z = ag.tensor([[1.0, 0.0]]), ag.tensor([[-1.0, 1.0]])
    >>> normalize_slope(v, z, ag.full((1, 1, 1, 1), 2.0), (1, 1, 2, 1), (2, 3), False)
    tensor([[1., 1.]])
    """
    return kernels.slope(v.reshape(shape), z.reshape(shape), r, dim, centred).reshape(z.shape)


@differentiable(
    x=lambda g, y, shape, dim, centred: _both(g, y, shape, dim, centred),
    latex=(
        r"z = r \odot u, \; r = \frac{1}{\sqrt{\operatorname{E}(u^2) + \mathit{eps}}} "
        r"\text{ where } u = x - [\mathit{centred}] \odot \operatorname{E}(x)"
    ),
    derivatives={
        "x": (
            r"r \odot (G_{\mathit{z}} - [\mathit{centred}] \odot "
            r"\operatorname{E}(G_{\mathit{z}}) - z \odot \operatorname{E}(G_{\mathit{z}} "
            r"\odot z)) - \frac{r^2}{n} \odot z \odot G_{\mathit{r}}"
        ),
    },
    symbol="norm, r", outputs=("z", "r"),
    samples=[
        Sample((3, 2, 2), **BATCH, eps=0.1),
        Sample((2, 4, 3), **GROUPS, eps=0.1),
        Sample((2, 4, 3), **GROUPS, eps=0.1, centred=False),
        Sample((3, 4), **LAYER, eps=0.1),
        Sample((3, 4), **LAYER, eps=0.1, centred=False),
        Sample((0, 4), **NOTHING, eps=0.1),
    ],
)  # fmt: skip
def standardize(x: Any, shape: Any, dim: Any, eps: float, centred: bool = True) -> Any:
    """x with the mean 0 and the variance 1 over the axes `dim` of its `shape`, and the factor.

    Without `centred` the mean stays, and it is the mean square that becomes 1. The factor r,
    1 / √(variance + eps), has the length 1 along `dim`.

    >>> import autograd_fr as ag
    >>> standardize(ag.tensor([[1.0, 3.0]]), (1, 1, 2, 1), (2, 3), 0.0).z
    tensor([[-1.,  1.]])
    >>> standardize(ag.tensor([[1.0, 7.0]]), (1, 1, 2, 1), (2, 3), 0.0, centred=False).z
    tensor([[0.2000, 1.4000]])
    """
    z, r = kernels.normalized(x.reshape(shape), dim, eps, centred)
    return z.reshape(x.shape), r


def _both(g: Any, results: Any, shape: Shape, dim: Any, centred: bool) -> Any:
    """The gradient of x: through z, and, where it is asked for, through the factor r."""
    (of_z, of_r), (z, r) = g, results
    pulled = None if of_z is None else _slope(of_z, z, r, shape, dim, centred)
    if of_r is None:
        return pulled
    z4 = z.reshape(shape)
    more = (z4 * (r * r * of_r / -kernels.count(z4, dim))).reshape(z.shape)
    return more if pulled is None else pulled + more


def _normed(
    x: Any, weight: Any, bias: Any, shape: Shape, dim: Any, eps: float, centred: bool
) -> tuple[Any, Any, Any]:
    """The result of `normalize`, and mean and factor of what is normalised together."""
    if isinstance(x, Batched) or isinstance(weight, Batched) or isinstance(bias, Batched):
        z, _ = kernels.normalized(x.reshape(shape), dim, eps, centred)
        weight, bias = _by_channel(weight, shape), _by_channel(bias, shape)
        return kernels.scaled(z, weight, bias).reshape(x.shape), None, None
    weight, bias = _flat(weight), _flat(bias)
    if 0 in dim:
        y, mean, r = normed.normed_batch(x.reshape(_lines(shape)), weight, bias, eps)
    else:
        y, mean, r = normed.normed_rows(x.reshape(shape), weight, bias, eps, centred)
    return y.reshape(x.shape), mean, r


def _pulled(
    g: Any, x: Any, weight: Any, bias: Any, mean: Any, r: Any, shape: Shape, dim: Any, eps: float,
    centred: bool,
) -> tuple[Any, Any, Any]:  # fmt: skip
    """The gradients of x, weight and bias in one go, by the mean and the factor that were kept."""
    if r is None:
        _, mean, r = _normed(x, None, None, shape, dim, eps, centred)
    if 0 in dim:
        lines = _lines(shape)
        dx, dw, db = normed.pulled_batch(g.reshape(lines), x.reshape(lines), _flat(weight), mean, r)
    else:
        dx, dw, db = normed.pulled_rows(g.reshape(shape), x.reshape(shape), _flat(weight), mean, r)
    dw = None if weight is None else dw.reshape(weight.shape)
    return dx.reshape(x.shape), dw, None if bias is None else db.reshape(bias.shape)


def _lines(shape: Shape) -> tuple[int, int, int]:
    """The axes of a batch in which each channel is normalised by itself."""
    return shape[0], shape[1] * shape[2], shape[3]


def _flat(p: Any) -> Any:
    return p if p is None or p.ndim == 1 else p.reshape(-1)


def _standard(x: Any, shape: Shape, dim: Any, eps: float, centred: bool) -> tuple[Any, Any]:
    z, r = polymorphic(standardize)(x, shape=shape, dim=dim, eps=eps, centred=centred)
    return z, r


@differentiable(
    x=lambda g, x, weight, shape, dim, eps, centred: _slope(
        _times(g, weight, shape), *_standard(x, shape, dim, eps, centred), shape, dim, centred
    ),
    weight=lambda g, x, like, shape, dim, eps, centred: _channel_sum(
        g, _standard(x, shape, dim, eps, centred)[0], like, shape
    ),
    bias=lambda g, like, shape: _channel_sum(g, None, like, shape),
    together=Together(_normed, ("mean", "r"), _pulled),
    latex=(
        r"\mathit{weight} \odot z + \mathit{bias} \text{ where } u = x - [\mathit{centred}] \odot "
        r"\operatorname{E}(x), \; z = \frac{u}{\sqrt{\operatorname{E}(u^2) + \mathit{eps}}}"
    ),
    derivatives={
        "x": (
            r"r \odot (h - [\mathit{centred}] \odot \operatorname{E}(h) - z \odot "
            r"\operatorname{E}(h \odot z)) \text{ where } h = \mathit{weight} \odot G, \; "
            r"u = x - [\mathit{centred}] \odot \operatorname{E}(x), \; r = "
            r"\frac{1}{\sqrt{\operatorname{E}(u^2) + \mathit{eps}}}, \; z = r \odot u"
        ),
        "weight": (
            r"\sum G \odot z \text{ where } u = x - [\mathit{centred}] \odot \operatorname{E}(x), "
            r"\; z = \frac{u}{\sqrt{\operatorname{E}(u^2) + \mathit{eps}}}"
        ),
        "bias": r"\sum G",
    },
    symbol="norm", promotes=False,
    samples=[
        Sample((3, 2, 2), (2,), (2,), **BATCH, eps=0.1),
        Sample((3, 2), (2,), (2,), shape=(3, 2, 1, 1), dim=BATCH["dim"], eps=0.1),
        Sample((2, 4, 3), (4,), (4,), **GROUPS, eps=0.1),
        Sample((2, 4, 3), (4,), (4,), **GROUPS, eps=0.1, centred=False),
        Sample((3, 4), (4,), (4,), **LAYER, eps=0.1),
        Sample((3, 2, 2), (2, 2), (2, 2), **LAYER, eps=0.1, centred=False),
        Sample((0, 4), (4,), (4,), **NOTHING, eps=0.1),
    ],
)  # fmt: skip
def normalize(
    x: Any, weight: Any, bias: Any, shape: Any, dim: Any, eps: float, centred: bool = True
) -> Any:
    """x with the mean 0 and the variance 1 over the axes `dim` of its `shape`, scaled and shifted.

    Each channel of x has its own weight and bias. Without `centred` the mean stays, and it is the
    mean square that becomes 1.

    >>> import autograd_fr as ag
    >>> x, weight, bias = ag.tensor([[1.0, 3.0]]), ag.tensor([2.0, 2.0]), ag.tensor([0.0, 5.0])
    >>> normalize(x, weight, bias, (1, 1, 2, 1), (2, 3), 0.0)
    tensor([[-2.,  7.]])
    >>> normalize(ag.tensor([[1.0, 7.0]]), None, None, (1, 1, 2, 1), (2, 3), 0.0, centred=False)
    tensor([[0.2000, 1.4000]])
    """
    return _normed(x, weight, bias, shape, dim, eps, centred)[0]


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
    r = 1 / np.sqrt(var + eps)
    r = r if weight is None else r * weight
    return kernels.rescaled(x.reshape(shape), mean, r, bias).reshape(x.shape)


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
