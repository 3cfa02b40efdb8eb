"""Axes made into one, and one into several."""

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


class Unflatten(Module):
    """One axis made into several: the reverse of `Flatten`. Batches have axis 0.

    Raises TypeError for an `unflattened_size` that is no tuple of integers.

    >>> import autograd_fr as ag
    >>> ag.nn.Unflatten(1, (8, 8))(ag.zeros(5, 64)).shape
    torch.Size([5, 8, 8])
    """

    def __init__(self, dim: int, unflattened_size: Any) -> None:
        super().__init__()
        if not isinstance(unflattened_size, (tuple, list)):
            raise TypeError(
                f"unflattened_size is a tuple of integers, not {type(unflattened_size).__name__}"
            )
        for place, length in enumerate(unflattened_size):
            if not isinstance(length, int):
                raise TypeError(
                    "unflattened_size is a tuple of integers, but it has "
                    f"{type(length).__name__} at place {place}"
                )
        self.dim, self.unflattened_size = dim, unflattened_size

    def forward(self, input: Any) -> Any:
        """`input.unflatten(dim, unflattened_size)`."""
        return input.unflatten(self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
