"""Tensors that a module learns, or keeps."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..autograd.readings import copied
from ..autograd.value import ARRAY, Value, check_wanted, share
from ..devices import on_cpu
from ..errors import UninitializedError
from ..tensor import Tensor, fresh


def _array_of(name: str, data: Any) -> Any:
    """The array that a parameter or buffer is made over: that of a tensor, or a new one."""
    copied(name, data)
    if data is None:
        return fresh([]).array
    return data.array if isinstance(data, Value) else fresh(data).array


class Parameter(Tensor):
    """A leaf tensor that, set as an attribute of a module, is one of its parameters.

    Given a tensor, it shares its memory; given none, it is empty.

    >>> import autograd_fr as ag
    >>> ag.nn.Parameter(ag.zeros(2))
    Parameter containing:
    tensor([0., 0.], requires_grad=True)
    """

    __slots__ = ()
    _is_param = True

    def __init__(self, data: Any = None, requires_grad: bool = True) -> None:
        self._begin(_array_of("Parameter", data), requires_grad)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"

    def _note_copy(self) -> None:
        """Nothing: who copies a module has not looked at the numbers in it."""

    def __reduce_ex__(self, protocol: Any) -> Any:
        """How deepcopy and pickle take it: as PyTorch's, without its gradient."""
        restored, (kind, array, requires_grad, _, name) = super().__reduce_ex__(protocol)
        return restored, (kind, array, requires_grad, None, name)


class Buffer(Tensor):
    """A tensor that, set as an attribute of a module, is one of its buffers.

    Given a tensor, it shares its memory. One that is not `persistent` is left out of the
    `state_dict`.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.ReLU()
    >>> layer.steps = ag.nn.Buffer(ag.tensor(0))
    >>> layer.state_dict()["steps"]
    tensor(0)
    """

    __slots__ = ("persistent",)

    def __init__(self, data: Any = None, *, persistent: bool = True) -> None:
        self._begin(_array_of("Buffer", data), getattr(data, "requires_grad", False))
        self.persistent = persistent

    def __reduce_ex__(self, protocol: Any) -> Any:
        restored, state = super().__reduce_ex__(protocol)
        return _buffer, (self.persistent, restored, state)


def _buffer(persistent: bool, restored: Any, state: tuple[Any, ...]) -> Buffer:
    made: Buffer = restored(*state)
    made.persistent = persistent
    return made


class _Uninitialized(Tensor):
    """A tensor of a known dtype without a shape yet. It is its own class again once it has one."""

    __slots__ = ()

    cls_to_become: type[Tensor]

    def _wait(self, dtype: Any, requires_grad: bool) -> None:
        """Be without a shape."""
        ARRAY.__set__(self, np.empty(0, dtype))
        for name, value in (("node", None), ("_grad", None), ("_peeked", 0), ("_name", None)):
            setattr(self, name, value)
        self.requires_grad = requires_grad

    def materialize(self, shape: Any, device: Any = None, dtype: Any = None) -> None:
        """Have memory of this shape from now on, filled with zeros, and be an ordinary tensor."""
        on_cpu(device)
        array = np.zeros(shape, self.dtype if dtype is None else dtypes.as_dtype(dtype))
        wanted, self._requires_grad = self._requires_grad, False
        self.__class__ = self.cls_to_become  # type: ignore[assignment]
        self.array: Any = array
        self.requires_grad = wanted

    @property
    def array(self) -> Any:
        """Raises UninitializedError: nothing can be computed with it."""
        raise UninitializedError(
            "a parameter or buffer of a lazy module has no shape and no values before the first "
            "call: call the module once with an input like those to come (a few rows of zeros "
            "will do)"
        )

    @array.setter
    def array(self, array: Any) -> None:
        ARRAY.__set__(self, array)

    @property
    def dtype(self) -> Any:
        """The type that the entries will have."""
        return ARRAY.__get__(self).dtype

    @property
    def data(self) -> Tensor:
        """An empty tensor of the same dtype."""
        empty: Tensor = share(ARRAY.__get__(self))
        return empty

    @data.setter
    def data(self, value: Tensor) -> None:
        ARRAY.__set__(self, np.empty(0, value.dtype))

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient will be wanted."""
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        check_wanted(wanted)
        self._requires_grad = wanted

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), (self.requires_grad, None, self.dtype)


class UninitializedParameter(_Uninitialized, Parameter):
    """A parameter whose shape the first input of its module will tell.

    Using it before raises UninitializedError.

    >>> import autograd_fr as ag
    >>> p = UninitializedParameter(dtype=ag.float64)
    >>> p.materialize((1, 2)); p
    Parameter containing:
    tensor([[0., 0.]], dtype=float64, requires_grad=True)
    """

    __slots__ = ()
    cls_to_become = Parameter

    def __init__(self, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> None:
        on_cpu(device)
        self._wait(dtypes.as_dtype(dtype or dtypes.get_default_dtype()), requires_grad)


class UninitializedBuffer(_Uninitialized, Buffer):
    """A buffer whose shape the first input of its module will tell."""

    __slots__ = ()
    cls_to_become = Buffer

    def __init__(
        self,
        requires_grad: bool = False,
        device: Any = None,
        dtype: Any = None,
        persistent: bool = True,
    ) -> None:
        on_cpu(device)
        self._wait(dtypes.as_dtype(dtype or dtypes.get_default_dtype()), requires_grad)
        self.persistent = persistent

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), (self.requires_grad, None, self.dtype, self.persistent)


def is_lazy(param: Any) -> bool:
    """Whether this is a parameter or buffer without a shape yet."""
    return isinstance(param, _Uninitialized)
