"""Pooling by averages and by powers: windows over the last one, two or three axes."""

from __future__ import annotations

import math
from typing import Any

from ... import ops
from ...autograd.composites import composite
from ...errors import AutogradError
from ...ops.neural import pooling
from ...tensor import Tensor
from .max_pooling import sliding_max
from .windows import Sizes, covering, planes, sliding


@composite
def avg_pool1d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The average of each window over (L): input (N, C, L) or (C, L).

    Windows, `ceil_mode` and errors are those of `max_pool1d`. A sum is divided by how many entries
    its window has, zeros of the padding among them unless `count_include_pad=False`.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.avg_pool1d(ag.ones(5, 8), 2).shape
    torch.Size([5, 4])
    """
    return _average(
        "avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad
    )


@composite
def avg_pool2d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The average of each window over (H, W): input (N, C, H, W) or (C, H, W).

    Windows, `ceil_mode` and errors are those of `max_pool2d`. A sum is divided by how many entries
    its window has, zeros of the padding among them unless `count_include_pad=False`.
    `divisor_override` stands for that number.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.avg_pool2d(ag.ones(5, 8, 6), 2).shape
    torch.Size([5, 4, 3])
    """
    return _average(
        "avg_pool2d",
        2,
        input,
        kernel_size,
        stride,
        padding,
        ceil_mode,
        count_include_pad,
        divisor_override,
    )


@composite
def avg_pool3d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The average of each window over (D, H, W): input (N, C, D, H, W) or (C, D, H, W).

    Windows, `ceil_mode` and errors are those of `max_pool3d`. A sum is divided by how many entries
    its window has, zeros of the padding among them unless `count_include_pad=False`.
    `divisor_override` stands for that number.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.avg_pool3d(ag.ones(5, 8, 6, 4), 2).shape
    torch.Size([5, 4, 3, 2])
    """
    return _average(
        "avg_pool3d",
        3,
        input,
        kernel_size,
        stride,
        padding,
        ceil_mode,
        count_include_pad,
        divisor_override,
    )


def _average(
    name: str,
    dims: int,
    input: Any,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    ceil_mode: bool,
    padded: bool,
    divisor: int | None = None,
) -> Any:
    """The average of each window."""
    if divisor == 0:
        raise ValueError(f"{name}: divisor_override cannot be 0")
    x = planes(name, input, dims)
    windows = sliding(name, x, dims, kernel_size, stride, padding, 1, ceil_mode)
    return pooling.average_pool(x, windows, padded, divisor)


@composite
def adaptive_avg_pool1d(input: Any, output_size: Sizes) -> Tensor:
    """Averages of `output_size` windows that cover (L) evenly, whatever the input's size.

    Window i of m, over n entries, goes from floor(i n / m) to ceil((i + 1) n / m).

    >>> import autograd_fr as ag
    >>> ag.nn.functional.adaptive_avg_pool1d(ag.ones(2, 8), 5).shape
    torch.Size([2, 5])
    """
    x = planes("adaptive_avg_pool1d", input, 1)
    windows = covering("adaptive_avg_pool1d", x, 1, output_size)
    return pooling.average_pool(x, windows, padded=False)


@composite
def adaptive_avg_pool2d(input: Any, output_size: Sizes) -> Tensor:
    """Averages of `output_size` windows that cover (H, W) evenly, whatever the input's size.

    Window i of m, over n entries, goes from floor(i n / m) to ceil((i + 1) n / m).
    None for an axis leaves it as it is.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.adaptive_avg_pool2d(ag.ones(2, 8, 9), (5, 7)).shape
    torch.Size([2, 5, 7])
    """
    x = planes("adaptive_avg_pool2d", input, 2)
    windows = covering("adaptive_avg_pool2d", x, 2, output_size)
    return pooling.average_pool(x, windows, padded=False)


@composite
def adaptive_avg_pool3d(input: Any, output_size: Sizes) -> Tensor:
    """Averages of `output_size` windows that cover (D, H, W) evenly, whatever the input's size.

    Window i of m, over n entries, goes from floor(i n / m) to ceil((i + 1) n / m).
    None for an axis leaves it as it is.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.adaptive_avg_pool3d(ag.ones(2, 8, 9, 4), (5, 7, 2)).shape
    torch.Size([2, 5, 7, 2])
    """
    x = planes("adaptive_avg_pool3d", input, 3)
    windows = covering("adaptive_avg_pool3d", x, 3, output_size)
    return pooling.average_pool(x, windows, padded=False)


@composite
def lp_pool1d(
    input: Any,
    norm_type: float,
    kernel_size: Sizes,
    stride: Sizes = None,
    ceil_mode: bool = False,
) -> Tensor:
    """`(Σ xᵖ)^(1/p)` over each window, p being `norm_type`: 2 for the Euclidean length.

    input (N, C, L) or (C, L). For p = inf it is the greatest of |x|, for -inf
    the least. At 0 the gradient is 0. A window that ends outside counts as many entries as one
    inside.

    >>> import autograd_fr as ag
    >>> x = ag.full((1, 4), 3.0)
    >>> ag.nn.functional.lp_pool1d(x, 2, 4).reshape(-1)
    tensor([6.])
    """
    return _power("lp_pool1d", 1, input, norm_type, kernel_size, stride, ceil_mode)


@composite
def lp_pool2d(
    input: Any,
    norm_type: float,
    kernel_size: Sizes,
    stride: Sizes = None,
    ceil_mode: bool = False,
) -> Tensor:
    """`(Σ xᵖ)^(1/p)` over each window, p being `norm_type`: 2 for the Euclidean length.

    input (N, C, H, W) or (C, H, W). For p = inf it is the greatest of |x|, for -inf
    the least. At 0 the gradient is 0. A window that ends outside counts as many entries as one
    inside.

    >>> import autograd_fr as ag
    >>> x = ag.full((1, 2, 2), 3.0)
    >>> ag.nn.functional.lp_pool2d(x, 2, 2).reshape(-1)
    tensor([6.])
    """
    return _power("lp_pool2d", 2, input, norm_type, kernel_size, stride, ceil_mode)


@composite
def lp_pool3d(
    input: Any,
    norm_type: float,
    kernel_size: Sizes,
    stride: Sizes = None,
    ceil_mode: bool = False,
) -> Tensor:
    """`(Σ xᵖ)^(1/p)` over each window, p being `norm_type`: 2 for the Euclidean length.

    input (N, C, D, H, W) or (C, D, H, W). For p = inf it is the greatest of |x|, for -inf
    the least. At 0 the gradient is 0. A window that ends outside counts as many entries as one
    inside.

    >>> import autograd_fr as ag
    >>> x = ag.full((1, 1, 2, 2), 3.0)
    >>> ag.nn.functional.lp_pool3d(x, 2, (1, 2, 2)).reshape(-1)
    tensor([6.])
    """
    return _power("lp_pool3d", 3, input, norm_type, kernel_size, stride, ceil_mode)


def _power(
    name: str,
    dims: int,
    input: Any,
    p: float,
    kernel_size: Sizes,
    stride: Sizes,
    ceil_mode: bool,
) -> Any:
    """The p-norm of each window."""
    x = planes(name, input, dims)
    if math.isinf(p):
        x = ops.abs(x) if p > 0 else -ops.abs(x)
        y = sliding_max(name, dims, x, kernel_size, stride, 0, 1, ceil_mode, False)
        return y if p > 0 else -y
    if p == 0:
        raise AutogradError(f"{name}: the norm of order 0 has no root; take another norm_type")
    windows = sliding(name, x, dims, kernel_size, stride, 0, 1, ceil_mode)
    return pooling.power_pool(x, windows, p)
