"""Images read at places given by a grid, and the grids of affine maps.

Places along an axis of n entries go from -1 to 1: from the outer edge of the first entry to that of
the last, or, with `align_corners`, from the middle of the first to the middle of the last.
"""

from __future__ import annotations

import math
import warnings
from functools import reduce
from itertools import product
from typing import Any

import numpy as np

from ... import ops
from ...autograd.composites import composite
from ...creation.values import from_numpy
from ...errors import DtypeError, RangeError, ShapeError

_MODES = ("bilinear", "nearest", "bicubic")
_PADDINGS = ("zeros", "border", "reflection")
_SLOPE = -0.75  # of the cubic at its first zero


@composite
def grid_sample(
    input: Any,
    grid: Any,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Any:
    """An image (N, C, H, W) read at the places of a grid (N, H', W', 2): (N, C, H', W').

    Each place is (x, y), from -1 to 1 over the width and the height; of volumes (N, C, D, H, W) it
    is (x, y, z), with a grid (N, D', H', W', 3). `mode`: "bilinear" between the entries around it,
    "nearest" one, or, of images, "bicubic". Beyond the image are "zeros", its
    "border" or its "reflection". Differentiable in both (Jaderberg et al. 2015, arXiv:1506.02025).
    Raises ShapeError where image and grid do not fit, RangeError for unknown options.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([[[[1.0, 2.0, 4.0]]]])
    >>> places = ag.tensor([[[[-1.0, 0.0], [0.5, 0.0], [2.0, 0.0]]]])
    >>> ag.nn.functional.grid_sample(x, places, align_corners=True)
    tensor([[[[1., 3., 0.]]]])
    """
    _check(input, grid, mode, padding_mode)
    align = _aligned("grid_sample", align_corners)
    lengths = tuple(input.shape[2:])
    taps = []
    for k, m in enumerate(lengths):
        g = grid[..., len(lengths) - 1 - k] + 1
        place = g * ((m - 1) / 2) if align else (g * m - 1) / 2
        taps.append(_taps(place, m, mode, padding_mode, align))
    flat = input.reshape(*input.shape[:2], math.prod(lengths))
    y = reduce(ops.add, (_part(flat, lengths, around) for around in product(*taps)))
    if mode != "nearest":
        return y
    return ops.where(True, y, grid[..., 0].unsqueeze(1))  # a gradient of zeros for the grid


def _check(input: Any, grid: Any, mode: str, padding_mode: str) -> None:
    if mode not in _MODES or (mode == "bicubic" and input.ndim != 4):
        raise RangeError(f"mode is one of {', '.join(_MODES)} (of images only), not {mode!r}")
    if padding_mode not in _PADDINGS:
        raise RangeError(f"padding_mode is one of {', '.join(_PADDINGS)}, not {padding_mode!r}")
    if input.dtype != grid.dtype or input.dtype.kind != "f":
        raise DtypeError(
            f"image and grid have to be of one floating dtype, not {input.dtype} and {grid.dtype}"
        )
    n = input.ndim - 2
    if n not in (2, 3) or grid.ndim != n + 2 or grid.shape[-1] != n:
        raise ShapeError(
            f"an image (N, C, H, W) goes with a grid (N, H', W', 2), a volume (N, C, D, H, W) with "
            f"(N, D', H', W', 3); got {tuple(input.shape)} and {tuple(grid.shape)}"
        )
    if input.shape[0] != grid.shape[0]:
        raise ShapeError(f"{input.shape[0]} images and {grid.shape[0]} grids: as many are needed")
    if 0 in input.shape[2:]:
        raise ShapeError(f"there is nothing to read in an image of shape {tuple(input.shape)}")


def _aligned(name: str, align_corners: bool | None) -> bool:
    if align_corners is None:
        warnings.warn(
            f"{name}: align_corners is not given; taken as False, which it was not always in "
            "PyTorch: say it",
            stacklevel=4,
        )
    return bool(align_corners)


def _taps(c: Any, n: int, mode: str, padding: str, align: bool) -> list[tuple[Any, Any]]:
    """Along one axis, the entries that count at the places c, and how much; None for all."""
    if mode == "bicubic":
        first = c.detach().floor()
        t = c - first
        around = [_within(first + k, n, padding, align) for k in range(-1, 3)]
        return list(zip(around, (_far(t + 1), _near(t), _near(1 - t), _far(2 - t))))
    c = _within(c, n, padding, align)
    if mode == "nearest":
        return [(c.detach().round(), None)]
    first = c.detach().floor()
    return [(first, 1 - (c - first)), (first + 1, c - first)]


def _near(t: Any) -> Any:
    """The weight of an entry at a distance up to 1."""
    return ((_SLOPE + 2) * t - (_SLOPE + 3)) * t * t + 1


def _far(t: Any) -> Any:
    """The weight of an entry at a distance from 1 to 2."""
    return _SLOPE * (((t - 5) * t + 8) * t - 4)


def _within(c: Any, n: int, padding: str, align: bool) -> Any:
    """The places within the axis that stand for those beyond it."""
    if padding == "zeros":
        return c
    if padding == "reflection":
        c = _reflected(c, n, align)
    inside = (c > 0) & (c < n - 1)
    return ops.where(inside, c, c.detach().clamp(0, n - 1))


def _reflected(c: Any, n: int, align: bool) -> Any:
    """Places mirrored at both ends as often as it takes."""
    low, span = (0.0, n - 1) if align else (-0.5, n)
    if not span:
        return c * 0
    distance = ops.where(c < low, low - c, c - low)
    times = (distance.detach() / span).floor()
    rest = distance - times * span
    return ops.where(times % 2 == 0, rest, span - rest) + low


def _part(flat: Any, lengths: tuple[int, ...], around: Any) -> Any:
    """What one of the entries around every place adds to the result; nothing beyond the image."""
    place: Any = 0
    inside: Any = True
    for (c, _), n in zip(around, lengths):
        within = (c >= 0) & (c < n)
        place = place * n + ops.where(within, c, 0).to(np.intp)
        inside = within & inside
    n, channels = flat.shape[:2]
    count = math.prod(place.shape[1:])
    index = place.reshape(n, 1, count).expand(n, channels, count)
    read = ops.gather(flat, 2, index).reshape(n, channels, *place.shape[1:])
    read = ops.where(inside.unsqueeze(1), read, 0)
    weights = [w for _, w in around if w is not None]
    return read * reduce(ops.mul, weights).unsqueeze(1) if weights else read


@composite
def affine_grid(theta: Any, size: Any, align_corners: bool | None = None) -> Any:
    """The places where an affine map `theta` (N, 2, 3) takes those of an image of a size.

    `size` (N, C, H, W) gives a grid (N, H, W, 2) for `grid_sample`; of volumes, theta (N, 3, 4) and
    (N, C, D, H, W) give (N, D, H, W, 3). Raises ShapeError where they do not fit.

    >>> import autograd_fr as ag
    >>> flip = ag.tensor([[[-1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]])
    >>> ag.nn.functional.affine_grid(flip, (1, 1, 1, 3), align_corners=True)
    tensor([[[[ 1.,  0.],
              [ 0.,  0.],
              [-1.,  0.]]]])
    """
    align = _aligned("affine_grid", align_corners)
    size = tuple(map(int, size))
    n = len(size) - 2
    if theta.dtype.kind != "f":
        raise DtypeError(f"theta has to be of floating numbers, not {theta.dtype}")
    if n not in (2, 3) or tuple(theta.shape) != (size[0], n, n + 1):
        raise ShapeError(
            "theta (N, 2, 3) goes with a size (N, C, H, W), theta (N, 3, 4) with (N, C, D, H, W); "
            f"got {tuple(theta.shape)} and {size}"
        )
    if min(size) < 1:
        raise ShapeError(f"a size has lengths above 0, got {size}")
    ends = [1 - (not align) / m for m in size[2:]]
    lines = [np.linspace(-e, e, m) if m > 1 else np.zeros(1) for e, m in zip(ends, size[2:])]
    places = [*np.meshgrid(*lines, indexing="ij")[::-1], np.ones(size[2:])]
    base = np.stack(places, -1).reshape(-1, n + 1).astype(theta.dtype)
    return (from_numpy(base) @ theta.mT).reshape(size[0], *size[2:], n)
