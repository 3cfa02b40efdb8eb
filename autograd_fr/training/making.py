"""What a thing was made of, in text that is the same in another process."""

from __future__ import annotations

import inspect
import zlib
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from ..autograd.value import Value

LONG = 8  # entries of a list that is written out
LONGEST = 200  # letters of a text that is written out
LOOKS = 64  # into a longer one
NUMBERS = 65_536  # of an array that are looked at
DEPTH = 5  # of objects within objects
BESIDES = ("_schedule_phases",)  # where OneCycleLR has its arguments
OF_OTHERS = ("self", "optimizer", "last_epoch")  # arguments that say nothing of the thing itself


def made_of(thing: Any, depth: int = DEPTH) -> str:
    """What tells a loss, a schedule, a transform or a dataset from another of its kind.

    Of an object, its type and those of its attributes that are called like arguments of its
    constructor; of an array, shape, dtype and a check sum of at most 65 536 entries of it; of a
    function, its name.

    >>> import autograd_fr as ag
    >>> made_of(ag.nn.HuberLoss(delta=2.0))
    "HuberLoss(reduction='mean', delta=2.0)"
    >>> made_of(np.arange(3)), made_of(len), made_of([1.5, None])
    ('(3,) int64 4f8c5ccc', 'len', '[1.5, None]')
    """
    if isinstance(thing, (str, bytes)) and len(thing) > LONGEST:
        data = thing.encode(errors="surrogatepass") if isinstance(thing, str) else thing
        return f"{type(thing).__name__} of {len(thing)} {zlib.crc32(data):x}"
    if thing is None or isinstance(thing, (bool, int, float, str, bytes, np.generic)):
        return repr(thing)
    if isinstance(thing, (np.ndarray, Value)):
        return _of_array(thing)
    if isinstance(thing, (list, tuple, range)):
        return _of_list(thing, depth)
    if isinstance(thing, Mapping):
        told = [f"{name}={made_of(value, depth)}" for name, value in thing.items()]
        return (", ".join(told) if len(told) <= LOOKS else _of_list(told, depth)) or "none"
    if isinstance(thing, partial):
        return f"{made_of(thing.func)}({made_of(thing.args)}, {made_of(thing.keywords)})"
    name = getattr(thing, "__qualname__", None)  # of functions and classes
    if isinstance(name, str):
        return name
    return f"{type(thing).__name__}({_arguments(thing, depth - 1) if depth else ''})"


def _of_array(thing: Any) -> str:
    array = np.asarray(getattr(thing, "array", thing))
    told = f"{array.shape} {array.dtype}"
    if getattr(thing, "requires_grad", False) or array.dtype.hasobject:  # it is learnt
        return told
    places = np.unique(np.linspace(0, array.size - 1, min(array.size, NUMBERS)).astype(int))
    return f"{told} {zlib.crc32(array.flat[places].tobytes()):x}"


def _of_list(thing: Any, depth: int) -> str:
    n = len(thing)
    if n <= LONG:
        return f"[{', '.join(made_of(entry, depth) for entry in thing)}]"
    places = np.linspace(0, n - 1, min(n, LOOKS)).astype(int)
    told = ", ".join(made_of(thing[k], depth) for k in places)
    return f"{n} entries {zlib.crc32(told.encode()):x}"


def _arguments(thing: Any, depth: int) -> str:
    """The arguments an object was made with, as far as it has kept them under their names."""
    names = dict.fromkeys(
        name for cls in type(thing).__mro__ if inspect.isfunction(vars(cls).get("__init__"))
        for name in inspect.signature(vars(cls)["__init__"]).parameters
    )  # fmt: skip
    own = {**getattr(thing, "__dict__", {}), **getattr(thing, "_buffers", {})}
    left_out = (*OF_OTHERS, *getattr(thing, "may_change", ()))
    kept = {n: k for n in (*names, *BESIDES) if n not in left_out for k in (n, f"_{n}") if k in own}
    return ", ".join(f"{name}={made_of(own[key], depth)}" for name, key in kept.items())
