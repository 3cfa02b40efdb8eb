"""What programs ask about Apple's devices: there are none here."""

from __future__ import annotations


def is_available() -> bool:
    """Whether there is such a device: never.

    >>> is_available(), is_built()
    (False, False)
    """
    return False


def is_built() -> bool:
    """Whether the package knows such devices: no."""
    return False
