"""Quotients and remainders. By 0, floats give inf or nan; integers have none and are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ... import dtypes
from ...autograd.op import Sample, differentiable, face_of, polymorphic
from ...batching.known import anywhere
from ...errors import AutogradError
from ...kernels import slopes

__all__ = [
    "div",
    "divide",
    "floor_divide",
    "fmod",
    "remainder",
    "true_divide",
]

# Quotients that stay off the whole numbers, where the pieces of these functions meet.
PIECES = [
    Sample((3, 4), (4,), gap=0.17),
    Sample((3, 1), np.array([0.7, -0.3, 0.9]), low=1.0, high=1.2),
    Sample((), (), low=0.5, high=2.0, gap=0.37),
    Sample((0, 3), (3,)),
]


def _rounding(operation: Callable[..., Any]) -> Callable[..., Any]:
    """`operation`, a quotient, with PyTorch's `rounding_mode`, which the operator / is spared."""

    @face_of(operation)
    def call(input: Any, other: Any, *, rounding_mode: str | None = None) -> Any:
        if rounding_mode is None:
            return operation(input, other)
        if rounding_mode == "floor":
            return floor_divide(input, other)
        if rounding_mode == "trunc":
            return trunc_divide(input, other)
        raise AutogradError(
            f'div: rounding_mode is None, "trunc" or "floor", not {rounding_mode!r}'
        )

    return call


@_rounding
@differentiable(
    a=lambda g, b: g / b,
    b=lambda g, a, b: -(g * (a / b) / b),  # one array for all: NumPy goes on in a quotient's
    derivatives={"a": r"\frac{1}{b}", "b": r"-\frac{a}{b^2}"}, fused={"b": slopes.divisor},
    latex=r"\frac{a}{b}", symbol="÷", numpy=(np.true_divide,), floating=True, wide=True,
    samples=[
        Sample((3, 4), (3, 4), low=0.5, high=2.0),
        Sample((3, 4), (4,), low=-2.0, high=-0.5),
        Sample((), (2, 3), low=0.5, high=2.0),
        Sample((), (), low=0.5, high=2.0),
        Sample((0, 3), (3,)),
    ],
)  # fmt: skip
def div(a: Any, b: Any) -> Any:
    """Quotient, `input / other`; integers are divided as floating numbers.

    `rounding_mode`: "floor" rounds it down and "trunc" towards 0; integers then stay integers, and
    the derivative is 0.

    >>> import autograd_fr as ag
    >>> ag.div(ag.tensor([-7.0, 7.0]), 2)
    tensor([-3.5000,  3.5000])
    >>> ag.div(ag.tensor([-7, 7]), 2, rounding_mode="trunc")
    tensor([-3,  3])
    """
    return a / b


@differentiable(
    a=lambda g: 0 * g,
    b=lambda g: 0 * g,
    derivatives={"a": "0", "b": "0"},
    latex=r"\lfloor a / b \rfloor", symbol="//", numpy=(np.floor_divide,), wide=True,
    samples=PIECES,
)  # fmt: skip
def floor_divide(a: Any, b: Any) -> Any:
    """Quotient rounded down, `input // other`. Its derivative is 0.

    >>> import autograd_fr as ag
    >>> ag.floor_divide(ag.tensor([-7.0, 7.0]), 2)
    tensor([-4.,  3.])
    """
    _check(a, b)
    with np.errstate(over="ignore"):  # -128 // -1 in int8
        return a // b


@differentiable(
    a=lambda g: 0 * g,
    b=lambda g: 0 * g,
    derivatives={"a": "0", "b": "0"},
    latex=r"\operatorname{trunc}(a / b)", symbol="÷", wide=True, samples=PIECES,
)  # fmt: skip
def trunc_divide(a: Any, b: Any) -> Any:
    """Quotient rounded towards 0. Its derivative is 0.

    >>> import autograd_fr as ag
    >>> ag.div(ag.tensor([-7.0, 7.0]), 2, rounding_mode="trunc")
    tensor([-3.,  3.])
    """
    if _check(a, b) == "f":
        return np.trunc(a / b)
    with np.errstate(over="ignore"):
        return a // b + ((a % b != 0) & ((a < 0) != (b < 0)))


@differentiable(
    a=lambda g: g,
    b=lambda g, a, b: -g * polymorphic(floor_divide)(a, b),
    derivatives={"a": "1", "b": r"-\lfloor a / b \rfloor"},
    latex=r"a \bmod b", symbol="%", numpy=(np.remainder,), samples=PIECES,
)  # fmt: skip
def remainder(a: Any, b: Any) -> Any:
    """What the quotient rounded down leaves, `input % other`, with the sign of `other`.

    >>> import autograd_fr as ag
    >>> ag.remainder(ag.tensor([-7.0, 7.0]), 3)
    tensor([2., 1.])
    """
    kind, y = _check(a, b), a % b
    if kind != "f":
        return y
    return np.where(y == 0, np.copysign(y, a), y)  # a zero has the sign of `input`, as in PyTorch


@differentiable(
    a=lambda g: g,
    b=lambda g, a, b: -g * polymorphic(trunc_divide)(a, b),
    derivatives={"a": "1", "b": r"-\operatorname{trunc}(a / b)"},
    latex=r"a - b \operatorname{trunc}(a / b)", symbol="fmod", numpy=(np.fmod,), samples=PIECES,
)  # fmt: skip
def fmod(a: Any, b: Any) -> Any:
    """What the quotient rounded towards 0 leaves, with the sign of `input`.

    >>> import autograd_fr as ag
    >>> ag.fmod(ag.tensor([-7.0, 7.0]), 3)
    tensor([-1.,  1.])
    """
    _check(a, b)
    return np.fmod(a, b)


def _check(a: Any, b: Any) -> str:
    """The kind of both operands; refuses bools, and integers with a divisor of 0."""
    kind = dtypes.kind(a if hasattr(a, "dtype") else b)
    if kind == "b":
        raise TypeError("bools have no quotient; convert with .long()")
    if kind != "f" and anywhere(np.equal(b, 0)):
        raise AutogradError(
            "ZeroDivisionError: integers have no quotient by 0; with .float() it is inf or nan"
        )
    return kind


divide = div
true_divide = div
