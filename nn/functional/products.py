"""Products of layers' inputs with each other."""

from __future__ import annotations

from typing import Any

from ... import ops
from ...autograd.composites import composite
from ...autograd.dispatch import as_value
from ...errors import ShapeError
from ...tensor import Tensor


@composite
def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Tensor:
    """`y[k] = input1ᵀ weight[k] input2 + bias[k]`.

    input1 (*, in1), input2 (*, in2), weight (out, in1, in2), bias (out), result (*, out). Raises
    ShapeError where these do not fit.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([1.0, 2.0])
    >>> ag.nn.functional.bilinear(x, x, ag.ones(1, 2, 2))
    tensor([9.])
    """
    x1, x2, weight = as_value(input1), as_value(input2), as_value(weight)
    if weight.ndim != 3:
        raise ShapeError(f"bilinear: weight is (out, in1, in2), not {tuple(weight.shape)}")
    out, in1, in2 = weight.shape
    wanted = (*x1.shape[:-1], in1), (*x1.shape[:-1], in2)
    if (tuple(x1.shape), tuple(x2.shape)) != wanted:
        raise ShapeError(
            f"bilinear: inputs of {tuple(x1.shape)} and {tuple(x2.shape)} do not fit a weight of "
            f"{tuple(weight.shape)}: they are (*, {in1}) and (*, {in2})"
        )
    table = ops.permute(weight, (1, 0, 2)).reshape(in1, out * in2)
    rows = ops.matmul(x1, table).reshape(*x1.shape[:-1], out, in2)
    y = ops.matmul(rows, ops.unsqueeze(x2, -1)).squeeze(-1)
    return y if bias is None else y + bias
