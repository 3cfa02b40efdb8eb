"""Tools around the engine, under PyTorch's names."""

from . import checkpoint as checkpoint
