"""The greatest and the least entries, and where they stand. nan counts as greater and as less."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd.composites import numpy_names
from ...autograd.op import NUMPY_TWINS, Sample, differentiable
from ...autograd.results import named_result
from ...autograd.value import Value, wrap
from ...batching.known import anywhere
from ...errors import AutogradError, DimensionError, DtypeError
from ..elementwise.choice import maximum, minimum
from ..indexing.positions import as_value, grid
from ..indexing.reading import getitem, read_at
from ..shapes.axes import axis
from ..shapes.shape import clone, squeeze
from .reduction import Dim, mean, reduced, spread

__all__ = [
    "amax",
    "amin",
    "aminmax",
    "argmax",
    "argmin",
    "max",
    "min",
]

APART = [
    Sample((3, 4), gap=0.1),
    Sample((3, 4), gap=0.1, dim=0),
    Sample((3, 4), gap=0.1, dim=-1, keepdim=True),
    Sample((2, 2, 4), gap=0.1, dim=(0, 2)),
    Sample((2, 3), gap=0.1, dim=()),
    Sample(()),
    Sample((0, 3), dim=1),
]

Max = named_result("max", "values", "indices")
Min = named_result("min", "values", "indices")
Aminmax = named_result("aminmax", "min", "max")


@differentiable(
    x=lambda g, y, x, dim, keepdim: shared(g, spread(y, x, dim, keepdim) == x, dim, keepdim),
    derivatives={"x": r"G \odot \frac{[x = y]}{\sum [x = y]}"},
    latex=r"\max x", symbol="max", numpy=(np.max, np.amax), samples=APART,
)  # fmt: skip
def amax(x: Any, dim: Dim = None, keepdim: bool = False) -> Any:
    """Greatest entry. Equal ones share the gradient evenly.

    >>> import autograd_fr as ag
    >>> ag.amax(ag.tensor([[1.0, 5.0], [3.0, 4.0]]), dim=1)
    tensor([5., 4.])
    """
    return _extreme(np.maximum, x, dim, keepdim, "amax")


@differentiable(
    x=lambda g, y, x, dim, keepdim: shared(g, spread(y, x, dim, keepdim) == x, dim, keepdim),
    derivatives={"x": r"G \odot \frac{[x = y]}{\sum [x = y]}"},
    latex=r"\min x", symbol="min", numpy=(np.min, np.amin), samples=APART,
)  # fmt: skip
def amin(x: Any, dim: Dim = None, keepdim: bool = False) -> Any:
    """Least entry. Equal ones share the gradient evenly.

    >>> import autograd_fr as ag
    >>> ag.amin(ag.tensor([[1.0, 5.0], [3.0, 4.0]]), dim=1)
    tensor([1., 3.])
    """
    return _extreme(np.minimum, x, dim, keepdim, "amin")


def _extreme(ufunc: Any, x: Any, dim: Dim, keepdim: bool, name: str) -> Any:
    along = reduced(dim, x.ndim, name)
    if not x.size and any(x.shape[i] == 0 for i in along):
        raise IndexError("there are no entries to choose from")
    return ufunc.reduce(x, axis=along, keepdims=keepdim)


def shared(g: Any, chosen: Any, dim: Dim, keepdim: bool) -> Any:
    """`g` on the chosen entries, divided by how many there are; nan where there is none."""
    n = chosen.sum(reduced(dim, chosen.ndim), keepdims=True, dtype=g.dtype)
    with np.errstate(invalid="ignore"):
        return spread(g, chosen, dim, keepdim) * chosen / n


@numpy_names
def aminmax(input: Any, *, dim: int | None = None, keepdim: bool = False) -> Any:
    """The least and the greatest entry. Equal ones share the gradient evenly.

    >>> import autograd_fr as ag
    >>> ag.aminmax(ag.tensor([[1.0, 5.0], [3.0, 4.0]]), dim=1)
    torch.return_types.aminmax(
    min=tensor([1., 3.]),
    max=tensor([5., 4.]))
    """
    return Aminmax(amin(input, dim, keepdim), amax(input, dim, keepdim))


@numpy_names
def max(input: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """The greatest entry; along a `dim`, also its index; of two tensors, the greater entries.

    Over all entries, equal ones share the gradient evenly; along a `dim` the first one has it.

    >>> import autograd_fr as ag
    >>> ag.max(ag.tensor([[1.0, 5.0], [4.0, 3.0]]), dim=1)
    torch.return_types.max(
    values=tensor([5., 4.]),
    indices=tensor([1, 0]))
    """
    if other is not None or isinstance(dim, Value):
        return maximum(input, dim if other is None else other)
    if dim is None:
        return _of_all(amax, input, keepdim, "max")
    return picked(Max, input, dim, keepdim, _first(np.argmax))


@numpy_names
def min(input: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """The least entry; along a `dim`, also its index; of two tensors, the lesser entries.

    Over all entries, equal ones share the gradient evenly; along a `dim` the first one has it.

    >>> import autograd_fr as ag
    >>> ag.min(ag.tensor([[1.0, 5.0], [4.0, 3.0]]), dim=1)
    torch.return_types.min(
    values=tensor([1., 3.]),
    indices=tensor([0, 1]))
    """
    if other is not None or isinstance(dim, Value):
        return minimum(input, dim if other is None else other)
    if dim is None:
        return _of_all(amin, input, keepdim, "min")
    return picked(Min, input, dim, keepdim, _first(np.argmin))


def _of_all(reduce: Callable[..., Any], input: Any, keepdim: bool, name: str) -> Any:
    if keepdim:
        raise AutogradError(f"{name}: keepdim goes with a dim; for all entries use a{name}")
    y = reduce(input)
    return evenly(as_value(input), y.array) if anywhere(y.array != y.array) else y


def evenly(input: Any, entry: Any) -> Any:
    """The entries equal to the number `entry` as one, sharing the gradient; nan equals nan here."""
    if entry != entry:
        return mean(getitem(input, np.isnan(input.array)))
    return amax(getitem(input, np.asarray(input.array == entry)))


def picked(
    result: Any, input: Any, dim: int, keepdim: bool, find: Callable[[Any, int], Any]
) -> Any:
    """One entry of every line along `dim`, where `find` says, and its index.

    `find` takes an array and an axis, which stays with length 1.
    """
    input, name = as_value(input), result.__name__
    d = axis(dim, input.ndim, name)
    if not input.ndim:
        return result(*taken(input, d, find))
    if not input.shape[d]:
        raise DimensionError(f"{name}: axis {d} of a tensor of shape {input.shape} has no entries")
    values, indices = taken(input, d, find)
    if keepdim:
        return result(values, indices)
    shape = indices.array.shape
    return result(squeeze(values, d), wrap(indices.array.reshape(shape[:d] + shape[d + 1 :])))


def taken(input: Any, d: int, find: Callable[[Any, int], Any]) -> tuple[Any, Any]:
    """The entries of `input` at the indices that `find` gives along axis d, and the indices."""
    if not input.ndim:
        return clone(input), wrap(np.int64(0))
    index = find(input.array, d)
    return read_at(input, grid(index, input.array.shape, d)), wrap(index)


def _first(search: Any) -> Callable[[Any, int], Any]:
    return lambda x, d: search(x, axis=d, keepdims=True)


@numpy_names
def argmax(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The index of the greatest entry, of the first one among equals; of nan where there is one.

    >>> import autograd_fr as ag
    >>> ag.argmax(ag.tensor([[1.0, 5.0], [4.0, 3.0]]), dim=1)
    tensor([1, 0])
    """
    return _place(np.argmax, input, dim, keepdim)


@numpy_names
def argmin(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The index of the least entry, of the first one among equals; of nan where there is one.

    >>> import autograd_fr as ag
    >>> ag.argmin(ag.tensor([[1.0, 5.0], [4.0, 3.0]]), dim=1)
    tensor([0, 1])
    """
    return _place(np.argmin, input, dim, keepdim)


def _place(search: Any, input: Any, dim: int | None, keepdim: bool) -> Any:
    x, name = as_value(input).array, search.__name__
    if x.dtype == bool:
        raise DtypeError(f"{name} of bools is not defined; convert with .long()")
    along = None if dim is None else axis(dim, x.ndim, name)
    if not (x.size if dim is None else x.ndim == 0 or x.shape[along or 0]):
        raise DimensionError(f"{name} of {x.shape} {x.dtype}: there are no entries to choose from")
    return wrap(search(x, axis=along, keepdims=keepdim))


NUMPY_TWINS.update({np.argmax: argmax, np.argmin: argmin})
