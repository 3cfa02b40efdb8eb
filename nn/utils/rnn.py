"""Sequences of different lengths: padded to one, or packed without padding.

A packed sequence has the rows of the first step of all sequences, the longest first, then those of
the second step of all that have one, and so on: the order in which recurrent layers compute.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable
from typing import Any

import numpy as np

from ...autograd.composites import composite
from ...autograd.value import wrap
from ...errors import ShapeError
from ...messages.suggestions import suggest as _suggest
from ...ops import cat, where
from ...tensor import Tensor


class PackedSequence(
    namedtuple("PackedSequence", ("data", "batch_sizes", "sorted_indices", "unsorted_indices"))
):
    """Sequences packed by `pack_padded_sequence` or `pack_sequence`, as recurrent layers take them.

    `data` (N, ...): the rows; `batch_sizes`: how many each step has; `sorted_indices`: which of the
    sequences given comes where, None where they were sorted already, and `unsorted_indices` the way
    back.
    """

    __slots__ = ()

    def __new__(
        cls,
        data: Any,
        batch_sizes: Any = None,
        sorted_indices: Any = None,
        unsorted_indices: Any = None,
    ) -> PackedSequence:
        if batch_sizes is None:
            data, batch_sizes = data
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """The same with the data as `Tensor.to` brings it to a dtype."""
        data = self.data.to(*args, **kwargs)
        return self if data is self.data else self._replace(data=data)

    def cpu(self) -> PackedSequence:
        """The sequence itself: it lies there."""
        return self

    def cuda(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """Raises AutogradError: there is no such device."""
        return self.to("cuda")

    def double(self) -> PackedSequence:
        """The same in float64."""
        return self.to(np.dtype(np.float64))

    def float(self) -> PackedSequence:
        """The same in float32."""
        return self.to(np.dtype(np.float32))

    def half(self) -> PackedSequence:
        """The same in float16."""
        return self.to(np.dtype(np.float16))

    def long(self) -> PackedSequence:
        """The same in int64."""
        return self.to(np.dtype(np.int64))

    def int(self) -> PackedSequence:
        """The same in int32."""
        return self.to(np.dtype(np.int32))

    def short(self) -> PackedSequence:
        """The same in int16."""
        return self.to(np.dtype(np.int16))

    def char(self) -> PackedSequence:
        """The same in int8."""
        return self.to(np.dtype(np.int8))

    def byte(self) -> PackedSequence:
        """The same in uint8."""
        return self.to(np.dtype(np.uint8))

    @property
    def is_cuda(self) -> bool:
        """False: it lies on the CPU."""
        return False


def invert_permutation(permutation: Any) -> Any:
    """The permutation that undoes this one; None for None.

    >>> import autograd_fr as ag
    >>> invert_permutation(ag.tensor([2, 0, 1]))
    tensor([1, 2, 0])
    """
    return None if permutation is None else wrap(np.argsort(permutation.array))


@composite
def pack_padded_sequence(
    input: Any, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Pack a padded batch, (T, B, ...) or with `batch_first` (B, T, ...), of these lengths.

    The lengths must descend; with `enforce_sorted=False` the sequences are sorted, and outputs come
    back in the order given. Raises ShapeError for lengths that do not fit.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([[1, 2, 0], [3, 4, 5]])
    >>> packed = pack_padded_sequence(x, [2, 3], batch_first=True, enforce_sorted=False)
    >>> packed.data, packed.batch_sizes
    (tensor([3, 1, 4, 2, 5]), tensor([2, 2, 1]))
    """
    if input.ndim < 2:
        raise ShapeError(f"a padded batch has 2 axes or more, got shape {tuple(input.shape)}")
    n, steps = input.shape[1 - batch_first], input.shape[int(batch_first)]
    given = np.asarray(lengths.array if isinstance(lengths, Tensor) else lengths).astype(np.int64)
    if given.shape != (n,):
        raise ShapeError(f"a batch of {n} sequences has {n} lengths, got shape {given.shape}")
    if not n or given.min() <= 0:
        raise ShapeError(f"packed sequences have one step or more, got lengths {given.tolist()}")
    if given.max() > steps:
        raise ShapeError(f"a length of {given.max()} in a batch padded to {steps} steps")
    order = None
    if not enforce_sorted:
        order = np.argsort(-given, kind="stable")
        given = given[order]
    elif (np.diff(given) > 0).any():
        raise ShapeError(
            f"lengths {given.tolist()} do not descend: sort the sequences, or set "
            "enforce_sorted=False"
        )
    step, place = np.nonzero(np.arange(given[0])[:, None] < given)
    column = place if order is None else order[place]
    data = input[column, step] if batch_first else input[step, column]
    sizes = wrap(np.bincount(step).astype(np.int64))
    return PackedSequence(data, sizes, None if order is None else wrap(order))


@composite
def pad_packed_sequence(
    sequence: PackedSequence,
    batch_first: bool = False,
    padding_value: float = 0.0,
    total_length: int | None = None,
) -> tuple[Any, Any]:
    """The padded batch of a packed one, and its lengths, in the order of the sequences given.

    `total_length`: of how many steps, if not as many as the longest has. Raises ShapeError where
    that is more.

    >>> import autograd_fr as ag
    >>> packed = pack_sequence([ag.tensor([1, 2, 3]), ag.tensor([4])])
    >>> pad_packed_sequence(packed, batch_first=True)
    (tensor([[1, 2, 3],
            [4, 0, 0]]), tensor([3, 1]))
    """
    sizes = sequence.batch_sizes.array
    if total_length is not None and total_length < len(sizes):
        raise ShapeError(f"total_length={total_length}, but the longest has {len(sizes)} steps")
    lengths = (sizes[:, None] > np.arange(sizes[0])).sum(0)
    columns = np.arange(len(lengths))
    if sequence.unsorted_indices is not None:
        columns = sequence.unsorted_indices.array
        lengths = lengths[columns]
    starts = np.cumsum(sizes) - sizes
    rows = _padded_rows(starts[:, None] + columns, total_length or len(sizes), lengths)
    found = _spread(sequence.data, *rows, batch_first, padding_value)
    return found, wrap(lengths.astype(np.int64))


@composite
def pad_sequence(
    sequences: Iterable[Any],
    batch_first: bool = False,
    padding_value: float = 0.0,
    padding_side: str = "right",
) -> Any:
    """Sequences (L, ...) of different lengths as one batch (T, B, ...), padded behind, or before.

    Raises ShapeError for none, or where the other axes differ.

    >>> import autograd_fr as ag
    >>> pad_sequence([ag.tensor([1, 2, 3]), ag.tensor([4])], batch_first=True)
    tensor([[1, 2, 3],
            [4, 0, 0]])
    """
    listed = list(sequences)
    if not listed:
        raise ShapeError("there are no sequences to pad: the list is empty")
    if padding_side not in ("right", "left"):
        raise ShapeError(f"padding_side is 'right' or 'left', not {padding_side!r}")
    if trailing := [t for t in listed if t.shape[1:] != listed[0].shape[1:] or not t.ndim]:
        raise ShapeError(
            "sequences must agree in all axes but the first, got shapes "
            f"{tuple(listed[0].shape)} and {tuple(trailing[0].shape)}"
        )
    lengths = np.array([len(t) for t in listed])
    starts, steps = np.cumsum(lengths) - lengths, lengths.max()
    index = np.arange(steps)[:, None] + starts
    rows, mask = _padded_rows(index, steps, lengths)
    if padding_side == "left":
        shift = steps - lengths
        rows, mask = np.maximum(index - shift, 0), np.arange(steps)[:, None] >= shift
    return _spread(cat(listed), rows, mask, batch_first, padding_value)


def _padded_rows(index: Any, steps: int, lengths: Any) -> tuple[Any, Any]:
    """`index` (T, B) of rows, continued to `steps`, 0 where there are none, and where there are."""
    mask = np.arange(steps)[:, None] < lengths
    rows = np.zeros(mask.shape, np.int64)
    rows[: len(index)] = index
    return np.where(mask, rows, 0), mask


def _spread(data: Any, rows: Any, mask: Any, batch_first: bool, padding_value: float) -> Any:
    """The batch that has those rows of `data` where `mask` is true, else the padding."""
    if batch_first:
        rows, mask = rows.T, mask.T
    padding = data.dtype.type(padding_value)
    if not data.shape[0]:
        return wrap(np.full((*rows.shape, *data.shape[1:]), padding))
    mask = mask.reshape(mask.shape + (1,) * (data.ndim - 1))
    return where(wrap(mask), data[rows], wrap(padding))


@composite
def unpad_sequence(padded_sequences: Any, lengths: Any, batch_first: bool = False) -> list[Any]:
    """The sequences of a padded batch, each without its padding.

    >>> import autograd_fr as ag
    >>> unpad_sequence(ag.tensor([[1, 2, 3], [4, 0, 0]]), ag.tensor([3, 1]), batch_first=True)
    [tensor([1, 2, 3]), tensor([4])]
    """
    rows = padded_sequences if batch_first else padded_sequences.transpose(0, 1)
    wanted = lengths.tolist() if isinstance(lengths, Tensor) else list(lengths)
    if len(wanted) != len(rows):
        raise ShapeError(f"a batch of {len(rows)} sequences has as many lengths, not {len(wanted)}")
    return [row[:length] for row, length in zip(rows, wanted)]


@composite
def pack_sequence(sequences: Any, enforce_sorted: bool = True) -> PackedSequence:
    """Pack a list of sequences (L, ...); see `pack_padded_sequence` for `enforce_sorted`.

    >>> import autograd_fr as ag
    >>> pack_sequence([ag.tensor([1, 2, 3]), ag.tensor([4])]).data
    tensor([1, 4, 2, 3])
    """
    lengths = [len(t) for t in sequences]
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


@composite
def unpack_sequence(packed_sequences: PackedSequence) -> list[Any]:
    """The list of sequences that were packed, in the order given.

    >>> import autograd_fr as ag
    >>> unpack_sequence(pack_sequence([ag.tensor([1, 2, 3]), ag.tensor([4])]))
    [tensor([1, 2, 3]), tensor([4])]
    """
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)


_suggest(__name__)
