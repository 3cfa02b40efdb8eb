"""The handles of hooks, at PyTorch's place of them."""

from ..autograd.hooks import RemovableHandle as RemovableHandle
