"""Losses of one entry against another, reduced in the same step: one node in the graph."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.op import Sample, differentiable, polymorphic
from ..elementwise.exponential import logit, sigmoid
from ..elementwise.piecewise import clamp
from ..reductions.reduction import mean_of, sum_of
from .straight_activations import hardtanh

PAIRS = [
    Sample((3, 4), (3, 4), reduction="mean"),
    Sample((3, 4), (4,), reduction="mean"),
    Sample((), (2, 3), reduction="sum"),
    Sample((2, 3), (2, 3), reduction="none"),
    Sample((0, 3), (0, 3), reduction="sum"),
]


def _reduced(loss: Any, reduction: str) -> Any:
    if reduction == "none":
        return loss
    return mean_of(loss) if reduction == "mean" else sum_of(loss)


def _each(g: Any, likes: Any, reduction: str) -> Any:
    """The gradient that every entry of a loss has, broadcast later."""
    if reduction != "mean":
        return g
    shape, other = likes[0].shape, likes[1].shape
    if shape != other:
        shape = np.broadcast_shapes(shape, other)
    return g / max(math.prod(shape), 1)


@differentiable(
    a=lambda g, a, b, reduction: _each(2 * g, (a, b), reduction) * (a - b),
    b=lambda g, a, b, reduction: _each(2 * g, (a, b), reduction) * (b - a),
    latex=r"\operatorname{reduction}((a - b)^2)",
    derivatives={
        "a": r"2 \operatorname{share}(G) \odot (a - b)",
        "b": r"2 \operatorname{share}(G) \odot (b - a)",
    },
    symbol="mse", samples=PAIRS,
)  # fmt: skip
def mse_loss(a: Any, b: Any, reduction: str) -> Any:
    """The squared difference, reduced.

    >>> import autograd_fr as ag
    >>> mse_loss(ag.tensor([1.0, 2.0]), ag.tensor([0.0, 4.0]), "sum")
    tensor(5.)
    """
    d = a - b
    return _reduced(d * d, reduction)


@differentiable(
    x=lambda g, x, delta: g * polymorphic(hardtanh)(x, min_val=-delta, max_val=delta),
    push="entrywise",
    latex=(
        r"\begin{cases} \frac{1}{2} x^2 & \text{if } |x| \le \delta \\ \delta (|x| - "
        r"\frac{\delta}{2}) & \text{else} \end{cases}"
    ),
    derivatives={"x": r"\min(\max(x, -\delta), \delta)"},
    symbol="huber",
    samples=[
        Sample((3, 4), delta=1.0, gap=0.1),
        Sample((5,), delta=0.35, gap=0.1),
        Sample((), delta=1.0),
        Sample((0, 2), delta=1.0),
    ],
)  # fmt: skip
def huber(x: Any, delta: float) -> Any:
    """`x² / 2` up to a distance `delta` from 0, and the straight line that goes on from there.

    Peter J. Huber, "Robust estimation of a location parameter", 1964.

    >>> import autograd_fr as ag
    >>> huber(ag.tensor([1.0, -3.0]), delta=2.0)
    tensor([0.5000, 4.0000])
    """
    size = np.abs(x)
    within = np.minimum(size, delta)
    return within * (size - within / 2)


ALIKE = [s for s in PAIRS if s.tensors[0] == s.tensors[1]]
PROBABILITIES = [Sample(*s.tensors, low=0.1, high=0.9, **s.params) for s in ALIKE]


@differentiable(
    a=lambda g, a, b, reduction: (
        _each(g, (a, b), reduction) * (a - b) / polymorphic(clamp)(a * (1 - a), min=1e-12)
    ),
    b=lambda g, a, b, reduction: -_each(g, (a, b), reduction) * polymorphic(logit)(a),
    latex=r"-\operatorname{reduction}(b \odot \ln a + (1 - b) \odot \ln(1 - a))",
    derivatives={
        "a": r"\operatorname{share}(G) \odot \frac{a - b}{a \odot (1 - a)}",
        "b": r"\operatorname{share}(G) \odot \ln \frac{1 - a}{a}",
    },
    symbol="bce", samples=PROBABILITIES,
)  # fmt: skip
def binary_cross_entropy(a: Any, b: Any, reduction: str) -> Any:
    """`-(b log a + (1 - b) log(1 - a))` of probabilities, no logarithm below -100, reduced.

    >>> import autograd_fr as ag
    >>> binary_cross_entropy(ag.tensor([0.0]), ag.tensor([1.0]), "sum")
    tensor(100.)
    """
    with np.errstate(divide="ignore"):  # log 0 is below -100
        yes, no = np.maximum(np.log(a), -100), np.maximum(np.log1p(-a), -100)
    return _reduced((b - 1) * no - b * yes, reduction)


@differentiable(
    a=lambda g, a, b, reduction: _each(g, (a, b), reduction) * (polymorphic(sigmoid)(a) - b),
    b=lambda g, a, b, reduction: -_each(g, (a, b), reduction) * a,
    latex=r"-\operatorname{reduction}(b \odot \ln \sigma(a) + (1 - b) \odot \ln(1 - \sigma(a)))",
    derivatives={
        "a": r"\operatorname{share}(G) \odot (\sigma(a) - b)",
        "b": r"-\operatorname{share}(G) \odot a",
    },
    symbol="bce", samples=ALIKE,
)  # fmt: skip
def binary_cross_entropy_with_logits(a: Any, b: Any, reduction: str) -> Any:
    """`(1 - b) a + log(1 + exp(-a))`, which is `-(b log σ(a) + (1 - b) log(1 - σ(a)))`, reduced.

    >>> import autograd_fr as ag
    >>> binary_cross_entropy_with_logits(ag.tensor([1000.0]), ag.tensor([0.0]), "sum")
    tensor(1000.)
    """
    loss = (1 - b) * a + (np.maximum(-a, 0) + np.log1p(np.exp(-np.abs(a))))
    return _reduced(loss, reduction)


@differentiable(
    x=lambda g: g,
    push="entrywise",
    latex=r"\max(x, \mathit{least})",
    derivatives={"x": "1"},
    symbol="max",
    samples=[Sample((3, 4), low=0.5, least=0.1), Sample((), low=0.5, least=0.1)],
)  # fmt: skip
def at_least(x: Any, least: float) -> Any:
    """x raised to `least` where it is below; the gradient goes to x all the same.

    >>> import autograd_fr as ag
    >>> at_least(ag.tensor([-1.0, 2.0]), least=0.5)
    tensor([0.5000, 2.0000])
    """
    return np.maximum(x, least)
