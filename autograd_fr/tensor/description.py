"""What a tensor says of itself: its shape, its dtype, its place, how it lies in memory."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from .. import dtypes
from ..autograd.memory import owner
from ..autograd.value import Value
from ..batching.known import entries
from ..devices import CPU, Format, device, strided
from ..errors import DimensionError
from .size import Size

__all__ = [
    "detach",
    "is_complex",
    "is_floating_point",
    "is_nonzero",
    "is_signed",
    "is_tensor",
    "numel",
    "result_type",
]

_new_size = tuple.__new__


class Described(Value):
    """A value that answers PyTorch's questions about itself."""

    __slots__ = ()

    is_cuda = is_mps = is_xpu = is_meta = is_sparse = is_quantized = False
    is_cpu = True

    @property
    def shape(self) -> Size:
        """The length of every axis."""
        return _new_size(Size, self.array.shape)

    def size(self, dim: int | None = None) -> Any:
        """The shape, or the length of one axis. Raises DimensionError for an axis it has not."""
        if dim is None:
            return self.shape
        try:
            return self.array.shape[dim]
        except IndexError:
            raise DimensionError(f"size: axis {dim} of a tensor with {self.ndim} axes") from None

    def dim(self) -> int:
        """The number of axes, PyTorch's other name for `ndim`."""
        return self.ndim

    ndimension = dim

    def numel(self) -> int:
        """The number of entries."""
        return int(self.array.size)

    nelement = numel

    @property
    def device(self) -> device:
        """Where it lies: on the CPU."""
        return CPU

    @property
    def layout(self) -> Format:
        """How it is stored: with all its entries, as against a sparse tensor."""
        return strided

    def get_device(self) -> int:
        """The number of its device, -1 for the CPU."""
        return -1

    def is_floating_point(self) -> bool:
        """Whether the entries are floating numbers."""
        return bool(self.array.dtype.kind == "f")

    def is_complex(self) -> bool:
        """Whether the entries are complex: never."""
        return False

    def is_nonzero(self) -> bool:
        """Whether the single entry is not 0. Raises AutogradError for another number of them."""
        return bool(self)

    def is_signed(self) -> bool:
        """Whether the entries can be negative."""
        return self.array.dtype.kind in "fi"

    # In memory

    @property
    def itemsize(self) -> int:
        """The number of bytes of one entry."""
        return int(self.array.itemsize)

    def element_size(self) -> int:
        """The number of bytes of one entry."""
        return self.itemsize

    @property
    def nbytes(self) -> int:
        """The number of bytes of all entries."""
        return self.numel() * self.itemsize

    def stride(self, dim: int | None = None) -> Any:
        """Per axis, or of one axis, how many entries in memory lie from one place to the next."""
        strides = tuple(step // self.array.itemsize for step in self.array.strides)
        return strides if dim is None else strides[dim]

    def storage_offset(self) -> int:
        """How many entries of the memory that it shares come before its first one."""
        array = entries(self.memory())  # inside vmap that of the first sample
        return (_address(array) - _address(owner(array))) // self.itemsize if self.numel() else 0

    def data_ptr(self) -> int:
        """The address of the first entry."""
        return _address(self.memory())

    def is_contiguous(self, memory_format: Any = None) -> builtins.bool:
        """Whether the entries lie in row-major order without gaps."""
        return bool(self.array.flags.c_contiguous)

    def is_pinned(self) -> builtins.bool:
        """Whether it lies in memory locked for another device: never."""
        return False


def _address(array: Any) -> int:
    return int(array.__array_interface__["data"][0])


def is_tensor(obj: Any) -> bool:
    """Whether `obj` is a tensor.

    >>> is_tensor(1.0)
    False
    """
    return isinstance(obj, Value)


def detach(input: Any) -> Any:
    """The same memory as a tensor that is part of no graph.

    >>> import autograd_fr as ag
    >>> ag.detach(ag.tensor(1.0, requires_grad=True)).requires_grad
    False
    """
    return input.detach()


def numel(input: Described) -> int:
    """The number of entries.

    >>> import autograd_fr as ag
    >>> ag.numel(ag.zeros(2, 3))
    6
    """
    return input.numel()


def is_floating_point(input: Described) -> bool:
    """Whether the entries are floating numbers.

    >>> import autograd_fr as ag
    >>> ag.is_floating_point(ag.tensor([1]))
    False
    """
    return input.is_floating_point()


def is_complex(input: Described) -> bool:
    """Whether the entries are complex: never.

    >>> import autograd_fr as ag
    >>> ag.is_complex(ag.tensor([1]))
    False
    """
    return False


def is_nonzero(input: Any) -> bool:
    """Whether the single entry is not 0. Raises AutogradError for another number of entries.

    >>> import autograd_fr as ag
    >>> ag.is_nonzero(ag.tensor([0.0]))
    False
    """
    return bool(input)


def is_signed(input: Described) -> bool:
    """Whether the entries can be negative.

    >>> import autograd_fr as ag
    >>> ag.is_signed(ag.tensor([1], dtype=ag.uint8))
    False
    """
    return input.is_signed()


def result_type(tensor1: Any, tensor2: Any) -> np.dtype[Any]:
    """The dtype of an elementwise operation on two tensors, or on a tensor and a number.

    >>> import autograd_fr as ag
    >>> ag.result_type(ag.tensor([1, 2]), 1.0)
    dtype('float32')
    """
    operands = (t.array if isinstance(t, Value) else t for t in (tensor1, tensor2))
    return dtypes.result_type(*operands)
