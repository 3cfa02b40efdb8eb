"""Images with more or fewer entries, interpolated; and the adjoint."""

from __future__ import annotations

from typing import Any

from ...autograd.op import Sample, differentiable, polymorphic
from ...kernels import resampling as kernels

Lengths = tuple[int, ...]
Scales = tuple[float | None, ...]


@differentiable(
    x=lambda g, like, size, mode, align_corners, scales, antialias: _summed(
        g, _lengths(like, size), mode, align_corners, scales, antialias
    ),
    push="linear",
    latex=r"\operatorname{interp}(x)",
    derivatives={"x": r"\operatorname{interp^\top}(G)"},
    symbol="interp",
    samples=[
        Sample((2, 1, 4), size=(6,), mode="linear"),
        Sample((1, 2, 4), size=(7,), mode="nearest"),
        Sample((1, 2, 3, 4), size=(5, 2), mode="nearest-exact", scales=(1.8, 0.6)),
        Sample((1, 2, 3, 3), size=(2, 5), mode="linear", align_corners=True),
        Sample((1, 1, 4, 3), size=(5, 4), mode="cubic"),
        Sample((1, 1, 5, 3), size=(2, 4), mode="cubic", antialias=True),
        Sample((1, 1, 2, 3, 2), size=(3, 2, 3), mode="linear", scales=(1.6, 1.0, 1.7)),
        Sample((0, 1, 3), size=(2,), mode="linear"),
    ],
)  # fmt: skip
def interpolated(
    x: Any,
    size: Lengths,
    mode: str,
    align_corners: bool = False,
    scales: Scales = (None, None, None),
    antialias: bool = False,
) -> Any:
    """The last axes brought to `size`: "linear", "cubic", "nearest" or "nearest-exact" along each.

    `scales`: how often longer an axis is, where that is not said by its lengths. `antialias`: means
    over all that a new entry stands for, where there are fewer; "linear", "cubic" or "lanczos".

    >>> import autograd_fr as ag
    >>> interpolated(ag.tensor([[[0.0, 1.0]]]), (4,), "linear")
    tensor([[[0.0000, 0.2500, 0.7500, 1.0000]]])
    """
    return kernels.resampled(x, size, mode, align_corners, scales, antialias)


@differentiable(
    x=lambda g, like, lengths, mode, align_corners, scales, antialias: polymorphic(interpolated)(
        g, _lengths(like, lengths), mode, align_corners, scales, antialias
    ),
    push="linear",
    latex=r"\operatorname{interp^\top}(x)",
    derivatives={"x": r"\operatorname{interp}(G)"},
    symbol="interpᵀ",
    samples=[
        Sample((2, 1, 6), lengths=(4,), mode="linear"),
        Sample((1, 2, 5, 2), lengths=(3, 4), mode="nearest"),
        Sample((1, 1, 2, 4), lengths=(5, 3), mode="cubic", antialias=True),
    ],
)  # fmt: skip
def interpolation_summed(
    x: Any,
    lengths: Lengths,
    mode: str,
    align_corners: bool = False,
    scales: Scales = (None, None, None),
    antialias: bool = False,
) -> Any:
    """The entries of x shared among those they were interpolated from: the adjoint.

    >>> import autograd_fr as ag
    >>> interpolation_summed(ag.tensor([[[1.0, 1.0, 1.0, 1.0]]]), (2,), "linear")
    tensor([[[2., 2.]]])
    """
    return kernels.summed(x, lengths, mode, align_corners, scales, antialias)


def _summed(*args: Any) -> Any:
    return polymorphic(interpolation_summed)(*args)


def _lengths(x: Any, others: Lengths) -> Lengths:
    """The lengths of the axes that are resampled."""
    return tuple(x.shape[x.ndim - len(others) :])
