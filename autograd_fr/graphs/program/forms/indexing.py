"""Forms of reading and writing entries by their position, and of results taken one by one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..call import Call, Lines
from .chosen import found_again, middle
from .form import Form


def _read(c: Call) -> str | Lines:
    if found := found_again(c):
        name, (text, axis) = _chosen(c), found
        taken = f"{{}} = np.take_along_axis({c.args[0]}, {name}, axis={axis})"
        return Lines([f"{name} = {text}", taken])
    if mask := middle(c):
        return Lines([f"{_chosen(c)} = {mask}", f"{{}} = {c.args[0]}[{_chosen(c)}]"])
    return f"{c.args[0]}[{c.index(c.params['index'])}]"


def _chosen(c: Call) -> str:
    """The name of what was found."""
    array = c.params["index"][-1]
    return c.recording.computed(array, "mask" if array.dtype.kind == "b" else "index").name


def _of_read(c: Call) -> Lines:
    """Zeros, with the gradient where it was read; added where one entry was read twice."""
    zeros = f"{{}} = np.zeros_like({c.args[0]})"
    if found := found_again(c):
        return Lines([zeros, f"np.put_along_axis({{}}, {_chosen(c)}, {c.g}, axis={found[1]})"])
    index = c.params["index"]
    place = _chosen(c) if middle(c) else c.index(index)
    write = f"{{}}[{place}] = {c.g}" if _distinct(c, index) else _adding(place, len(index), c.g)
    return Lines([zeros, write])


def _adding(place: str, n: int, g: str) -> str:
    plain = ":" not in place and "..." not in place
    several = f"({place})" if n > 1 else place
    return f"np.add.at({{}}, {several if plain else f'np.s_[{place}]'}, {g})"


def _distinct(c: Call, index: tuple[Any, ...]) -> bool:
    """Whether no entry can be named twice: no integer arrays, or one that counts the rows."""
    arrays = [part for part in index if isinstance(part, np.ndarray)]
    if not any(part.dtype.kind != "b" for part in arrays):
        return True
    rows = np.arange(arrays[0].size)
    counted = arrays[0].shape == rows.shape and (arrays[0] == rows).all()
    counted = counted and not c.recording.choices.of_array(arrays[0])
    return counted and all(part.shape == rows.shape for part in arrays)


def _written_once(shape: tuple[int, ...], indices: list[tuple[Any, ...]]) -> bool:
    """Whether no entry is named twice, by readings one after the other."""
    entries = np.arange(math.prod(shape)).reshape(shape)
    for index in indices:
        entries = entries[(*index, ...)]
    return len(np.unique(entries)) == entries.size


def _places(c: Call) -> str | None:
    """The brackets that lead to what is written; None where it takes more than readings."""
    indices = [params.get("index") for _, params in c.params["path"]]
    if not indices or any(index is None for index in indices):
        return None
    if not _written_once(c.result.shape, indices):
        return None
    if any(isinstance(part, np.ndarray) for index in indices[:-1] for part in index):
        return None  # a copy, into which writing is in vain
    return "".join(f"[{c.index(index)}]" for index in indices)


def _written(c: Call) -> Lines | None:
    place = _places(c)
    return (
        None
        if place is None
        else Lines([f"{{}} = {c.args[0]}.copy()", f"{{}}{place} = {c.args[1]}"])
    )


def _of_overwritten(c: Call) -> Lines | None:
    place = _places(c)
    return None if place is None else Lines([f"{{}} = {c.g}.copy()", f"{{}}{place} = 0"])


def _of_written(c: Call) -> str | None:
    place = _places(c)
    return None if place is None else f"{c.g}{place}"


INDEXING = {
    "read_at": Form(_read, x=_of_read),
    "copy_slices": Form(_written, a=_of_overwritten, b=_of_written),
    "part": Form(lambda c: f"{c.args[0]}[{c.params['k']}]"),
}
