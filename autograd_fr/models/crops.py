"""A model that looks at an image from several places."""

from __future__ import annotations

from typing import Any

from ..nn import Module
from .arguments import check_counts
from .committee import log_mean_probability
from .model import Model


class Crops(Model):
    """The mean of the class probabilities over crops of the image, as its logarithm.

    Images (n, channels, height, width) to (n, classes). The crops are `size` x `size`: the one in
    the middle, and those up to `reach` pixels away from it in both directions, (2 reach + 1)^2 in
    all. What a model learnt from crops at random places gets right at most places counts more than
    what it gets wrong at one.

    Raises ValueError for images that are too small. Source: Krizhevsky, Sutskever, Hinton 2012,
    "ImageNet classification with deep convolutional neural networks", section 4.1.

    >>> import autograd_fr as ag
    >>> model = ag.models.Crops(ag.models.DigitNet(), 24)
    >>> model(ag.zeros(5, 1, 28, 28)).shape
    torch.Size([5, 10])
    """

    def __init__(self, model: Module, size: int, reach: int = 1) -> None:
        super().__init__()
        check_counts("Crops", size=size)
        check_counts("Crops", 0, reach=reach)
        self.model, self.size, self.reach = model, size, reach

    def forward(self, x: Any) -> Any:
        """The logarithms of the mean probabilities."""
        tops, lefts = (self._starts(length) for length in x.shape[-2:])
        return log_mean_probability(
            [
                self.model(x[..., top : top + self.size, left : left + self.size])
                for top in tops
                for left in lefts
            ]
        )

    def _starts(self, length: int) -> range:
        """Where the crops begin along an axis of the image."""
        middle = (length - self.size) // 2
        if middle < self.reach:
            raise ValueError(
                f"crops of {self.size} up to {self.reach} away from the middle take images of "
                f"{self.size + 2 * self.reach} at least, got {length}"
            )
        return range(middle - self.reach, middle + self.reach + 1)
