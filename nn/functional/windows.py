"""Where the windows of pooling lie: sizes and strides as users give them, checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...autograd.dispatch import as_value
from ...errors import DtypeError, ShapeError
from .options import per_axis

Sizes = Any  # one number for all axes, or one for each
Windows = tuple[tuple[int, ...], ...]


def planes(name: str, input: Any, dims: int) -> Any:
    """`input` as a tensor with `dims` axes to pool over behind channels and, or not, a batch.

    Raises ShapeError for another number of axes, or where an axis but the batch is empty,
    DtypeError for truth values.
    """
    x = as_value(input)
    if x.dtype.kind == "b":
        raise DtypeError(f"{name} takes numbers, got bool; convert with .float()")
    if x.ndim not in (dims + 1, dims + 2):
        axes = ", ".join(("D", "H", "W")[-dims:] if dims > 1 else ("L",))
        raise ShapeError(
            f"{name}: an input has the shape (N, C, {axes}) or (C, {axes}), not {tuple(x.shape)}"
        )
    if 0 in x.shape[x.ndim - dims - 1 :]:
        raise ShapeError(f"{name}: only the batch may be empty, got an input of {tuple(x.shape)}")
    return x


def sliding(
    name: str,
    x: Any,
    dims: int,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    ceil_mode: bool,
) -> Windows:
    """The windows of one size over the last `dims` axes of `x`.

    Raises ValueError for sizes that are not positive and a padding of more than half a window,
    TypeError for what is no integer, ShapeError where no window fits.
    """
    size = per_axis(name, "kernel_size", kernel_size, dims, 1)
    empty = isinstance(stride, Sequence) and not stride  # PyTorch's way to leave it out
    step = size if stride is None or empty else per_axis(name, "stride", stride, dims, 1)
    pad = per_axis(name, "padding", padding, dims, 0)
    apart = per_axis(name, "dilation", dilation, dims, 1)
    spans = tuple((k - 1) * d + 1 for k, d in zip(size, apart))
    if any(2 * p > span for p, span in zip(pad, spans)):
        raise ValueError(
            f"{name}: padding is at most half of what a window spans, {spans}, but it is {pad}"
        )
    lengths = x.shape[x.ndim - dims :]
    counts = [
        _count(n + 2 * p - span, s, n + p, ceil_mode)
        for n, p, span, s in zip(lengths, pad, spans, step)
    ]
    if min(counts) < 1:
        raise ShapeError(
            f"{name}: a window that spans {spans} does not fit in an input of {tuple(lengths)} "
            f"with padding {pad}; take a smaller kernel_size"
        )
    return tuple(zip(counts, size, step, pad, apart))


def _count(room: int, stride: int, end: int, ceil_mode: bool) -> int:
    """How many windows there are, where `room` is left beside one; none starts beyond `end`."""
    if not ceil_mode:
        return room // stride + 1
    count = -(-room // stride) + 1
    return count - 1 if (count - 1) * stride >= end else count


def covering(name: str, x: Any, dims: int, output_size: Sizes) -> Windows:
    """As many windows as are asked for, which cover the last axes of `x` evenly; None: all."""
    lengths = x.shape[x.ndim - dims :]
    given = output_size if isinstance(output_size, (tuple, list)) else (output_size,) * dims
    if len(given) != dims:
        raise ShapeError(f"{name}: output_size is an integer or {dims} of them, not {output_size}")
    filled = [n if m is None else m for n, m in zip(lengths, given)]
    counts = per_axis(name, "output_size", filled, dims, 0)
    return tuple(
        (m, n // m, n // m, 0, 1) if m and n % m == 0 else (m,) for n, m in zip(lengths, counts)
    )
