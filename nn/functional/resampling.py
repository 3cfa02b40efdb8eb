"""Images made larger or smaller."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ...autograd.composites import composite
from ...errors import DtypeError, RangeError, ShapeError
from ...ops.neural.resampling import interpolated
from .average_pooling import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d
from .options import integers

# Per mode, for how many axes it is, and what it does along each.
_MODES = {
    "nearest": ((1, 2, 3), "nearest"),
    "nearest-exact": ((1, 2, 3), "nearest-exact"),
    "area": ((1, 2, 3), "area"),
    "linear": ((1,), "linear"),
    "bilinear": ((2,), "linear"),
    "trilinear": ((3,), "linear"),
    "bicubic": ((2,), "cubic"),
    "lanczos": ((2,), "lanczos"),
}
_WITHOUT_CORNERS = ("nearest", "nearest-exact", "area")
_SMOOTH = ("bilinear", "bicubic", "lanczos")
_POOLS = (adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d)


@composite
def interpolate(
    input: Any,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Any:
    """An image (N, C, *lengths) with other lengths: `size`, or the old ones times `scale_factor`.

    `mode`: "nearest", "nearest-exact" and "area" (means) for 1 to 3 lengths, "linear" for one,
    "bilinear" and "bicubic" for two, "trilinear" for three. With `align_corners` the first and
    the last entries of both lie on each other, else their outer edges do. `antialias`: for two
    lengths, means over all that a new entry stands for ("bilinear", "bicubic", "lanczos").
    The lengths times `scale_factor` are rounded down; with `recompute_scale_factor` the factor is
    then their ratio.
    Raises RangeError for options that do not go together, ShapeError for lengths that do not fit.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([[[0.0, 1.0]]])
    >>> ag.nn.functional.interpolate(x, scale_factor=2, mode="linear")
    tensor([[[0.0000, 0.2500, 0.7500, 1.0000]]])
    """
    n = input.ndim - 2
    _check(input, n, mode, align_corners, antialias)
    if (size is None) == (scale_factor is None):
        raise RangeError("give one of size and scale_factor, and not both")
    if recompute_scale_factor and size is not None:
        raise RangeError("recompute_scale_factor is about scale_factor, and size was given")
    scales: tuple[Any, ...] = (None,) * n
    if size is not None:
        size = integers("interpolate", "size", _each(n, "size", size))
    else:
        factors = _each(n, "scale_factor", scale_factor)
        size = tuple(int(length * s) for length, s in zip(input.shape[2:], factors))
        scales = scales if recompute_scale_factor else tuple(map(float, factors))
    if min((*size, *input.shape[1:])) < 1:
        raise ShapeError(
            f"an image of shape {tuple(input.shape)} cannot be brought to lengths {size}: there "
            "has to be an entry at least"
        )
    if mode == "area":
        return _POOLS[n - 1](input, size)
    kind = _MODES[mode][1]
    if not kind.startswith("nearest") and input.dtype.kind != "f" and input.dtype != np.uint8:
        raise DtypeError(f"mode {mode!r} takes floating numbers or uint8, not {input.dtype}")
    return interpolated(input, size, kind, bool(align_corners), scales, antialias)


def _check(input: Any, n: int, mode: str, align_corners: bool | None, antialias: bool) -> None:
    """Raise RangeError for options that do not go together, or with so many axes."""
    if mode not in _MODES:
        raise RangeError(f"mode is one of {', '.join(_MODES)}, not {mode!r}")
    axes = _MODES[mode][0]
    if n not in axes:
        raise RangeError(
            f"mode {mode!r} is for {' or '.join(map(str, axes))} lengths after batch and channels; "
            f"the input has shape {tuple(input.shape)}"
        )
    if align_corners is not None and mode in _WITHOUT_CORNERS:
        raise RangeError(f"align_corners means nothing in mode {mode!r}: leave it out")
    if antialias and mode not in _SMOOTH:
        raise RangeError(f"antialias is for the modes {', '.join(_SMOOTH)}, not {mode!r}")
    if mode == "lanczos" and (align_corners or not antialias):
        raise RangeError("mode 'lanczos' goes with antialias=True, and without align_corners")


def _each(n: int, name: str, value: Any) -> tuple[Any, ...]:
    values = tuple(value) if isinstance(value, (tuple, list)) else (value,) * n
    if len(values) != n:
        raise ShapeError(f"{name} is a number or {n} numbers, one for each length, not {value}")
    return values


def upsample(
    input: Any,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Any:
    """`interpolate` under its old name; warns.

    >>> import autograd_fr as ag
    >>> with warnings.catch_warnings(action="ignore"):
    ...     ag.nn.functional.upsample(ag.tensor([[[1.0, 2.0]]]), scale_factor=2)
    tensor([[[1., 1., 2., 2.]]])
    """
    _deprecated("upsample")
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input: Any, size: Any = None, scale_factor: Any = None) -> Any:
    """`interpolate` with mode "nearest"; warns.

    >>> import autograd_fr as ag
    >>> with warnings.catch_warnings(action="ignore"):
    ...     ag.nn.functional.upsample_nearest(ag.tensor([[[1.0, 2.0]]]), size=4)
    tensor([[[1., 1., 2., 2.]]])
    """
    _deprecated("upsample_nearest")
    return interpolate(input, size, scale_factor, "nearest")


def upsample_bilinear(input: Any, size: Any = None, scale_factor: Any = None) -> Any:
    """`interpolate` with mode "bilinear" and align_corners=True; warns.

    >>> import autograd_fr as ag
    >>> with warnings.catch_warnings(action="ignore"):
    ...     ag.nn.functional.upsample_bilinear(ag.tensor([[[[1.0, 2.0]]]]), size=(1, 3))
    tensor([[[[1.0000, 1.5000, 2.0000]]]])
    """
    _deprecated("upsample_bilinear")
    return interpolate(input, size, scale_factor, "bilinear", align_corners=True)


def _deprecated(name: str) -> None:
    warnings.warn(
        f"`nn.functional.{name}` is deprecated: use `nn.functional.interpolate`", stacklevel=3
    )
