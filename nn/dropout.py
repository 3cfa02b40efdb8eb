"""Dropout."""

from __future__ import annotations

from typing import Any

from . import functional as F
from .functional.dropout import checked_probability
from .module import Module


class Dropout(Module):
    """In training, each entry is 0 with probability p, the others are divided by 1 - p.

    In evaluation mode the input passes unchanged (Hinton et al. 2012, arXiv:1207.0580).
    `inplace` is accepted, and changes no result. Raises ValueError unless 0 <= p <= 1.

    >>> import autograd_fr as ag
    >>> ag.nn.Dropout(0.5).eval()(ag.tensor([1.0, 2.0]))
    tensor([1., 2.])
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        self.p, self.inplace = checked_probability(p), inplace

    def forward(self, input: Any) -> Any:
        """The input with some entries dropped."""
        return F.dropout(input, self.p, self.training)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"
