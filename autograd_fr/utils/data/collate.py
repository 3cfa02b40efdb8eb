"""Batches out of examples."""

from __future__ import annotations

import copy
from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any

import numpy as np

from ...autograd.value import Value, wrap
from ...creation.values import as_tensor, tensor
from ...errors import DimensionError, DtypeError, ShapeError
from ...ops import stack


def default_collate(batch: Sequence[Any]) -> Any:
    """The examples of a batch put together, with an axis of the batch in front.

    Tensors and arrays of one shape are stacked and keep their dtype, or as `stack` has it where
    several meet; numbers become a tensor, Python floats one of float64; strings stay as they are.
    Mappings, sequences and named tuples are put together entry by entry, and keep their kind,
    except that a tuple becomes a list.

    Raises ShapeError for shapes, lengths or keys that differ within the batch, DimensionError, an
    IndexError, for no examples, DtypeError, a TypeError, for anything else.

    >>> default_collate([{"x": np.zeros(2), "y": 0}, {"x": np.ones(2), "y": 1}])
    {'x': tensor([[0., 0.], [1., 1.]], dtype=float64), 'y': tensor([0, 1])}
    >>> default_collate([(1.5, "a"), (2.5, "b")])
    [tensor([1.5000, 2.5000], dtype=float64), ('a', 'b')]
    """
    if not len(batch):
        raise DimensionError("default_collate takes one example or more, got none")
    first = batch[0]
    if isinstance(first, Value):
        _check_alike(batch, Value)
    if isinstance(first, (Value, np.ndarray)):
        return _stacked(batch)
    if isinstance(first, (bool, int, float, np.number, np.bool_)):
        return tensor(batch, dtype=np.float64) if type(first) is float else tensor(batch)
    if isinstance(first, (str, bytes)):
        return batch
    if isinstance(first, Mapping):
        return _like(first, {k: default_collate(column) for k, column in _columns(first, batch)})
    if isinstance(first, Sequence):
        _check_alike(batch, Sequence)
        if any(len(each) != len(first) for each in batch):
            lengths = sorted({len(each) for each in batch})
            raise ShapeError(f"the examples of a batch are to be of equal length, got {lengths}")
        return _like(first, [default_collate(entries) for entries in zip(*batch)])
    raise _unknown(type(first))


def default_convert(data: Any) -> Any:
    """An example as it is, with the arrays in it as tensors: what stands in place of a batch.

    >>> default_convert((np.zeros(2), 3, "a"))
    [tensor([0., 0.], dtype=float64), 3, 'a']
    """
    if isinstance(data, (np.ndarray, np.number, np.bool_)) and data.dtype.kind not in "SUO":
        return as_tensor(np.asarray(data))
    if isinstance(data, Mapping):
        return _like(data, {k: default_convert(v) for k, v in data.items()})
    if isinstance(data, Sequence) and not isinstance(data, (str, bytes)):
        return _like(data, [default_convert(each) for each in data])
    return data


def _check_alike(batch: Sequence[Any], kind: type) -> None:
    """Raise DtypeError for examples that are not of this kind, as the first is."""
    others = [other for other in set(map(type, batch)) if not issubclass(other, kind)]
    if others:
        raise DtypeError(
            f"the examples of a batch are alike, but {others[0].__name__} stands beside "
            f"{type(batch[0]).__name__}; make them alike, or give a collate_fn of your own"
        )


def _columns(first: Mapping[Any, Any], batch: Sequence[Any]) -> list[tuple[Any, list[Any]]]:
    """For each key of the first example, what all of them have there."""
    _check_alike(batch, Mapping)
    try:
        return [(key, [each[key] for each in batch]) for key in first]
    except KeyError as error:
        raise ShapeError(
            f"the examples of a batch have the same keys, but the key {error} of the first is "
            "missing in another"
        ) from None


def _stacked(batch: Sequence[Any]) -> Any:
    """Tensors or arrays, one above the other; recorded where one of them requires a gradient."""
    if isinstance(batch[0], np.ndarray):  # beside it, numbers and lists are what they are as tensor
        batch = [each if isinstance(each, np.ndarray) else as_tensor(each) for each in batch]
    if any(isinstance(each, Value) and each.requires_grad for each in batch):
        return stack([as_tensor(each) for each in batch])
    arrays = [each.array if isinstance(each, Value) else each for each in batch]
    if arrays[0].dtype.kind in "SUO":
        raise _unknown(arrays[0].dtype)
    if len({a.shape for a in arrays}) > 1:
        shapes = ", ".join(map(str, dict.fromkeys(a.shape for a in arrays)))
        raise ShapeError(
            f"the examples of a batch have shapes {shapes}, and only equal ones can be stacked; "
            "a collate_fn of your own may pad or crop them"
        )
    if len({a.dtype for a in arrays}) > 1:
        return stack([wrap(a) for a in arrays])
    return wrap(np.stack(arrays) if arrays[0].shape else np.array(arrays))


def _like(model: Any, entries: Any) -> Any:
    """`entries`, a dict or a list, in a container of the kind of `model`, if that can be."""
    if isinstance(model, tuple):
        return type(model)(*entries) if hasattr(model, "_fields") else entries
    if type(model) in (list, dict):
        return entries
    try:
        return _filled(copy.copy(model), entries) or type(model)(entries)
    except TypeError:  # no such container can be made of them, a range say
        return entries


def _filled(held: Any, entries: Any) -> Any:
    """A mutable container with its entries replaced: it may know more than them."""
    if isinstance(held, MutableMapping):
        held.update(entries)
        return held
    if isinstance(held, MutableSequence):
        for i, entry in enumerate(entries):
            held[i] = entry
        return held
    return None


def _unknown(kind: Any) -> DtypeError:
    return DtypeError(
        "default_collate takes tensors, arrays, numbers, strings, mappings and sequences of these, "
        f"found {kind}; a collate_fn of your own can take anything"
    )
