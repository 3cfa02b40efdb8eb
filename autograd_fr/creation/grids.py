"""New tensors by a rule: numbers at equal distances, positions in matrices, grids.

Every function that makes a tensor also takes `requires_grad`, and PyTorch's `device` and the like.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dtypes, ops
from ..autograd.composites import composite
from ..autograd.op import NUMPY_TWINS
from ..autograd.value import wrap
from ..batching.known import levels_of
from ..devices import maker
from ..errors import DtypeError, RangeError, ShapeError
from ..tensor import Tensor
from .lengths import shape_of
from .values import floating_or

__all__ = [
    "arange", "cartesian_prod", "combinations", "eye", "linspace", "logspace", "meshgrid",
    "tril_indices", "triu_indices",
]  # fmt: skip


@maker
def arange(start: Any = 0, end: Any = None, step: Any = 1, *, dtype: Any = None) -> Tensor:
    """The numbers from `start` (0 if left out) up to, not including, `end`.

    int64 if all are integers, else of the default dtype. Of fractions in an integer dtype, the
    number of entries is that of the floating ones, but for int64. Raises RangeError for a step
    that leads away from the end.

    >>> arange(3), arange(0, 1, 0.25)
    (tensor([0, 1, 2]), tensor([0.0000, 0.2500, 0.5000, 0.7500]))
    """
    start, end = (0, start) if end is None else (start, end)
    start, end, step = map(_number, (start, end, step))
    floats = any(isinstance(x, float) for x in (start, end, step))
    wanted = dtypes.as_dtype(dtype or (dtypes.get_default_dtype() if floats else dtypes.int64))
    if wanted == dtypes.bool_:
        raise DtypeError("arange: numbers in a row are no truth values; choose an integer dtype")
    if not (math.isfinite(start) and math.isfinite(end)):
        raise RangeError(f"arange from {start} to {end} does not end")
    exact = not floats or wanted == dtypes.int64
    if (int(step) if exact else step) == 0 or (end - start) * step < 0:
        raise RangeError(f"arange from {start} to {end} by {step} leads away from its end")
    if exact:
        count = len(range(int(start), int(end), int(step)))
    else:
        count = math.ceil((end - start) / step)
    if wanted.kind != "f":
        start, step = int(start), int(step)
    return _made(start + np.arange(count) * step, wanted)


def linspace(start: Any, end: Any, steps: int, **options: Any) -> Tensor:
    """`steps` numbers at equal distances, from `start` to `end`, both included.

    >>> linspace(0, 1, 3)
    tensor([0.0000, 0.5000, 1.0000])
    """
    return _spaced(_end(start), _end(end), steps, lambda x: x, **options)


def logspace(start: Any, end: Any, steps: int, base: float = 10.0, **options: Any) -> Tensor:
    """`base` to the powers that `linspace(start, end, steps)` gives.

    >>> logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    return _spaced(_end(start), _end(end), steps, lambda x: np.power(base, x), **options)


@maker
def _spaced(start: Any, end: Any, steps: int, f: Callable[[Any], Any], dtype: Any = None) -> Any:
    """`f` of numbers at equal distances, counted from the nearer end, so that both are met."""
    (count,) = shape_of("linspace", (steps,))
    wanted = floating_or(dtype)
    if wanted.kind != "f":
        start, end = (x.trunc() if isinstance(x, Tensor) else int(x) for x in (start, end))
    step = (end - start) / max(count - 1, 1)
    i = np.arange(count)
    spaced = f(np.where(i < count / 2, start + step * i, end - step * (count - 1 - i)))
    return spaced.to(wanted) if isinstance(spaced, Tensor) else _made(spaced, wanted)


@maker
def eye(n: int, m: int | None = None, *, dtype: Any = None) -> Tensor:
    """Ones on the diagonal, zeros elsewhere.

    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    rows, columns = shape_of("eye", (n, n if m is None else m))
    return _made(np.eye(rows, columns), floating_or(dtype))


@maker
def tril_indices(row: int, col: int, offset: int = 0, *, dtype: Any = dtypes.int64) -> Tensor:
    """The positions of a matrix on and below a diagonal: a row of row numbers, one of columns.

    >>> tril_indices(2, 2)
    tensor([[0, 1, 1],
            [0, 0, 1]])
    """
    n, m = shape_of("tril_indices", (row, col))
    return _made(np.stack(np.nonzero(np.tri(n, m, offset, dtype=bool))), dtype)


@maker
def triu_indices(row: int, col: int, offset: int = 0, *, dtype: Any = dtypes.int64) -> Tensor:
    """The positions of a matrix on and above a diagonal: a row of row numbers, one of columns.

    >>> triu_indices(2, 2)
    tensor([[0, 0, 1],
            [0, 1, 1]])
    """
    n, m = shape_of("triu_indices", (row, col))
    return _made(np.stack(np.nonzero(~np.tri(n, m, offset - 1, dtype=bool))), dtype)


@composite
def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """Per tensor of one axis, its entries spread over the grid of them all.

    `indexing`: "ij" for axes in the order of the tensors, "xy" with the first two exchanged.
    Raises ShapeError for a tensor of more axes, DtypeError for different dtypes, RangeError for
    another `indexing`.

    >>> meshgrid(arange(2), arange(3))[0]
    tensor([[0, 0, 0],
            [1, 1, 1]])
    """
    if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)):
        tensors = tuple(tensors[0])
    if indexing not in ("ij", "xy"):
        raise RangeError(f"meshgrid: indexing is 'ij' or 'xy', not {indexing!r}")
    for t in tensors:
        if t.ndim > 1:
            raise ShapeError(f"meshgrid takes tensors of one axis, got shape {t.array.shape}")
        if t.dtype != tensors[0].dtype:
            raise DtypeError(
                f"meshgrid of {tensors[0].dtype} and {t.dtype}: convert one with .to()"
            )
    swapped = indexing == "xy" and len(tensors) > 1
    order = [1, 0, *range(2, len(tensors))] if swapped else [*range(len(tensors))]
    lengths = tuple(tensors[k].numel() for k in order)
    return tuple(
        ops.broadcast_to(t.reshape((-1,) + (1,) * (len(order) - 1 - order.index(k))), lengths)
        for k, t in enumerate(tensors)
    )


@composite
def cartesian_prod(*tensors: Any) -> Tensor:
    """All ways to take one entry of each tensor of one axis, a row each, the last one fastest.

    >>> cartesian_prod(arange(1, 3), arange(3, 5))
    tensor([[1, 3],
            [1, 4],
            [2, 3],
            [2, 4]])
    """
    if len(tensors) == 1:
        return tensors[0]
    return ops.stack([grid.reshape(-1) for grid in meshgrid(*tensors)], -1)


@composite
def combinations(input: Any, r: int = 2, with_replacement: bool = False) -> Tensor:
    """All ways to take `r` entries of a tensor of one axis without regard to order, a row each.

    Raises ShapeError for a tensor of another number of axes.

    >>> combinations(arange(1, 4))
    tensor([[1, 2],
            [1, 3],
            [2, 3]])
    """
    if input.ndim != 1:
        raise ShapeError(f"combinations takes one axis, got shape {input.array.shape}")
    ways = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    if r == 0:
        return input[:0]
    return input[np.array(list(ways(range(len(input)), r)), np.intp).reshape(-1, r)]


def _number(x: Any) -> Any:
    """A number as Python's own, from one or from a tensor of one entry."""
    return x.item() if isinstance(x, (Tensor, np.generic)) else x


def _end(x: Any) -> Any:
    """Where a row begins or ends: a number, or inside `vmap` one of each sample."""
    return x.double() if isinstance(x, Tensor) and not x.ndim and levels_of(x) else _number(x)


def _made(array: Any, dtype: Any) -> Any:
    return wrap(np.asarray(array, dtypes.as_dtype(dtype)))


NUMPY_TWINS[np.meshgrid] = lambda *xi, indexing="xy": meshgrid(*xi, indexing=indexing)
