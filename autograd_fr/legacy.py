"""PyTorch's old types: a class per dtype, called with lengths or with data."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtypes
from .autograd.memory import expose
from .autograd.value import Value, share
from .creation.lengths import shape_of
from .errors import DtypeError
from .tensor.size import Size


def array_of(name: str, dtype: Any, data: tuple[Any, ...]) -> Any:
    """What the old constructor `name` makes of its arguments, as an array.

    Integers are lengths, as is a shape; anything else is one piece of data, brought to `dtype`. A
    tensor, which must have that dtype, shares its memory, and so does an array that has it.

    >>> array_of("Tensor", dtypes.float32, ([1, 2],))
    array([1., 2.], dtype=float32)
    """
    first = data[0] if data else 0
    if isinstance(first, (int, np.integer, Size)) and not isinstance(first, bool):
        return np.zeros(shape_of(name, data or (0,)), dtype)
    if len(data) > 1 or isinstance(first, (bool, float, str)):
        raise TypeError(f"{name}() takes lengths or one piece of data, got {data!r}; for a number "
                        "write tensor(...)")  # fmt: skip
    if isinstance(first, Value):
        if first.dtype != dtype:
            raise DtypeError(f"{name}() of a tensor of {first.dtype}: convert it with .to({dtype})")
        return first.memory()
    array = dtypes.fitting(first, dtype, overflow=True)
    if array is first:
        expose(array)
    return array


class OldType:
    """One of PyTorch's old types: makes tensors of its dtype, and `isinstance` knows them.

    >>> LongTensor([1, 2]), FloatTensor(2)
    (tensor([1, 2]), tensor([0., 0.]))
    >>> isinstance(LongTensor([1]), FloatTensor)
    False
    """

    def __init__(self, name: str, dtype: np.dtype[Any]) -> None:
        self.__name__, self.dtype = name, dtype

    def __call__(self, *data: Any, device: Any = None) -> Any:
        from .devices import on_cpu

        on_cpu(device)
        return share(array_of(self.__name__, self.dtype, data))

    def __instancecheck__(self, thing: Any) -> bool:
        return isinstance(thing, Value) and thing.dtype == self.dtype

    def __repr__(self) -> str:
        return f"<class 'torch.{self.__name__}'>"


HalfTensor = OldType("HalfTensor", dtypes.float16)
FloatTensor = OldType("FloatTensor", dtypes.float32)
DoubleTensor = OldType("DoubleTensor", dtypes.float64)
CharTensor = OldType("CharTensor", dtypes.int8)
ShortTensor = OldType("ShortTensor", dtypes.int16)
IntTensor = OldType("IntTensor", dtypes.int32)
LongTensor = OldType("LongTensor", dtypes.int64)
ByteTensor = OldType("ByteTensor", dtypes.uint8)
BoolTensor = OldType("BoolTensor", dtypes.bool_)

_TYPES = (HalfTensor, FloatTensor, DoubleTensor, CharTensor, ShortTensor, IntTensor, LongTensor,
          ByteTensor, BoolTensor)  # fmt: skip
_BY_NAME = {f"torch.{kind.__name__}": kind for kind in _TYPES}


def name_of(dtype: Any) -> str:
    """The name of the old type of a dtype.

    >>> name_of(dtypes.int64)
    'torch.LongTensor'
    """
    return next(name for name, kind in _BY_NAME.items() if kind.dtype == dtype)


def dtype_of(kind: Any) -> Any:
    """The dtype of an old type, of its name, or of itself.

    >>> dtype_of("torch.LongTensor"), dtype_of(FloatTensor)
    (dtype('int64'), dtype('float32'))
    """
    if isinstance(kind, str):
        kind = _BY_NAME.get(kind, kind)
    return kind.dtype if isinstance(kind, OldType) else dtypes.as_dtype(kind)


def typename(obj: Any) -> str:
    """The name of the type of a tensor, or of anything else with the module it is from.

    >>> typename(LongTensor([1])), typename([1])
    ('torch.LongTensor', 'list')
    """
    if isinstance(obj, Value):
        told: str = obj.type()  # type: ignore[attr-defined]
        return told
    named = obj if hasattr(obj, "__qualname__") else type(obj)
    module = getattr(named, "__module__", None) or ""
    name = getattr(named, "__qualname__", named.__class__.__name__)
    return name if module in ("", "builtins") else f"{module}.{name}"
