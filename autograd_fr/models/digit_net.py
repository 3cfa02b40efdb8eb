"""A convolutional net for handwritten digits, small enough to learn them in minutes on a CPU."""

from __future__ import annotations

from typing import Any

from ..nn import BatchNorm2d, Conv2d, Dropout, Linear, Module, ReLU, Sequential
from ..nn import functional as F
from .arguments import check_counts, check_images, check_several
from .model import Model


class DigitNet(Model):
    """Five convolutions and an affine layer: images (n, 1, 24, 24) to scores (n, num_classes).

        stem     channels[0] filters 5x5, every second place            24 → 12
        early    channels[1], channels[2] filters 3x3                   12 → 10 → 8
                 maximum over blocks 2x2                                8 → 4
        late     channels[3] (padded), channels[4] filters 3x3          4 → 4 → 2
        fc       channels[4]·2·2 → num_classes, after dropout

    Each convolution is normalised over the batch and followed by ReLU; the sizes on the right are
    those of the image. The stem looks at every second place only: most of the work of a net for
    images is done where they are largest.

    >>> import autograd_fr as ag
    >>> net = ag.models.DigitNet()
    >>> net(ag.zeros(5, 1, 24, 24)).shape, sum(p.numel() for p in net.parameters())
    (torch.Size([5, 10]), 164266)
    """

    def __init__(
        self,
        channels: tuple[int, int, int, int, int] = (32, 48, 48, 96, 96),
        *,
        num_classes: int = 10,
        dropout: float = 0.3,
    ) -> None:
        super().__init__()
        check_counts("DigitNet", num_classes=num_classes)
        check_several("DigitNet", 5, channels=channels)
        a, b, c, d, e = channels
        self.stem = _filters(1, a, 5, stride=2, padding=2)
        self.early = Sequential(_filters(a, b, 3), _filters(b, c, 3))
        self.late = Sequential(_filters(c, d, 3, padding=1), _filters(d, e, 3))
        self.dropout = Dropout(dropout)
        self.fc = Linear(e * 2 * 2, num_classes)

    def forward(self, x: Any) -> Any:
        """The scores of the classes."""
        fix = "larger ones go through transforms.CenterCrop(24), or models.Crops(net, 24)"
        check_images(self, x, 1, 24, fix)
        x = F.max_pool2d(self.early(self.stem(x)), 2)
        return self.fc(self.dropout(self.late(x).flatten(1)))


def _filters(inputs: int, outputs: int, size: int, **options: Any) -> Module:
    """A convolution, normalised, with ReLU. The normalisation takes the place of a bias."""
    return Sequential(
        Conv2d(inputs, outputs, size, bias=False, **options), BatchNorm2d(outputs), ReLU()
    )
