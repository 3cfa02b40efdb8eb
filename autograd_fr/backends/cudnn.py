"""Switches that programs set for NVIDIA's library of layers; without it they have no effect."""

from __future__ import annotations

enabled = True
benchmark = False
deterministic = False
allow_tf32 = True


def is_available() -> bool:
    """Whether the library is there: never."""
    return False


def version() -> None:
    """The version of the library: None."""
    return
