"""Dropout layers: thin objects around the functions. In evaluation mode the input passes unchanged.

With `inplace` the input's own memory is used.
"""

from __future__ import annotations

from typing import Any

from . import functional as F
from .functional.dropout import checked_probability
from .module import Module


class _Dropout(Module):
    """A probability, checked, and whether to work in place."""

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        self.p, self.inplace = checked_probability(p), inplace

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """In training, each entry is 0 with probability p, the others are divided by 1 - p.

    Raises ValueError unless 0 <= p <= 1 (Hinton et al. 2012, arXiv:1207.0580).

    >>> import autograd_fr as ag
    >>> ag.nn.Dropout(0.5).eval()(ag.tensor([1.0, 2.0]))
    tensor([1., 2.])
    """

    def forward(self, input: Any) -> Any:
        """The input with some entries dropped."""
        return F.dropout(input, self.p, self.training, self.inplace)


class Dropout1d(_Dropout):
    """In training, each channel of (N, C, L) or (C, L) is 0 with probability p, as in `Dropout`.

    >>> import autograd_fr as ag
    >>> ag.nn.Dropout1d(1.0)(ag.ones(1, 2))
    tensor([[0., 0.]])
    """

    def forward(self, input: Any) -> Any:
        """The input with some channels dropped."""
        return F.dropout1d(input, self.p, self.training, self.inplace)


class Dropout2d(_Dropout):
    """In training, each channel of (N, C, H, W) is 0 with probability p, as in `Dropout`.

    >>> import autograd_fr as ag
    >>> ag.nn.Dropout2d(1.0)(ag.ones(1, 2, 1, 1)).flatten()
    tensor([0., 0.])
    """

    def forward(self, input: Any) -> Any:
        """The input with some channels dropped."""
        return F.dropout2d(input, self.p, self.training, self.inplace)


class Dropout3d(_Dropout):
    """In training, each channel of (N, C, D, H, W) or (C, D, H, W) is 0 with probability p.

    >>> import autograd_fr as ag
    >>> ag.nn.Dropout3d(1.0)(ag.ones(2, 1, 1, 1)).flatten()
    tensor([0., 0.])
    """

    def forward(self, input: Any) -> Any:
        """The input with some channels dropped."""
        return F.dropout3d(input, self.p, self.training, self.inplace)


class AlphaDropout(_Dropout):
    """Dropout for SELU, which keeps mean and variance: see `functional.alpha_dropout`.

    `inplace` is accepted, and as in PyTorch changes nothing.

    >>> import autograd_fr as ag
    >>> ag.nn.AlphaDropout(0.5).eval()(ag.tensor([1.0, 2.0]))
    tensor([1., 2.])
    """

    def forward(self, input: Any) -> Any:
        """The input with some entries lowered."""
        return F.alpha_dropout(input, self.p, self.training)


class FeatureAlphaDropout(_Dropout):
    """`AlphaDropout` of whole channels of (N, C, ...).

    >>> import autograd_fr as ag
    >>> ag.nn.FeatureAlphaDropout(0.5).eval()(ag.ones(1, 2))
    tensor([[1., 1.]])
    """

    def forward(self, input: Any) -> Any:
        """The input with some channels lowered."""
        return F.feature_alpha_dropout(input, self.p, self.training)
