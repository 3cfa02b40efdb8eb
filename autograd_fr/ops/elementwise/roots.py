"""Fixed powers and roots, entry by entry."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.op import differentiable
from .samples import ANY, OFF_ZERO, POSITIVE

__all__ = ["cbrt", "reciprocal", "rsqrt", "sqrt", "square"]


@differentiable(
    x=lambda g, x: 2 * g * x,
    derivatives={"x": "2 x"},
    latex="x^2", symbol="²", numpy=(np.square,), samples=ANY,
)  # fmt: skip
def square(x: Any) -> Any:
    """Square, `x * x`. Integers stay integers; bools become int64.

    >>> import autograd_fr as ag
    >>> ag.square(ag.tensor([-2.0, 3.0]))
    tensor([4., 9.])
    """
    return np.square(x) if x.dtype.kind != "b" else x.astype(np.int64)


@differentiable(
    x=lambda g, y: 0.5 * g / y,
    derivatives={"x": r"\frac{1}{2 \sqrt{x}}"},
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
    x=lambda g, y: -0.5 * g * y * y * y,
    derivatives={"x": r"-\frac{1}{2 x \sqrt{x}}"},
    latex=r"\frac{1}{\sqrt{x}}", floating=True, samples=POSITIVE,
)  # fmt: skip
def rsqrt(x: Any) -> Any:
    """Reciprocal of the square root, `1 / sqrt(x)`: inf at 0, nan below.

    >>> import autograd_fr as ag
    >>> ag.rsqrt(ag.tensor([4.0, 0.25]))
    tensor([0.5000, 2.0000])
    """
    return 1 / np.sqrt(x)


@differentiable(
    x=lambda g, y: g / (3 * y * y),
    derivatives={"x": r"\frac{1}{3 y^2}"},
    latex=r"\sqrt[3]{x}", symbol="∛", numpy=(np.cbrt,), floating=True, samples=OFF_ZERO,
)  # fmt: skip
def cbrt(x: Any) -> Any:
    """Cube root, of negative numbers too, as in NumPy. Its derivative at 0 is inf.

    >>> import autograd_fr as ag
    >>> ag.cbrt(ag.tensor([-8.0, 27.0]))
    tensor([-2.0000,  3.0000])
    """
    return np.cbrt(x)


@differentiable(
    x=lambda g, y: -g * y * y,
    derivatives={"x": r"-\frac{1}{x^2}"},
    latex=r"\frac{1}{x}", symbol="1/·", numpy=(np.reciprocal,), floating=True, samples=POSITIVE,
)  # fmt: skip
def reciprocal(x: Any) -> Any:
    """`1 / x`; of integers, as floating numbers.

    >>> import autograd_fr as ag
    >>> ag.reciprocal(ag.tensor([2.0, -4.0]))
    tensor([ 0.5000, -0.2500])
    """
    return 1 / x
