"""What pulls gradients back through functions of entries: the rule's formula, with a twin."""

from __future__ import annotations

from typing import Any

from .entrywise import chosen
from .fast import twin


@twin
def tanh(g: Any, y: Any) -> Any:
    """g (1 - y²), of y the hyperbolic tangent."""
    return g * (1 - y * y)


@twin
def sigmoid(g: Any, y: Any) -> Any:
    """g y (1 - y), of y the logistic function."""
    return g * y * (1 - y)


# Three cheap passes: up to there NumPy takes less time than the call of a twin.
tanh.least = sigmoid.least = 1 << 13  # type: ignore[attr-defined]


@twin
def divisor(g: Any, a: Any, b: Any) -> Any:
    """-g a / b², as -g (a / b) / b, which is finite where b² is not."""
    return -(g * (a / b) / b)


@twin
def rectified(g: Any, y: Any) -> Any:
    """g where y, the rectified, is not 0, else 0."""
    return chosen(y != 0, g)
