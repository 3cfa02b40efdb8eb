"""Powers, and what goes with them: logarithms of sums of powers, x log y."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ... import dtypes, kernels
from ...autograd.dispatch import as_value
from ...autograd.op import NUMPY_TWINS, Sample, differentiable, face_of, polymorphic
from ...autograd.value import Value
from ...errors import AutogradError
from .arithmetic import PAIRS, mul
from .exponential import sigmoid

__all__ = [
    "float_power",
    "ldexp",
    "logaddexp",
    "logaddexp2",
    "pow",
    "xlogy",
]


def _with_exponent(operation: Callable[..., Any]) -> Callable[..., Any]:
    """`operation`, a power, whose second operand is called `exponent`."""

    @face_of(operation)
    def call(input: Any, exponent: Any) -> Any:
        return operation(input, exponent)

    return call


@_with_exponent
@differentiable(
    a=lambda g, a, b: g * _slope(a, b),
    b=lambda g, y, a, b: g * y * _log_base(a, b),
    derivatives={"a": "b a^{b - 1}", "b": r"y \ln a"},
    latex="a^{b}", symbol="^", numpy=(np.power,),
    samples=[
        Sample((3, 4), (3, 4), low=0.3, high=2.0),
        Sample((3, 4), (4,), low=0.3, high=2.0),
        Sample((), (2, 3), low=0.3, high=2.0),
        Sample((), (), low=0.3, high=2.0),
        Sample((3, 4), np.array(3.0)),
        Sample((3, 4), np.array([0.0, 1.0, 2.0, 3.0])),
        Sample((0, 3), (3,)),
    ],
)  # fmt: skip
def pow(a: Any, b: Any) -> Any:
    """Power, `input ** exponent`.

    The derivative of x**0 is 0 everywhere, and 0**b is flat in b >= 0. Integers to a tensor of
    negative exponents are rounded towards 0; integers to a negative number are refused.

    >>> import autograd_fr as ag
    >>> ag.pow(ag.tensor([2.0, 3.0]), 2)
    tensor([4., 9.])
    """
    if type(b) is int and b < 0 and dtypes.kind(a) != "f":
        raise AutogradError("pow of integers to a negative number: convert the base with .float()")
    try:
        y = a**b
    except ValueError as error:
        if "negative integer powers" not in str(error):
            raise
    else:
        if y.dtype is dtypes.int8 and dtypes.kind(a) == "b":
            raise TypeError("bools have no power; convert with .long()")
        return y
    units = np.where(np.abs(a) == 1, a ** (b % 2), 0)
    return np.where(b < 0, units, a ** np.maximum(b, 0))


def _slope(a: Any, b: Any) -> Any:
    """b a^(b - 1); of squares without a power, for NumPy has no short way to the first one.

    Recorded, it stays a power, whose own derivatives go on to be 0 and not to be absent.
    """
    if isinstance(b, (int, float)) and b == 2 and not isinstance(a, Value):
        return b * a
    return b * a ** _one_less(b, a)


def _log_base(a: Any, b: Any) -> Any:
    """The logarithm of a, but 0 where a is 0 and b is not negative: there 0**b is flat in b."""
    if isinstance(a, (int, float)):
        if a == 0:
            return np.where(b >= 0, 0.0, -np.inf)
        return math.log(a) if a > 0 else math.nan
    return np.log(np.where((a == 0) & (b >= 0), 1, a))


def _one_less(b: Any, a: Any) -> Any:
    """b - 1, but 0 where the power is 0**0 or nan**0: the factor b is 0, and must stay it."""
    if isinstance(b, (int, float)):
        return b - 1 if b else 0
    return np.where((b == 0) & ((a == 0) | (a != a)), 0, b - 1)


def float_power(input: Any, exponent: Any) -> Any:
    """Power computed in float64, whatever the dtypes.

    >>> import autograd_fr as ag
    >>> ag.float_power(ag.tensor([1, 2, 3]), -2)
    tensor([1.0000, 0.2500, 0.1111], dtype=float64)
    """
    return pow(_double(input), _double(exponent))


def _double(t: Any) -> Any:
    return t.to(dtypes.float64) if isinstance(t, Value) else dtypes.plain("float_power", t)  # type: ignore[attr-defined]


def ldexp(input: Any, other: Any) -> Any:
    """`input * 2 ** other`.

    >>> import autograd_fr as ag
    >>> ag.ldexp(ag.tensor([1.0, 3.0]), ag.tensor([4, 5]))
    tensor([16., 96.])
    """
    input, other = as_value(input), as_value(other)
    if input.dtype.kind != "f" or other.dtype.kind == "f":
        return mul(input, pow(2.0, other))
    wide = dtypes.promote_types(input.dtype, dtypes.float32)  # 2 ** other may not fit in float16
    return mul(input, pow(2.0, other.to(wide))).to(input.dtype)


@differentiable(
    a=lambda g, a, b: _log_times(g, a, b),
    b=lambda g, a, b: g * a / b,
    derivatives={"a": r"\ln b", "b": r"\frac{a}{b}"},
    latex=r"a \ln b", symbol="xlogy", floating=True,
    samples=[
        Sample((3, 4), (3, 4), low=0.3, high=2.0),
        Sample((3, 1), (4,), low=0.3, high=2.0),
        Sample(np.array([0.0, -1.0, 2.0]), (2, 3), low=0.3, high=2.0),
        Sample((), (), low=0.3, high=2.0),
        Sample((0, 3), (3,)),
    ],
)  # fmt: skip
def xlogy(a: Any, b: Any) -> Any:
    """`input * log(other)`, and 0 where `input` is 0, whatever `other` but nan.

    >>> import autograd_fr as ag
    >>> ag.xlogy(ag.tensor([0.0, 2.0]), ag.tensor([0.0, 1.5]))
    tensor([0.0000, 0.8109])
    """
    flat = (a == 0) & (b == b)
    return np.where(flat, 0, a * np.log(np.where(flat, 1, b), dtype=_dtype(a, b)))


def _log_times(g: Any, a: Any, b: Any) -> Any:
    """g log b, but 0 where a is 0 and b has no logarithm: there a log b stays 0."""
    return np.where((a == 0) & (b <= 0), 0, polymorphic(xlogy)(g, b))


@differentiable(
    a=lambda g, a, b: g * polymorphic(sigmoid)(a - b),
    b=lambda g, a, b: g * polymorphic(sigmoid)(b - a),
    derivatives={"a": r"\sigma(a - b)", "b": r"\sigma(b - a)"},
    latex=r"\ln(e^{a} + e^{b})", numpy=(np.logaddexp,), floating=True, samples=PAIRS,
)  # fmt: skip
def logaddexp(a: Any, b: Any) -> Any:
    """`log(exp(input) + exp(other))`, for any operands without overflow.

    >>> import autograd_fr as ag
    >>> ag.logaddexp(ag.tensor([1000.0, 0.0]), ag.tensor([1000.0, -1000.0]))
    tensor([1000.6932,    0.0000])
    """
    return kernels.logaddexp(a, b)


_LN_2 = math.log(2)


@differentiable(
    a=lambda g, a, b: g * polymorphic(sigmoid)((a - b) * _LN_2),
    b=lambda g, a, b: g * polymorphic(sigmoid)((b - a) * _LN_2),
    derivatives={"a": "2^{a - y}", "b": "2^{b - y}"},
    latex=r"\log_2(2^{a} + 2^{b})", numpy=(np.logaddexp2,), floating=True, samples=PAIRS,
)  # fmt: skip
def logaddexp2(a: Any, b: Any) -> Any:
    """`log2(2 ** input + 2 ** other)`, for any operands without overflow.

    >>> import autograd_fr as ag
    >>> ag.logaddexp2(ag.tensor([1000.0, 0.0]), ag.tensor([1000.0, -1000.0]))
    tensor([1001.,    0.])
    """
    return np.logaddexp2(a, b)


def _dtype(a: Any, b: Any) -> Any:
    """The dtype of two operands, of which one may be a Python number."""
    return a.dtype if hasattr(a, "dtype") else b.dtype


NUMPY_TWINS |= {np.float_power: float_power, np.ldexp: ldexp}
