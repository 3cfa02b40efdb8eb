"""What is looked for: a nest of numbers, arrays and tensors, and the one vector that SciPy sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..creation.values import tensor
from ..errors import AutogradError, DtypeError
from ..func.trees import flatten, paths
from ..tensor import Tensor

Array = np.ndarray[Any, Any]


class Unknowns:
    """A nest as a vector of float64, and vectors as such nests. `name` is for messages.

    Raises DtypeError for leaves that are no numbers, ValueError for none, and for inf and nan.

    >>> unknowns = Unknowns("minimize", {"w": np.ones((2, 1), np.float32), "b": 3})
    >>> unknowns.start
    array([1., 1., 3.])
    >>> unknowns.given_back(np.array([4.0, 5.0, 6.0]))
    {'w': array([[4.],
           [5.]], dtype=float32), 'b': 6.0}
    """

    def __init__(self, name: str, x0: Any) -> None:
        self.name, self.given = name, x0
        self._leaves, self._structure = flatten(x0, is_row)
        places = [f"{name}: x0{path}" for path in paths(x0, is_row)]
        arrays = [_array(place, leaf) for place, leaf in zip(places, self._leaves)]
        self._shapes = [array.shape for array in arrays]
        self._dtypes = [x.dtype if x.dtype.kind == "f" else np.float64 for x in arrays]
        self._ends = np.cumsum([array.size for array in arrays])[:-1]
        self.start = np.concatenate([np.zeros(0), *(x.reshape(-1) for x in arrays)])
        if not self.start.size:
            raise ValueError(f"{name}: x0 is empty: there is nothing to look for")
        if not np.isfinite(self.start).all():
            raise ValueError(f"{name}: x0 holds inf or nan: start from finite numbers")

    def tensors(self, x: Array) -> list[Tensor]:
        """The leaves at `x`, as tensors of float64 that require gradients."""
        return [tensor(part, requires_grad=True) for part in self.parts(x)]

    def parts(self, x: Array) -> list[Array]:
        """The entries of `x` that are each leaf's, in its shape; with axes in front of these."""
        front = x.shape[:-1]
        split = np.split(x, self._ends, -1)
        return [part.reshape(front + shape) for part, shape in zip(split, self._shapes)]

    def vector(self, leaves: Sequence[Any], front: tuple[int, ...] = ()) -> Array:
        """The entries of arrays or tensors like the leaves, zeros for None, as one vector."""
        arrays = [
            np.zeros(front + shape) if x is None else np.asarray(x.array)
            for x, shape in zip(leaves, self._shapes)
        ]
        return np.concatenate([x.reshape(*front, -1) for x in arrays], -1).astype(np.float64)

    def nest(self, leaves: Sequence[Any]) -> Any:
        """Leaves in their places."""
        return self._structure(list(leaves))

    def given_back(self, x: Array) -> Any:
        """`x` as the nest was given, of its kinds, shapes and floating dtypes.

        Where integers were, there is float64.
        """
        parts = zip(self._leaves, self.parts(x), self._dtypes)
        return self.nest([_like(leaf, part.astype(dtype)) for leaf, part, dtype in parts])


def is_row(x: Any) -> bool:
    """Whether these are numbers in a list, which then are a vector, as for SciPy."""
    if not isinstance(x, (list, tuple)) or hasattr(x, "_fields"):
        return False
    return bool(x) and all(type(y) in (int, float) for y in x)


def _array(name: str, leaf: Any) -> Array:
    """A leaf as an array of numbers."""
    if is_row(leaf) or type(leaf) in (int, float):
        return np.array(leaf, np.float64)
    try:
        array = np.asarray(leaf.array if isinstance(leaf, Tensor) else dtypes.as_array(leaf))
    except AutogradError as error:
        raise type(error)(f"{name}: {error}") from None
    if array.dtype.kind == "b":
        raise DtypeError(f"{name} is of bool: numbers are needed")
    return array


def _like(leaf: Any, part: Array) -> Any:
    """An array as what a leaf is: a tensor, an array, a number, or numbers in a list."""
    if isinstance(leaf, Tensor):
        return tensor(part)
    if isinstance(leaf, (list, tuple)):
        return type(leaf)(part.tolist())
    return part if isinstance(leaf, np.ndarray) else part.item()
