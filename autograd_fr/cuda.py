"""What programs ask about NVIDIA devices: there are none here."""

from __future__ import annotations

from typing import Any

from .devices import on_cpu


def is_available() -> bool:
    """Whether there is such a device: never.

    >>> is_available(), device_count()
    (False, 0)
    """
    return False


def device_count() -> int:
    """How many such devices there are: none."""
    return 0


def is_initialized() -> bool:
    """Whether such a device is in use: never."""
    return False


def is_bf16_supported(including_emulation: bool = True) -> bool:
    """Whether such a device computes in bfloat16: there is none."""
    return False


def manual_seed(seed: int) -> None:
    """Accepted: there is no stream of random numbers on such a device to start."""


manual_seed_all = manual_seed


def empty_cache() -> None:
    """Accepted: there is nothing to empty."""


def synchronize(device: Any = None) -> None:
    """Accepted: nothing runs on the side."""


def memory_allocated(device: Any = None) -> int:
    """How many bytes are in use on such a device: none."""
    return 0


max_memory_allocated = memory_reserved = memory_allocated


def set_device(device: Any = None) -> Any:
    """Raises AutogradError: there is no such device."""
    return on_cpu("cuda")


current_device = get_device_name = get_device_properties = set_device
