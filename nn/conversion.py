"""What is done with all parameters and buffers of a module at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from .. import dtypes
from ..autograd.value import share
from ..devices import on_cpu
from ..errors import AutogradError, DtypeError
from ..tensor import Tensor
from ..tensor.casts import destination
from .parameter import is_lazy
from .walking import Walkable

M = TypeVar("M", bound="Convertible")


class Convertible(Walkable):
    """What can be brought to another dtype, frozen, and freed of its gradients."""

    def to(self: M, *args: Any, **options: Any) -> M:
        """Bring the floating parameters and buffers to another dtype, or name the device: the CPU.

        Takes what `Tensor.to` takes; integers stay as they are. Returns the module, changed.
        Raises DtypeError for a dtype that is not a floating one.

        >>> import autograd_fr as ag
        >>> ag.nn.Linear(2, 1).to("cpu", ag.float64).weight.dtype
        dtype('float64')
        """
        dtype, _ = destination(*args, **options)
        if dtype is None:
            return self
        wanted = dtypes.as_dtype(dtype)
        if wanted.kind != "f":
            raise DtypeError(f"a module computes in floating numbers, not in {wanted}")
        return self._apply(lambda t: t.to(wanted) if t.is_floating_point() else t)

    def type(self: M, dst_type: Any) -> M:
        """Bring all parameters and buffers, those of integers too, to another dtype."""
        return self._apply(lambda t: t.type(dst_type))

    def _apply(self: M, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> M:
        """Put `fn` of each parameter and buffer, and of its gradient, in its place."""
        for child in self.children() if recurse else ():
            child._apply(fn)
        for t in (*self._parameters.values(), *self._buffers.values()):
            if t is not None:
                grad: Any = t._grad
                t.grad = None
                t.data = fn(t.data if is_lazy(t) else share(t.memory()))
                t.grad = grad if grad is None else fn(grad)
        return self

    def to_empty(self: M, *, device: Any, recurse: bool = True) -> M:
        """Have new memory for all parameters and buffers, with whatever entries are there."""
        on_cpu(device)
        return self._apply(lambda t: share(np.empty_like(t.memory())), recurse)

    def cpu(self: M) -> M:
        """The module itself: it lies there."""
        return self

    def cuda(self: M, device: Any = None) -> M:
        """Raises AutogradError: there is no such device."""
        return self.to("cuda")

    def half(self: M) -> M:
        """Bring the floating parameters and buffers to float16."""
        return self.to(dtypes.float16)

    def bfloat16(self: M) -> M:
        """Raises DtypeError: NumPy has no such dtype."""
        return self.to(dtypes.bfloat16)

    def float(self: M) -> M:
        """Bring the floating parameters and buffers to float32."""
        return self.to(dtypes.float32)

    def double(self: M) -> M:
        """Bring the floating parameters and buffers to float64."""
        return self.to(dtypes.float64)

    def share_memory(self: M) -> M:
        """Raises AutogradError: other processes cannot see this memory. Threads can, always."""
        raise AutogradError(
            "share_memory: memory is not shared between processes here; threads share it as it is"
        )

    def requires_grad_(self: M, requires_grad: bool = True) -> M:
        """Ask for gradients of all parameters, or freeze them."""
        for param in self.parameters():
            param.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or, without `set_to_none`, make them zeros."""
        for param in self.parameters():
            param.zero_grad(set_to_none)
