"""Numbers of things turned into vectors: rows of a table, rows put together, and unit vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import ops
from ...autograd.composites import composite
from ...autograd.dispatch import as_value
from ...autograd.modes import no_grad
from ...autograd.readings import looking
from ...autograd.value import wrap
from ...batching.known import anywhere, array_of, entries
from ...errors import AutogradError, DimensionError, DtypeError, RangeError, ShapeError
from ...ops.indexing.reading import read_at
from ...ops.neural.embedding import add_rows, rows_at
from ...ops.reductions.vector_norms import vector_norm
from ...tensor import Tensor


@composite
def embedding(
    input: Any,
    weight: Any,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """The rows of `weight`, (V, D), that have the numbers `input`, of any shape: (*, D).

    `padding_idx`: the row that has no gradient. `max_norm`: rows of a greater `norm_type`-norm are
    scaled down to it first, in place. `scale_grad_by_freq`: gradients of rows are divided by how
    often they occur in `input`. Gradients are dense always.

    Raises DtypeError for numbers that are no integers, DimensionError for one outside the table,
    ShapeError for a weight that is no matrix, AutogradError for `sparse=True`.

    >>> import autograd_fr as ag
    >>> table = ag.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> ag.nn.functional.embedding(ag.tensor([1, 0, 1]), table)
    tensor([[3., 4.],
            [1., 2.],
            [3., 4.]])
    """
    input, weight = as_value(input), _table("embedding", weight, sparse)
    numbers = _numbers("embedding", input, weight.shape[0])
    padding = row_number(padding_idx, weight.shape[0])
    if max_norm is not None:
        _shorten(weight, numbers, max_norm, norm_type)
    return rows_at(weight, numbers=numbers, padding=padding, by_frequency=scale_grad_by_freq)


@composite
def embedding_bag(
    input: Any,
    weight: Any,
    offsets: Any = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """Rows of `weight` summed, averaged, or their greatest entries taken (`mode`), bag by bag.

    `input`: (B, N), whose rows are the bags, or (N), where `offsets` tell where each begins, and
    with `include_last_offset` also where the last ends. `per_sample_weights`, of the shape of
    `input`: factors of the rows, for sums. Numbers that are `padding_idx` are left out; an empty
    bag gives zeros. The other arguments and errors are those of `embedding`.

    >>> import autograd_fr as ag
    >>> table = ag.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> ag.nn.functional.embedding_bag(ag.tensor([[0, 1], [1, 1]]), table)
    tensor([[2., 3.],
            [3., 4.]])
    """
    if mode not in ("sum", "mean", "max"):
        raise ValueError(f"embedding_bag: mode is 'sum', 'mean' or 'max', not {mode!r}")
    if mode == "max" and scale_grad_by_freq:
        raise ValueError("embedding_bag: scale_grad_by_freq goes with the modes 'sum' and 'mean'")
    input, weight = as_value(input), _table("embedding_bag", weight, sparse)
    factors = _factors(input, weight, per_sample_weights, mode)
    numbers = _numbers("embedding_bag", input, weight.shape[0]).reshape(-1)
    bags, count = _bags(input, offsets, include_last_offset)
    kept = bags < count
    if padding_idx is not None:
        kept = kept & (numbers != row_number(padding_idx, weight.shape[0]))
    if not kept.all():
        numbers, bags = numbers[kept], bags[kept]
        factors = None if factors is None else read_at(factors, (kept,))
    if max_norm is not None:
        _shorten(weight, numbers, max_norm, norm_type)
    rows = rows_at(weight, numbers=numbers, by_frequency=scale_grad_by_freq)
    rows = rows if factors is None else rows * factors.unsqueeze(-1)
    if mode == "max":
        return _greatest(rows, bags, count)
    total = add_rows(rows, rows=count, numbers=bags)
    if mode == "sum":
        return total
    lengths = np.maximum(np.bincount(bags, minlength=count), 1)[:, None]
    return total / wrap(lengths.astype(total.dtype))


@composite
def one_hot(tensor: Any, num_classes: int = -1) -> Tensor:
    """Vectors of `num_classes` zeros with a one at each number: int64, (*) to (*, num_classes).

    Left out, `num_classes` is one more than the greatest number. Raises DtypeError for numbers that
    are not int64, DimensionError for one that is negative or no class, RangeError where there are
    no numbers to tell how many classes there are.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.one_hot(ag.tensor([0, 2]))
    tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    tensor = as_value(tensor)
    if tensor.dtype != np.int64:
        raise DtypeError(f"one_hot takes numbers as int64, not {tensor.dtype}; use .long()")
    if num_classes == -1:
        if not tensor.numel():
            raise RangeError("one_hot: there are no numbers to count classes by; give num_classes")
        num_classes = max(int(tensor.max()), 0) + 1
    if num_classes < 1:
        raise RangeError(f"one_hot: num_classes is positive, or -1, not {num_classes}")
    numbers = array_of(tensor.array)
    _check_within("one_hot", "tensor", numbers, num_classes, "classes")
    return wrap((numbers[..., None] == np.arange(num_classes)).astype(np.int64))


def row_number(padding_idx: int | None, rows: int) -> int | None:
    """The number of the row that `padding_idx` names, which may count from the end."""
    if padding_idx is None:
        return None
    if not -rows <= padding_idx < rows:
        raise DimensionError(f"padding_idx {padding_idx} is no row of a table of {rows}")
    return padding_idx % rows


def check_dense(sparse: bool) -> None:
    """Raise AutogradError where sparse gradients are asked for."""
    if sparse:
        raise AutogradError(
            "sparse=True: there are no sparse tensors here; leave it out, the dense gradient has "
            "the same numbers, zeros in the rows that do not occur"
        )


def _table(name: str, weight: Any, sparse: bool) -> Any:
    check_dense(sparse)
    weight = as_value(weight)
    if weight.ndim != 2:
        raise ShapeError(f"{name}: weight is a matrix (rows, size), not {tuple(weight.shape)}")
    return weight


def _numbers(name: str, input: Any, rows: int) -> Any:
    """A copy of the entries of `input`, numbers of rows all: backward reads them again."""
    if input.dtype not in (np.int64, np.int32):
        raise DtypeError(f"{name} takes numbers as int64 or int32, not {input.dtype}; use .long()")
    numbers = array_of(input.array).copy()
    _check_within(name, "input", numbers, rows, "rows in weight")
    return numbers


def _check_within(name: str, argument: str, numbers: Any, count: int, what: str) -> None:
    """Raise DimensionError for a number that is not from 0 to `count` - 1, and say where."""
    wrong = (numbers < 0) | (numbers >= count)
    if anywhere(wrong):
        at = tuple(int(i) for i in np.argwhere(entries(wrong))[0])
        found = entries(numbers)[at]
        there = f"there are {count} {what}, 0 to {count - 1}"
        if found < 0:
            there = f"{what} are numbered from 0 on"
        raise DimensionError(f"{name}: {argument}{list(at)} is {found}, but {there}")


def _shorten(weight: Any, numbers: Any, max_norm: float, norm_type: float) -> None:
    """Scale the rows that occur and are longer than `max_norm` down to it, in place."""
    with no_grad():
        occurring = np.unique(numbers)
        norms = vector_norm(read_at(weight, (occurring,)), norm_type, 1).array
        long = norms > max_norm
        factors = norms.dtype.type(max_norm) / (norms[long] + norms.dtype.type(1e-7))
        weight[occurring[long]] *= wrap(factors[:, None])


def _factors(input: Any, weight: Any, given: Any, mode: str) -> Any:
    """The weights of each number as a vector, or None."""
    if given is None:
        return None
    if mode != "sum":
        raise ValueError(f"embedding_bag: per_sample_weights go with mode='sum', not {mode!r}")
    given = as_value(given)
    if given.shape != input.shape:
        raise ShapeError(
            f"embedding_bag: per_sample_weights of shape {tuple(given.shape)} for an input of "
            f"{tuple(input.shape)}; there is one for each number"
        )
    if given.dtype != weight.dtype:
        raise DtypeError(
            f"embedding_bag: per_sample_weights are {given.dtype}, weight is {weight.dtype}; "
            "convert one"
        )
    return given.reshape(-1)


def _bags(input: Any, offsets: Any, include_last: bool) -> tuple[Any, int]:
    """The number of the bag of each entry, and how many bags there are."""
    if input.ndim == 2:
        if offsets is not None:
            raise ValueError("embedding_bag: the rows of a 2-d input are the bags: no offsets")
        return np.repeat(np.arange(input.shape[0]), input.shape[1]), input.shape[0]
    if input.ndim != 1:
        raise ShapeError(f"embedding_bag: input has 1 or 2 axes, not {tuple(input.shape)}")
    if offsets is None:
        raise ValueError("embedding_bag: a 1-d input needs offsets, where each bag begins")
    starts = np.asarray(as_value(offsets).array)
    if starts.ndim != 1 or starts.dtype.kind not in "iu":
        raise ShapeError(
            f"embedding_bag: offsets is a vector of integers, not {starts.shape} {starts.dtype}"
        )
    if include_last and not starts.size:
        raise ShapeError("embedding_bag: with include_last_offset there is one offset at least")
    n = input.shape[0]
    if n and not starts.size:
        raise RangeError(f"embedding_bag: there are {n} numbers and no offsets: no bag is theirs")
    if starts.size and starts[0] != 0:
        raise RangeError(f"embedding_bag: offsets[0] is {starts[0]}, but the first bag begins at 0")
    back = np.flatnonzero(starts[1:] < starts[:-1])
    if back.size:
        k = int(back[0]) + 1
        raise RangeError(
            f"embedding_bag: offsets[{k}] is {starts[k]}, which is less than the one before, "
            f"{starts[k - 1]}"
        )
    if starts.size and starts[-1] > n:
        raise RangeError(f"embedding_bag: offsets[-1] is {starts[-1]}, but input has {n} entries")
    return np.searchsorted(starts, np.arange(n), side="right") - 1, starts.size - include_last


def _greatest(rows: Any, bags: Any, count: int) -> Any:
    """The greatest entries of the rows of each bag; zeros for an empty one."""
    if not bags.size:
        return add_rows(rows, rows=count, numbers=bags)
    y = read_at(rows, (_greatest_rows(rows, bags, count).array, np.arange(rows.shape[1])))
    filled = np.bincount(bags, minlength=count)[:, None] > 0
    return y if filled.all() else ops.where(wrap(filled), y, 0)


@looking
def _greatest_rows(rows: Any, bags: Any, count: int) -> Any:
    """In which row the greatest entry of each bag stands, column by column: the first one."""
    lengths = np.bincount(bags, minlength=count)
    within = np.arange(max(lengths.max(), 1))
    there = within < lengths[:, None]
    at = np.where(there, (np.cumsum(lengths) - lengths)[:, None] + within, 0)
    candidates = np.where(there[..., None], rows.array[at], -np.inf)
    return wrap(np.take_along_axis(at, candidates.argmax(1), 1))
