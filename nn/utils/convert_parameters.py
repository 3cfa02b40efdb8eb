"""All parameters as one vector, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...errors import ShapeError
from ...ops import cat
from ...tensor import Tensor
from ...tensor.inplace import assign


def parameters_to_vector(parameters: Iterable[Tensor]) -> Any:
    """The entries of all parameters in one row.

    >>> import autograd_fr as ag
    >>> parameters_to_vector([ag.ones(1, 2), ag.zeros(1)])
    tensor([1., 1., 0.])
    """
    return cat([p.reshape(-1) for p in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Write the entries of a row into the parameters, in turn.

    Raises ShapeError where they are not as many.

    >>> import autograd_fr as ag
    >>> w = ag.zeros(2); vector_to_parameters(ag.tensor([1.0, 2.0]), [w]); w
    tensor([1., 2.])
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"vector_to_parameters: a tensor is needed, got {type(vec).__name__}")
    targets = list(parameters)
    if (count := sum(p.numel() for p in targets)) != vec.numel():
        raise ShapeError(f"{vec.numel()} entries for parameters of {count}")
    start = 0
    for p in targets:
        end = start + p.numel()
        assign(p, vec.array[start:end].reshape(p.array.shape))
        start = end
