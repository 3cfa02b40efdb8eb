"""Forms of reading and writing entries by their position, and of results taken one by one."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..call import Call, Lines
from .form import Form


def _read(c: Call) -> str:
    return f"{c.args[0]}[{c.index(c.params['index'])}]"


def _of_read(c: Call) -> Lines:
    """Zeros, with the gradient where it was read; added where one entry was read twice."""
    index = c.params["index"]
    place = c.index(index)
    write = f"{{}}[{place}] = {c.g}" if _distinct(index) else _adding(place, len(index), c.g)
    return Lines([f"{{}} = np.zeros_like({c.args[0]})", write])


def _adding(place: str, n: int, g: str) -> str:
    plain = ":" not in place and "..." not in place
    several = f"({place})" if n > 1 else place
    return f"np.add.at({{}}, {several if plain else f'np.s_[{place}]'}, {g})"


def _distinct(index: tuple[Any, ...]) -> bool:
    """Whether no entry can be named twice: no integer arrays, or one that counts the rows."""
    arrays = [part for part in index if isinstance(part, np.ndarray)]
    if not any(part.dtype.kind != "b" for part in arrays):
        return True
    rows = np.arange(arrays[0].size)
    return all(part.shape == rows.shape for part in arrays) and (arrays[0] == rows).all()


def _places(c: Call) -> str | None:
    """The brackets that lead to what is written; None where it takes more than readings."""
    indices = [params.get("index") for _, params in c.params["path"]]
    if not indices or not all(index is not None and _distinct(index) for index in indices):
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
