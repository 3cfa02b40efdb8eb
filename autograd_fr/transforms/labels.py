"""Labels as vectors, for losses that compare with these."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autograd.value import wrap
from ..errors import DtypeError
from ..nn import functional
from .transform import as_given, data_of


def one_hot(labels: Any, num_classes: int = -1, dtype: Any = np.float32) -> Any:
    """Vectors of zeros with a one at each label: (*) to (*, num_classes), floats for a loss.

    `nn.functional.one_hot` for an array or a tensor of integers of any width; it gives back the
    same kind, in `dtype`. Raises DtypeError for labels that are no integers, DimensionError for one
    that is negative or no class.

    >>> import numpy as np
    >>> one_hot(np.array([0, 2], np.uint8), 3)
    array([[1., 0., 0.],
           [0., 0., 1.]], dtype=float32)
    """
    numbers = data_of(labels, "one_hot")
    if numbers.dtype.kind not in "iu":
        raise DtypeError(f"one_hot takes labels that are integers, not {numbers.dtype}")
    vectors = functional.one_hot(wrap(numbers.astype(np.int64)), num_classes)
    return as_given(labels, vectors.array.astype(dtype))
