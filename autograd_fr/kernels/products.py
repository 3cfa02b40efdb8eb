"""Products of matrices by the shorter of NumPy's ways.

BLAS takes two threads from some `FEW` multiplications on, which saves half of as little as 5 us.
But its second thread then stays awake, spinning, for some 20 ms, and keeps a processor from
whatever else is shared among threads. So up to `WORTH` multiplications it has to do with one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .blas import one_thread
from .fast import twin

ndarray = np.ndarray

FEW, WORTH = 1 << 18, 1 << 22


def product(a: Any, b: Any) -> Any:
    """`a @ b`: of vectors and matrices by `dot`, which finds BLAS in half a microsecond less."""
    if type(a) is ndarray is type(b) and a.ndim <= 2 >= b.ndim and a.dtype.char in "fd":
        if a.ndim == 2 == b.ndim and a.size * b.shape[1] > FEW:
            a_turned, b_turned = _is_turned(a), _is_turned(b)
            return large_product(a.T if a_turned else a, b.T if b_turned else b, a_turned, b_turned)
        return a.dot(b)
    if a.ndim == b.ndim > 2 and type(a) is ndarray is type(b) and a.dtype is b.dtype:
        a_turned, b_turned = _is_turned(a), _is_turned(b)
        return each_product(a.mT if a_turned else a, b.mT if b_turned else b, a_turned, b_turned)
    return a @ b


def product_as(a: Any, b: Any, like: Any) -> Any:
    """`a @ b`, of stacks laid out in memory as `like`: the gradient of what was transposed then is
    in row-major order again."""
    if type(like) is ndarray and a.ndim == b.ndim > 2 and _is_turned(like):
        return product(b.mT, a.mT).mT
    return product(a, b)


def _is_turned(x: Any) -> bool:
    """Whether it is columns that follow each other in memory, not rows."""
    return not x.flags.c_contiguous and x.mT.flags.c_contiguous


@twin
def large_product(a: Any, b: Any, a_turned: bool, b_turned: bool) -> Any:
    """The product of two matrices that are given, or their transposes."""
    a, b = a.T if a_turned else a, b.T if b_turned else b
    if a.size * b.shape[1] > WORTH:
        return a.dot(b)
    with one_thread():
        return a.dot(b)


@twin
def each_product(a: Any, b: Any, a_turned: bool, b_turned: bool) -> Any:
    """The products of matrices that are given, or their transposes."""
    return (a.mT if a_turned else a) @ (b.mT if b_turned else b)
