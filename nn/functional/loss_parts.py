"""What all losses share: the hooks that see them, the check of shapes, and the reduction."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from ... import ops
from ...autograd.watching import is_strict
from ...creation.values import as_tensor
from ...errors import ShapeError
from ...tensor import Tensor

# Hooks on every call of a loss here: given its name, its input and its target, as tensors.
watching: dict[int, Callable[[str, Tensor, Tensor], None]] = {}


def one_shape(name: str, input: Tensor, target: Tensor) -> None:
    """Warn where a loss that compares entry by entry has to broadcast; within `debug()`, refuse."""
    if input.shape == target.shape:
        return
    message = (
        f"{name} broadcasts input {input.array.shape} with target {target.array.shape}; "
        "that is rarely meant: give both one shape, e.g. with target.reshape(input.shape)"
    )
    if is_strict():
        raise ShapeError(message)
    warnings.warn(message, stacklevel=4)


def shown(name: str, input: Any, target: Any) -> tuple[Any, Any]:
    """Input and target as tensors, after the hooks have seen them."""
    input, target = as_tensor(input), as_tensor(target)
    for hook in list(watching.values()):
        hook(name, input, target)
    return input, target


def reduced(loss: Any, reduction: str) -> Tensor:
    """The loss itself, its mean or its sum, as `reduction` says; or ValueError."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction is 'mean', 'sum' or 'none', not {reduction!r}")
    if reduction == "none":
        return loss
    return ops.mean(loss) if reduction == "mean" else ops.sum(loss)
