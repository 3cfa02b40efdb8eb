"""A tensor's entries in another dtype, or, in name only, in another place."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from .. import devices, dtypes, ops
from ..autograd.readings import note
from ..autograd.value import Value, wrap
from ..errors import DtypeError
from .description import Described


def _caster(name: str, dtype: Any) -> Any:
    """The method that brings a tensor to one dtype."""

    def method(self: Any, *, memory_format: Any = None) -> Any:
        devices.plain_options(name, {"memory_format": memory_format})
        return self._cast(dtype)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"""The entries as {dtype}; see `to`."""
    return method


class Casts(Described):
    """A value that can become one of another dtype. Gradients flow through where both float."""

    __slots__ = ()

    def to(self, *args: Any, **options: Any) -> Any:
        """The entries in another dtype, on a device, or as another tensor has them.

        Fractions are cut off where the dtype is an integer one; all but 0 is True.

        `to(dtype)`, `to(device, dtype)`, `to(other)`, each with `non_blocking`, `copy` and
        `memory_format`; dtype and device also by name. It is this very tensor where nothing is to
        be done and `copy` is not asked for. Raises AutogradError for another device than the CPU.

        >>> import autograd_fr as ag
        >>> ag.tensor([1, 2]).to("cpu", ag.float32)
        tensor([1., 2.])
        """
        if len(args) == 1 and not options and isinstance(args[0], np.dtype):
            return self._cast(args[0])
        dtype, copied = destination(*args, **options)
        result = self if dtype is None else self._cast(dtype)
        return ops.clone(self) if copied and result is self else result

    def _cast(self, dtype: Any) -> Any:
        wanted = dtypes.as_dtype(dtype)
        if wanted is self.array.dtype or wanted == self.array.dtype:
            return self
        if wanted.kind != "f":
            if self._requires_grad:
                note(f"to({wanted})", Casts._cast, self, wanted)
            return wrap(self.array.astype(wanted))
        return ops.shape.cast(self, wanted)

    def astype(self, dtype: Any) -> Any:
        """NumPy's name for `to`."""
        return self._cast(dtype)

    def type_as(self, other: Value) -> Any:
        """The entries in the dtype of `other`."""
        return self._cast(other.dtype)

    def type(self, dtype: Any = None, non_blocking: builtins.bool = False) -> Any:
        """The entries in another dtype; without one, the name of PyTorch's type for this dtype.

        >>> import autograd_fr as ag
        >>> ag.zeros(2).type(), ag.zeros(2).type("torch.LongTensor")
        ('torch.FloatTensor', tensor([0, 0]))
        """
        from ..legacy import dtype_of, name_of  # rarely used

        return name_of(self.dtype) if dtype is None else self._cast(dtype_of(dtype))

    def cpu(self, memory_format: Any = None) -> Any:
        """This very tensor: it lies there."""
        devices.plain_options("cpu", {"memory_format": memory_format})
        return self

    def cuda(self, *_: Any, **__: Any) -> Any:
        """Raises AutogradError: there is no such device."""
        return devices.on_cpu("cuda")

    half = _caster("half", dtypes.float16)
    float = _caster("float", dtypes.float32)
    double = _caster("double", dtypes.float64)
    bfloat16 = _caster("bfloat16", dtypes.bfloat16)
    char = _caster("char", dtypes.int8)
    short = _caster("short", dtypes.int16)
    int = _caster("int", dtypes.int32)
    long = _caster("long", dtypes.int64)
    byte = _caster("byte", dtypes.uint8)
    bool = _caster("bool", dtypes.bool_)


def destination(
    *args: Any,
    dtype: Any = None,
    device: Any = None,
    other: Any = None,
    non_blocking: bool = False,
    copy: bool = False,
    memory_format: Any = None,
) -> tuple[Any, bool]:
    """The dtype that a call of `to` asks for, None if any will do, and whether it wants a copy."""
    devices.plain_options("to", {"memory_format": memory_format})
    if args:
        first, *rest = args
        if isinstance(first, Value):
            other = first
        elif first is None or isinstance(first, devices.device) or _is_place(first):
            device = first
            if rest:
                dtype, *rest = rest
        else:
            dtype = _named_dtype(first) if isinstance(first, str) else first
        if len(rest) > 2:
            raise TypeError(f"to() takes a destination, non_blocking and copy, got {args!r}")
        copy = rest[1] if len(rest) == 2 else copy
    devices.on_cpu(device)
    return other.dtype if other is not None else dtype, copy


def _named_dtype(name: str) -> Any:
    """The dtype that a string names, which names no device."""
    try:
        return dtypes.as_dtype(name)
    except DtypeError as error:
        raise DtypeError(f"to: {name!r} is not a device, as 'cpu' is; and {error}") from None


def _is_place(name: Any) -> bool:
    """Whether a destination is a device: its name, or the number of a GPU."""
    return type(name) is int or (isinstance(name, str) and devices.is_device_name(name))
