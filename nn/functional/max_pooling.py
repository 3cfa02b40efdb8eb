"""Pooling by the greatest entry: windows over the last one, two or three axes; and its reverse."""

from __future__ import annotations

from typing import Any

from ...autograd.composites import composite
from ...ops.neural import pooling
from ...tensor import Tensor
from .windows import Sizes, covering, planes, sliding


@composite
def max_pool1d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The greatest entry of each window over (L): input (N, C, L) or (C, L).

    `kernel_size`, `stride` (if None, the kernel's), `padding` (of -inf, at most half of a window),
    `dilation` (the distance of a window's entries): numbers, or tuples of one for each axis.
    `ceil_mode`: windows may end outside, but none begins there. `return_indices`: also where the
    greatest entries stand, counted through the last axes together; -1 of a window that lies in the
    padding. Of equal entries the first counts, and has the gradient; nan counts as the greatest.
    Raises ShapeError for inputs without the axes or smaller than a window, ValueError for sizes
    that do not fit.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.max_pool1d(ag.tensor([[1.0, 5.0, 3.0, 4.0]]), 2)
    tensor([[5., 4.]])
    """
    return sliding_max(
        "max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


@composite
def max_pool1d_with_indices(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = True,
) -> tuple[Tensor, Tensor]:
    """`max_pool1d` with `return_indices=True`, whatever is said."""
    return sliding_max(
        "max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, True
    )


@composite
def max_pool2d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The greatest entry of each window over (H, W): input (N, C, H, W) or (C, H, W).

    Arguments and errors are those of `max_pool1d`.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.max_pool2d(ag.tensor([[[1.0, 5.0], [3.0, 4.0]]]), 2, return_indices=True)
    (tensor([[[5.]]]), tensor([[[1]]]))
    """
    return sliding_max(
        "max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


@composite
def max_pool2d_with_indices(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = True,
) -> tuple[Tensor, Tensor]:
    """`max_pool2d` with `return_indices=True`, whatever is said."""
    return sliding_max(
        "max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, True
    )


@composite
def max_pool3d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The greatest entry of each window over (D, H, W): input (N, C, D, H, W) or (C, D, H, W).

    Arguments and errors are those of `max_pool1d`.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([[[[1.0, 5.0], [3.0, 4.0]]]])
    >>> ag.nn.functional.max_pool3d(x, (1, 2, 2), return_indices=True)
    (tensor([[[[5.]]]]), tensor([[[[1]]]]))
    """
    return sliding_max(
        "max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


@composite
def max_pool3d_with_indices(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = True,
) -> tuple[Tensor, Tensor]:
    """`max_pool3d` with `return_indices=True`, whatever is said."""
    return sliding_max(
        "max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode, True
    )


def sliding_max(
    name: str,
    dims: int,
    input: Any,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    ceil_mode: bool,
    return_indices: bool,
) -> Any:
    """The greatest entry of each window, and if asked for where it stands."""
    x = planes(name, input, dims)
    windows = sliding(name, x, dims, kernel_size, stride, padding, dilation, ceil_mode)
    return _greatest(x, windows, return_indices)


def _greatest(x: Any, windows: Any, return_indices: bool) -> Any:
    y = pooling.max_pool(x, windows)
    return (y, pooling.greatest_places(x, windows)) if return_indices else y


@composite
def adaptive_max_pool1d(input: Any, output_size: Sizes, return_indices: bool = False) -> Any:
    """The greatest entries of `output_size` windows that cover (L) evenly.

    The windows are those of `adaptive_avg_pool1d`, ties and indices those of `max_pool1d`.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.adaptive_max_pool1d(ag.ones(2, 8), 5).shape
    torch.Size([2, 5])
    """
    x = planes("adaptive_max_pool1d", input, 1)
    windows = covering("adaptive_max_pool1d", x, 1, output_size)
    return _greatest(x, windows, return_indices)


@composite
def adaptive_max_pool1d_with_indices(
    input: Any, output_size: Sizes, return_indices: bool = True
) -> tuple[Tensor, Tensor]:
    """`adaptive_max_pool1d` with `return_indices=True`, whatever is said."""
    y, places = adaptive_max_pool1d(input, output_size, True)
    return y, places


@composite
def adaptive_max_pool2d(input: Any, output_size: Sizes, return_indices: bool = False) -> Any:
    """The greatest entries of `output_size` windows that cover (H, W) evenly.

    The windows are those of `adaptive_avg_pool2d`, ties and indices those of `max_pool2d`.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.adaptive_max_pool2d(ag.ones(2, 8, 9), (5, 7)).shape
    torch.Size([2, 5, 7])
    """
    x = planes("adaptive_max_pool2d", input, 2)
    windows = covering("adaptive_max_pool2d", x, 2, output_size)
    return _greatest(x, windows, return_indices)


@composite
def adaptive_max_pool2d_with_indices(
    input: Any, output_size: Sizes, return_indices: bool = True
) -> tuple[Tensor, Tensor]:
    """`adaptive_max_pool2d` with `return_indices=True`, whatever is said."""
    y, places = adaptive_max_pool2d(input, output_size, True)
    return y, places


@composite
def adaptive_max_pool3d(input: Any, output_size: Sizes, return_indices: bool = False) -> Any:
    """The greatest entries of `output_size` windows that cover (D, H, W) evenly.

    The windows are those of `adaptive_avg_pool3d`, ties and indices those of `max_pool3d`.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.adaptive_max_pool3d(ag.ones(2, 8, 9, 4), (5, 7, 2)).shape
    torch.Size([2, 5, 7, 2])
    """
    x = planes("adaptive_max_pool3d", input, 3)
    windows = covering("adaptive_max_pool3d", x, 3, output_size)
    return _greatest(x, windows, return_indices)


@composite
def adaptive_max_pool3d_with_indices(
    input: Any, output_size: Sizes, return_indices: bool = True
) -> tuple[Tensor, Tensor]:
    """`adaptive_max_pool3d` with `return_indices=True`, whatever is said."""
    y, places = adaptive_max_pool3d(input, output_size, True)
    return y, places
