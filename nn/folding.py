"""Windows of images as columns, and back, as modules."""

from __future__ import annotations

from typing import Any, ClassVar

from . import functional as F
from .module import Module


class Unfold(Module):
    """Every window of an image as a column: (N, C, H, W) to (N, C * KH * KW, windows).

    >>> import autograd_fr as ag
    >>> ag.nn.Unfold(kernel_size=2, stride=2)(ag.zeros(5, 3, 8, 8)).shape
    torch.Size([5, 12, 16])
    """

    __constants__: ClassVar = ["kernel_size", "dilation", "padding", "stride"]

    def __init__(
        self, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
    ) -> None:
        super().__init__()
        self.kernel_size, self.dilation = kernel_size, dilation
        self.padding, self.stride = padding, stride

    def forward(self, input: Any) -> Any:
        """The windows of the input."""
        return F.unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return ", ".join(f"{name}={getattr(self, name)}" for name in self.__constants__)


class Fold(Module):
    """Columns added up to images: (N, C * KH * KW, windows) to (N, C, *output_size).

    >>> import autograd_fr as ag
    >>> ag.nn.Fold((8, 8), kernel_size=2, stride=2)(ag.zeros(5, 12, 16)).shape
    torch.Size([5, 3, 8, 8])
    """

    __constants__: ClassVar = ["output_size", "kernel_size", "dilation", "padding", "stride"]

    def __init__(
        self, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0,
        stride: Any = 1,
    ) -> None:  # fmt: skip
        super().__init__()
        self.output_size = output_size
        self.kernel_size, self.dilation = kernel_size, dilation
        self.padding, self.stride = padding, stride

    def forward(self, input: Any) -> Any:
        """The image that the columns of the input add up to."""
        return F.fold(
            input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride
        )

    def extra_repr(self) -> str:
        return ", ".join(f"{name}={getattr(self, name)}" for name in self.__constants__)
