"""LeNet: the first convolutional net for handwritten digits."""

from __future__ import annotations

from typing import Any

from ..nn import Conv2d, Dropout, Linear
from ..nn import functional as F
from .arguments import check_counts, check_images, check_several
from .model import Model


class LeNet(Model):
    """LeNet-5 in today's form: images (n, in_channels, size, size) to scores (n, num_classes).

        conv1   maps[0] filters 5x5, ReLU, maximum over blocks 2x2     28 (+4) → 28 → 14
        conv2   maps[1] filters 5x5, ReLU, maximum over blocks 2x2     14 → 10 → 5
        fc1     maps[1]·5·5 → hidden[0], ReLU
        fc2     hidden[0] → hidden[1], ReLU
        fc3     hidden[1] → num_classes

    The sizes on the right are those of a 28x28 image with `padding` 2, which makes it 32x32, as in
    the paper. There are 61 706 parameters. The paper had tanh, averages with a learned factor,
    only some of the maps of the first layer for each of the second, and distances to drawn digits
    at the end. `dropout`, the probability of a zero, acts on the inputs of the three affine layers.

    `LeNet(maps=(20, 40), hidden=(1000, 1000), padding=0, dropout=0.5)` is the net of the lecture;
    `Nielsen6` is that one with its author's start.

    Raises ValueError for images too small to leave anything, ShapeError for others than it was
    made for. Source: LeCun, Bottou, Bengio, Haffner
    1998, "Gradient-based learning applied to document recognition", section II.B.

    >>> import autograd_fr as ag
    >>> net = ag.models.LeNet()
    >>> net(ag.zeros(5, 1, 28, 28)).shape, sum(p.numel() for p in net.parameters())
    (torch.Size([5, 10]), 61706)
    """

    def __init__(
        self,
        in_channels: int = 1,
        num_classes: int = 10,
        *,
        size: int = 28,
        maps: tuple[int, int] = (6, 16),
        hidden: tuple[int, int] = (120, 84),
        padding: int = 2,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        check_counts("LeNet", in_channels=in_channels, num_classes=num_classes, size=size)
        check_several("LeNet", 2, maps=maps, hidden=hidden)
        self.size = size
        side = ((size + 2 * padding - 4) // 2 - 4) // 2  # 5x5 takes 4 away, a pooling halves
        if side < 1:
            raise ValueError(
                f"LeNet leaves nothing of images {size}x{size} with padding {padding}: they are to "
                "be 16x16 at least, the padding included"
            )
        self.conv1 = Conv2d(in_channels, maps[0], 5, padding=padding)
        self.conv2 = Conv2d(maps[0], maps[1], 5)
        self.fc1 = Linear(maps[1] * side * side, hidden[0])
        self.fc2 = Linear(hidden[0], hidden[1])
        self.fc3 = Linear(hidden[1], num_classes)
        self.dropout = Dropout(dropout)

    def forward(self, x: Any) -> Any:
        """The scores of the classes."""
        fix = "LeNet(size={size}) is for these" if type(self) is LeNet else "resize them"
        check_images(self, x, self.conv1.in_channels, self.size, fix)
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(self.dropout(x.flatten(1))))
        x = F.relu(self.fc2(self.dropout(x)))
        return self.fc3(self.dropout(x))
