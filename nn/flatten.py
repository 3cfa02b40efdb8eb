"""Flatten."""

from __future__ import annotations

from typing import Any

from .module import Module


class Flatten(Module):
    """The axes from `start_dim` to `end_dim` made into one; by default all but the batch.

    >>> import autograd_fr as ag
    >>> ag.nn.Flatten()(ag.zeros(5, 8, 8)).shape
    torch.Size([5, 64])
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input: Any) -> Any:
        """`input.flatten(start_dim, end_dim)`."""
        return input.flatten(self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"
