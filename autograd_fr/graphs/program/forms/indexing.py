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
    write = f"{{}}[{place}] = {c.g}" if _distinct(index) else _adding(place, c.g)
    return Lines([f"{{}} = np.zeros_like({c.args[0]})", write])


def _adding(place: str, g: str) -> str:
    plain = ":" not in place and "..." not in place
    several = f"({place})" if "," in place else place
    return f"np.add.at({{}}, {several if plain else f'np.s_[{place}]'}, {g})"


def _distinct(index: tuple[Any, ...]) -> bool:
    """Whether no entry can be named twice: no integer arrays, or one that counts the rows."""
    arrays = [part for part in index if isinstance(part, np.ndarray)]
    if not any(part.dtype.kind != "b" for part in arrays):
        return True
    rows = np.arange(arrays[0].size)
    return all(part.shape == rows.shape for part in arrays) and (arrays[0] == rows).all()


INDEXING = {
    "read_at": Form(_read, x=_of_read),
    "part": Form(lambda c: f"{c.args[0]}[{c.params['k']}]"),
}
