"""The compiled kernels of the extra `fast`, which numba makes; without it NumPy does all.

They are used for arrays of some thousand entries and more as soon as numba is installed.
`enabled = False`, or the environment variable `AUTOGRAD_FR_FAST=0`, leaves everything to NumPy;
`flags` does so for a while. In the first program that calls them the kernels are compiled, which
takes some seconds, and kept for later ones.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from ..errors import MissingExtra
from ..kernels import fast


def is_available() -> bool:
    """Whether numba is installed.

    >>> isinstance(is_available(), bool)
    True
    """
    return fast.is_available()


@contextmanager
def flags(enabled: bool = False) -> Iterator[None]:
    """Within `with flags(enabled=...):`, use compiled kernels or not; in all threads.

    Raises MissingExtra where they are asked for and numba is not installed.

    >>> import autograd_fr as ag
    >>> with ag.backends.fast.flags(enabled=False):
    ...     ag.backends.fast.enabled
    False
    """
    before = fast.enabled
    _switch(enabled)
    try:
        yield
    finally:
        fast.enabled = before


def _switch(enabled: Any) -> None:
    if type(enabled) is not bool:
        raise TypeError(f"compiled kernels are enabled by True or False, not by {enabled!r}")
    if enabled and not fast.is_available():
        raise MissingExtra("numba", "fast")
    fast.enabled = enabled


class _Switch(ModuleType):
    """This module: its `enabled` is that of the kernels, and it takes no other setting."""

    @property
    def enabled(self) -> bool:
        return fast.enabled and fast.is_available()

    @enabled.setter
    def enabled(self, value: bool) -> None:
        _switch(value)

    def __setattr__(self, name: str, value: Any) -> None:
        if not hasattr(self, name) and not name.startswith("__"):
            raise AttributeError(f"there is no setting {name!r}: compiled kernels have `enabled`")
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Switch
