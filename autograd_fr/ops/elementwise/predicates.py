"""Questions about every entry, answered by a bool tensor, which takes part in no gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd.op import NUMPY_TWINS
from ...autograd.value import Value, wrap
from ...dtypes import as_array

__all__ = ["isfinite", "isinf", "isnan", "isneginf", "isposinf", "isreal", "signbit"]


def _answered(question: Callable[[Any], Any], input: Any) -> Any:
    return wrap(question(input.array if isinstance(input, Value) else as_array(input)))


def isnan(input: Any) -> Any:
    """Which entries are not a number.

    >>> import autograd_fr as ag
    >>> ag.isnan(ag.tensor([1.0, float("nan")]))
    tensor([False,  True])
    """
    return _answered(np.isnan, input)


def isinf(input: Any) -> Any:
    """Which entries are inf or -inf.

    >>> import autograd_fr as ag
    >>> ag.isinf(ag.tensor([1.0, float("-inf")]))
    tensor([False,  True])
    """
    return _answered(np.isinf, input)


def isfinite(input: Any) -> Any:
    """Which entries are neither infinite nor nan.

    >>> import autograd_fr as ag
    >>> ag.isfinite(ag.tensor([1.0, float("inf"), float("nan")]))
    tensor([ True, False, False])
    """
    return _answered(np.isfinite, input)


def isposinf(input: Any) -> Any:
    """Which entries are inf.

    >>> import autograd_fr as ag
    >>> ag.isposinf(ag.tensor([float("inf"), float("-inf")]))
    tensor([ True, False])
    """
    return _answered(lambda x: np.isinf(x) & (x > 0), input)


def isneginf(input: Any) -> Any:
    """Which entries are -inf.

    >>> import autograd_fr as ag
    >>> ag.isneginf(ag.tensor([float("inf"), float("-inf")]))
    tensor([False,  True])
    """
    return _answered(lambda x: np.isinf(x) & (x < 0), input)


def isreal(input: Any) -> Any:
    """Which entries have no imaginary part: all, for tensors are real here.

    >>> import autograd_fr as ag
    >>> ag.isreal(ag.tensor([1.0, 2.0]))
    tensor([True, True])
    """
    return _answered(np.isreal, input)


def signbit(input: Any) -> Any:
    """Which entries carry a minus sign, -0.0 included.

    >>> import autograd_fr as ag
    >>> ag.signbit(ag.tensor([-1.0, -0.0, 0.0]))
    tensor([ True,  True, False])
    """
    return _answered(np.signbit, input)


NUMPY_TWINS.update(
    {
        np.isnan: isnan, np.isinf: isinf, np.isfinite: isfinite, np.isposinf: isposinf,
        np.isneginf: isneginf, np.isreal: isreal, np.signbit: signbit,
    }
)  # fmt: skip
