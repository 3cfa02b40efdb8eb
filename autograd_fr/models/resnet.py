"""Residual nets for small images."""

from __future__ import annotations

from typing import Any

from ..nn import AdaptiveAvgPool2d, BatchNorm2d, Conv2d, Linear, Module, Sequential, init
from ..nn import functional as F
from .arguments import check_counts, check_images
from .model import Model


class BasicBlock(Module):
    """`relu(x + bn2(conv2(relu(bn1(conv1(x))))))`: two convolutions 3x3, and a way around them.

    x (n, in_channels, h, w) to (n, channels, h / stride, w / stride). Where the shapes differ, the
    way around is a convolution 1x1 with its normalisation, `downsample`.
    """

    def __init__(self, in_channels: int, channels: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = Conv2d(in_channels, channels, 3, stride, padding=1, bias=False)
        self.bn1 = BatchNorm2d(channels)
        self.conv2 = Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = BatchNorm2d(channels)
        self.downsample: Any = None
        if stride != 1 or in_channels != channels:
            around = Conv2d(in_channels, channels, 1, stride, bias=False)
            self.downsample = Sequential(around, BatchNorm2d(channels))

    def forward(self, x: Any) -> Any:
        """The input and what the two convolutions add to it."""
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(Model):
    """Residual net for small images: (n, in_channels, h, w) to scores (n, num_classes).

        conv1    width filters 3x3, normalised, ReLU
        layer1   n blocks of `width` channels
        layer2   n blocks of 2 · width, the first of which halves the image
        layer3   n blocks of 4 · width, the first of which halves it again
        fc       the mean over the image, 4 · width → num_classes

    With n = `blocks` these are 6 n + 2 layers with weights. Any size of image will do, 28x28 and
    32x32 say. Names are torchvision's. Filters start normal by He's rule for the outputs. Where the
    shape changes, the way around a block is a convolution 1x1 (the paper's option B).

    Source: He, Zhang, Ren, Sun 2016, "Deep residual learning for image recognition", section 4.2,
    arXiv:1512.03385.

    >>> import autograd_fr as ag
    >>> net = ag.models.ResNet(blocks=1, in_channels=1)
    >>> net(ag.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    """

    def __init__(
        self, blocks: int = 3, *, width: int = 16, in_channels: int = 3, num_classes: int = 10
    ) -> None:
        super().__init__()
        check_counts(
            "ResNet", blocks=blocks, width=width, in_channels=in_channels, num_classes=num_classes
        )
        self.conv1 = Conv2d(in_channels, width, 3, padding=1, bias=False)
        self.bn1 = BatchNorm2d(width)
        self.layer1 = _stage(blocks, width, width, 1)
        self.layer2 = _stage(blocks, width, 2 * width, 2)
        self.layer3 = _stage(blocks, 2 * width, 4 * width, 2)
        self.avgpool = AdaptiveAvgPool2d(1)
        self.fc = Linear(4 * width, num_classes)
        for part in self.modules():
            if isinstance(part, Conv2d):
                init.kaiming_normal_(part.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Any) -> Any:
        """The scores of the classes."""
        check_images(self, x, self.conv1.in_channels)
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(self.avgpool(x).flatten(1))


def _stage(blocks: int, in_channels: int, channels: int, stride: int) -> Sequential:
    """Blocks in a row, the first of which changes the shape."""
    first = BasicBlock(in_channels, channels, stride)
    return Sequential(first, *(BasicBlock(channels, channels) for _ in range(blocks - 1)))


def resnet8(**options: Any) -> ResNet:
    """`ResNet` of 8 layers with weights: one block a stage.

    >>> sum(p.numel() for p in resnet8(in_channels=1).parameters())
    77754
    """
    return ResNet(1, **options)


def resnet20(**options: Any) -> ResNet:
    """`ResNet` of 20 layers with weights: three blocks a stage.

    >>> sum(p.numel() for p in resnet20().parameters())
    272474
    """
    return ResNet(3, **options)
