"""New tensors with the dtype of a tensor there is."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..autograd.readings import copied
from ..autograd.value import Value, share, wrap
from ..batching.known import spread
from ..creation.lengths import shape_of
from ..devices import maker
from .description import Described


class Siblings(Described):
    """A value that makes others of its dtype; each method takes the options of `zeros`."""

    __slots__ = ()

    @maker
    def new_zeros(self, *size: Any, dtype: Any = None) -> Any:
        """Zeros of this dtype."""
        return self._beside(np.zeros(shape_of("new_zeros", size), self._or_own(dtype)))

    @maker
    def new_ones(self, *size: Any, dtype: Any = None) -> Any:
        """Ones of this dtype."""
        return self._beside(np.ones(shape_of("new_ones", size), self._or_own(dtype)))

    @maker
    def new_empty(self, *size: Any, dtype: Any = None) -> Any:
        """A tensor of this dtype whose entries are to be written."""
        return self._beside(np.zeros(shape_of("new_empty", size), self._or_own(dtype)))

    @maker
    def new_full(self, size: Any, fill_value: Any, dtype: Any = None) -> Any:
        """One value throughout, in this dtype."""
        value = fill_value.array.item() if isinstance(fill_value, Value) else fill_value
        value = dtypes.fitting(value, self._or_own(dtype))
        return self._beside(np.full(shape_of("new_full", (size,)), value))

    @maker
    def new_tensor(self, data: Any, dtype: Any = None) -> Any:
        """A copy of `data`, in this dtype."""
        copied("new_tensor", data)
        source = data.array if isinstance(data, Value) else data
        return share(np.array(dtypes.fitting(source, self._or_own(dtype), overflow=True)))

    def new(self, *args: Any) -> Any:
        """A tensor of this dtype by PyTorch's old form: of lengths, or of data."""
        from ..legacy import array_of  # rarely used

        return share(array_of("new", self.dtype, args))

    def _beside(self, made: Any) -> Any:
        """An array as a tensor, inside vmap with room for each sample where this one has it."""
        return wrap(spread(made, self))

    def _or_own(self, dtype: Any) -> Any:
        return self.dtype if dtype is None else dtypes.as_dtype(dtype)
