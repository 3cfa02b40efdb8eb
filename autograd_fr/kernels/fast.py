"""Kernels compiled by numba, where it is installed: the extra `fast`.

A NumPy kernel decorated `@twin` has a twin: a function of the same name and arguments, and the same
results to rounding, in the file of the same name in `compiled/`. It is called when there is enough
to compute, and numba is imported, and the twin compiled, at the first such call: a program of small
arrays never pays for either. What numba has compiled it keeps in a cache beside the file, or, where
that folder cannot be written, in the user's.

Measured: a call of a twin costs 0.8 us with two arrays, one of a NumPy function 0.5 us and more, so
that a twin in the place of five of them pays at any size. What does not pay for small arrays is to
import numba and load the first twin, 0.4 s, each further one 4 ms: `LEAST` is where a call saves
some 2 us. It is a fixed number, so that results do not depend on what was computed before. To
compile a twin takes 0.1 to 0.8 s, once.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])

LEAST = 1 << 10  # entries of the first array, from which on a twin is called


def _asked() -> bool:
    """Whether the environment leaves compiled kernels on."""
    word = os.environ.get("AUTOGRAD_FR_FAST", "1")
    if word.lower() not in ("1", "on", "true", "yes", "0", "off", "false", "no"):
        warnings.warn(
            f"AUTOGRAD_FR_FAST is 1 or 0, not {word!r}: compiled kernels are used", stacklevel=2
        )
    return word.lower() not in ("0", "off", "false", "no")


enabled = _asked()

twins: set[Callable[..., Any]] = set()  # the kernels that have one

ndarray = np.ndarray
_FLOATS = (np.dtype("f4"), np.dtype("f8"))
_OTHERS = (np.dtype("?"), np.dtype("i8"), np.dtype("i4"), np.dtype("u1"))


_unfit = False  # whether numba could not be imported


def is_available() -> bool:
    """Whether numba is installed, and was not found unfit."""
    return not _unfit and find_spec("numba") is not None


def twin(kernel: F) -> F:
    """Have the compiled function of the same name and file called, where arguments allow it.

    All arrays have to be plain, C-contiguous and writable, the first of at least `LEAST` float32
    or float64 entries, and other floating numbers of the same dtype. A twin may give back
    NotImplemented where it does not know the other arguments.
    """
    home, name = kernel.__module__.rpartition(".")[2], kernel.__name__
    compiled: Any = None

    @wraps(kernel)
    def choose(*args: Any) -> Any:
        nonlocal compiled
        if not enabled or not _fit(args):
            return kernel(*args)
        if compiled is None:
            compiled = _found(home, name) or kernel
        result = compiled(*args)
        return kernel(*args) if result is NotImplemented else result

    twins.add(choose)
    return choose  # type: ignore[return-value]


def _fit(args: tuple[Any, ...]) -> bool:
    """Whether a compiled function knows these arguments, and is worth the call."""
    first = args[0]
    if type(first) is not ndarray or first.size < LEAST or first.dtype not in _FLOATS:
        return False
    dtype = first.dtype
    for x in args:
        if type(x) is ndarray:
            if not x.flags.carray or (x.dtype is not dtype and not _goes_with(x.dtype, dtype)):
                return False
        elif hasattr(x, "physical"):
            return False
    return True


def _goes_with(other: Any, dtype: Any) -> bool:
    return other == dtype or other in _OTHERS


def _found(home: str, name: str) -> Callable[..., Any] | None:
    """The compiled function; None, and none for any other, where numba cannot be imported."""
    global enabled, _unfit
    try:
        module = import_module(f".compiled.{home}", __package__)
    except ImportError as error:
        if (error.name or "numba").startswith(__package__):
            raise  # there is no such file
        if is_available():
            warnings.warn(
                f"numba is installed, but unfit: {error}. NumPy computes instead, as it does "
                "without this warning where the environment has AUTOGRAD_FR_FAST=0",
                RuntimeWarning,
                stacklevel=2,
            )
        enabled, _unfit = False, True
        return None
    return getattr(module, name)
