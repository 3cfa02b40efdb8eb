"""Sums, products and what is made of them. Operands broadcast as in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ... import dtypes
from ...autograd.op import Sample, differentiable, face_of
from ...autograd.value import Value
from ...errors import DtypeError

__all__ = [
    "add",
    "addcdiv",
    "addcmul",
    "lerp",
    "mul",
    "multiply",
    "neg",
    "negative",
    "rsub",
    "sub",
    "subtract",
]

PAIRS = [
    Sample((3, 4), (3, 4)),
    Sample((3, 4), (4,)),
    Sample((3, 1), (2, 1, 4)),
    Sample((), (2, 3)),
    Sample((), ()),
    Sample((0, 3), (3,)),
]


def _scalable(operation: Callable[..., Any]) -> Callable[..., Any]:
    """`operation` with PyTorch's factor `alpha`, which the operators + and - do without."""

    @face_of(operation)
    def call(input: Any, other: Any, *, alpha: Any = 1) -> Any:
        plain = type(alpha) is int and alpha == 1
        return operation(
            input, other if plain else _scaled(operation.__name__, input, other, alpha)
        )

    return call


def _scaled(name: str, input: Any, other: Any, alpha: Any) -> Any:
    """`alpha * other` in the dtype of the result."""
    common = dtypes.result_type(
        *(t if isinstance(t, Value) else dtypes.plain(name, t) for t in (input, other))
    )
    if dtypes.kind(alpha) == "f" != common.kind:
        raise DtypeError(f"{name}: a result of {common} needs an integer alpha, not {alpha}")
    factor = dtypes.fitting(alpha, common)
    if isinstance(other, Value):
        return mul(other.to(common), factor)  # type: ignore[attr-defined]
    return dtypes.as_array(other, common) * factor


@_scalable
@differentiable(
    a=lambda g: g,
    b=lambda g: g,
    derivatives={"a": "1", "b": "1"},
    latex="a + b", symbol="+", numpy=(np.add,), samples=PAIRS,
)  # fmt: skip
def add(a: Any, b: Any) -> Any:
    """Sum, `input + alpha * other`. With a result of integers, alpha must be one too.

    >>> import autograd_fr as ag
    >>> ag.add(ag.tensor([1.0, 2.0]), 10, alpha=2)
    tensor([21., 22.])
    """
    return a + b


def _refuse_bools(a: Any, b: Any) -> None:
    for x in (a, b):
        if type(x) is bool or (hasattr(x, "dtype") and x.dtype.kind == "b"):
            raise DtypeError(
                "sub: bools have no difference; ~a inverts one, a ^ b compares two, .long() counts"
            )


@_scalable
@differentiable(
    a=lambda g: g,
    b=lambda g: -g,
    derivatives={"a": "1", "b": "-1"},
    latex="a - b", symbol="−", numpy=(np.subtract,), check=_refuse_bools, samples=PAIRS,
)  # fmt: skip
def sub(a: Any, b: Any) -> Any:
    """Difference, `input - alpha * other`. Bools are refused, as in PyTorch.

    >>> import autograd_fr as ag
    >>> ag.sub(ag.tensor([1.0, 2.0]), 10, alpha=2)
    tensor([-19., -18.])
    """
    return a - b


def rsub(input: Any, other: Any, *, alpha: Any = 1) -> Any:
    """Difference the other way round, `other - alpha * input`.

    >>> import autograd_fr as ag
    >>> ag.rsub(ag.tensor([1.0, 2.0]), 10)
    tensor([9., 8.])
    """
    return sub(other, input, alpha=alpha)


@differentiable(
    a=lambda g, b: g * b,
    b=lambda g, a: g * a,
    derivatives={"a": "b", "b": "a"},
    latex=r"a \cdot b", symbol="×", numpy=(np.multiply,), wide=True, samples=PAIRS,
)  # fmt: skip
def mul(a: Any, b: Any) -> Any:
    """Product, entry by entry, `a * b`.

    >>> import autograd_fr as ag
    >>> ag.mul(ag.tensor([1.0, 2.0]), 10)
    tensor([10., 20.])
    """
    return a * b


@differentiable(
    x=lambda g: -g,
    derivatives={"x": "-1"},
    latex="-x", symbol="−", numpy=(np.negative,),
    samples=[Sample((3, 4)), Sample(()), Sample((0,))],
)  # fmt: skip
def neg(x: Any) -> Any:
    """Opposite, `-x`.

    >>> import autograd_fr as ag
    >>> ag.neg(ag.tensor([1.0, -2.0]))
    tensor([-1.,  2.])
    """
    try:
        return -x
    except TypeError:
        raise TypeError("a bool has no opposite; ~ inverts it, .long() counts it") from None


@differentiable(
    x=lambda g: g,
    tensor1=lambda g, tensor2, value: g * (tensor2 * value),
    tensor2=lambda g, tensor1, value: g * (tensor1 * value),
    derivatives={
        "x": "1",
        "tensor1": r"\mathit{value} \cdot \mathit{tensor2}",
        "tensor2": r"\mathit{value} \cdot \mathit{tensor1}",
    },
    push="entrywise", latex=r"x + \mathit{value} \cdot \mathit{tensor1} \cdot \mathit{tensor2}",
    samples=[
        Sample((3, 4), (3, 4), (4,)),
        Sample((), (3, 1), (2,), value=-0.5),
        Sample((), (), (), value=3.0),
        Sample((0, 3), (3,), ()),
    ],
)  # fmt: skip
def addcmul(x: Any, tensor1: Any, tensor2: Any, *, value: float = 1) -> Any:
    """Sum with a product, `input + value * tensor1 * tensor2`.

    >>> import autograd_fr as ag
    >>> ag.addcmul(ag.tensor([1.0, 2.0]), ag.tensor(3.0), ag.tensor(5.0), value=2)
    tensor([31., 32.])
    """
    return x + x.dtype.type(value) * tensor1 * tensor2


@differentiable(
    x=lambda g: g,
    tensor1=lambda g, tensor2, value: g * (value / tensor2),
    tensor2=lambda g, tensor1, tensor2, value: -(g * (value * tensor1 / tensor2) / tensor2),
    derivatives={
        "x": "1",
        "tensor1": r"\frac{\mathit{value}}{\mathit{tensor2}}",
        "tensor2": r"-\frac{\mathit{value} \cdot \mathit{tensor1}}{\mathit{tensor2}^2}",
    },
    push="entrywise", latex=r"x + \mathit{value} \cdot \frac{\mathit{tensor1}}{\mathit{tensor2}}",
    samples=[
        Sample((3, 4), (3, 4), (4,), low=0.5, high=2.0),
        Sample((), (3, 1), (2,), low=-2.0, high=-0.5, value=-0.5),
        Sample((), (), (), low=0.5, high=2.0, value=3.0),
        Sample((0, 3), (3,), ()),
    ],
)  # fmt: skip
def addcdiv(x: Any, tensor1: Any, tensor2: Any, *, value: float = 1) -> Any:
    """Sum with a quotient, `input + value * tensor1 / tensor2`. Integers are refused.

    >>> import autograd_fr as ag
    >>> ag.addcdiv(ag.tensor([1.0, 2.0]), ag.tensor(3.0), ag.tensor(2.0), value=2)
    tensor([4., 5.])
    """
    if x.dtype.kind != "f":
        raise TypeError("floating entries are needed; convert with .float()")
    return x + value * (tensor1 / tensor2)


@differentiable(
    x=lambda g, weight: g * (1 - weight),
    end=lambda g, weight: g * weight,
    weight=lambda g, x, end: g * (end - x),
    derivatives={
        "x": r"1 - \mathit{weight}",
        "end": r"\mathit{weight}",
        "weight": r"\mathit{end} - x",
    },
    push="entrywise", latex=r"x + \mathit{weight} \cdot (\mathit{end} - x)", floating=True,
    samples=[
        Sample((3, 4), (3, 4), (4,)),
        Sample((3, 1), (4,), np.array(0.3)),
        Sample((), (), ()),
        Sample((0, 3), (3,), ()),
    ],
)  # fmt: skip
def lerp(x: Any, end: Any, weight: Any) -> Any:
    """The point between two, `input + weight * (end - input)`: exact at weight 0 and at 1.

    >>> import autograd_fr as ag
    >>> ag.lerp(ag.tensor([1.0, 2.0]), ag.tensor([5.0, 12.0]), 0.5)
    tensor([3., 7.])
    """
    way = end - x
    return np.where(np.abs(weight) < 0.5, x + weight * way, end - (1 - weight) * way)


multiply = mul
negative = neg
subtract = sub
