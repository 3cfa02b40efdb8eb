"""Tensors that a module learns."""

from __future__ import annotations

from typing import Any

from ..autograd.readings import copied
from ..autograd.value import Value
from ..tensor import Tensor, fresh


class Parameter(Tensor):
    """A leaf tensor that, set as an attribute of a module, is one of its parameters.

    Given a tensor, it shares its memory.

    >>> import autograd_fr as ag
    >>> ag.nn.Parameter(ag.zeros(2))
    Parameter containing:
    tensor([0., 0.], requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True) -> None:
        copied("Parameter", data)
        self._begin(data.array if isinstance(data, Value) else fresh(data).array, requires_grad)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"
