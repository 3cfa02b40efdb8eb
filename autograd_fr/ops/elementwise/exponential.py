"""Exponentials and logarithms, entry by entry. Integers are taken as floating numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import kernels
from ...autograd.op import Sample, differentiable, polymorphic
from ...kernels import activations, slopes
from .samples import ANY, POSITIVE, within

__all__ = [
    "exp",
    "exp2",
    "expm1",
    "log",
    "log1p",
    "log2",
    "log10",
    "logit",
    "sigmoid",
    "softplus",
]


@differentiable(
    x=lambda g, y: g * y,
    derivatives={"x": "e^{x}"},
    latex="e^{x}", numpy=(np.exp,), floating=True, samples=ANY,
)  # fmt: skip
def exp(x: Any) -> Any:
    """Exponential, `e ** x`.

    >>> import autograd_fr as ag
    >>> ag.exp(ag.tensor([0.0, 1.0]))
    tensor([1.0000, 2.7183])
    """
    return np.exp(x)


@differentiable(
    x=lambda g, y: g * y * math.log(2),
    derivatives={"x": r"2^{x} \ln 2"},
    latex="2^{x}", numpy=(np.exp2,), floating=True, samples=ANY,
)  # fmt: skip
def exp2(x: Any) -> Any:
    """Power of two, `2 ** x`.

    >>> import autograd_fr as ag
    >>> ag.exp2(ag.tensor([-1.0, 3.0]))
    tensor([0.5000, 8.0000])
    """
    return np.exp2(x)


@differentiable(
    x=lambda g, y: g * (y + 1),
    derivatives={"x": "e^{x}"},
    latex="e^{x} - 1", numpy=(np.expm1,), floating=True, samples=ANY,
)  # fmt: skip
def expm1(x: Any) -> Any:
    """`exp(x) - 1`, accurate for small x.

    >>> import autograd_fr as ag
    >>> ag.expm1(ag.tensor([0.0, 1.0]))
    tensor([0.0000, 1.7183])
    """
    return np.expm1(x)


@differentiable(
    x=lambda g, x: g / x,
    derivatives={"x": r"\frac{1}{x}"},
    latex=r"\ln x", numpy=(np.log,), floating=True, samples=POSITIVE,
)  # fmt: skip
def log(x: Any) -> Any:
    """Natural logarithm. At 0 it is -inf and below nan, each with NumPy's RuntimeWarning.

    >>> import autograd_fr as ag
    >>> ag.log(ag.tensor([1.0, 4.0]))
    tensor([0.0000, 1.3863])
    """
    return np.log(x)


@differentiable(
    x=lambda g, x: g / (x * math.log(2)),
    derivatives={"x": r"\frac{1}{x \ln 2}"},
    latex=r"\log_2 x", numpy=(np.log2,), floating=True, samples=POSITIVE,
)  # fmt: skip
def log2(x: Any) -> Any:
    """Logarithm to the base 2.

    >>> import autograd_fr as ag
    >>> ag.log2(ag.tensor([1.0, 8.0]))
    tensor([0., 3.])
    """
    return np.log2(x)


@differentiable(
    x=lambda g, x: g / (x * math.log(10)),
    derivatives={"x": r"\frac{1}{x \ln 10}"},
    latex=r"\log_{10} x", numpy=(np.log10,), floating=True, samples=POSITIVE,
)  # fmt: skip
def log10(x: Any) -> Any:
    """Logarithm to the base 10.

    >>> import autograd_fr as ag
    >>> ag.log10(ag.tensor([1.0, 50.0]))
    tensor([0.0000, 1.6990])
    """
    return np.log10(x)


@differentiable(
    x=lambda g, x: g / (1 + x),
    derivatives={"x": r"\frac{1}{1 + x}"},
    latex=r"\ln(1 + x)", numpy=(np.log1p,), floating=True, samples=within(-0.7, 3.0),
)  # fmt: skip
def log1p(x: Any) -> Any:
    """`log(1 + x)`, accurate for small x.

    >>> import autograd_fr as ag
    >>> ag.log1p(ag.tensor([0.0, 1.0]))
    tensor([0.0000, 0.6931])
    """
    return np.log1p(x)


@differentiable(
    x=lambda g, y: g * y * (1 - y),
    derivatives={"x": "y (1 - y)"}, fused={"x": slopes.sigmoid},
    latex=r"\sigma(x)", symbol="σ", floating=True, samples=ANY,
)  # fmt: skip
def sigmoid(x: Any) -> Any:
    """Logistic function, `1 / (1 + exp(-x))`, for any x without overflow.

    >>> import autograd_fr as ag
    >>> ag.sigmoid(ag.tensor([-1000.0, 0.0, 2.0]))
    tensor([0.0000, 0.5000, 0.8808])
    """
    return kernels.sigmoid(x)


@differentiable(
    x=lambda g, x, eps: _logit_gradient(g, x, eps),
    derivatives={"x": r"\frac{[\mathit{eps} \le x \le 1 - \mathit{eps}]}{x (1 - x)}"},
    latex=r"\ln \frac{z}{1 - z} \text{ where } z = \min(\max(x, \mathit{eps}), 1 - \mathit{eps})",
    push="entrywise", floating=True,
    samples=[
        *within(0.1, 0.9),
        Sample((3, 4), low=0.02, high=0.98, gap=0.04, eps=0.1),
    ],
)  # fmt: skip
def logit(x: Any, eps: float | None = None) -> Any:
    """Inverse of the sigmoid, `log(x / (1 - x))`; nan outside [0, 1].

    With `eps`, x is first confined to [eps, 1 - eps], and beyond these bounds the derivative is 0.

    >>> import autograd_fr as ag
    >>> ag.logit(ag.tensor([0.5, 0.75]))
    tensor([0.0000, 1.0986])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        z = x if eps is None else np.where(x < eps, eps, np.where(x > 1 - eps, 1 - eps, x))
        return np.log(z / (1 - z))


def _logit_gradient(g: Any, x: Any, eps: float | None) -> Any:
    low, beyond = (0, math.nan) if eps is None else (eps, 0)
    return np.where((low <= x) & (x <= 1 - low), g / (x * (1 - x)), beyond)


@differentiable(
    x=lambda g, x, beta, threshold: (
        kernels.selected(beta * x > threshold, g, g * polymorphic(sigmoid)(beta * x))
    ),
    derivatives={
        "x": (
            r"\begin{cases} "
            r"\sigma(\beta x) & \text{if } \beta x \le \mathit{threshold} \\ "
            r"1 & \text{else} \end{cases}"
        ),
    },
    latex=(
        r"\begin{cases} "
        r"\frac{1}{\beta} \ln(1 + e^{\beta x}) & \text{if } \beta x \le \mathit{threshold} \\ "
        r"x & \text{else} \end{cases}"
    ),
    fused={"x": lambda g, x, beta, threshold: activations.softplus_slope(g, x, beta, threshold)},
    push="entrywise", floating=True,
    samples=[*ANY, Sample((3, 4), beta=3.0, threshold=2.0, gap=0.1)],
)  # fmt: skip
def softplus(x: Any, beta: float = 1, threshold: float = 20) -> Any:
    """`log(1 + exp(beta * x)) / beta`: a smooth relu, with derivative sigmoid(beta * x).

    Where beta * x is above the threshold, x itself.

    >>> import autograd_fr as ag
    >>> ag.softplus(ag.tensor([-1000.0, 0.0, 20.0]))
    tensor([ 0.0000,  0.6931, 20.0000])
    """
    return activations.softplus(x, beta, threshold)
