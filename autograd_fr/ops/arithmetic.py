"""Sums, products, powers and choices between two operands. Operands broadcast as in NumPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..autograd.op import Sample, differentiable
from ..errors import AutogradError

__all__ = [
    "add",
    "div",
    "maximum",
    "minimum",
    "mul",
    "neg",
    "pow",
    "sub",
    "where",
]

PAIRS = [
    Sample((3, 4), (3, 4)),
    Sample((3, 4), (4,)),
    Sample((3, 1), (2, 1, 4)),
    Sample((), (2, 3)),
    Sample((), ()),
    Sample((0, 3), (3,)),
]
APART = [
    Sample((3, 4), (3, 4), gap=0.05),
    Sample((3, 4), (4,), gap=0.05),
    Sample((), (2, 3), gap=0.05),
    Sample((), (), gap=0.05),
]


@differentiable(
    a=lambda g: g,
    b=lambda g: g,
    latex="a + b", symbol="+", numpy=(np.add,), samples=PAIRS,
)  # fmt: skip
def add(a: Any, b: Any) -> Any:
    """Sum, `a + b`.

    >>> import autograd_fr as ag
    >>> ag.add(ag.tensor([1.0, 2.0]), 10)
    tensor([11., 12.])
    """
    return a + b


@differentiable(
    a=lambda g: g,
    b=lambda g: -g,
    latex="a - b", symbol="−", numpy=(np.subtract,), samples=PAIRS,
)  # fmt: skip
def sub(a: Any, b: Any) -> Any:
    """Difference, `a - b`.

    >>> import autograd_fr as ag
    >>> ag.sub(ag.tensor([1.0, 2.0]), 10)
    tensor([-9., -8.])
    """
    return a - b


@differentiable(
    a=lambda g, b: g * b,
    b=lambda g, a: g * a,
    latex=r"a \cdot b", symbol="×", numpy=(np.multiply,), samples=PAIRS,
)  # fmt: skip
def mul(a: Any, b: Any) -> Any:
    """Product, entry by entry, `a * b`.

    >>> import autograd_fr as ag
    >>> ag.mul(ag.tensor([1.0, 2.0]), 10)
    tensor([10., 20.])
    """
    return a * b


@differentiable(
    a=lambda g, b: g / b,
    b=lambda g, y, b: -g * y / b,
    latex=r"\frac{a}{b}", symbol="÷", numpy=(np.true_divide,), floating=True,
    samples=[
        Sample((3, 4), (3, 4), low=0.5, high=2.0),
        Sample((3, 4), (4,), low=-2.0, high=-0.5),
        Sample((), (2, 3), low=0.5, high=2.0),
        Sample((), (), low=0.5, high=2.0),
        Sample((0, 3), (3,)),
    ],
)  # fmt: skip
def div(a: Any, b: Any) -> Any:
    """Quotient, `a / b`; integers are divided as floating numbers.

    >>> import autograd_fr as ag
    >>> ag.div(ag.tensor([1.0, 2.0]), 10)
    tensor([0.1000, 0.2000])
    """
    return a / b


@differentiable(
    x=lambda g: -g,
    latex="-x", symbol="−", numpy=(np.negative,),
    samples=[Sample((3, 4)), Sample(()), Sample((0,))],
)  # fmt: skip
def neg(x: Any) -> Any:
    """Opposite, `-x`.

    >>> import autograd_fr as ag
    >>> ag.neg(ag.tensor([1.0, -2.0]))
    tensor([-1.,  2.])
    """
    return -x


@differentiable(
    a=lambda g, a, b: g * b * a ** _one_less(b, a),
    b=lambda g, y, a, b: g * y * _log_base(a, b),
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
    """Power, `a ** b`. The derivative of x**0 is 0 everywhere, and 0**b has none in b for b >= 0.

    >>> import autograd_fr as ag
    >>> ag.pow(ag.tensor([2.0, 3.0]), 2)
    tensor([4., 9.])
    """
    try:
        return a**b
    except ValueError as error:
        if "negative integer powers" not in str(error):
            raise
        raise AutogradError("pow of integers: a negative power needs a floating base") from error


def _log_base(a: Any, b: Any) -> Any:
    """The logarithm of a, but 0 where a is 0 and b is not negative: there 0**b is flat in b."""
    if isinstance(a, (int, float)):
        return math.log(a) if a > 0 else np.where(b >= 0, 0.0 if a == 0 else np.nan, -np.inf)
    return np.log(np.where((a == 0) & (b >= 0), 1, a))


def _one_less(b: Any, a: Any) -> Any:
    """b - 1, but 0 where the power is 0**0: the factor b is 0, and 0**-1 must not spoil it."""
    if isinstance(b, (int, float)):
        return b - 1 if b else 0
    return np.where((b == 0) & (a == 0), 0, b - 1)


@differentiable(
    a=lambda g, a, b: g * (a > b) + 0.5 * g * (a == b),
    b=lambda g, a, b: g * (a < b) + 0.5 * g * (a == b),
    latex=r"\max(a, b)", symbol="max", numpy=(np.maximum,), samples=APART,
)  # fmt: skip
def maximum(a: Any, b: Any) -> Any:
    """The greater of two, entry by entry. At a tie the gradient is split evenly.

    >>> import autograd_fr as ag
    >>> ag.maximum(ag.tensor([1.0, 5.0]), 3)
    tensor([3., 5.])
    """
    return np.maximum(a, b)


@differentiable(
    a=lambda g, a, b: g * (a < b) + 0.5 * g * (a == b),
    b=lambda g, a, b: g * (a > b) + 0.5 * g * (a == b),
    latex=r"\min(a, b)", symbol="min", numpy=(np.minimum,), samples=APART,
)  # fmt: skip
def minimum(a: Any, b: Any) -> Any:
    """The lesser of two, entry by entry. At a tie the gradient is split evenly.

    >>> import autograd_fr as ag
    >>> ag.minimum(ag.tensor([1.0, 5.0]), 3)
    tensor([1., 3.])
    """
    return np.minimum(a, b)


@differentiable(
    a=lambda g, condition: np.where(condition, g, 0),
    b=lambda g, condition: np.where(condition, 0, g),
    latex=r"a \text{ if } c \text{ else } b", symbol="where", numpy=(np.where,), masks=True,
    samples=[
        Sample(np.array([[True, False, True], [False, False, True]]), (2, 3), (2, 3)),
        Sample(np.array([True, False, True]), (2, 3), ()),
        Sample(np.array(False), (), (3,)),
        Sample(np.ones((0, 3), bool), (0, 3), (3,)),
    ],
)  # fmt: skip
def where(condition: Any, a: Any, b: Any) -> Any:
    """`a` where the condition holds, `b` elsewhere.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([-1.0, 2.0])
    >>> ag.where(x > 0, x, 0.0)
    tensor([0., 2.])
    """
    return np.where(condition, a, b)
