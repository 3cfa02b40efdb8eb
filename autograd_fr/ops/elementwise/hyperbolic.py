"""Hyperbolic functions and their inverses, entry by entry, of integers as floating numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.op import differentiable
from ...kernels import slopes
from .samples import ANY, within

__all__ = [
    "acosh",
    "arccosh",
    "arcsinh",
    "arctanh",
    "asinh",
    "atanh",
    "cosh",
    "sinh",
    "tanh",
]


@differentiable(
    x=lambda g, x: g * np.cosh(x),
    derivatives={"x": r"\cosh x"},
    latex=r"\sinh x", numpy=(np.sinh,), floating=True, samples=ANY,
)  # fmt: skip
def sinh(x: Any) -> Any:
    """Hyperbolic sine, `(exp(x) - exp(-x)) / 2`.

    >>> import autograd_fr as ag
    >>> ag.sinh(ag.tensor([0.0, 1.0]))
    tensor([0.0000, 1.1752])
    """
    return np.sinh(x)


@differentiable(
    x=lambda g, x: g * np.sinh(x),
    derivatives={"x": r"\sinh x"},
    latex=r"\cosh x", numpy=(np.cosh,), floating=True, samples=ANY,
)  # fmt: skip
def cosh(x: Any) -> Any:
    """Hyperbolic cosine, `(exp(x) + exp(-x)) / 2`.

    >>> import autograd_fr as ag
    >>> ag.cosh(ag.tensor([0.0, 1.0]))
    tensor([1.0000, 1.5431])
    """
    return np.cosh(x)


@differentiable(
    x=lambda g, y: g * (1 - y * y),
    derivatives={"x": "1 - y^2"}, fused={"x": slopes.tanh},
    latex=r"\tanh x", numpy=(np.tanh,), floating=True, samples=ANY,
)  # fmt: skip
def tanh(x: Any) -> Any:
    """Hyperbolic tangent, `sinh(x) / cosh(x)`.

    >>> import autograd_fr as ag
    >>> ag.tanh(ag.tensor([-1.0, 0.0, 2.0]))
    tensor([-0.7616,  0.0000,  0.9640])
    """
    return np.tanh(x)


@differentiable(
    x=lambda g, x: g / np.sqrt(x * x + 1),
    derivatives={"x": r"\frac{1}{\sqrt{x^2 + 1}}"},
    latex=r"\operatorname{arsinh} x", numpy=(np.arcsinh,), floating=True, samples=ANY,
)  # fmt: skip
def asinh(x: Any) -> Any:
    """Inverse of the hyperbolic sine.

    >>> import autograd_fr as ag
    >>> ag.asinh(ag.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8814])
    """
    return np.arcsinh(x)


@differentiable(
    x=lambda g, x: g / np.sqrt(x * x - 1),
    derivatives={"x": r"\frac{1}{\sqrt{x^2 - 1}}"},
    latex=r"\operatorname{arcosh} x", numpy=(np.arccosh,), floating=True,
    samples=within(1.3, 3.0),
)  # fmt: skip
def acosh(x: Any) -> Any:
    """Inverse of the hyperbolic cosine, not negative; nan below 1. Its derivative at 1 is inf.

    >>> import autograd_fr as ag
    >>> ag.acosh(ag.tensor([1.0, 2.0]))
    tensor([0.0000, 1.3170])
    """
    return np.arccosh(x)


@differentiable(
    x=lambda g, x: g / (1 - x * x),
    derivatives={"x": r"\frac{1}{1 - x^2}"},
    latex=r"\operatorname{artanh} x", numpy=(np.arctanh,), floating=True,
    samples=within(-0.8, 0.8),
)  # fmt: skip
def atanh(x: Any) -> Any:
    """Inverse of the hyperbolic tangent: ±inf at ±1, nan beyond.

    >>> import autograd_fr as ag
    >>> ag.atanh(ag.tensor([0.0, 0.5]))
    tensor([0.0000, 0.5493])
    """
    return np.arctanh(x)


arcsinh, arccosh, arctanh = asinh, acosh, atanh
