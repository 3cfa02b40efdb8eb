"""Connectionist temporal classification as an operation, with its slope as another."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.op import Sample, differentiable, polymorphic
from ...kernels import ctc
from ...kernels.ctc import Lattice
from ..indexing.positions import ALL
from ..indexing.reading import add_at
from ..reductions.softmaxes import log_softmax


def _normalised(x: Any) -> Any:
    return log_softmax(x, -1)


def _samples(**more: Any) -> list[Sample]:
    """Rows with repeated labels, of several lengths, without any; and one that cannot be read."""
    given = [
        (4, [[1, 1]], [4], [2]),
        (5, [[1, 2, 1], [2, 2, 0], [0, 0, 0]], [5, 3, 4], [3, 2, 0]),
        (2, [[1, 2, 1], [1, 2, 0]], [2, 2], [3, 2]),
    ]
    return [
        Sample(
            (steps, len(targets), 3), through=_normalised, zero_infinity=True, **more,
            ways=ctc.lattice(np.array(targets), np.array(taken), np.array(lengths), 0),
        )
        for steps, targets, taken, lengths in given
    ]  # fmt: skip


@differentiable(
    x=lambda g, x, ways, zero_infinity: g[:, None] * _slope(x, ways, zero_infinity),
    latex=r"-\ln \operatorname{P}(x)",
    derivatives={"x": r"G \odot (e^{x} - \operatorname{posterior}(x))"},
    symbol="ctc", samples=_samples(),
)  # fmt: skip
def ctc_loss(x: Any, ways: Lattice, zero_infinity: bool) -> Any:
    """Minus the logarithm of the probability of rows of labels; inf where they do not fit in.

    `zero_infinity`: 0 there, gradient and all.

    >>> import autograd_fr as ag
    >>> ways = ctc.lattice(np.array([[1]]), np.array([1]), np.array([1]), 0)
    >>> ctc_loss(ag.tensor([[[-3.0, -0.5]]]), ways, zero_infinity=False)
    tensor([0.5000])
    """
    loss = ctc.losses(x, ways)
    return np.where(np.isinf(loss), 0, loss) if zero_infinity else loss


@differentiable(
    x=lambda g, x, ways, zero_infinity: _bent(g, x, ways, zero_infinity),
    latex=r"e^{x} - \operatorname{posterior}(x)",
    derivatives={"x": r"G \odot e^{x} - \operatorname{posterior^\top}(G, x)"},
    symbol="∇ctc", samples=_samples(),
)  # fmt: skip
def ctc_slope(x: Any, ways: Lattice, zero_infinity: bool) -> Any:
    """The gradient of `ctc_loss`, as PyTorch has it: for logarithms that are normalised.

    >>> import autograd_fr as ag
    >>> ways = ctc.lattice(np.array([[1]]), np.array([1]), np.array([1]), 0)
    >>> ctc_slope(ag.tensor([[[0.5, 0.5]]]).log(), ways, zero_infinity=False)
    tensor([[[ 0.5000, -0.5000]]])
    """
    return ctc.slopes(x, ways, 0.0 if zero_infinity else np.nan)


def _slope(x: Any, ways: Lattice, zero_infinity: bool) -> Any:
    return polymorphic(ctc_slope)(x, ways=ways, zero_infinity=zero_infinity)


def _bent(v: Any, x: Any, ways: Lattice, zero_infinity: bool) -> Any:
    """The slope's derivative along `v`, which is its own transpose.

    The share of ways in a state changes by what `v` sums to on the ways through it, on the
    average, less the average of all.
    """
    e, d = ctc.emissions(x, ways), ctc.at_states(v, ways)
    a, b = ctc.beginnings(e, ways), ctc.endings(e, ways)
    on_the_way = np.stack(_so_far(d, e, a, ways)) + np.stack(_to_come(d, e, b, ways))
    share, found = ctc.shares(np.stack(a), np.stack(b))
    average = (share[0] * on_the_way[0]).sum(-1, keepdims=True)
    rows = np.arange(len(ways.labels))[:, None]
    of_classes = polymorphic(add_at)(
        share * (on_the_way - average), shape=tuple(x.shape), index=(ALL, rows, ways.labels)
    )
    lost = 0.0 if zero_infinity else np.nan
    return ctc.confined(np.exp(x) * v - of_classes, found, ways, lost)


def _so_far(d: Any, e: Any, a: list[Any], ways: Lattice) -> list[Any]:
    """Per step and state, the sum of `d` up to there, averaged over the ways that lead there."""
    zero, sums = ctc.log_zero(e.dtype), [d[0]]
    for t in range(1, len(a)):
        weights = _weights(ctc.arriving(a[t - 1], ways, zero), a[t] - e[t], zero)
        sums.append(d[t] + _weighted(weights, ctc.arriving(sums[-1], ways, 0)))
    return sums


def _to_come(d: Any, e: Any, b: list[Any], ways: Lattice) -> list[Any]:
    """Per step and state, the sum of `d` from there on, averaged over the ways that follow."""
    zero, sums = ctc.log_zero(e.dtype), [np.zeros_like(d[0])]
    for t in range(len(b) - 2, -1, -1):
        weights = _weights(ctc.leaving(b[t + 1] + e[t + 1], ways, zero), b[t], zero)
        onward = _weighted(weights, ctc.leaving(sums[-1] + d[t + 1], ways, 0))
        sums.append(np.where(ways.last > t, onward, 0))
    return sums[::-1]


def _weights(parts: Any, whole: Any, zero: Any) -> list[Any]:
    """The shares of three parts in their sum, all given by logarithms; 0 where that is none."""
    some = whole > zero / 2
    return [np.where(some, np.exp(np.minimum(part - whole, 0)), 0) for part in parts]


def _weighted(weights: Any, values: Any) -> Any:
    first, second, third = (w * value for w, value in zip(weights, values, strict=True))
    return first + second + third
