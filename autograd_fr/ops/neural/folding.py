"""The windows of an image laid out as columns, and columns added up to an image."""

from __future__ import annotations

from typing import Any

from ...autograd.op import Sample, differentiable, polymorphic
from ...kernels import convolution as kernels

Lengths = tuple[int, ...]
Pads = tuple[tuple[int, int], ...]

_PLAIN: Any = {"stride": (1, 1), "padding": ((0, 0), (0, 0)), "dilation": (1, 1)}
_WIDE: Any = {"stride": (2, 1), "padding": ((1, 1), (0, 0)), "dilation": (1, 2)}


@differentiable(
    x=lambda g, like, kernel, stride, padding, dilation: _summed(
        g, tuple(like.shape[2:]), kernel, stride, padding, dilation
    ),
    push="linear",
    latex=r"\operatorname{im2col}(x)",
    derivatives={"x": r"\operatorname{col2im}(G)"},
    symbol="im2col",
    samples=[
        Sample((2, 2, 3, 3), kernel=(2, 2), **_PLAIN),
        Sample((1, 2, 3, 4), kernel=(2, 2), **_WIDE),
        Sample((0, 1, 2, 2), kernel=(2, 1), **_PLAIN),
    ],
)  # fmt: skip
def im2col(x: Any, kernel: Lengths, stride: Lengths, padding: Pads, dilation: Lengths) -> Any:
    """Every window of an image (N, C, *lengths) as a column of (N, C * kernel, windows).

    >>> import autograd_fr as ag
    >>> x = ag.tensor([[[[1.0, 2.0, 3.0]]]])
    >>> im2col(x, (1, 2), (1, 1), ((0, 0), (0, 0)), (1, 1))
    tensor([[[1., 2.],
             [2., 3.]]])
    """
    return kernels.unfolded(x, kernel, stride, padding, dilation)


@differentiable(
    x=lambda g, kernel, stride, padding, dilation: polymorphic(im2col)(
        g, kernel, stride, padding, dilation
    ),
    push="linear",
    latex=r"\operatorname{col2im}(x)",
    derivatives={"x": r"\operatorname{im2col}(G)"},
    symbol="col2im",
    samples=[
        Sample((2, 8, 4), lengths=(3, 3), kernel=(2, 2), **_PLAIN),
        Sample((1, 8, 4), lengths=(3, 4), kernel=(2, 2), **_WIDE),
    ],
)  # fmt: skip
def col2im(
    x: Any, lengths: Lengths, kernel: Lengths, stride: Lengths, padding: Pads, dilation: Lengths
) -> Any:
    """Columns (N, C * kernel, windows) added up to (N, C, *lengths): the adjoint of `im2col`.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([[[1.0, 2.0], [20.0, 30.0]]])
    >>> col2im(x, (1, 3), (1, 2), (1, 1), ((0, 0), (0, 0)), (1, 1))
    tensor([[[[ 1., 22., 30.]]]])
    """
    return kernels.folded(x, lengths, kernel, stride, padding, dilation)


def _summed(*args: Any) -> Any:
    return polymorphic(col2im)(*args)
