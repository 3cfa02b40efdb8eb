"""The names that tensors go by in the caller's own variables."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from inspect import CO_OPTIMIZED
from itertools import starmap
from pathlib import Path
from types import FrameType
from typing import Any

from ..autograd.value import Value
from .holdings import ARRAYS, RUNNERS, Holding, holdings

Namespace = Mapping[str, Any]
Sighting = tuple[str, Any]  # a name, and the tensor or array that goes by it

# Whose frames hold no names of the user's: this package, Python's own modules (but for one that
# many a project has too), and what runs notebooks and tests.
PACKAGE = str(Path(__file__).parents[1]) + os.sep
MACHINERY = (sys.stdlib_module_names - {"test"}) | RUNNERS


def sightings(frame: FrameType | None) -> Iterator[Sighting]:
    """The tensors and arrays that the callers from `frame` outwards can name, best names first.

    Paths of parameters come first: a variable may be the leftover of a loop over them.
    """
    spaces = [list(holdings(space)) for space in namespaces(frame)]
    for look in (parameters, variables, entries):
        for space in spaces:
            yield from look(space)


def local_sightings(frame: FrameType) -> Iterator[Sighting]:
    """The same for one frame alone, where a variable is what the reader has before their eyes."""
    spaces = [public(locals_of(frame)), public(frame.f_globals)]
    for space in spaces:
        yield from variables(starmap(Holding, space.items()))
    held = [list(holdings(space)) for space in spaces]
    for look in (parameters, entries):
        for reachable in held:
            yield from look(reachable)


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
    """A namespace without the names that start with _, and those that pytest makes up."""
    return {name: value for name, value in list(space.items()) if name[:1] not in ("_", "@")}


def is_machinery(frame: FrameType) -> bool:
    """Whether a frame is the package's, Python's own, or of what runs notebooks and tests."""
    module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return module in MACHINERY or frame.f_code.co_filename.startswith(PACKAGE)


def parameters(space: Iterable[Holding]) -> Iterator[Sighting]:
    """`model.0.weight` for the parameters and buffers of what has named ones."""
    for name, owner, _ in space:
        for method in ("named_parameters", "named_buffers"):
            if not hasattr(type(owner), method):
                continue
            try:
                named = dict(getattr(owner, method)())
            except Exception:  # a stranger's method of that name, which may want and do anything
                continue
            for path, value in named.items():
                if isinstance(value, Value):
                    yield f"{name}.{path}", value


def variables(space: Iterable[Holding]) -> Iterator[Sighting]:
    """The tensors and arrays among the variables."""
    return (sighting for sighting, steps in _arrays(space) if not steps)


def entries(space: Iterable[Holding]) -> Iterator[Sighting]:
    """`ws[0]`, `d['k']`, `pair.x` and `self.layers[0]` for those that variables hold."""
    return (sighting for sighting, steps in _arrays(space) if steps)


def _arrays(space: Iterable[Holding]) -> Iterator[tuple[Sighting, int]]:
    for name, value, steps in space:
        if issubclass(type(value), ARRAYS):
            yield (name, value), steps
