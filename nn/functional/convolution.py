"""Convolutions of one, two and three axes, and their transposes."""

from __future__ import annotations

from typing import Any

from ...autograd.composites import composite
from ...errors import AutogradError, RangeError, ShapeError
from ...ops.neural import convolution as ops
from .options import per_axis


@composite
def conv1d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0,
    dilation: Any = 1, groups: int = 1,
) -> Any:  # fmt: skip
    """Cross-correlation along one axis: sums over windows of the input, times the weight.

    input (N, C, L) or (C, L), weight (O, C/groups, K), bias (O), result (N, O, windows). `padding`:
    zeros on both sides, their number, or "valid" for none, or "same" for as many as keep the
    length (with stride 1). Raises ShapeError where shapes do not fit, RangeError for a stride,
    padding or dilation out of range.

    >>> import autograd_fr as ag
    >>> x, w = ag.tensor([[1.0, 2.0, 4.0]]), ag.tensor([[[-1.0, 1.0]]])
    >>> ag.nn.functional.conv1d(x, w)
    tensor([[1., 2.]])
    """
    return _convolved(1, input, weight, bias, stride, padding, dilation, groups)


@composite
def conv2d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0,
    dilation: Any = 1, groups: int = 1,
) -> Any:  # fmt: skip
    """Cross-correlation along two axes: sums over windows of the input, times the weight.

    input (N, C, H, W) or (C, H, W), weight (O, C/groups, KH, KW), bias (O), result (N, O, ...).
    The rest is as in `conv1d`, with a number for both axes or one for each.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.conv2d(ag.ones(5, 3, 8, 8), ag.ones(6, 3, 3, 3), padding=1).shape
    torch.Size([5, 6, 8, 8])
    """
    return _convolved(2, input, weight, bias, stride, padding, dilation, groups)


@composite
def conv3d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0,
    dilation: Any = 1, groups: int = 1,
) -> Any:  # fmt: skip
    """Cross-correlation along three axes: sums over windows of the input, times the weight.

    input (N, C, D, H, W) or (C, D, H, W), weight (O, C/groups, KD, KH, KW), bias (O). The rest is
    as in `conv1d`, with a number for all axes or one for each.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.conv3d(ag.ones(1, 4, 4, 4), ag.ones(2, 1, 2, 2, 2), stride=2).shape
    torch.Size([2, 2, 2, 2])
    """
    return _convolved(3, input, weight, bias, stride, padding, dilation, groups)


@composite
def conv_transpose1d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0,
    output_padding: Any = 0, groups: int = 1, dilation: Any = 1,
) -> Any:  # fmt: skip
    """The transpose of `conv1d`: every entry spread over a window of the result, summed.

    input (N, C, L) or (C, L), weight (C, O/groups, K), bias (O), result (N, O, length) with length
    (L - 1) stride - 2 padding + dilation (K - 1) + output_padding + 1.

    >>> import autograd_fr as ag
    >>> x, w = ag.tensor([[1.0, 2.0]]), ag.tensor([[[-1.0, 1.0]]])
    >>> ag.nn.functional.conv_transpose1d(x, w, stride=2)
    tensor([[-1.,  1., -2.,  2.]])
    """
    return _transposed(1, input, weight, bias, stride, padding, output_padding, groups, dilation)


@composite
def conv_transpose2d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0,
    output_padding: Any = 0, groups: int = 1, dilation: Any = 1,
) -> Any:  # fmt: skip
    """The transpose of `conv2d`: every entry spread over a window of the result, summed.

    input (N, C, H, W) or (C, H, W), weight (C, O/groups, KH, KW), bias (O). The rest is as in
    `conv_transpose1d`, axis by axis.

    >>> import autograd_fr as ag
    >>> x, w = ag.ones(5, 3, 4, 4), ag.ones(3, 6, 2, 2)
    >>> ag.nn.functional.conv_transpose2d(x, w, stride=2).shape
    torch.Size([5, 6, 8, 8])
    """
    return _transposed(2, input, weight, bias, stride, padding, output_padding, groups, dilation)


@composite
def conv_transpose3d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0,
    output_padding: Any = 0, groups: int = 1, dilation: Any = 1,
) -> Any:  # fmt: skip
    """The transpose of `conv3d`: every entry spread over a window of the result, summed.

    input (N, C, D, H, W) or (C, D, H, W), weight (C, O/groups, KD, KH, KW), bias (O). The rest is
    as in `conv_transpose1d`, axis by axis.

    >>> import autograd_fr as ag
    >>> x, w = ag.ones(1, 2, 2, 2), ag.ones(1, 3, 2, 2, 2)
    >>> ag.nn.functional.conv_transpose3d(x, w).shape
    torch.Size([3, 3, 3, 3])
    """
    return _transposed(3, input, weight, bias, stride, padding, output_padding, groups, dilation)


@composite
def conv_tbc(input: Any, weight: Any, bias: Any, pad: int = 0) -> Any:
    """`conv1d` with the axes in the order of time, batch, channels.

    input (L, N, C), weight (K, C, O), bias (O), result (L + 2 pad - K + 1, N, O).

    >>> import autograd_fr as ag
    >>> ag.nn.functional.conv_tbc(ag.ones(9, 5, 3), ag.ones(2, 3, 4), ag.zeros(4)).shape
    torch.Size([8, 5, 4])
    """
    y = conv1d(input.permute(1, 2, 0), weight.permute(2, 1, 0), bias, padding=pad)
    return y.permute(2, 0, 1)


def _convolved(
    n: int, input: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any,
    groups: int,
) -> Any:  # fmt: skip
    name = f"conv{n}d"
    _check(n, input, weight)
    stride = per_axis(name, "stride", stride, n, 1)
    dilation = per_axis(name, "dilation", dilation, n, 1)
    pads = _pads(name, n, weight, stride, padding, dilation)
    (groups,) = per_axis(name, "groups", groups, 1)
    return ops.convolution(input, weight, bias, stride, pads, dilation, groups)


def _transposed(
    n: int, input: Any, weight: Any, bias: Any, stride: Any, padding: Any, output_padding: Any,
    groups: int, dilation: Any,
) -> Any:  # fmt: skip
    _check(n, input, weight)
    name = f"conv_transpose{n}d"
    stride = per_axis(name, "stride", stride, n, 1)
    dilation = per_axis(name, "dilation", dilation, n, 1)
    padding = per_axis(name, "padding", padding, n, 0)
    more = per_axis(name, "output_padding", output_padding, n, 0)
    (groups,) = per_axis(name, "groups", groups, 1)
    if any(p >= max(s, d) for p, s, d in zip(more, stride, dilation)):
        raise RangeError(
            f"output_padding {more} has to be smaller than stride {stride} or dilation {dilation}"
        )
    lengths = tuple(
        (m - 1) * s - 2 * p + d * (k - 1) + q + 1
        for m, s, p, d, k, q in zip(
            input.shape[-n:], stride, padding, dilation, weight.shape[2:], more
        )
    )
    if input.ndim > n and min(lengths) < 1:
        raise ShapeError(
            f"an input of shape {tuple(input.shape)} with padding {padding} gives a result of "
            f"lengths {lengths}: give less padding"
        )
    # What is added to the result is cut off less at its end: the windows stay as many as there are.
    pads = tuple((p, p - q) for p, q in zip(padding, more))
    return ops.convolution_transposed(input, weight, bias, lengths, stride, pads, dilation, groups)


def _check(n: int, input: Any, weight: Any) -> None:
    """Raise ShapeError for a weight of too many axes or too few, or an axis without entries."""
    if weight.ndim != n + 2:
        raise ShapeError(
            f"the weight has to have {n + 2} axes, two for channels and {n} for the kernel; its "
            f"shape is {tuple(weight.shape)}"
        )
    if input.ndim > n and 0 in input.shape[-n:]:
        raise ShapeError(
            f"only batch and channels may be empty, not what the kernel moves over: the input has "
            f"shape {tuple(input.shape)}"
        )


def _pads(name: str, n: int, weight: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    """The zeros before and after each axis."""
    if not isinstance(padding, str):
        return tuple((p, p) for p in per_axis(name, "padding", padding, n, 0))
    if padding == "valid":
        return ((0, 0),) * n
    if padding != "same":
        raise ValueError(
            f"padding is a number, one for each axis, 'valid' or 'same', not {padding!r}"
        )
    if max(stride) > 1:
        raise AutogradError(
            f"padding='same' keeps the lengths, which stride {stride} does not: give a number"
        )
    totals = [d * (k - 1) for k, d in zip(weight.shape[2:], dilation)]
    return tuple((total // 2, total - total // 2) for total in totals)
