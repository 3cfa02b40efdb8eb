"""Variable, PyTorch's old name for a tensor that may require a gradient."""

from __future__ import annotations

from typing import Any

from .value import Value, share


class OldName(type):
    """Makes every tensor an instance of the class that is but another name for it."""

    def __instancecheck__(cls, thing: Any) -> bool:
        return isinstance(thing, Value)


class Variable(metaclass=OldName):
    """`Variable(t)`: a leaf tensor over the memory of `t`, part of no graph before.

    Raises TypeError for anything but a tensor.

    >>> import autograd_fr as ag
    >>> v = Variable(ag.tensor([1.0]), requires_grad=True)
    >>> v, isinstance(v, Variable)
    (tensor([1.], requires_grad=True), True)
    """

    def __new__(cls, data: Any, requires_grad: bool = False) -> Any:
        if not isinstance(data, Value):
            raise TypeError(f"Variable() takes a tensor, not {type(data).__name__}; "
                            "tensor(...) makes one of data")  # fmt: skip
        made = share(data.memory())
        if requires_grad:
            made.requires_grad = requires_grad
        return made
