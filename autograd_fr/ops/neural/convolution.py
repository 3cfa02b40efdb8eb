"""Convolution over any number of axes, and its two adjoints: each is the rule of the others.

With y = C(x, w), the number <C(x, w), y> = <x, T(y, w)> = <w, W(x, y)> is linear in each of x, w
and y: C is `convolution`, T `convolution_transposed` and W `convolution_weight`. Lengths per axis
are given as tuples; `padding` as pairs, of the zeros before and after.
"""

from __future__ import annotations

import math
from typing import Any

from ...autograd.op import Sample, differentiable, polymorphic
from ...errors import ShapeError
from ...kernels import convolution as kernels
from ...kernels import normed

Lengths = tuple[int, ...]
Pads = tuple[tuple[int, int], ...]

_LINE: Any = {"stride": (1,), "padding": ((0, 0),), "dilation": (1,), "groups": 1}
_PLANE: Any = {"stride": (1, 1), "padding": ((0, 0), (0, 0)), "dilation": (1, 1), "groups": 1}
_WIDE: Any = {"stride": (2, 1), "padding": ((1, 0), (1, 2)), "dilation": (1, 2), "groups": 2}
_SOLID: Any = {
    "stride": (1, 2, 1), "padding": ((1, 1), (0, 0), (0, 1)), "dilation": (1, 1, 1), "groups": 1,
}  # fmt: skip


@differentiable(
    x=lambda g, weight, like, stride, padding, dilation, groups: _spread(
        g, weight, None, _lengths(like, weight), stride, padding, dilation, groups
    ),
    weight=lambda g, x, like, stride, padding, dilation, groups: _weight(
        x, g, like.shape[2:], stride, padding, dilation, groups
    ),
    bias=lambda g, stride: _per_channel(g, len(stride)),
    push={
        "x": lambda t, weight, stride, padding, dilation, groups: _conv(
            t, weight, None, stride, padding, dilation, groups
        ),
        "weight": lambda t, x, stride, padding, dilation, groups: _conv(
            x, t, None, stride, padding, dilation, groups
        ),
        "bias": lambda t, stride: t.reshape((-1, *(1,) * len(stride))),
    },
    latex=r"\operatorname{conv}(x, \mathit{weight}) + \mathit{bias}",
    derivatives={
        "x": r"\operatorname{conv^\top}(G, \mathit{weight})",
        "weight": r"\operatorname{corr}(x, G)",
        "bias": r"\sum G",
    },
    fused={"bias": lambda g, stride: _added(g, len(stride))},
    symbol="conv", promotes=False,
    samples=[
        Sample((2, 2, 4), (3, 2, 3), (3,), **_LINE),
        Sample((2, 4), (3, 2, 2), **_LINE),
        Sample((2, 2, 3, 4), (2, 1, 2, 2), (2,), **_WIDE),
        Sample((2, 3, 3), (2, 2, 1, 1), (2,), **_PLANE),
        Sample((1, 2, 2, 3, 2), (1, 2, 2, 2, 2), (1,), **_SOLID),
        Sample((0, 2, 3, 3), (2, 2, 2, 2), (2,), **_PLANE),
        Sample((2, 0, 3), (2, 0, 2), (2,), **_LINE),
    ],
)  # fmt: skip
def convolution(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Lengths = (1,),
    padding: Pads = ((0, 0),),
    dilation: Lengths = (1,),
    groups: int = 1,
) -> Any:
    """Sums over windows, `y[o, i] = b[o] + Σ w[o, c, k] x[c, stride i + dilation k - padding]`.

    x (N, C, *lengths) or (C, *lengths), weight (O, C/groups, *kernel), bias (O), result
    (N, O, *windows), with as many windows as lie within the padded axes.

    >>> import autograd_fr as ag
    >>> convolution(ag.tensor([[1.0, 2.0, 4.0]]), ag.tensor([[[-1.0, 1.0]]]))
    tensor([[1., 2.]])
    """
    _check_channels(x, weight, weight.shape[1] * groups, weight.shape[0], groups)
    _check_bias(bias, weight.shape[0])
    _check_windows(x, weight, stride, padding, dilation)
    if x.ndim == weight.ndim:
        return kernels.convolved(x, weight, bias, stride, padding, dilation, groups)
    return kernels.convolved(x[None], weight, bias, stride, padding, dilation, groups)[0]


@differentiable(
    x=lambda g, weight, stride, padding, dilation, groups: _conv(
        g, weight, None, stride, padding, dilation, groups
    ),
    weight=lambda g, x, like, stride, padding, dilation, groups: _weight(
        g, x, like.shape[2:], stride, padding, dilation, groups
    ),
    bias=lambda g, stride: _per_channel(g, len(stride)),
    push={
        "x": lambda t, weight, lengths, stride, padding, dilation, groups: _spread(
            t, weight, None, lengths, stride, padding, dilation, groups
        ),
        "weight": lambda t, x, lengths, stride, padding, dilation, groups: _spread(
            x, t, None, lengths, stride, padding, dilation, groups
        ),
        "bias": lambda t, stride: t.reshape((-1, *(1,) * len(stride))),
    },
    latex=r"\operatorname{conv^\top}(x, \mathit{weight}) + \mathit{bias}",
    derivatives={
        "x": r"\operatorname{conv}(G, \mathit{weight})",
        "weight": r"\operatorname{corr}(G, x)",
        "bias": r"\sum G",
    },
    fused={"bias": lambda g, stride: _added(g, len(stride))},
    symbol="convᵀ", promotes=False,
    samples=[
        Sample((2, 3, 2), (3, 2, 3), (2,), lengths=(4,), **_LINE),
        Sample((3, 3), (3, 2, 2), lengths=(4,), **_LINE),
        Sample((2, 2, 2, 5), (2, 1, 2, 2), (2,), lengths=(3, 4), **_WIDE),
        Sample((2, 3, 3), (2, 2, 1, 1), (2,), lengths=(3, 3), **_PLANE),
        Sample((1, 1, 3, 1, 2), (1, 2, 2, 2, 2), (2,), lengths=(2, 3, 2), **_SOLID),
        Sample((0, 2, 2, 2), (2, 2, 2, 2), (2,), lengths=(3, 3), **_PLANE),
        Sample((2, 2, 2), (2, 0, 2), (0,), lengths=(3,), **_LINE),
    ],
)  # fmt: skip
def convolution_transposed(
    x: Any,
    weight: Any,
    bias: Any = None,
    lengths: Lengths = (1,),
    stride: Lengths = (1,),
    padding: Pads = ((0, 0),),
    dilation: Lengths = (1,),
    groups: int = 1,
) -> Any:
    """Every entry spread over its window: the adjoint of `convolution` with the same weight.

    x (N, O, *windows) or (O, *windows), weight (O, C/groups, *kernel), bias (C), result
    (N, C, *lengths).

    >>> import autograd_fr as ag
    >>> convolution_transposed(ag.tensor([[1.0, 2.0]]), ag.tensor([[[-1.0, 1.0]]]), lengths=(3,))
    tensor([[-1., -1.,  2.]])
    """
    _check_channels(x, weight, weight.shape[0], weight.shape[0], groups)
    _check_bias(bias, weight.shape[1] * groups)
    if x.ndim == weight.ndim:
        return kernels.transposed(x, weight, bias, lengths, stride, padding, dilation, groups)
    return kernels.transposed(x[None], weight, bias, lengths, stride, padding, dilation, groups)[0]


@differentiable(
    x=lambda g, z, like, stride, padding, dilation, groups: _spread(
        z, g, None, _lengths(like, g), stride, padding, dilation, groups
    ),
    z=lambda g, x, stride, padding, dilation, groups: _conv(
        x, g, None, stride, padding, dilation, groups
    ),
    push={
        "x": lambda t, z, kernel, stride, padding, dilation, groups: _weight(
            t, z, kernel, stride, padding, dilation, groups
        ),
        "z": lambda t, x, kernel, stride, padding, dilation, groups: _weight(
            x, t, kernel, stride, padding, dilation, groups
        ),
    },
    latex=r"\operatorname{corr}(x, z)",
    derivatives={"x": r"\operatorname{conv^\top}(z, G)", "z": r"\operatorname{conv}(x, G)"},
    symbol="∂conv", promotes=False,
    samples=[
        Sample((2, 2, 4), (2, 3, 2), kernel=(3,), **_LINE),
        Sample((2, 4), (3, 3), kernel=(2,), **_LINE),
        Sample((2, 2, 3, 4), (2, 2, 2, 5), kernel=(2, 2), **_WIDE),
        Sample((2, 3, 3), (2, 3, 3), kernel=(1, 1), **_PLANE),
        Sample((1, 2, 2, 3, 2), (1, 1, 3, 1, 2), kernel=(2, 2, 2), **_SOLID),
        Sample((0, 2, 3, 3), (0, 2, 2, 2), kernel=(2, 2), **_PLANE),
    ],
)  # fmt: skip
def convolution_weight(
    x: Any,
    z: Any,
    kernel: Lengths,
    stride: Lengths = (1,),
    padding: Pads = ((0, 0),),
    dilation: Lengths = (1,),
    groups: int = 1,
) -> Any:
    """Every entry of z times its window in x, summed: the adjoint of `convolution` by its weight.

    x (N, C, *lengths) and z (N, O, *windows), or both without N; result (O, C/groups, *kernel).

    >>> import autograd_fr as ag
    >>> convolution_weight(ag.tensor([[1.0, 2.0, 4.0]]), ag.tensor([[1.0, 10.0]]), kernel=(2,))
    tensor([[[21., 42.]]])
    """
    if x.ndim == len(kernel) + 2:
        return kernels.correlated(x, z, kernel, stride, padding, dilation, groups)
    return kernels.correlated(x[None], z[None], kernel, stride, padding, dilation, groups)


def _conv(*args: Any) -> Any:
    return polymorphic(convolution)(*args)


def _spread(*args: Any) -> Any:
    return polymorphic(convolution_transposed)(*args)


def _weight(*args: Any) -> Any:
    return polymorphic(convolution_weight)(*args)


def _lengths(x: Any, weight: Any) -> Lengths:
    """The lengths of x along the axes that windows move on."""
    return tuple(x.shape[2 - weight.ndim :])


def _per_channel(g: Any, n: int) -> Any:
    """The sum over all axes but that of the channels, which n axes follow."""
    return g.sum(tuple(i for i in range(g.ndim) if i != g.ndim - n - 1))


def _added(g: Any, n: int) -> Any:
    """The same of a large array, by a kernel."""
    channels = g.shape[-n - 1]
    samples, positions = math.prod(g.shape[: -n - 1]), math.prod(g.shape[g.ndim - n :])
    return normed.by_channel(g.reshape(samples, channels, positions))


def _check_channels(x: Any, weight: Any, wanted: int, split: int, groups: int) -> None:
    """Raise ShapeError unless x has as many channels as the weight takes, and axes to go with."""
    n = weight.ndim - 2
    if n < 1 or x.ndim not in (n + 1, n + 2):
        raise ShapeError(
            f"convolution: an input of shape {tuple(x.shape)} does not fit a weight of shape "
            f"{tuple(weight.shape)}: it has to have {n + 2} axes, or {n + 1} without a batch"
        )
    if groups < 1 or split % groups:
        raise ShapeError(
            f"convolution: a weight of shape {tuple(weight.shape)} cannot be split into "
            f"groups={groups}: {split} is not divisible by it"
        )
    if x.shape[-n - 1] != wanted:
        parted = f" with groups={groups}" if groups > 1 else ""
        raise ShapeError(
            f"convolution: an input of shape {tuple(x.shape)} does not fit a weight of shape "
            f"{tuple(weight.shape)}{parted}: it has {x.shape[-n - 1]} channels, the weight takes "
            f"{wanted}"
        )


def _check_bias(bias: Any, wanted: int) -> None:
    if bias is not None and bias.shape != (wanted,):
        raise ShapeError(
            f"convolution: a bias of shape {tuple(bias.shape)} for {wanted} channels of the "
            f"result: it has to be of shape ({wanted},)"
        )


def _check_windows(x: Any, weight: Any, stride: Lengths, padding: Pads, dilation: Lengths) -> None:
    """Raise ShapeError where the kernel does not fit into the padded input."""
    lengths, kernel = _lengths(x, weight), tuple(weight.shape[2:])
    if min(kernels.windows(lengths, kernel, stride, padding, dilation)) > 0 and 0 not in kernel:
        return
    padded = tuple(n + sum(pads) for n, pads in zip(lengths, padding))
    reach = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation))
    around = f", {padded} with its padding" if padded != lengths else ""
    wide = f", reaching over {reach}," if max(dilation) > 1 else ""
    raise ShapeError(
        f"convolution: a kernel of {kernel}{wide} does not fit into an input of {lengths}{around}"
    )
