"""Pooling by the greatest entry, and its reverse, as modules: thin objects around the functions."""

from __future__ import annotations

from typing import Any

from . import functional as F
from .module import Module


class _MaxPool(Module):
    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding, self.dilation = padding, dilation
        self.return_indices, self.ceil_mode = return_indices, ceil_mode

    def _options(self) -> tuple[Any, ...]:
        return (
            self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode,
            self.return_indices,
        )  # fmt: skip

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(_MaxPool):
    """The greatest entry of each window over (L); see `functional.max_pool1d`.

    >>> import autograd_fr as ag
    >>> ag.nn.MaxPool1d(2)(ag.zeros(2, 8)).shape
    torch.Size([2, 4])
    """

    def forward(self, input: Any) -> Any:
        """The pooled input, with indices where `return_indices` asks for them."""
        return F.max_pool1d(input, *self._options())


class MaxPool2d(_MaxPool):
    """The greatest entry of each window over (H, W); see `functional.max_pool2d`.

    >>> import autograd_fr as ag
    >>> ag.nn.MaxPool2d(2)(ag.zeros(2, 8, 8)).shape
    torch.Size([2, 4, 4])
    """

    def forward(self, input: Any) -> Any:
        """The pooled input, with indices where `return_indices` asks for them."""
        return F.max_pool2d(input, *self._options())


class MaxPool3d(_MaxPool):
    """The greatest entry of each window over (D, H, W); see `functional.max_pool3d`.

    >>> import autograd_fr as ag
    >>> ag.nn.MaxPool3d(2)(ag.zeros(2, 8, 8, 8)).shape
    torch.Size([2, 4, 4, 4])
    """

    def forward(self, input: Any) -> Any:
        """The pooled input, with indices where `return_indices` asks for them."""
        return F.max_pool3d(input, *self._options())


class _MaxUnpool(Module):
    _dims: int

    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0) -> None:
        super().__init__()
        self.kernel_size = repeated(kernel_size, self._dims)
        self.stride = repeated(kernel_size if stride is None else stride, self._dims)
        self.padding = repeated(padding, self._dims)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpool):
    """The reverse of `MaxPool1d`: zeros where no greatest entry was; see `functional.max_unpool1d`.

    >>> import autograd_fr as ag
    >>> y, places = ag.nn.MaxPool1d(2, return_indices=True)(ag.zeros(2, 8))
    >>> ag.nn.MaxUnpool1d(2)(y, places).shape
    torch.Size([2, 8])
    """

    _dims = 1

    def forward(self, input: Any, indices: Any, output_size: Any = None) -> Any:
        """Entries of `input` where `indices` says."""
        return F.max_unpool1d(
            input, indices, self.kernel_size, self.stride, self.padding, output_size
        )


class MaxUnpool2d(_MaxUnpool):
    """The reverse of `MaxPool2d`: zeros where no greatest entry was; see `functional.max_unpool2d`.

    >>> import autograd_fr as ag
    >>> y, places = ag.nn.MaxPool2d(2, return_indices=True)(ag.zeros(2, 8, 8))
    >>> ag.nn.MaxUnpool2d(2)(y, places).shape
    torch.Size([2, 8, 8])
    """

    _dims = 2

    def forward(self, input: Any, indices: Any, output_size: Any = None) -> Any:
        """Entries of `input` where `indices` says."""
        return F.max_unpool2d(
            input, indices, self.kernel_size, self.stride, self.padding, output_size
        )


class MaxUnpool3d(_MaxUnpool):
    """The reverse of `MaxPool3d`: zeros where no greatest entry was; see `functional.max_unpool3d`.

    >>> import autograd_fr as ag
    >>> y, places = ag.nn.MaxPool3d(2, return_indices=True)(ag.zeros(2, 8, 8, 8))
    >>> ag.nn.MaxUnpool3d(2)(y, places).shape
    torch.Size([2, 8, 8, 8])
    """

    _dims = 3

    def forward(self, input: Any, indices: Any, output_size: Any = None) -> Any:
        """Entries of `input` where `indices` says."""
        return F.max_unpool3d(
            input, indices, self.kernel_size, self.stride, self.padding, output_size
        )


class _AdaptiveMaxPool(Module):
    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        super().__init__()
        self.output_size, self.return_indices = output_size, return_indices

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """The greatest of windows that cover (L); see `functional.adaptive_max_pool1d`.

    >>> import autograd_fr as ag
    >>> ag.nn.AdaptiveMaxPool1d(3)(ag.zeros(2, 8)).shape
    torch.Size([2, 3])
    """

    def forward(self, input: Any) -> Any:
        """The pooled input, with indices where `return_indices` asks for them."""
        return F.adaptive_max_pool1d(input, self.output_size, self.return_indices)


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """The greatest of windows that cover (H, W); see `functional.adaptive_max_pool2d`.

    >>> import autograd_fr as ag
    >>> ag.nn.AdaptiveMaxPool2d(3)(ag.zeros(2, 8, 8)).shape
    torch.Size([2, 3, 3])
    """

    def forward(self, input: Any) -> Any:
        """The pooled input, with indices where `return_indices` asks for them."""
        return F.adaptive_max_pool2d(input, self.output_size, self.return_indices)


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """The greatest of windows that cover (D, H, W); see `functional.adaptive_max_pool3d`.

    >>> import autograd_fr as ag
    >>> ag.nn.AdaptiveMaxPool3d(3)(ag.zeros(2, 8, 8, 8)).shape
    torch.Size([2, 3, 3, 3])
    """

    def forward(self, input: Any) -> Any:
        """The pooled input, with indices where `return_indices` asks for them."""
        return F.adaptive_max_pool3d(input, self.output_size, self.return_indices)


class _FractionalMaxPool(Module):
    _random_samples: Any
    _dims: int

    def __init__(
        self,
        kernel_size: Any,
        output_size: Any = None,
        output_ratio: Any = None,
        return_indices: bool = False,
        _random_samples: Any = None,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        if (output_size is None) == (output_ratio is None):
            raise ValueError(f"{name} needs either output_size or output_ratio")
        self.kernel_size = repeated(kernel_size, self._dims)
        self.return_indices = return_indices
        self.register_buffer("_random_samples", _random_samples)
        self.output_size = None if output_size is None else repeated(output_size, self._dims)
        self.output_ratio = None if output_ratio is None else repeated(output_ratio, self._dims)
        if self.output_ratio is not None and not all(0 < r < 1 for r in self.output_ratio):
            raise ValueError(f"{name}: output_ratio is between 0 and 1, got {self.output_ratio}")

    def _options(self) -> tuple[Any, ...]:
        return (
            self.kernel_size, self.output_size, self.output_ratio, self.return_indices,
            self._random_samples,
        )  # fmt: skip


class FractionalMaxPool2d(_FractionalMaxPool):
    """The greatest of windows at random distances; see `functional.fractional_max_pool2d`.

    >>> import autograd_fr as ag
    >>> ag.nn.FractionalMaxPool2d(2, output_ratio=0.7)(ag.zeros(2, 8, 8)).shape
    torch.Size([2, 5, 5])
    """

    _dims = 2

    def forward(self, input: Any) -> Any:
        """The pooled input, with indices where `return_indices` asks for them."""
        return F.fractional_max_pool2d(input, *self._options())


class FractionalMaxPool3d(_FractionalMaxPool):
    """The greatest of windows at random distances; see `functional.fractional_max_pool3d`.

    >>> import autograd_fr as ag
    >>> ag.nn.FractionalMaxPool3d(2, output_ratio=0.7)(ag.zeros(2, 8, 8, 8)).shape
    torch.Size([2, 5, 5, 5])
    """

    _dims = 3

    def forward(self, input: Any) -> Any:
        """The pooled input, with indices where `return_indices` asks for them."""
        return F.fractional_max_pool3d(input, *self._options())


def repeated(given: Any, dims: int) -> tuple[Any, ...]:
    """What is given for each axis; one for all, repeated."""
    return tuple(given) if isinstance(given, (tuple, list)) else (given,) * dims
