"""PyTorch's places of what is in `nn`."""

import sys as _sys

from . import module as module


def __getattr__(name: str) -> object:
    return getattr(_sys.modules[__name__.rpartition(".")[0]], name)
