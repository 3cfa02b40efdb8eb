"""Windows of images as columns, and back."""

from __future__ import annotations

import math
from typing import Any

from ...autograd.composites import composite
from ...errors import ShapeError
from ...kernels.convolution import windows
from ...ops.neural.folding import col2im, im2col
from .options import per_axis


@composite
def unfold(
    input: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Any:
    """Every window of an image as a column: the products of a convolution are with these.

    input (N, C, H, W) or (C, H, W), result (N, C * KH * KW, windows). Raises ShapeError where no
    window fits, RangeError for a number out of range.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.unfold(ag.zeros(5, 3, 8, 8), kernel_size=3).shape
    torch.Size([5, 27, 36])
    """
    if input.ndim not in (3, 4):
        raise ShapeError(
            f"images have shape (N, C, H, W), or (C, H, W) without a batch, not "
            f"{tuple(input.shape)}"
        )
    kernel, options = _geometry("unfold", kernel_size, dilation, padding, stride)
    _check(tuple(input.shape[-2:]), kernel, options)
    if input.ndim == 4:
        return im2col(input, kernel, *options)
    return im2col(input[None], kernel, *options)[0]


@composite
def fold(
    input: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0,
    stride: Any = 1,
) -> Any:  # fmt: skip
    """Columns added up to images, each where its window lies: the adjoint of `unfold`.

    input (N, C * KH * KW, windows) or without N, result (N, C, *output_size). Raises ShapeError
    where the columns are not as many as the windows, or not as long.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.fold(ag.ones(1, 4, 4), (3, 3), kernel_size=2)
    tensor([[[[1., 2., 1.],
              [2., 4., 2.],
              [1., 2., 1.]]]])
    """
    if input.ndim not in (2, 3):
        raise ShapeError(
            f"columns have shape (N, C * kernel, windows), or without N, not {tuple(input.shape)}"
        )
    lengths = per_axis("fold", "output_size", output_size, 2, 1)
    kernel, options = _geometry("fold", kernel_size, dilation, padding, stride)
    counts = _check(lengths, kernel, options)
    if input.shape[-1] != math.prod(counts) or input.shape[-2] % math.prod(kernel):
        raise ShapeError(
            f"an image of {lengths} has {counts[0]} * {counts[1]} = {math.prod(counts)} windows of "
            f"{kernel[0]} * {kernel[1]} = {math.prod(kernel)} entries per channel; the input has "
            f"{input.shape[-1]} columns of {input.shape[-2]}"
        )
    if input.ndim == 3:
        return col2im(input, lengths, kernel, *options)
    return col2im(input[None], lengths, kernel, *options)[0]


def _geometry(name: str, kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> Any:
    """The kernel, and what else the operations take: stride, pairs of padding, dilation."""
    size = per_axis(name, "kernel_size", kernel_size, 2, 1)
    step = per_axis(name, "stride", stride, 2, 1)
    pads = tuple((p, p) for p in per_axis(name, "padding", padding, 2, 0))
    return size, (step, pads, per_axis(name, "dilation", dilation, 2, 1))


def _check(lengths: tuple[int, ...], kernel: tuple[int, ...], options: Any) -> tuple[int, ...]:
    """How many windows there are along each axis; ShapeError where there is none."""
    counts = windows(lengths, kernel, *options)
    if min(counts) < 1:
        raise ShapeError(
            f"no window of {kernel} with dilation {options[2]} fits into {lengths} with "
            f"padding {tuple(p for p, _ in options[1])}"
        )
    return counts
