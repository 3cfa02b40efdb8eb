"""What programs ask about accelerators of any kind: there are none here."""

from __future__ import annotations

from typing import Any


def is_available() -> bool:
    """Whether there is an accelerator: never.

    >>> is_available(), device_count(), current_accelerator()
    (False, 0, None)
    """
    return False


def device_count() -> int:
    """How many accelerators there are: none."""
    return 0


def current_accelerator(check_available: bool = False) -> None:
    """The device of the accelerator: None."""
    return


def synchronize(device: Any = None) -> None:
    """Accepted: nothing runs on the side."""
