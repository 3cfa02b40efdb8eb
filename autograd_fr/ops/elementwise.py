"""Functions of one operand, entry by entry. Integers are taken as floating numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import kernels
from ..autograd.op import Sample, differentiable, polymorphic

__all__ = [
    "abs",
    "cos",
    "exp",
    "log",
    "log1p",
    "relu",
    "sigmoid",
    "sign",
    "sin",
    "softplus",
    "sqrt",
    "tanh",
]

ANY = [Sample((3, 4)), Sample(()), Sample((1,)), Sample((0, 2))]
POSITIVE = [
    Sample((3, 4), low=0.3, high=3.0), Sample((), low=0.3, high=3.0), Sample((0,)),
]  # fmt: skip
OFF_ZERO = [Sample((3, 4), gap=0.1), Sample((), gap=0.1), Sample((0,))]


@differentiable(
    x=lambda g, y: g * y,
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
    x=lambda g, x: g / x,
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
    x=lambda g, x: g / (1 + x),
    latex=r"\ln(1 + x)", numpy=(np.log1p,), floating=True, samples=POSITIVE,
)  # fmt: skip
def log1p(x: Any) -> Any:
    """`log(1 + x)`, accurate for small x.

    >>> import autograd_fr as ag
    >>> ag.log1p(ag.tensor([0.0, 1.0]))
    tensor([0.0000, 0.6931])
    """
    return np.log1p(x)


@differentiable(
    x=lambda g, y: 0.5 * g / y,
    latex=r"\sqrt{x}", symbol="√", numpy=(np.sqrt,), floating=True, samples=POSITIVE,
)  # fmt: skip
def sqrt(x: Any) -> Any:
    """Square root. Its derivative at 0 is inf.

    >>> import autograd_fr as ag
    >>> ag.sqrt(ag.tensor([4.0, 9.0]))
    tensor([2., 3.])
    """
    return np.sqrt(x)


@differentiable(
    x=lambda g, x: g * np.sign(x),
    latex="|x|", symbol="|·|", numpy=(np.absolute,), samples=OFF_ZERO,
)  # fmt: skip
def abs(x: Any) -> Any:
    """Absolute value. Its derivative at 0 is 0.

    >>> import autograd_fr as ag
    >>> ag.abs(ag.tensor([-2.0, 3.0]))
    tensor([2., 3.])
    """
    return np.abs(x)


@differentiable(
    x=lambda g, x: g * np.cos(x),
    latex=r"\sin x", numpy=(np.sin,), floating=True, samples=ANY,
)  # fmt: skip
def sin(x: Any) -> Any:
    """Sine of an angle in radians.

    >>> import autograd_fr as ag
    >>> ag.sin(ag.tensor([0.0, 1.5]))
    tensor([0.0000, 0.9975])
    """
    return np.sin(x)


@differentiable(
    x=lambda g, x: -g * np.sin(x),
    latex=r"\cos x", numpy=(np.cos,), floating=True, samples=ANY,
)  # fmt: skip
def cos(x: Any) -> Any:
    """Cosine of an angle in radians.

    >>> import autograd_fr as ag
    >>> ag.cos(ag.tensor([0.0, 1.5]))
    tensor([1.0000, 0.0707])
    """
    return np.cos(x)


@differentiable(
    x=lambda g: 0 * g,
    latex=r"\operatorname{sgn} x", symbol="sgn", numpy=(np.sign,), samples=OFF_ZERO,
)  # fmt: skip
def sign(x: Any) -> Any:
    """-1, 0 or 1. Its derivative is 0 everywhere, at the jump too.

    >>> import autograd_fr as ag
    >>> ag.sign(ag.tensor([-2.0, 0.0, 3.0]))
    tensor([-1.,  0.,  1.])
    """
    return np.sign(x)


@differentiable(
    x=lambda g, y: g * np.sign(y),  # y is not negative, so this is 1 or 0
    latex=r"\max(0, x)", samples=OFF_ZERO,
)  # fmt: skip
def relu(x: Any) -> Any:
    """Rectifier, `max(0, x)`. Its derivative at 0 is 0.

    >>> import autograd_fr as ag
    >>> ag.relu(ag.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return np.maximum(x, 0)


@differentiable(
    x=lambda g, y: g * y * (1 - y),
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
    x=lambda g, y: g * (1 - y * y),
    latex=r"\tanh x", numpy=(np.tanh,), floating=True, samples=ANY,
)  # fmt: skip
def tanh(x: Any) -> Any:
    """Hyperbolic tangent.

    >>> import autograd_fr as ag
    >>> ag.tanh(ag.tensor([-1.0, 0.0, 2.0]))
    tensor([-0.7616,  0.0000,  0.9640])
    """
    return np.tanh(x)


@differentiable(
    x=lambda g, x: g * polymorphic(sigmoid)(x),
    latex=r"\ln(1 + e^{x})", floating=True, samples=ANY,
)  # fmt: skip
def softplus(x: Any) -> Any:
    """`log(1 + exp(x))`, for any x without overflow: a smooth relu, with derivative sigmoid(x).

    >>> import autograd_fr as ag
    >>> ag.softplus(ag.tensor([-1000.0, 0.0, 20.0]))
    tensor([ 0.0000,  0.6931, 20.0000])
    """
    return np.logaddexp(x, 0)
