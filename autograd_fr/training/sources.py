"""Where the batches of a training come from: of pairs of arrays, of datasets, of loaders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..creation.values import as_tensor
from ..errors import ShapeError
from ..messages.things import described
from ..nn import Module
from ..random import Generator
from ..utils.data import (
    DataLoader,
    IterableDataset,
    TensorDataset,
    TransformedDataset,
    random_split,
)

EXPECTED = "a pair (x, y) of arrays or tensors, a Dataset, or a DataLoader"


def is_loader(data: Any) -> bool:
    """Whether this gives batches itself: a DataLoader, or another iterable without entries."""
    return hasattr(data, "__iter__") and not hasattr(data, "__getitem__")


def check_repeatable(name: str, data: Any) -> None:
    """Raise TypeError for what is used up after an epoch: an iterator, a generator."""
    if isinstance(data, Iterator):
        raise TypeError(
            f"{name} can be gone through once only; give a DataLoader, a Dataset or a pair (x, y) "
            f"instead of {described(data)}"
        )


def dataset_of(data: Any, model: Module, name: str = "data") -> Any:
    """`data` as a dataset: a pair (x, y) made one, a dataset or a stream as it is.

    Floating NumPy arrays take the dtype of the model's parameters; tensors stay as they are.
    Raises TypeError, ValueError for what is neither, ShapeError for x and y of different lengths.
    """
    if is_pair(data):
        x, y = (as_input(part, model) for part in data)
        if x.shape[:1] != y.shape[:1] or not x.ndim:
            raise ShapeError(
                f"{name}: x and y have one row per example each, got {tuple(x.shape)} and "
                f"{tuple(y.shape)}"
            )
        data = TensorDataset(x, y)
    elif isinstance(data, IterableDataset):
        return data
    elif isinstance(data, (tuple, dict, np.ndarray, str)) or not hasattr(data, "__getitem__"):
        raise TypeError(f"{name} is {EXPECTED}; this is {described(data)}")
    if not hasattr(data, "__len__"):
        raise TypeError(
            f"{name}: {type(data).__name__} has no __len__, which says how many examples there "
            "are: give it one, or make it an IterableDataset"
        )
    if not len(data):
        raise ValueError(f"{name} is empty")
    return data


def is_pair(data: Any) -> bool:
    """Whether this is (x, y); a list is a dataset unless its two entries are arrays."""
    return (
        isinstance(data, (tuple, list))
        and len(data) == 2
        and (isinstance(data, tuple) or all(hasattr(part, "shape") for part in data))
    )


def as_input(data: Any, model: Module) -> Any:
    """Data as a tensor; of floating NumPy arrays in the dtype of the model's parameters."""
    if isinstance(data, np.ndarray) and data.dtype.kind == "f":
        kinds = (p.dtype for p in model.parameters() if p.dtype.kind == "f")
        data = data.astype(next(kinds, data.dtype), copy=False)
    return as_tensor(data)


def held_out(dataset: Any, fraction: float, generator: Generator) -> tuple[Any, Any]:
    """The examples to learn from, and the `fraction` to validate on, drawn by `generator`.

    Raises ValueError where one of them would be empty, TypeError for a stream.
    """
    if isinstance(dataset, IterableDataset):
        raise TypeError("of a stream no fraction can be held out: give validation as data")
    n = round(fraction * len(dataset))
    if not 0 < n < len(dataset):
        raise ValueError(
            f"validation={fraction} of {len(dataset)} examples leaves {len(dataset) - n} to learn "
            f"from and {n} to validate on: both need some"
        )
    learnt, validated = random_split(dataset, [len(dataset) - n, n], generator=generator)
    return learnt, validated


def training_batches(
    dataset: Any, batch_size: int, transform: Any, generator: Generator, num_workers: int
) -> DataLoader:
    """Batches in random order, their inputs transformed; those of a stream in its own."""
    if transform is not None:
        dataset = TransformedDataset(dataset, transform)
    shuffle = not isinstance(dataset, IterableDataset)
    return DataLoader(dataset, batch_size, shuffle, generator=generator, num_workers=num_workers)


def batches_in_order(data: Any, model: Module, batch_size: int, name: str = "data") -> Any:
    """Batches to evaluate on: of a loader its own, of all else in order.

    Nothing is drawn from the package's stream for them.
    """
    if is_loader(data):
        return data
    return DataLoader(dataset_of(data, model, name), batch_size, generator=Generator(0))


def parts(batch: Any) -> tuple[list[Any], Any]:
    """The inputs of a batch, and its target, which comes last. Raises TypeError for others."""
    if not isinstance(batch, (tuple, list)) or len(batch) < 2:
        raise TypeError(f"a batch is (inputs, target), this is {described(batch)}")
    *inputs, target = map(as_tensor, batch)
    return inputs, target
