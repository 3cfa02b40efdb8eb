"""Axes made longer at their ends, by a number or by their own entries.

`pad` has two numbers per axis, before and after it, the last axis first.
"""

from __future__ import annotations

from typing import Any

from ...autograd.op import Sample, differentiable, polymorphic
from ...errors import ShapeError
from ...kernels import padding as kernels

Pad = tuple[int, ...]


@differentiable(
    x=lambda g, pad: _zero_padded(g, tuple(-p for p in pad)),
    push={"x": lambda t, pad: _zero_padded(t, pad)},
    latex=r"\operatorname{pad}(x, \mathit{pad}, \mathit{value})",
    derivatives={"x": r"\operatorname{pad}(G, -\mathit{pad})"},
    symbol="pad",
    samples=[
        Sample((3,), pad=(1, 2)),
        Sample((2, 3), pad=(1, 0, 0, 2), value=2.5),
        Sample((4, 3), pad=(-1, 1, -2, -1)),
        Sample((2, 3), pad=(-2, -1)),
        Sample((0, 2), pad=(1, 1)),
        Sample((), pad=()),
    ],
)  # fmt: skip
def constant_pad_nd(x: Any, pad: Pad, value: Any = 0) -> Any:
    """Entries of one value before and after each axis; a negative number cuts entries off.

    Raises ShapeError for more axes than there are, or where more is cut off than is there.

    >>> import autograd_fr as ag
    >>> constant_pad_nd(ag.tensor([1.0, 2.0, 3.0]), (-1, 2))
    tensor([2., 3., 0., 0.])
    """
    _check(x, pad)
    return kernels.padded(x, tuple(pad), value)


@differentiable(
    x=lambda g, pad, mode: _folded(g, pad, mode),
    push="linear",
    latex=r"\operatorname{extend}(x)",
    derivatives={"x": r"\operatorname{extend^\top}(G)"},
    symbol="pad",
    samples=[
        Sample((4,), pad=(3, 2), mode="reflect"),
        Sample((2, 2, 3), pad=(1, 2, 1, 0), mode="reflect"),
        Sample((2, 3), pad=(2, 4), mode="replicate"),
        Sample((2, 2, 3), pad=(0, 1, 2, 3), mode="replicate"),
        Sample((1, 2, 2, 3), pad=(3, 2, 1, 0, 2, 1), mode="circular"),
        Sample((0, 3), pad=(1, 1), mode="circular"),
    ],
)  # fmt: skip
def extended(x: Any, pad: Pad, mode: str) -> Any:
    """Entries of `x` itself beyond its ends: "reflect", "replicate" or "circular".

    >>> import autograd_fr as ag
    >>> extended(ag.tensor([1.0, 2.0, 3.0]), (2, 1), "reflect")
    tensor([3., 2., 1., 2., 3., 2.])
    """
    return kernels.extended(x, pad, mode)


@differentiable(
    x=lambda g, pad, mode: polymorphic(extended)(g, pad, mode),
    push="linear",
    latex=r"\operatorname{extend^\top}(x)",
    derivatives={"x": r"\operatorname{extend}(G)"},
    symbol="padᵀ",
    samples=[
        Sample((7,), pad=(2, 1), mode="reflect"),
        Sample((2, 5, 3), pad=(1, 0, 2, 1), mode="replicate"),
        Sample((2, 5, 5), pad=(2, 1, 1, 2), mode="circular"),
    ],
)  # fmt: skip
def extension_folded(x: Any, pad: Pad, mode: str) -> Any:
    """What stands beyond the ends added to where it came from: the adjoint of `extended`.

    >>> import autograd_fr as ag
    >>> extension_folded(ag.tensor([1.0, 10.0, 100.0, 1000.0]), (1, 0), "reflect")
    tensor([  10.,  101., 1000.])
    """
    return kernels.folded_back(x, pad, mode)


def _zero_padded(x: Any, pad: Pad) -> Any:
    return polymorphic(constant_pad_nd)(x, pad)


def _folded(g: Any, pad: Pad, mode: str) -> Any:
    return polymorphic(extension_folded)(g, pad, mode)


def _check(x: Any, pad: Pad) -> None:
    if len(pad) % 2 or len(pad) > 2 * x.ndim:
        raise ShapeError(
            f"pad: {tuple(pad)} is not two numbers for each of up to {x.ndim} axes, those of the "
            "last axis first"
        )
    if min(kernels.padded_shape(x.shape, pad), default=0) < 0:
        raise ShapeError(
            f"pad: {tuple(pad)} cuts off more than there is of an input of shape {tuple(x.shape)}"
        )
