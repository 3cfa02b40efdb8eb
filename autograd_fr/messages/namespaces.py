"""The names that tensors go by in the caller's own variables."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from inspect import CO_OPTIMIZED
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import Any

from ..autograd.value import Value, ndarray

Namespace = Mapping[str, Any]
Sighting = tuple[str, Any]  # a name, and the tensor or array that goes by it

# Whose frames hold no names of the user's: this package, Python's own modules (but for one that
# many a project has too), and what runs notebooks and tests.
PACKAGE = str(Path(__file__).parents[1]) + os.sep
MACHINERY = (sys.stdlib_module_names - {"test"}) | {
    "IPython", "ipykernel", "tornado", "traitlets",
    "_pytest", "pytest", "pluggy", "xdist", "execnet",
}  # fmt: skip
HISTORY = ("In", "Out")  # a notebook's lists of all that was typed and shown
LONGEST = 10_000  # entries of a list that are looked at


def sightings(frame: FrameType | None) -> Iterator[Sighting]:
    """The tensors and arrays that the callers from `frame` outwards can name, best names first.

    Paths of parameters come first: a variable may be the leftover of a loop over them.
    """
    spaces = list(namespaces(frame))
    for look in (parameters, variables, entries):
        for space in spaces:
            yield from look(space)


def local_sightings(frame: FrameType) -> Iterator[Sighting]:
    """The same for one frame alone, where a variable is what the reader has before their eyes."""
    spaces = [public(locals_of(frame)), public(frame.f_globals)]
    for look in (variables, parameters, entries):
        for space in spaces:
            yield from look(space)


def locals_of(frame: FrameType) -> dict[str, Any]:
    """The local variables of a frame; nothing is left behind that would keep them alive."""
    seen = frame.f_locals
    found = dict(seen)
    if frame.f_code.co_flags & CO_OPTIMIZED and type(seen) is dict:
        seen.clear()  # before Python 3.13 a copy, which stays with the frame
    return found


def namespaces(frame: FrameType | None) -> Iterator[Namespace]:
    """The public names of each frame, its locals before its globals; shared globals once."""
    seen: set[int] = set()
    while frame is not None:
        if not is_machinery(frame):
            if frame.f_locals is not frame.f_globals:
                yield public(frame.f_locals)
            if id(frame.f_globals) not in seen:
                seen.add(id(frame.f_globals))
                yield public(frame.f_globals)
        frame = frame.f_back


def public(space: Namespace) -> Namespace:
    """A namespace without the names that start with _."""
    return {name: value for name, value in list(space.items()) if not name.startswith("_")}


def is_machinery(frame: FrameType) -> bool:
    """Whether a frame is the package's, Python's own, or of what runs notebooks and tests."""
    module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return module in MACHINERY or frame.f_code.co_filename.startswith(PACKAGE)


def parameters(space: Namespace) -> Iterator[Sighting]:
    """`model.0.weight` for the parameters of what has named parameters."""
    for name, owner in space.items():
        if not hasattr(type(owner), "named_parameters"):
            continue
        try:
            named = dict(owner.named_parameters())
        except Exception:  # a stranger's method of that name, which may want and do anything
            continue
        for path, value in named.items():
            if isinstance(value, Value):
                yield f"{name}.{path}", value


def variables(space: Namespace) -> Iterator[Sighting]:
    """The tensors and arrays among the variables."""
    for name, value in space.items():
        if isinstance(value, (Value, ndarray)):
            yield name, value


def entries(space: Namespace) -> Iterator[Sighting]:
    """`ws[0]`, `d['k']` and `pair.x` for what stands in lists, tuples and dictionaries."""
    for name, holder in space.items():
        if name in HISTORY:
            continue
        found: Iterable[tuple[str, Any]]
        if isinstance(holder, dict):
            keys = islice(holder.items(), LONGEST)
            found = [(f"[{key!r}]", value) for key, value in keys if type(key) in (str, int)]
        elif isinstance(holder, tuple) and (fields := getattr(type(holder), "_fields", None)):
            found = [(f".{field}", value) for field, value in zip(fields, holder)]
        elif isinstance(holder, (list, tuple)):
            found = ((f"[{i}]", value) for i, value in enumerate(islice(holder, LONGEST)))
        else:
            continue
        for place, value in found:
            if isinstance(value, (Value, ndarray)):
                yield name + place, value
