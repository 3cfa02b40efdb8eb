"""New tensors: from data, or with one value throughout.

Every function that makes a tensor also takes `requires_grad`, and PyTorch's `device` and the like.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..autograd.composites import suggesting
from ..autograd.memory import expose
from ..autograd.op import NUMPY_TWINS
from ..autograd.value import Value, share, wrap
from ..batching.known import spread
from ..devices import maker, on_cpu
from ..tensor import Tensor, fresh
from .lengths import shape_of

__all__ = [
    "as_tensor", "asarray", "empty", "empty_like", "from_dlpack", "from_numpy", "frombuffer",
    "full", "full_like", "ones", "ones_like", "scalar_tensor", "tensor", "zeros", "zeros_like",
]  # fmt: skip


@suggesting
def tensor(
    data: Any,
    dtype: Any = None,
    requires_grad: bool = False,
    *,
    device: Any = None,
    pin_memory: bool = False,
    name: str | None = None,
) -> Tensor:
    """A leaf tensor with a copy of `data`: a number, nested lists, an array or a tensor.

    `dtype`: by default float32 for Python floats, int64 for integers, and their own for arrays.
    `name`: shown in drawings. Raises DtypeError for what is not numeric, ShapeError for ragged
    lists.

    >>> tensor([[1, 2], [3, 4]])
    tensor([[1, 2],
            [3, 4]])
    """
    on_cpu(device)
    return fresh(data, dtype, requires_grad, name)


@maker
def as_tensor(data: Any, dtype: Any = None) -> Tensor:
    """`data` as a tensor, without a copy where it is a tensor or an array already.

    >>> t = tensor(1.0)
    >>> as_tensor(t) is t
    True
    """
    if isinstance(data, Tensor):
        return data if dtype is None else data.to(dtype)
    array = dtypes.as_array(data) if dtype is None else dtypes.fitting(data, dtype, overflow=True)
    if array is data and isinstance(array, np.ndarray):  # NumPy's scalars never change
        expose(array)
    made: Tensor = share(array)
    return made


def asarray(
    obj: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    copy: bool | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """`obj` as a tensor: with a copy, without one (`copy=False`), or as need be.

    Raises ValueError where `copy=False` cannot be.

    >>> asarray([1, 2])
    tensor([1, 2])
    """
    on_cpu(device)
    made: Tensor = fresh(obj, dtype) if copy else as_tensor(obj, dtype)
    if copy is False and made.array is not (obj.array if isinstance(obj, Value) else obj):
        raise ValueError("asarray(copy=False): this cannot become such a tensor without a copy")
    if requires_grad:
        made.requires_grad = requires_grad
    return made


@maker
def scalar_tensor(s: Any, *, dtype: Any = None) -> Tensor:
    """A number as a 0-d tensor, by default of the default floating dtype.

    >>> scalar_tensor(3)
    tensor(3.)
    """
    return fresh(s, floating_or(dtype))


def from_numpy(array: np.ndarray[Any, Any]) -> Tensor:
    """A tensor over the memory of `array`: writing into one changes the other.

    Raises TypeError for anything but an array, DtypeError for an unsupported dtype.

    >>> a = np.zeros(2); t = from_numpy(a); a[0] = 5
    >>> t
    tensor([5., 0.], dtype=float64)
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(f"from_numpy() takes an array, not {type(array).__name__}")
    dtypes.as_dtype(array.dtype)
    array = np.asarray(array)  # a matrix or masked array as a plain one
    expose(array)
    made: Tensor = share(array)
    return made


def from_dlpack(ext_tensor: Any) -> Tensor:
    """A tensor over the memory of another library's array, by the DLPack protocol.

    Raises DtypeError for an unsupported dtype.

    >>> a = np.zeros(2); t = from_dlpack(a); a[0] = 5
    >>> t
    tensor([5., 0.], dtype=float64)
    """
    return from_numpy(np.from_dlpack(ext_tensor))


@maker
def frombuffer(buffer: Any, *, dtype: Any, count: int = -1, offset: int = 0) -> Tensor:
    """A tensor of one axis over the bytes of `buffer`, from `offset` on, without a copy.

    Raises ValueError where the bytes do not make whole entries.

    >>> frombuffer(bytes([1, 0, 2, 0]), dtype="int16")
    tensor([1, 2], dtype=int16)
    """
    return from_numpy(np.frombuffer(buffer, dtypes.as_dtype(dtype), count, offset))


@maker
def full(size: Any, fill_value: Any, *, dtype: Any = None) -> Tensor:
    """A tensor of `size` with one value throughout. Raises DtypeError for one that does not fit.

    >>> full((2,), 7.0)
    tensor([7., 7.])
    """
    value = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
    wanted = dtypes.of_scalar(value) if dtype is None else dtypes.as_dtype(dtype)
    made: Tensor = wrap(np.full(shape_of("full", (size,)), dtypes.fitting(value, wanted)))
    return made


@maker
def zeros(*size: Any, dtype: Any = None) -> Tensor:
    """Zeros.

    >>> zeros(2)
    tensor([0., 0.])
    """
    made: Tensor = wrap(np.zeros(shape_of("zeros", size), floating_or(dtype)))
    return made


@maker
def ones(*size: Any, dtype: Any = None) -> Tensor:
    """Ones.

    >>> ones(2)
    tensor([1., 1.])
    """
    made: Tensor = wrap(np.ones(shape_of("ones", size), floating_or(dtype)))
    return made


@maker
def empty(*size: Any, dtype: Any = None) -> Tensor:
    """A tensor whose entries are to be written: zeros, so that what is forgotten can be repeated.

    >>> empty(2, 3).shape
    torch.Size([2, 3])
    """
    made: Tensor = wrap(np.zeros(shape_of("empty", size), floating_or(dtype)))
    return made


@maker
def zeros_like(input: Tensor, *, dtype: Any = None) -> Tensor:
    """Zeros in the shape, and by default the dtype, of `input`.

    >>> zeros_like(tensor([1, 2]))
    tensor([0, 0])
    """
    return _beside(input, zeros(input.shape, dtype=dtype or input.dtype))


@maker
def ones_like(input: Tensor, *, dtype: Any = None) -> Tensor:
    """Ones in the shape, and by default the dtype, of `input`.

    >>> ones_like(tensor([1, 2]))
    tensor([1, 1])
    """
    return _beside(input, ones(input.shape, dtype=dtype or input.dtype))


@maker
def empty_like(input: Tensor, *, dtype: Any = None) -> Tensor:
    """A tensor to be written, in the shape, and by default the dtype, of `input`.

    >>> empty_like(tensor([1, 2])).dtype
    dtype('int64')
    """
    return _beside(input, empty(input.shape, dtype=dtype or input.dtype))


@maker
def full_like(input: Tensor, fill_value: Any, *, dtype: Any = None) -> Tensor:
    """One value throughout, in the shape, and by default the dtype, of `input`.

    >>> full_like(tensor([1, 2]), 7)
    tensor([7, 7])
    """
    return _beside(input, full(input.shape, fill_value, dtype=dtype or input.dtype))


def _beside(input: Tensor, made: Tensor) -> Tensor:
    """`made`, inside vmap with room for each sample where `input` has it."""
    made.array = spread(made.array, input)
    return made


def floating_or(dtype: Any) -> np.dtype[Any]:
    """`dtype`, or the default floating one for None."""
    return dtypes.get_default_dtype() if dtype is None else dtypes.as_dtype(dtype)


NUMPY_TWINS.update(
    {np.zeros_like: zeros_like, np.ones_like: ones_like, np.full_like: full_like,
     np.empty_like: empty_like}
)  # fmt: skip
