"""Switches that programs set for matrix products on NVIDIA's devices; they have no effect here."""

from __future__ import annotations

from types import SimpleNamespace

matmul = SimpleNamespace(allow_tf32=False, allow_fp16_reduced_precision_reduction=True)


def is_built() -> bool:
    """Whether the package knows such devices: no."""
    return False
