"""A point of the plane by its two coordinates: its angle and its distance from the origin."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.op import Sample, differentiable

__all__ = [
    "arctan2",
    "atan2",
    "hypot",
]

OFF_ORIGIN = [
    Sample((3, 4), (3, 4), gap=0.1),
    Sample((3, 1), (4,), gap=0.2),
    Sample((), (2, 3), gap=0.2),
    Sample((), (), gap=0.2),
    Sample((0, 3), (3,)),
]


@differentiable(
    a=lambda g, a, b: g * _over_square(b, a, b),
    b=lambda g, a, b: g * _over_square(-a, a, b),
    derivatives={"a": r"\frac{b}{a^2 + b^2}", "b": r"-\frac{a}{a^2 + b^2}"},
    latex=r"\operatorname{atan2}(a, b)", symbol="atan2", numpy=(np.arctan2,), floating=True,
    samples=OFF_ORIGIN,
)  # fmt: skip
def atan2(a: Any, b: Any) -> Any:
    """The angle, in (-π, π], of the point (other, input). Its derivative at the origin is 0.

    >>> import autograd_fr as ag
    >>> ag.atan2(ag.tensor([1.0, -1.0]), ag.tensor([-1.0, 0.0]))
    tensor([ 2.3562, -1.5708])
    """
    return np.arctan2(a, b)


def _over_square(x: Any, a: Any, b: Any) -> Any:
    """x / (a² + b²), but 0 at the origin."""
    square = a * a + b * b
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(square == 0, 0, x / square)


@differentiable(
    a=lambda g, y, a: g * (a / y),
    b=lambda g, y, b: g * (b / y),
    derivatives={"a": r"\frac{a}{y}", "b": r"\frac{b}{y}"},
    latex=r"\sqrt{a^2 + b^2}", symbol="hypot", numpy=(np.hypot,), floating=True,
    samples=OFF_ORIGIN,
)  # fmt: skip
def hypot(a: Any, b: Any) -> Any:
    """The distance of the point (input, other), `sqrt(input² + other²)`, without overflow.

    At the origin it has no derivative: nan.

    >>> import autograd_fr as ag
    >>> ag.hypot(ag.tensor([3.0]), ag.tensor([4.0]))
    tensor([5.])
    """
    return np.hypot(a, b)


arctan2 = atan2
