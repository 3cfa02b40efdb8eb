"""Activations as modules: thin objects around the functions."""

from __future__ import annotations

import warnings
from typing import Any

from . import functional as F
from .module import Module


class ReLU(Module):
    """`max(0, x)`, entry by entry. `inplace` is accepted, and changes no result.

    >>> import autograd_fr as ag
    >>> ag.nn.ReLU()(ag.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Any) -> Any:
        """`max(0, input)`."""
        return F.relu(input)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class Sigmoid(Module):
    """`1 / (1 + exp(-x))`, entry by entry.

    >>> import autograd_fr as ag
    >>> ag.nn.Sigmoid()(ag.tensor([0.0]))
    tensor([0.5000])
    """

    def forward(self, input: Any) -> Any:
        """`1 / (1 + exp(-input))`."""
        return F.sigmoid(input)


class Tanh(Module):
    """Hyperbolic tangent, entry by entry.

    >>> import autograd_fr as ag
    >>> ag.nn.Tanh()(ag.tensor([0.0]))
    tensor([0.])
    """

    def forward(self, input: Any) -> Any:
        """`tanh(input)`."""
        return F.tanh(input)


class Softmax(Module):
    """Exponentials normalised to the sum 1 along `dim`.

    >>> import autograd_fr as ag
    >>> ag.nn.Softmax(dim=0)(ag.tensor([1.0, 1.0]))
    tensor([0.5000, 0.5000])
    """

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Any) -> Any:
        """`softmax(input, dim)`."""
        return F.softmax(input, _dim_for(input, self.dim))

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


def _dim_for(input: Any, dim: int | None) -> int:
    """The axis, or the one that PyTorch takes where none was given."""
    if dim is not None:
        return dim
    warnings.warn("softmax without `dim` guesses the axis; give it, e.g. dim=-1", stacklevel=4)
    return 0 if input.ndim in (0, 1, 3) else 1
