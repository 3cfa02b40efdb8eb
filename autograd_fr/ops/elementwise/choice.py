"""One of two operands, entry by entry: the greater, the lesser, by a condition or by a sign."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ... import kernels
from ...autograd.op import NUMPY_TWINS, Sample, differentiable, face_of
from ...autograd.value import Value, wrap
from ...dtypes import as_array

__all__ = [
    "copysign",
    "fmax",
    "fmin",
    "heaviside",
    "maximum",
    "minimum",
    "nextafter",
    "where",
]

APART = [
    Sample((3, 4), (3, 4), gap=0.05),
    Sample((3, 4), (4,), gap=0.05),
    Sample((), (2, 3), gap=0.05),
    Sample((), (), gap=0.05),
    Sample((0, 3), (3,)),
]


@differentiable(
    a=lambda g, a, b: _split(g, a == b, a < b),
    b=lambda g, a, b: _split(g, a == b, a > b),
    derivatives={"a": r"[a > b] + \frac{1}{2} [a = b]", "b": r"[a < b] + \frac{1}{2} [a = b]"},
    latex=r"\max(a, b)", symbol="max", numpy=(np.maximum,), samples=APART,
)  # fmt: skip
def maximum(a: Any, b: Any) -> Any:
    """The greater of two, entry by entry; nan beside nan. At a tie the gradient is split evenly.

    >>> import autograd_fr as ag
    >>> ag.maximum(ag.tensor([1.0, 5.0]), 3)
    tensor([3., 5.])
    """
    return np.maximum(a, b)


@differentiable(
    a=lambda g, a, b: _split(g, a == b, a > b),
    b=lambda g, a, b: _split(g, a == b, a < b),
    derivatives={"a": r"[a < b] + \frac{1}{2} [a = b]", "b": r"[a > b] + \frac{1}{2} [a = b]"},
    latex=r"\min(a, b)", symbol="min", numpy=(np.minimum,), samples=APART,
)  # fmt: skip
def minimum(a: Any, b: Any) -> Any:
    """The lesser of two, entry by entry; nan beside nan. At a tie the gradient is split evenly.

    >>> import autograd_fr as ag
    >>> ag.minimum(ag.tensor([1.0, 5.0]), 3)
    tensor([1., 3.])
    """
    return np.minimum(a, b)


def _split(g: Any, tie: Any, lost: Any) -> Any:
    """The share of `g` that flows to an operand: all, half at a tie, none where it lost."""
    return kernels.chosen(~lost, kernels.selected(tie, g / 2, g))


@differentiable(
    a=lambda g, a, b: kernels.chosen((a >= b) | (b != b), g),
    b=lambda g, a, b: kernels.chosen(~((a >= b) | (b != b)), g),
    derivatives={"a": r"[a \ge b]", "b": "[a < b]"},
    latex=r"\max(a, b)", symbol="fmax", numpy=(np.fmax,), samples=APART,
)  # fmt: skip
def fmax(a: Any, b: Any) -> Any:
    """The greater of two, and beside nan the other. At a tie the first has the gradient.

    >>> import autograd_fr as ag
    >>> ag.fmax(ag.tensor([1.0, 5.0]), ag.tensor([3.0, float("nan")]))
    tensor([3., 5.])
    """
    return np.fmax(a, b)


@differentiable(
    a=lambda g, a, b: kernels.chosen((a <= b) | (b != b), g),
    b=lambda g, a, b: kernels.chosen(~((a <= b) | (b != b)), g),
    derivatives={"a": r"[a \le b]", "b": "[a > b]"},
    latex=r"\min(a, b)", symbol="fmin", numpy=(np.fmin,), samples=APART,
)  # fmt: skip
def fmin(a: Any, b: Any) -> Any:
    """The lesser of two, and beside nan the other. At a tie the first has the gradient.

    >>> import autograd_fr as ag
    >>> ag.fmin(ag.tensor([1.0, 5.0]), ag.tensor([3.0, float("nan")]))
    tensor([1., 5.])
    """
    return np.fmin(a, b)


def _finding(choose: Callable[..., Any]) -> Callable[..., Any]:
    """`choose`, which given the condition alone says where that holds."""

    @face_of(choose)
    def call(condition: Any, input: Any = None, other: Any = None) -> Any:
        if input is None and other is None:
            array = condition.array if isinstance(condition, Value) else as_array(condition)
            return tuple(map(wrap, np.nonzero(np.atleast_1d(array))))
        if input is None or other is None:
            raise TypeError("where takes a condition alone, or with `input` and `other`")
        return choose(condition, input, other)

    return call


@_finding
@differentiable(
    a=lambda g, condition: kernels.chosen(condition != 0, g),
    b=lambda g, condition: kernels.chosen(condition == 0, g),
    derivatives={"a": r"[\mathit{condition}]", "b": r"[\lnot \mathit{condition}]"},
    latex=r"\begin{cases} a & \text{if } \mathit{condition} \\ b & \text{else} \end{cases}",
    push="linear", symbol="where", masks=True,
    samples=[
        Sample(np.array([[True, False, True], [False, False, True]]), (2, 3), (2, 3)),
        Sample(np.array([True, False, True]), (2, 3), ()),
        Sample(np.array(False), (), (3,)),
        Sample(np.ones((0, 3), bool), (0, 3), (3,)),
    ],
)  # fmt: skip
def where(condition: Any, a: Any, b: Any) -> Any:
    """`input` where the condition, a bool tensor, holds, `other` elsewhere.

    `where(condition)` alone gives the indices where it holds, one tensor per axis.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([-1.0, 2.0])
    >>> ag.where(x > 0, x, 0.0)
    tensor([0., 2.])
    """
    if condition.dtype not in (np.bool_, np.uint8):
        raise TypeError(f"the condition must be bool, not {condition.dtype}; write x != 0")
    return kernels.selected(condition, a, b)


NUMPY_TWINS[np.where] = where


@differentiable(
    a=lambda g, y, a: g * (np.sign(a) * np.sign(y)),
    b=lambda g: np.zeros_like(g),
    derivatives={"a": r"\operatorname{sgn} a \operatorname{sgn} y", "b": "0"},
    latex=r"|a| \operatorname{sgn} b", symbol="copysign", numpy=(np.copysign,), floating=True,
    samples=APART,
)  # fmt: skip
def copysign(a: Any, b: Any) -> Any:
    """The size of `input` with the sign of `other`, of -0.0 too. Its derivative at 0 is 0.

    >>> import autograd_fr as ag
    >>> ag.copysign(ag.tensor([1.0, -2.0]), ag.tensor([-0.0, 3.0]))
    tensor([-1.,  2.])
    """
    return np.copysign(a, b)


@differentiable(
    x=lambda g: np.zeros_like(g),
    values=lambda g, x: np.where(x == 0, g, 0),
    derivatives={"x": "0", "values": "[x = 0]"},
    latex=r"\begin{cases} \mathit{values} & \text{if } x = 0 \\ [x > 0] & \text{else} \end{cases}",
    push="entrywise", symbol="H", numpy=(np.heaviside,), promotes=False,
    samples=[
        Sample((3, 4), (4,), gap=0.1),
        Sample(np.array([0.0, -1.0, 0.0]), (2, 3)),
        Sample((), ()),
        Sample((0, 3), (3,)),
    ],
)  # fmt: skip
def heaviside(x: Any, values: Any) -> Any:
    """The step from 0 to 1, with `values` where `input` is 0. In `input` its derivative is 0.

    >>> import autograd_fr as ag
    >>> ag.heaviside(ag.tensor([-1.0, 0.0, 2.0]), ag.tensor(0.5))
    tensor([0.0000, 0.5000, 1.0000])
    """
    return np.where(x == 0, values, (x > 0).astype(x.dtype))


@differentiable(
    a=lambda g, a, b: np.where(a == b, 0, g),
    b=lambda g: np.zeros_like(g),
    derivatives={"a": r"[a \ne b]", "b": "0"},
    latex=r"\operatorname{nextafter}(a, b)", symbol="next", numpy=(np.nextafter,), samples=APART,
)  # fmt: skip
def nextafter(a: Any, b: Any) -> Any:
    """The floating number next to `input` on the way to `other`.

    >>> import autograd_fr as ag
    >>> (ag.nextafter(ag.tensor(1.0), ag.tensor(2.0)) - 1).item() == 2**-23
    True
    """
    return np.nextafter(a, b)
