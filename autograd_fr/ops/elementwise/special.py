"""Special functions, entry by entry. Integers are taken as floating numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.op import Sample, differentiable, polymorphic
from ...errors import AutogradError, DtypeError
from ...kernels import error_functions, gamma_functions
from .arithmetic import add, mul
from .samples import ANY, POSITIVE, within

__all__ = [
    "digamma",
    "erf",
    "erfc",
    "erfinv",
    "lgamma",
    "mvlgamma",
    "polygamma",
]

ROOT_OF_PI = math.sqrt(math.pi)
BETWEEN_POLES = within(-0.8, -0.2)

# The error function and the normal distribution


@differentiable(
    x=lambda g, x: g * (2 / ROOT_OF_PI) * np.exp(-x * x),
    derivatives={"x": r"\frac{2}{\sqrt{\pi}} e^{-x^2}"},
    latex=r"\operatorname{erf} x", floating=True, samples=ANY,
)  # fmt: skip
def erf(x: Any) -> Any:
    """Error function: 2/√π times the integral of exp(-t²) from 0 to x.

    >>> import autograd_fr as ag
    >>> ag.erf(ag.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8427])
    """
    return error_functions.erf(x)


@differentiable(
    x=lambda g, x: g * (-2 / ROOT_OF_PI) * np.exp(-x * x),
    derivatives={"x": r"-\frac{2}{\sqrt{\pi}} e^{-x^2}"},
    latex=r"\operatorname{erfc} x", floating=True, samples=ANY,
)  # fmt: skip
def erfc(x: Any) -> Any:
    """`1 - erf(x)`, accurate where it is tiny.

    >>> import autograd_fr as ag
    >>> ag.erfc(ag.tensor([0.0, 5.0]))
    tensor([1.0000e+00, 1.5375e-12])
    """
    return error_functions.erfc(x)


@differentiable(
    x=lambda g, y, x: g * (2 * x * y - 2 / ROOT_OF_PI),
    derivatives={"x": r"2 x y - \frac{2}{\sqrt{\pi}}"},
    latex=r"e^{x^2} \operatorname{erfc} x", floating=True, samples=ANY,
)  # fmt: skip
def erfcx(x: Any) -> Any:
    """`exp(x²) erfc(x)`, which neither vanishes nor overflows for positive x.

    >>> import autograd_fr as ag
    >>> ag.special.erfcx(ag.tensor([0.0, 100.0]))
    tensor([1.0000, 0.0056])
    """
    return error_functions.erfcx(x)


@differentiable(
    x=lambda g, y: g * (ROOT_OF_PI / 2) * np.exp(y * y),
    derivatives={"x": r"\frac{\sqrt{\pi}}{2} e^{y^2}"},
    latex=r"\operatorname{erf}^{-1} x", symbol="erf⁻¹", floating=True, samples=within(-0.8, 0.8),
)  # fmt: skip
def erfinv(x: Any) -> Any:
    """Inverse of the error function: ±inf at ±1, nan beyond.

    >>> import autograd_fr as ag
    >>> ag.erfinv(ag.tensor([0.0, 0.5]))
    tensor([0.0000, 0.4769])
    """
    return error_functions.erfinv(x)


def ndtr(input: Any) -> Any:
    """Probability that a standard normal variable is below x, `erfc(-x / √2) / 2`.

    >>> import autograd_fr as ag
    >>> ag.special.ndtr(ag.tensor([0.0, 1.96]))
    tensor([0.5000, 0.9750])
    """
    return mul(erfc(mul(input, -math.sqrt(0.5))), 0.5)


@differentiable(
    x=lambda g, y, x: -g * y * (x + y),
    derivatives={"x": "-y (x + y)"},
    latex=r"\frac{\varphi(x)}{\Phi(x)}", symbol="φ/Φ", floating=True, samples=ANY,
)  # fmt: skip
def normal_ratio(x: Any) -> Any:
    """Derivative of `log_ndtr`: the density of a standard normal variable over `ndtr`.

    >>> import autograd_fr as ag
    >>> normal_ratio(ag.tensor([0.0, -100.0]))
    tensor([  0.7979, 100.0100])
    """
    return math.sqrt(2 / math.pi) / error_functions.erfcx(x * -math.sqrt(0.5))


@differentiable(
    x=lambda g, x: g * polymorphic(normal_ratio)(x),
    derivatives={"x": r"\frac{\varphi(x)}{\Phi(x)}"},
    latex=r"\ln \Phi(x)", floating=True, samples=ANY,
)  # fmt: skip
def log_ndtr(x: Any) -> Any:
    """Logarithm of `ndtr`, also where that is 0.

    >>> import autograd_fr as ag
    >>> ag.special.log_ndtr(ag.tensor([0.0, -100.0]))
    tensor([-6.9315e-01, -5.0055e+03])
    """
    return error_functions.log_ndtr(x)


# The gamma function


@differentiable(
    x=lambda g, n, x: g * _next_polygamma(n, x),
    derivatives={"x": r"\psi^{(n + 1)}(x)"},
    push="entrywise", latex=r"\psi^{(n)}(x)", symbol="ψ⁽ⁿ⁾", floating=True,
    samples=[
        Sample(np.array(0), (3, 4), low=0.5, high=3.0),
        Sample(np.array(1), (3, 4), low=0.5, high=3.0),
        Sample(np.array(2), (), low=-0.7, high=-0.3),
        Sample(np.array(3), (0, 2)),
    ],
)  # fmt: skip
def polygamma(n: int, x: Any) -> Any:
    """Derivative of order n of `digamma`, for n >= 0.

    At 0 and the negative integers it is inf for odd n, -inf for even n > 0.
    Raises AutogradError for negative n, DtypeError for one that is no integer.

    >>> import autograd_fr as ag
    >>> ag.polygamma(1, ag.tensor([1.0, 2.0]))
    tensor([1.6449, 0.6449])
    """
    if np.ndim(n) or np.asarray(n).dtype.kind not in "iu":
        raise DtypeError(f"polygamma: the order n is one integer, got {n}")
    if n < 0:
        raise AutogradError(f"polygamma: the order n is 0 or more, got {n}")
    return gamma_functions.polygamma(int(n), x)


def _next_polygamma(n: int, x: Any) -> Any:
    return polymorphic(polygamma)(n + 1, x)


@differentiable(
    x=lambda g, x: g * polymorphic(polygamma)(1, x),
    derivatives={"x": r"\psi^{(1)}(x)"},
    latex=r"\psi(x)", symbol="ψ", floating=True, samples=POSITIVE + BETWEEN_POLES,
)  # fmt: skip
def digamma(x: Any) -> Any:
    """Derivative of `lgamma`, Γ'(x)/Γ(x): -inf at 0, nan at the negative integers.

    >>> import autograd_fr as ag
    >>> ag.digamma(ag.tensor([1.0, 2.0]))
    tensor([-0.5772,  0.4228])
    """
    return gamma_functions.digamma(x)


@differentiable(
    x=lambda g, x: g * polymorphic(digamma)(x),
    derivatives={"x": r"\psi(x)"},
    latex=r"\ln |\Gamma(x)|", symbol="lnΓ", floating=True, samples=POSITIVE + BETWEEN_POLES,
)  # fmt: skip
def lgamma(x: Any) -> Any:
    """Logarithm of the gamma function's absolute value; inf at 0 and the negative integers.

    >>> import autograd_fr as ag
    >>> ag.lgamma(ag.tensor([0.5, 2.0, 5.0]))
    tensor([0.5724, 0.0000, 3.1781])
    """
    return gamma_functions.lgamma(x)


def mvlgamma(input: Any, p: int) -> Any:
    """Logarithm of the gamma function of p dimensions: p (p - 1)/4 ln π + the sum of
    `lgamma(x - j/2)` over j from 0 to p - 1.

    Raises AutogradError for p < 1.

    >>> import autograd_fr as ag
    >>> ag.mvlgamma(ag.tensor([2.0, 3.0]), 2)
    tensor([0.4516, 1.5502])
    """
    if p < 1:
        raise AutogradError(f"mvlgamma: p counts dimensions and is at least 1, got {p}")
    y: Any = p * (p - 1) / 4 * math.log(math.pi)
    for j in range(p):
        y = add(y, lgamma(add(input, -j / 2)))
    return y


@differentiable(
    a=lambda g, a, b: np.where((a == 0) & (b <= -1), 0, g * np.log1p(b)),
    b=lambda g, a, b: g * a / (b + 1),
    derivatives={"a": r"\ln(1 + b)", "b": r"\frac{a}{1 + b}"},
    latex=r"a \ln(1 + b)", floating=True,
    samples=[
        Sample((3, 4), (4,), low=-0.7, high=3.0),
        Sample((), (), low=-0.7, high=3.0),
        Sample((0, 3), (3,), low=-0.7, high=3.0),
    ],
)  # fmt: skip
def xlog1py(a: Any, b: Any) -> Any:
    """`a * log1p(b)`, and 0 where a is 0, for every b but nan.

    >>> import autograd_fr as ag
    >>> ag.special.xlog1py(ag.tensor([0.0, 2.0]), ag.tensor([-1.0, 1.0]))
    tensor([0.0000, 1.3863])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        dtype = a.dtype if hasattr(a, "dtype") else b.dtype
        return np.where((a == 0) & ~np.isnan(b), 0, a * np.log1p(b, dtype=dtype))


@differentiable(
    x=lambda g, x: g * -(np.log(x) + 1),
    derivatives={"x": r"-\ln x - 1"}, latex=r"-x \ln x", floating=True, samples=POSITIVE,
)  # fmt: skip
def entr(x: Any) -> Any:
    """Entropy's summand: `-x log(x)`, 0 where x is 0, -inf where it is negative.

    >>> import autograd_fr as ag
    >>> ag.special.entr(ag.tensor([0.5, 0.25, 0.0, -1.0]))
    tensor([0.3466, 0.3466, 0.0000,   -inf])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x < 0, -np.inf, np.where(x == 0, 0, -x * np.log(x))).astype(x.dtype)
