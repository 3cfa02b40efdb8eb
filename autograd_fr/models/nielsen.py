"""The nets of Nielsen's book on MNIST, with the starts and the costs of its programs.

Source: M. Nielsen 2015, "Neural Networks and Deep Learning", http://neuralnetworksanddeeplearning.com.
"""

from __future__ import annotations

import math
from typing import Any

from ..errors import ShapeError
from ..nn import Linear, Sigmoid, init
from ..nn import functional as F
from .lenet import LeNet
from .mlp import MLP


class Nielsen1(MLP):
    """Chapter 1, `network.py`: sigmoids throughout, 784-30-10. x (n, 784) or images of as many
    pixels, to outputs (n, 10) between 0 and 1, of which the greatest tells the class.

    Weights and biases start standard normal. In the book: `quadratic_cost`, batches of 10, step
    3.0, 30 epochs, about 95 % of the test images. `widths`: others than (784, 30, 10).

    >>> import autograd_fr as ag
    >>> net = ag.models.Nielsen1()
    >>> net(ag.zeros(5, 28, 28)).shape, sum(p.numel() for p in net.parameters())
    (torch.Size([5, 10]), 23860)
    """

    _usual = (784, 30, 10)

    def __init__(self, *widths: int) -> None:
        super().__init__(*(widths or self._usual), activation=Sigmoid)
        self.append(Sigmoid())
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all weights and biases anew."""
        for p in self.parameters():
            init.normal_(p)

    def forward(self, input: Any) -> Any:
        """The outputs of the last layer, not scores: they are between 0 and 1."""
        pixels = getattr(self[0], "in_features", None)
        if input.ndim < 2 or math.prod(input.shape[1:]) != pixels:
            raise ShapeError(
                f"{type(self).__name__} takes (n, {pixels}), or n images of as many pixels, got "
                f"shape {tuple(input.shape)}; give one image as x.unsqueeze(0)"
            )
        return super().forward(input.flatten(1))


class Nielsen3(Nielsen1):
    """Chapter 3, `network2.py`: sigmoids throughout, 784-100-10, for `cross_entropy_cost`.

    Weights start with standard deviation 1/√(inputs), so that no sigmoid starts saturated; biases
    standard normal. In the book: batches of 10, step 0.5, weight decay λ = 5 over 50 000 examples,
    about 98 % of the test images. Inputs, outputs and `widths` are those of `Nielsen1`.

    >>> import autograd_fr as ag
    >>> net = ag.models.Nielsen3()
    >>> abs(net[0].weight.std().item() * 28 - 1) < 0.02
    True
    """

    _usual = (784, 100, 10)

    def reset_parameters(self) -> None:
        """Draw all weights and biases anew."""
        super().reset_parameters()
        for layer in self:
            if isinstance(layer, Linear):
                init.normal_(layer.weight, std=1 / math.sqrt(layer.in_features))


class Nielsen6(LeNet):
    """Chapter 6, `network3.py`: the net behind the 33 errors. Images (n, 1, 28, 28) to scores
    (n, 10), for `CrossEntropyLoss`.

        conv1   20 filters 5x5, ReLU, maximum over blocks 2x2      28 → 24 → 12
        conv2   40 filters 5x5, ReLU, maximum over blocks 2x2      12 → 8 → 4
        fc1     640 → 1000, ReLU
        fc2     1000 → 1000, ReLU
        fc3     1000 → 10

    with dropout 0.5 on the inputs of the affine layers. Weights start normal with standard
    deviation 0.5/√(outputs), those of filters 1/√(filters · 25 / 4); biases standard normal; the
    last layer at 0. The 0.5 is for the program's dropout, which halves the products in evaluation
    where `nn.Dropout` doubles the inputs in training. `LeNet` has PyTorch's start, and learns
    sooner.

    In the book: images shifted by a pixel in four directions added, batches of 10, step 0.03, 40
    epochs, 99.6 % of the test images; five of them, voting, 99.67 %.

    >>> import autograd_fr as ag
    >>> net = ag.models.Nielsen6()
    >>> net(ag.zeros(5, 1, 28, 28)).shape, sum(p.numel() for p in net.parameters())
    (torch.Size([5, 10]), 1672570)
    """

    def __init__(self) -> None:
        super().__init__(maps=(20, 40), hidden=(1000, 1000), padding=0, dropout=0.5)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all weights and biases anew."""
        for conv in (self.conv1, self.conv2):
            init.normal_(conv.weight, std=1 / math.sqrt(conv.out_channels * 25 / 4))
            init.normal_(conv.bias)
        for layer in (self.fc1, self.fc2):
            init.normal_(layer.weight, std=(1 - self.dropout.p) / math.sqrt(layer.out_features))
            init.normal_(layer.bias)
        for p in self.fc3.parameters():
            init.zeros_(p)


def quadratic_cost(output: Any, target: Any) -> Any:
    """Chapter 1: `1/(2n) Σ_x ‖y(x) - a(x)‖²`, summed over the outputs, averaged over the examples.

    `output` (n, classes); `target`: class numbers (n), or y itself, in the shape of the output.

    >>> import autograd_fr as ag
    >>> quadratic_cost(ag.tensor([[0.0, 1.0], [0.5, 0.5]]), ag.tensor([1, 1]))
    tensor(0.1250)
    """
    return F.half_mse_loss(output, _wanted(output, target), "sum") / len(output)


def cross_entropy_cost(output: Any, target: Any) -> Any:
    """Chapter 3: `-1/n Σ_x Σ_j [y_j ln a_j + (1 - y_j) ln(1 - a_j)]`, of outputs between 0 and 1.

    Shapes as in `quadratic_cost`.

    >>> import autograd_fr as ag
    >>> cross_entropy_cost(ag.tensor([[0.5, 0.5]]), ag.tensor([1]))  # 2 ln 2
    tensor(1.3863)
    """
    wanted = _wanted(output, target)
    return F.binary_cross_entropy(output, wanted, reduction="sum") / len(output)


def _wanted(output: Any, target: Any) -> Any:
    """The outputs that class numbers ask for: 1 at the class, 0 elsewhere."""
    if target.ndim == output.ndim:
        return target
    return F.one_hot(target, output.shape[-1]).to(output.dtype)
