"""What all losses share: the hooks that see them, the check of shapes, and the reduction."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from ... import ops
from ...autograd.dispatch import as_value
from ...autograd.watching import is_strict
from ...errors import RangeError, ShapeError
from ...tensor import Tensor

# Hooks on every call of a loss here: given its name, its input and its target, as tensors.
watching: dict[int, Callable[[str, Tensor, Tensor], None]] = {}

REDUCTIONS = ("mean", "sum", "none")


def one_shape(name: str, input: Tensor, target: Tensor) -> None:
    """Warn where a loss that compares entry by entry has to broadcast; within `debug()`, refuse."""
    if input.array.shape == target.array.shape:
        return
    message = (
        f"{name} broadcasts input {input.array.shape} with target {target.array.shape}; "
        "that is rarely meant: give both one shape, e.g. with target.reshape(input.shape)"
    )
    if is_strict():
        raise ShapeError(message)
    warnings.warn(message, stacklevel=4)


def same_shape(name: str, input: Tensor, other: Tensor, what: str = "target") -> None:
    """Raise ShapeError where what does not broadcast has two shapes."""
    if input.shape != other.shape:
        raise ShapeError(
            f"{name} needs one shape for both, "
            f"got input {input.array.shape} and {what} {other.array.shape}"
        )


def go_together(name: str, input: Tensor, other: Tensor, into: str = "") -> None:
    """Raise ShapeError where shapes do not broadcast; or, with `into`, the name of the other, where
    the result has not that of the input.
    """
    own, shape = input.array.shape, other.array.shape
    try:
        met = np.broadcast_shapes(own, shape)
    except ValueError as error:
        words = f"{own} {shape}".replace(", ", ",")  # as NumPy has them: messages know it by those
        raise ShapeError(
            f"{name}: operands could not be broadcast together with shapes {words}"
        ) from error
    if into and met != own:
        raise ShapeError(f"{name}: {into} {shape} does not broadcast to the input's shape {own}")


def same_axes(name: str, **tensors: Tensor) -> None:
    """Raise ShapeError unless all have equally many axes."""
    if len({t.ndim for t in tensors.values()}) > 1:
        shapes = ", ".join(f"{argument} {t.array.shape}" for argument, t in tensors.items())
        raise ShapeError(f"{name} needs tensors with equally many axes, got {shapes}")


def shown(name: str, input: Any, target: Any) -> tuple[Any, Any]:
    """Input and target as tensors, after the hooks have seen them."""
    input, target = as_value(input), as_value(target)
    if watching:
        for hook in list(watching.values()):
            hook(name, input, target)
    return input, target


def reduction_of(
    reduction: str, size_average: Any = None, reduce: Any = None, also: tuple[str, ...] = ()
) -> str:
    """The reduction that is meant: the one named, or what the deprecated arguments say.

    Warns of those. Raises ValueError for what is none, and is not among `also`.
    """
    if size_average is not None or reduce is not None:
        averaged, reduced_ = (flag is None or bool(flag) for flag in (size_average, reduce))
        reduction = ("mean" if averaged else "sum") if reduced_ else "none"
        warnings.warn(
            f"size_average and reduce are deprecated: write reduction={reduction!r}", stacklevel=4
        )
    elif reduction == "elementwise_mean":
        reduction = "mean"
        warnings.warn("'elementwise_mean' is deprecated: write reduction='mean'", stacklevel=4)
    if reduction not in REDUCTIONS and reduction not in also:
        raise ValueError(f"reduction is 'mean', 'sum' or 'none', not {reduction!r}")
    return reduction


def reduced(loss: Any, reduction: str) -> Tensor:
    """The loss itself, its mean or its sum, as `reduction` says."""
    if reduction == "none":
        return loss
    return ops.mean(loss) if reduction == "mean" else ops.sum(loss)


def log1pexp(x: Any) -> Tensor:
    """`log(1 + exp(x))`, exact for any x, as a likelihood needs it: `softplus` is not above 20."""
    return ops.logaddexp(x, 0.0)


def positive_margin(name: str, margin: float) -> None:
    """Raise RangeError where a margin leaves nothing to learn."""
    if not margin > 0:
        raise RangeError(f"{name}: margin is greater than 0, got {margin}")
