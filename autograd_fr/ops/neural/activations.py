"""Smooth activations, entry by entry: for any x without overflow. Integers are taken as floats."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import kernels
from ...autograd.modes import is_grad_enabled
from ...autograd.op import Sample, differentiable, polymorphic
from ...autograd.value import Value
from ...autograd.written import Together
from ...errors import RangeError, ShapeError
from ...kernels import activations, normal_tails
from ..elementwise.exponential import sigmoid
from ..elementwise.samples import ANY, OFF_ZERO
from ..shapes.axes import axis

__all__: list[str] = []

# The constants with which SELU keeps mean 0 and variance 1 (Klambauer et al. 2017).
SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946


# Exponential below 0


def _bent(x: Any, alpha: float, inner: float, scale: float = 1) -> Any:
    """`scale` times x above 0, alpha (exp(inner x) - 1) below."""
    return activations.bent(x, alpha, inner, scale)


def _bent_slope(g: Any, x: Any, alpha: float, inner: float, scale: float = 1) -> Any:
    """Its derivative times g: at 0 the one from below, and the second 0, as in PyTorch."""
    recorded = isinstance(x, Value)
    if not recorded:
        return activations.bent_slope(g, x, alpha, inner, scale)
    slope = (alpha * inner) * np.exp(np.where(x < 0, x, 0) * inner)
    return g * (np.where(x > 0, 1, slope) * scale)


@differentiable(
    x=lambda g, x, alpha: _bent_slope(g, x, alpha, 1),
    push="entrywise",
    latex=r"\begin{cases} x & \text{if } x > 0 \\ \alpha (e^{x} - 1) & \text{else} \end{cases}",
    derivatives={
        "x": r"\begin{cases} 1 & \text{if } x > 0 \\ \alpha e^{x} & \text{else} \end{cases}",
    },
    floating=True, samples=[*OFF_ZERO, Sample((3, 4), gap=0.1, alpha=0.5)],
)  # fmt: skip
def elu(x: Any, alpha: float = 1.0) -> Any:
    """x above 0, `alpha * (exp(x) - 1)` below (Clevert et al. 2015, arXiv:1511.07289).

    >>> import autograd_fr as ag
    >>> elu(ag.tensor([-1000.0, 0.0, 2.0]))
    tensor([-1.,  0.,  2.])
    """
    return _bent(x, alpha, 1)


@differentiable(
    x=lambda g, x, alpha: _bent_slope(g, x, alpha, 1 / alpha),
    push="entrywise",
    latex=(
        r"\begin{cases} x & \text{if } x > 0 \\ \alpha (e^{x / \alpha} - 1) & \text{else} "
        r"\end{cases}"
    ),
    derivatives={
        "x": r"\begin{cases} 1 & \text{if } x > 0 \\ e^{x / \alpha} & \text{else} \end{cases}",
    },
    floating=True, samples=[*OFF_ZERO, Sample((3, 4), gap=0.1, alpha=0.5)],
)  # fmt: skip
def celu(x: Any, alpha: float = 1.0) -> Any:
    """x above 0, `alpha * (exp(x / alpha) - 1)` below: smooth at 0 for every alpha but 0.

    (Barron 2017, arXiv:1704.07483.)

    >>> import autograd_fr as ag
    >>> celu(ag.tensor([-1000.0, 0.0, 2.0]), alpha=2.0)
    tensor([-2.,  0.,  2.])
    """
    if alpha == 0:
        raise RangeError("celu: alpha divides, so it cannot be 0")
    return _bent(x, alpha, 1 / alpha)


@differentiable(
    x=lambda g, x: _bent_slope(g, x, SELU_ALPHA, 1, SELU_SCALE),
    latex=(
        r"\lambda \begin{cases} x & \text{if } x > 0 \\ \alpha (e^{x} - 1) & \text{else} "
        r"\end{cases} \text{ where } \lambda = 1.0507009873554805, \; \alpha = "
        "1.6732632423543772"
    ),
    derivatives={
        "x": (
            r"\lambda \begin{cases} 1 & \text{if } x > 0 \\ \alpha e^{x} & \text{else} "
            r"\end{cases} \text{ where } \lambda = 1.0507009873554805, \; \alpha = "
            "1.6732632423543772"
        ),
    },
    floating=True, samples=OFF_ZERO,
)  # fmt: skip
def selu(x: Any) -> Any:
    """`elu` with the factors that bring deep nets to mean 0 and variance 1 (arXiv:1706.02515).

    >>> import autograd_fr as ag
    >>> selu(ag.tensor([-1000.0, 0.0, 1.0]))
    tensor([-1.7581,  0.0000,  1.0507])
    """
    return _bent(x, SELU_ALPHA, 1, SELU_SCALE)


# x times a smooth step


@differentiable(
    x=lambda g, x: g * _gelu_bend(np.clip(x, -40, 40)),  # beyond, it is 0 in any dtype
    latex=r"\Phi(x) + x \, \varphi(x)",
    derivatives={"x": r"(2 - x^2) \, \varphi(x)"},
    symbol="gelu′", floating=True, samples=ANY,
)  # fmt: skip
def gelu_slope(x: Any) -> Any:
    """Derivative of `gelu`.

    >>> import autograd_fr as ag
    >>> gelu_slope(ag.tensor([-1000.0, 0.0, 1000.0]))
    tensor([0.0000, 0.5000, 1.0000])
    """
    return normal_tails.gelu_slope(x)


def _gelu_bend(x: Any) -> Any:
    return (2 - x * x) * np.exp(x * x * -0.5) * (1 / math.sqrt(2 * math.pi))


@differentiable(
    x=lambda g, x, approximate: g * _gelu_slope(x, approximate),
    push="entrywise", together=Together(
        lambda x, approximate: _gelu_with_slope(x, approximate),
        ("slope",),
        lambda g, x, slope, approximate: (
            g * (_gelu_slope(x, approximate) if slope is None else slope),
        ),
    ),
    latex=r"x \, \Phi(x)",
    derivatives={"x": r"\Phi(x) + x \, \varphi(x)"},
    floating=True,
    samples=[*ANY, Sample((3, 4), approximate="tanh", low=-4.0, high=4.0)],
)  # fmt: skip
def gelu(x: Any, approximate: str = "none") -> Any:
    """`x * Φ(x)`, Φ being the distribution of a standard normal variable (arXiv:1606.08415).

    With `approximate="tanh"`, Φ(x) is taken as (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.

    >>> import autograd_fr as ag
    >>> gelu(ag.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.1587,  0.0000,  0.8413])
    >>> gelu(ag.tensor([-1.0, 0.0, 1.0]), approximate="tanh")
    tensor([-0.1588,  0.0000,  0.8412])
    """
    if approximate == "tanh":
        return (np.tanh(_gelu_inner(x)) + 1) * (x * 0.5)
    if approximate != "none":
        raise ValueError(f"gelu: approximate is 'none' or 'tanh', not {approximate!r}")
    return normal_tails.gelu(x)


def _gelu_inner(x: Any) -> Any:
    """√(2/π) (x + 0.044715 x³), for x so far as its tanh is not ±1."""
    z = np.clip(x, -10, 10)
    return z * (z * z * (0.044715 * math.sqrt(2 / math.pi)) + math.sqrt(2 / math.pi))


def _gelu_slope(x: Any, approximate: str) -> Any:
    if approximate == "none":
        return polymorphic(gelu_slope)(x)
    t, z = np.tanh(_gelu_inner(x)), np.clip(x, -10, 10)
    inner = (z * z * (3 * 0.044715) + 1) * math.sqrt(2 / math.pi)
    return (t + 1) * 0.5 + z * inner * (1 - t * t) * 0.5


def _gelu_with_slope(x: Any, approximate: str) -> tuple[Any, Any]:
    """The result, and the slope where a backward pass may ask for it: they share their work."""
    if approximate == "none" and is_grad_enabled():
        return normal_tails.gelu_with_slope(x)
    y = polymorphic(gelu).forward(x, approximate)
    return y, _gelu_slope(x, approximate) if is_grad_enabled() else None


@differentiable(
    x=lambda g, x: _silu_slope(g, x),
    latex=r"x \, \sigma(x)",
    derivatives={"x": r"\sigma(x) (1 + x (1 - \sigma(x)))"},
    floating=True, samples=ANY,
)  # fmt: skip
def silu(x: Any) -> Any:
    """`x * sigmoid(x)`, also called swish (arXiv:1606.08415, arXiv:1710.05941).

    >>> import autograd_fr as ag
    >>> silu(ag.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.2689,  0.0000,  0.7311])
    """
    return activations.silu(x)


def _silu_slope(g: Any, x: Any) -> Any:
    recorded = isinstance(x, Value)
    if not recorded:
        return activations.silu_slope(g, x)
    s = polymorphic(sigmoid)(x)
    return g * (s * ((1 - s) * x + 1))


@differentiable(
    x=lambda g, x: g * _mish_slope(*_mish_parts(x)),
    latex=r"x \tanh(\ln(1 + e^{x}))",
    derivatives={"x": r"t + x (1 - t^2) \, \sigma(x) \text{ where } t = \tanh(\ln(1 + e^{x}))"},
    floating=True, samples=ANY,
)  # fmt: skip
def mish(x: Any) -> Any:
    """`x * tanh(softplus(x))` (Misra 2019, arXiv:1908.08681).

    >>> import autograd_fr as ag
    >>> mish(ag.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.3034,  0.0000,  0.8651])
    """
    _, _, n = _mish_parts(x)
    return x * (n / (n + 2))


def _mish_parts(x: Any) -> Any:
    """x, e = exp(x) and n = e (e + 2), of which tanh(ln(1 + e)) is n / (n + 2).

    x only up to 20 (in half precision 5): from there on that is 1.
    """
    z = np.clip(x, None, 20 if x.dtype.itemsize > 2 else 5)
    e = np.exp(z)
    return z, e, e * (e + 2)


def _mish_slope(z: Any, e: Any, n: Any) -> Any:
    """t + z (1 - t²) σ(z), where 1 - t² = (2 (1 + e) / (n + 2))² and σ(z) = e / (1 + e)."""
    m = n + 2
    return n / m + z * (e / m) * ((e + 1) / m) * 4


@differentiable(
    x=lambda g, x, dim: _glu_gradient(g, *_halves(x, dim), dim),
    latex=(
        r"u \odot \sigma(v) \text{ where } u = \operatorname{first}(x), \; v = "
        r"\operatorname{second}(x)"
    ),
    derivatives={
        "x": (
            r"\operatorname{joined}(G \odot \sigma(v), G \odot u \odot \sigma(v) \odot (1 - "
            r"\sigma(v))) \text{ where } u = \operatorname{first}(x), \; v = "
            r"\operatorname{second}(x)"
        ),
    },
    floating=True,
    samples=[Sample((3, 4)), Sample((2, 3), dim=0), Sample((2, 2, 3), dim=1), Sample((0, 2))],
)  # fmt: skip
def glu(x: Any, dim: int = -1) -> Any:
    """`a * sigmoid(b)`, a and b being the halves of x along `dim` (arXiv:1612.08083).

    Raises ShapeError for an axis of odd length.

    >>> import autograd_fr as ag
    >>> glu(ag.tensor([3.0, 0.0]))
    tensor([1.5000])
    """
    d = axis(dim, x.ndim, "glu")
    if not x.ndim or x.shape[d] % 2:
        raise ShapeError(f"glu: axis {dim} of {x.shape} cannot be divided in halves")
    a, b = _halves(x, dim)
    return a * kernels.sigmoid(b)


def _halves(x: Any, dim: int) -> tuple[Any, Any]:
    half = x.shape[dim] // 2
    before = (slice(None),) * (dim % x.ndim)
    return x[(*before, slice(None, half))], x[(*before, slice(half, None))]


def _glu_gradient(g: Any, a: Any, b: Any, dim: int) -> Any:
    s = polymorphic(sigmoid)(b)
    first = g * s
    return np.concatenate((first, first * a * (1 - s)), axis=dim)


# Others


@differentiable(
    x=lambda g, x: g * polymorphic(sigmoid)(-x),
    latex=r"\ln \sigma(x)",
    derivatives={"x": r"\sigma(-x)"},
    symbol="ln σ", floating=True, samples=ANY,
)  # fmt: skip
def logsigmoid(x: Any) -> Any:
    """`log(sigmoid(x))`, also where the sigmoid is 0.

    >>> import autograd_fr as ag
    >>> logsigmoid(ag.tensor([-1000.0, 0.0]))
    tensor([-1.0000e+03, -6.9315e-01])
    """
    return kernels.below(x) - np.log1p(np.exp(-np.abs(x)))


@differentiable(
    x=lambda g, x: g / (abs(x) + 1) ** 2,
    latex=r"\frac{x}{1 + |x|}",
    derivatives={"x": r"\frac{1}{(1 + |x|)^2}"},
    floating=True, samples=OFF_ZERO,
)  # fmt: skip
def softsign(x: Any) -> Any:
    """`x / (1 + |x|)`.

    >>> import autograd_fr as ag
    >>> softsign(ag.tensor([-1.0, 0.0, 3.0]))
    tensor([-0.5000,  0.0000,  0.7500])
    """
    return x / (np.abs(x) + 1)


@differentiable(
    x=lambda g, x: g * np.tanh(x) ** 2,
    latex=r"x - \tanh x",
    derivatives={"x": r"\tanh^2 x"},
    floating=True, samples=ANY,
)  # fmt: skip
def tanhshrink(x: Any) -> Any:
    """`x - tanh(x)`.

    >>> import autograd_fr as ag
    >>> tanhshrink(ag.tensor([-2.0, 0.0, 2.0]))
    tensor([-1.0360,  0.0000,  1.0360])
    """
    return x - np.tanh(x)
