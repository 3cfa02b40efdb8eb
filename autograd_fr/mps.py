"""What programs ask about Apple's devices: there are none here."""

from __future__ import annotations


def is_available() -> bool:
    """Whether there is such a device: never.

    >>> is_available()
    False
    """
    return False


def device_count() -> int:
    """How many such devices there are: none."""
    return 0


def manual_seed(seed: int) -> None:
    """Accepted: there is no stream of random numbers on such a device to start."""


def empty_cache() -> None:
    """Accepted: there is nothing to empty."""


def synchronize() -> None:
    """Accepted: nothing runs on the side."""
