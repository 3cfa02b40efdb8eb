"""What becomes of a value in Python, in NumPy, and in copies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .. import ops
from ..autograd.failures import explained
from ..autograd.memory import lend
from ..autograd.modes import is_grad_enabled
from ..autograd.readings import copied, note
from ..autograd.value import Value
from ..errors import AutogradError, GraphError, OperandError, ShapeError
from ..ops.indexing.reading import read_at
from .description import Described


class Conversions(Described):
    """A value that NumPy and Python's own functions can take."""

    __slots__ = ()

    def __getitem__(self, index: Any) -> Any:
        raise NotImplementedError

    def numpy(self, *, force: bool = False) -> np.ndarray[Any, Any]:
        """The array, memory shared: writing into it changes the tensor.

        Raises GraphError where a gradient is required and would be lost, unless under `no_grad()`,
        or `force` says to leave that aside.
        """
        if self.requires_grad and not force and is_grad_enabled():
            raise GraphError(
                "this tensor requires a gradient, which NumPy would lose: use .detach().numpy()"
            )
        if self._requires_grad:
            note("numpy", np.copy, self)
        lent: np.ndarray[Any, Any] = lend(self.memory())
        return lent

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    def __dlpack__(self, **options: Any) -> Any:
        """The memory of this tensor, for `from_dlpack` of another library."""
        return self.numpy().__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return np.asarray(self.array).__dlpack_device__()

    def item(self) -> Any:
        """The single entry, as a Python number."""
        if self._requires_grad:
            note("item", Conversions.item, self)
        array = self.array  # as `_entry`, without a call
        return array.item() if array.size == 1 else self._entry()

    def _entry(self) -> Any:
        if self.array.size != 1:
            raise ShapeError(f"item() needs one entry; this tensor has shape {self.array.shape}")
        return self.array.item()

    def tolist(self) -> Any:
        """Nested lists of Python numbers, or one number."""
        if self._requires_grad:
            note("tolist", Conversions.tolist, self)
        return self.array.tolist()

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        if self._requires_grad:
            note("int", int, self)
        return int(self._entry())

    def __index__(self) -> int:
        if self.dtype.kind not in "iu":
            raise TypeError(f"only integer tensors can be an index, this one is {self.dtype}")
        if self.array.size != 1:
            raise OperandError(
                f"only a tensor of one entry can be an index of a list or a number, this one has "
                f"shape {self.array.shape}"
            )
        return int(self.item())

    def __delitem__(self, index: Any) -> None:
        raise TypeError(
            "entries of a tensor cannot be deleted: choose those to keep, as in x[1:] or x[mask]"
        )

    def __bool__(self) -> bool:
        if self.array.size != 1:
            raise AutogradError(
                f"a tensor of shape {self.array.shape} is neither true nor false: "
                "use .any() or .all()"
            )
        if self._requires_grad:
            note("bool", bool, self)
        return bool(self._entry())

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("len() of a 0-d tensor")
        return int(self.array.shape[0])

    def __iter__(self) -> Iterator[Any]:
        if not self.ndim:
            raise TypeError("a 0-d tensor cannot be iterated over")
        return (read_at(self, (i,)) for i in range(len(self)))

    def __reversed__(self) -> Any:
        """The parts along the first axis in the opposite order, as a tensor."""
        return ops.flip(self, (0,)) if self.ndim else self

    def __format__(self, spec: str) -> str:
        return object.__format__(self, spec) if self.ndim else format(self._entry(), spec)

    def __contains__(self, item: Any) -> bool:
        """Whether some entry equals `item`, a number or a tensor."""
        if not isinstance(item, (Value, np.generic, bool, int, float)):
            raise TypeError(f"a tensor contains numbers, not {type(item).__name__}")
        sought = item.array if isinstance(item, Value) else item
        if self._requires_grad or getattr(item, "_requires_grad", False):
            note("in", Conversions.__contains__, self, item)
        try:
            return bool(np.any(self.array == sought))
        except ValueError as error:
            raise explained("in", (self.array, sought), error) from None

    def _note_copy(self) -> None:
        """Take a note that the entries were copied."""
        copied("deepcopy", self)

    def __reduce_ex__(self, protocol: Any) -> Any:
        """How deepcopy and pickle take a leaf; a result would drag its whole graph along."""
        if self.node is not None:
            raise GraphError(
                f"only leaves can be copied or pickled, this is a result of {self.node.op.name}: "
                "use detach(), or clone() to stay in the graph"
            )
        self._note_copy()
        state = (self.array, self._requires_grad, self._grad, getattr(self, "_name", None))
        return _restored, (type(self), *state)


def _restored(cls: Any, array: Any, requires_grad: bool, grad: Any, name: str | None) -> Any:
    value = cls.__new__(cls)
    value.array, value.node, value._grad_of, value._peeked = array, None, None, 0
    value._requires_grad, value._grad, value._name = requires_grad, grad, name
    return value
