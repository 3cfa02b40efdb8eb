"""What is asked of every function of entries."""

from __future__ import annotations

import numpy as np
import pytest


def keeps(f, dtype) -> None:
    """`f` keeps the dtype and the shape of its argument, and computes as in double precision."""
    for shape in ((), (3,), (2, 0), (2, 3)):
        x = np.full(shape, 0.3, dtype)[()]
        assert f(x).dtype == dtype
        assert f(x).shape == shape
        np.testing.assert_allclose(f(x), f(np.float64(dtype(0.3))), rtol=np.finfo(dtype).eps)


@pytest.fixture
def check_dtype_and_shape():
    return keeps
