"""Circular functions and their inverses, entry by entry. Integers are taken as floating numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import kernels
from ...autograd.op import Sample, differentiable, polymorphic
from .samples import ANY, within

__all__ = [
    "acos",
    "arccos",
    "arcsin",
    "arctan",
    "asin",
    "atan",
    "cos",
    "deg2rad",
    "rad2deg",
    "sin",
    "sinc",
    "tan",
]


@differentiable(
    x=lambda g, x: g * np.cos(x),
    derivatives={"x": r"\cos x"},
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
    derivatives={"x": r"-\sin x"},
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
    x=lambda g, y: g * (1 + y * y),
    derivatives={"x": "1 + y^2"},
    latex=r"\tan x", numpy=(np.tan,), floating=True, samples=within(-1.2, 1.2),
)  # fmt: skip
def tan(x: Any) -> Any:
    """Tangent of an angle in radians.

    >>> import autograd_fr as ag
    >>> ag.tan(ag.tensor([0.0, 1.0]))
    tensor([0.0000, 1.5574])
    """
    return np.tan(x)


@differentiable(
    x=lambda g, x: g / np.sqrt(1 - x * x),
    derivatives={"x": r"\frac{1}{\sqrt{1 - x^2}}"},
    latex=r"\arcsin x", numpy=(np.arcsin,), floating=True, samples=within(-0.8, 0.8),
)  # fmt: skip
def asin(x: Any) -> Any:
    """Angle in [-π/2, π/2] whose sine is x; nan outside [-1, 1]. Its derivative at ±1 is inf.

    >>> import autograd_fr as ag
    >>> ag.asin(ag.tensor([0.0, 1.0]))
    tensor([0.0000, 1.5708])
    """
    return np.arcsin(x)


@differentiable(
    x=lambda g, x: -g / np.sqrt(1 - x * x),
    derivatives={"x": r"-\frac{1}{\sqrt{1 - x^2}}"},
    latex=r"\arccos x", numpy=(np.arccos,), floating=True, samples=within(-0.8, 0.8),
)  # fmt: skip
def acos(x: Any) -> Any:
    """Angle in [0, π] whose cosine is x; nan outside [-1, 1]. Its derivative at ±1 is -inf.

    >>> import autograd_fr as ag
    >>> ag.acos(ag.tensor([0.0, 1.0]))
    tensor([1.5708, 0.0000])
    """
    return np.arccos(x)


@differentiable(
    x=lambda g, x: g / (1 + x * x),
    derivatives={"x": r"\frac{1}{1 + x^2}"},
    latex=r"\arctan x", numpy=(np.arctan,), floating=True, samples=ANY,
)  # fmt: skip
def atan(x: Any) -> Any:
    """Angle in [-π/2, π/2] whose tangent is x.

    >>> import autograd_fr as ag
    >>> ag.atan(ag.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7854])
    """
    return np.arctan(x)


arcsin, arccos, arctan = asin, acos, atan


@differentiable(
    x=lambda g: g * (math.pi / 180),
    derivatives={"x": r"\frac{\pi}{180}"},
    latex=r"\frac{\pi}{180} x", numpy=(np.deg2rad, np.radians), floating=True, samples=ANY,
)  # fmt: skip
def deg2rad(x: Any) -> Any:
    """Degrees as radians.

    >>> import autograd_fr as ag
    >>> ag.deg2rad(ag.tensor([90.0, 180.0]))
    tensor([1.5708, 3.1416])
    """
    return x * (math.pi / 180)


@differentiable(
    x=lambda g: g * (180 / math.pi),
    derivatives={"x": r"\frac{180}{\pi}"},
    latex=r"\frac{180}{\pi} x", numpy=(np.rad2deg, np.degrees), floating=True, samples=ANY,
)  # fmt: skip
def rad2deg(x: Any) -> Any:
    """Radians as degrees.

    >>> import autograd_fr as ag
    >>> ag.rad2deg(ag.tensor([0.0, 1.0]))
    tensor([ 0.0000, 57.2958])
    """
    return x * (180 / math.pi)


@differentiable(
    x=lambda g, x, n: g * _next_sinc(x, n),
    derivatives={"x": r"\operatorname{sinc}^{(n + 1)}(x)"},
    push="entrywise", latex=r"\operatorname{sinc}^{(n)}(x)", symbol="sinc⁽ⁿ⁾", floating=True,
    samples=[Sample((3, 4), n=1), Sample((), n=2), Sample((0, 2), n=1)],
)  # fmt: skip
def sinc_derivative(x: Any, *, n: int) -> Any:
    """The derivative of order `n` of `sinc`.

    >>> import autograd_fr as ag
    >>> sinc_derivative(ag.tensor([0.5, 1.0]), n=1)
    tensor([-1.2732, -1.0000])
    """
    return kernels.sinc(x, n)


def _next_sinc(x: Any, n: int) -> Any:
    return polymorphic(sinc_derivative)(x, n=n + 1)


@differentiable(
    x=lambda g, x: g * polymorphic(sinc_derivative)(x, n=1),
    derivatives={"x": r"\frac{\cos(\pi x) - y}{x}"},
    latex=r"\frac{\sin(\pi x)}{\pi x}", numpy=(np.sinc,), floating=True, samples=ANY,
)  # fmt: skip
def sinc(x: Any) -> Any:
    """`sin(πx) / (πx)`, and 1 at 0, where all its derivatives exist.

    >>> import autograd_fr as ag
    >>> ag.sinc(ag.tensor([0.0, 0.5, 1.0]))
    tensor([1.0000e+00, 6.3662e-01, 3.8982e-17])
    """
    return kernels.sinc(x)
