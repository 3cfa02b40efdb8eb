"""New tensors: from data, or filled by a rule."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtypes
from .autograd.memory import expose
from .autograd.value import share
from .methods import unpacked
from .tensor import Tensor


def tensor(
    data: Any, dtype: Any = None, requires_grad: bool = False, *, name: str | None = None
) -> Tensor:
    """A leaf tensor with a copy of `data`: a number, nested lists, an array or a tensor.

    `dtype`: by default float32 for Python floats, int64 for integers, and their own for arrays.
    `name`: shown in drawings. Raises DtypeError, ShapeError as `Tensor` does.

    >>> tensor([[1, 2], [3, 4]])
    tensor([[1, 2],
            [3, 4]])
    """
    return Tensor(data, dtype, requires_grad, name=name)


def as_tensor(data: Any, dtype: Any = None) -> Tensor:
    """`data` as a tensor, without a copy where it is a tensor or an array already.

    >>> t = tensor(1.0)
    >>> as_tensor(t) is t
    True
    """
    if isinstance(data, Tensor):
        return data if dtype is None else data.to(dtype)
    array = dtypes.as_array(data, dtype)
    if array is data:
        expose(array)
    made: Tensor = share(array)
    return made


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


def full(size: Any, fill_value: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of `size` with one value throughout.

    >>> full((2,), 7.0)
    tensor([7., 7.])
    """
    value = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
    wanted = dtypes.of_scalar(value) if dtype is None else dtypes.as_dtype(dtype)
    return Tensor(np.full(unpacked((size,)), value, wanted), None, requires_grad)


def zeros(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros.

    >>> zeros(2)
    tensor([0., 0.])
    """
    return Tensor(np.zeros(unpacked(size), _floating(dtype)), None, requires_grad)


def ones(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones.

    >>> ones(2)
    tensor([1., 1.])
    """
    return Tensor(np.ones(unpacked(size), _floating(dtype)), None, requires_grad)


def zeros_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros in the shape, and by default the dtype, of `input`.

    >>> zeros_like(tensor([1, 2]))
    tensor([0, 0])
    """
    return zeros(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def ones_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones in the shape, and by default the dtype, of `input`.

    >>> ones_like(tensor([1, 2]))
    tensor([1, 1])
    """
    return ones(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def arange(
    start: Any, end: Any = None, step: Any = 1, *, dtype: Any = None, requires_grad: bool = False
) -> Tensor:
    """The numbers from `start` (0 if left out) up to, not including, `end`.

    Raises ValueError for a step that leads away from the end.

    >>> arange(3)
    tensor([0, 1, 2])
    """
    start, end = (0, start) if end is None else (start, end)
    if dtype is None and any(isinstance(x, (float, np.floating)) for x in (start, end, step)):
        dtype = dtypes.get_default_dtype()
    if step == 0 or (end - start) * step < 0:
        raise ValueError(f"arange from {start} to {end} by {step} leads away from its end")
    return Tensor(np.arange(start, end, step), dtype, requires_grad)


def linspace(
    start: float, end: float, steps: int, *, dtype: Any = None, requires_grad: bool = False
) -> Tensor:
    """`steps` numbers at equal distances, from `start` to `end`, both included.

    >>> linspace(0, 1, 3)
    tensor([0.0000, 0.5000, 1.0000])
    """
    return Tensor(np.linspace(start, end, steps), _floating(dtype), requires_grad)


def eye(n: int, m: int | None = None, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones on the diagonal, zeros elsewhere.

    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    return Tensor(np.eye(n, m, dtype=_floating(dtype)), None, requires_grad)


def _floating(dtype: Any) -> np.dtype[Any]:
    return dtypes.get_default_dtype() if dtype is None else dtypes.as_dtype(dtype)
