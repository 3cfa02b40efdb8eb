"""Operands brought to one dtype, and what is remembered of those that had another."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from typing import Any

import numpy as np

from .. import dtypes
from .value import Value, ndarray


class Promoted(list[Any]):
    """Arguments of which some had another dtype than the `common` one."""

    def __init__(self, values: Iterable[Any], common: np.dtype[Any]) -> None:
        super().__init__(values)
        self.common = common


def noted(made: Any, operands: Iterable[Any], common: np.dtype[Any]) -> Any:
    """`made`, with a weak link from its node to each constant that was brought to another dtype:
    that one, and not its copy, is what the program has a name for."""
    if made.node is not None:
        made.node.whole.originals = {
            i: weakref.ref(t)
            for i, t in enumerate(operands)
            if isinstance(t, (Value, ndarray)) and t.dtype != common
        }
    return made


def cast(t: Any, dtype: np.dtype[Any]) -> Any:
    """`t` in `dtype`, recorded where it is a value; Python numbers adapt by themselves."""
    if isinstance(t, Value):
        return t.to(dtype)  # type: ignore[attr-defined]
    return t if type(t) in dtypes.PYTHON_NUMBERS else dtypes.as_array(t, dtype)
