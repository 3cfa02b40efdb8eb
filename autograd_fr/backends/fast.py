"""The compiled kernels of the extra `fast`, which numba makes; without it NumPy does all.

They are used for large arrays as soon as numba is installed. `enabled = False`, or the environment
variable `AUTOGRAD_FR_FAST=0`, leaves everything to NumPy; `flags` does so for a while.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

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

    >>> import autograd_fr as ag
    >>> with ag.backends.fast.flags(enabled=False):
    ...     ag.backends.fast.enabled
    False
    """
    before, fast.enabled = fast.enabled, enabled
    try:
        yield
    finally:
        fast.enabled = before


class _Switch(ModuleType):
    """This module: its `enabled` is that of the kernels."""

    @property
    def enabled(self) -> bool:
        return fast.enabled

    @enabled.setter
    def enabled(self, value: bool) -> None:
        fast.enabled = bool(value)


sys.modules[__name__].__class__ = _Switch
