"""What distributions are written with, those of users among them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from .. import dtypes, ops
from ..creation.values import as_tensor
from ..errors import ShapeError
from ..tensor import Tensor

lazy_property = cached_property


def broadcast_all(*values: Any) -> tuple[Any, ...]:
    """Tensors and numbers as tensors of one shape; numbers take the dtype of the first tensor.

    Raises ShapeError where they do not broadcast.

    >>> import autograd_fr as ag
    >>> broadcast_all(ag.tensor([1.0, 2.0]), 3.0)
    (tensor([1., 2.]), tensor([3., 3.]))
    """
    known = [x for x in values if isinstance(x, Tensor)]
    dtype = known[0].dtype if known else dtypes.get_default_dtype()
    for x in values:
        dtypes.check_no_tensors(x)
    given = [x if isinstance(x, Tensor) else as_tensor(x, dtype=dtype) for x in values]
    try:
        return tuple(ops.broadcast_tensors(*given))
    except ShapeError:
        shapes = ", ".join(str(tuple(x.shape)) for x in given)
        raise ShapeError(f"the parameters have shapes that do not broadcast: {shapes}") from None
