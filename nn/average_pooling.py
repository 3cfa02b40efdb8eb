"""Pooling by averages and by powers as modules: thin objects around the functions."""

from __future__ import annotations

from typing import Any

from . import functional as F
from .max_pooling import repeated
from .module import Module


class _AvgPool(Module):
    kernel_size: Any
    stride: Any
    padding: Any

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool1d(_AvgPool):
    """The average of each window over (L); see `functional.avg_pool1d`.

    >>> import autograd_fr as ag
    >>> ag.nn.AvgPool1d(2)(ag.zeros(2, 8)).shape
    torch.Size([2, 4])
    """

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        self.kernel_size = repeated(kernel_size, 1)
        self.stride = repeated(kernel_size if stride is None else stride, 1)
        self.padding = repeated(padding, 1)
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad

    def forward(self, input: Any) -> Any:
        """The pooled input."""
        return F.avg_pool1d(
            input, self.kernel_size, self.stride, self.padding, self.ceil_mode,
            self.count_include_pad,
        )  # fmt: skip


class _AvgPoolNd(_AvgPool):
    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad
        self.divisor_override = divisor_override

    def _options(self) -> tuple[Any, ...]:
        return (
            self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad,
            self.divisor_override,
        )  # fmt: skip


class AvgPool2d(_AvgPoolNd):
    """The average of each window over (H, W); see `functional.avg_pool2d`.

    >>> import autograd_fr as ag
    >>> ag.nn.AvgPool2d(2)(ag.zeros(2, 8, 8)).shape
    torch.Size([2, 4, 4])
    """

    def forward(self, input: Any) -> Any:
        """The pooled input."""
        return F.avg_pool2d(input, *self._options())


class AvgPool3d(_AvgPoolNd):
    """The average of each window over (D, H, W); see `functional.avg_pool3d`.

    >>> import autograd_fr as ag
    >>> ag.nn.AvgPool3d(2)(ag.zeros(2, 8, 8, 8)).shape
    torch.Size([2, 4, 4, 4])
    """

    def forward(self, input: Any) -> Any:
        """The pooled input."""
        return F.avg_pool3d(input, *self._options())


class _AdaptiveAvgPool(Module):
    def __init__(self, output_size: Any) -> None:
        super().__init__()
        self.output_size = output_size

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """Averages of windows that cover (L); see `functional.adaptive_avg_pool1d`.

    >>> import autograd_fr as ag
    >>> ag.nn.AdaptiveAvgPool1d(3)(ag.zeros(2, 8)).shape
    torch.Size([2, 3])
    """

    def forward(self, input: Any) -> Any:
        """The pooled input."""
        return F.adaptive_avg_pool1d(input, self.output_size)


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """Averages of windows that cover (H, W); see `functional.adaptive_avg_pool2d`.

    >>> import autograd_fr as ag
    >>> ag.nn.AdaptiveAvgPool2d(3)(ag.zeros(2, 8, 8)).shape
    torch.Size([2, 3, 3])
    """

    def forward(self, input: Any) -> Any:
        """The pooled input."""
        return F.adaptive_avg_pool2d(input, self.output_size)


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """Averages of windows that cover (D, H, W); see `functional.adaptive_avg_pool3d`.

    >>> import autograd_fr as ag
    >>> ag.nn.AdaptiveAvgPool3d(3)(ag.zeros(2, 8, 8, 8)).shape
    torch.Size([2, 3, 3, 3])
    """

    def forward(self, input: Any) -> Any:
        """The pooled input."""
        return F.adaptive_avg_pool3d(input, self.output_size)


class _LPPool(Module):
    def __init__(
        self, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
    ) -> None:
        super().__init__()
        self.norm_type, self.kernel_size, self.stride = norm_type, kernel_size, stride
        self.ceil_mode = ceil_mode

    def extra_repr(self) -> str:
        return (
            f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"ceil_mode={self.ceil_mode}"
        )


class LPPool1d(_LPPool):
    """The `norm_type`-norm of each window over (L); see `functional.lp_pool1d`.

    >>> import autograd_fr as ag
    >>> ag.nn.LPPool1d(2, 2)(ag.zeros(2, 8)).shape
    torch.Size([2, 4])
    """

    def forward(self, input: Any) -> Any:
        """The pooled input."""
        return F.lp_pool1d(input, self.norm_type, self.kernel_size, self.stride, self.ceil_mode)


class LPPool2d(_LPPool):
    """The `norm_type`-norm of each window over (H, W); see `functional.lp_pool2d`.

    >>> import autograd_fr as ag
    >>> ag.nn.LPPool2d(2, 2)(ag.zeros(2, 8, 8)).shape
    torch.Size([2, 4, 4])
    """

    def forward(self, input: Any) -> Any:
        """The pooled input."""
        return F.lp_pool2d(input, self.norm_type, self.kernel_size, self.stride, self.ceil_mode)


class LPPool3d(_LPPool):
    """The `norm_type`-norm of each window over (D, H, W); see `functional.lp_pool3d`.

    >>> import autograd_fr as ag
    >>> ag.nn.LPPool3d(2, 2)(ag.zeros(2, 8, 8, 8)).shape
    torch.Size([2, 4, 4, 4])
    """

    def forward(self, input: Any) -> Any:
        """The pooled input."""
        return F.lp_pool3d(input, self.norm_type, self.kernel_size, self.stride, self.ceil_mode)
