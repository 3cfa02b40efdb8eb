"""Entries that change between channels and places, or channels between groups."""

from __future__ import annotations

from typing import Any

from ...autograd.composites import composite
from ...devices import contiguous_format
from ...errors import RangeError, ShapeError


@composite
def pixel_shuffle(input: Any, upscale_factor: int) -> Any:
    """Channels spread over places: (*, C r², H, W) to (*, C, H r, W r).

    Raises ShapeError where r² does not divide the channels (Shi et al. 2016, arXiv:1609.05158).

    >>> import autograd_fr as ag
    >>> ag.nn.functional.pixel_shuffle(ag.arange(4.0).reshape(4, 1, 1), 2)
    tensor([[[0., 1.],
             [2., 3.]]])
    """
    r, (*lead, c, h, w) = _factor("upscale_factor", upscale_factor), _image(input)
    if c % r**2:
        raise ShapeError(
            f"upscale_factor={r} takes groups of {r**2} channels, which {c} channels of an input "
            f"of shape {tuple(input.shape)} do not make"
        )
    k = len(lead)
    parts = input.reshape(*lead, c // r**2, r, r, h, w)
    parts = parts.permute(*range(k + 1), k + 3, k + 1, k + 4, k + 2)
    return parts.clone(memory_format=contiguous_format).reshape(*lead, c // r**2, h * r, w * r)


@composite
def pixel_unshuffle(input: Any, downscale_factor: int) -> Any:
    """Places gathered in channels: (*, C, H r, W r) to (*, C r², H, W); undoes `pixel_shuffle`.

    Raises ShapeError where r does not divide the lengths.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.pixel_unshuffle(ag.zeros(3, 4, 6), 2).shape
    torch.Size([12, 2, 3])
    """
    r, (*lead, c, h, w) = _factor("downscale_factor", downscale_factor), _image(input)
    if h % r or w % r:
        raise ShapeError(
            f"downscale_factor={r} has to divide the last two lengths of an input of shape "
            f"{tuple(input.shape)}"
        )
    k = len(lead)
    parts = input.reshape(*lead, c, h // r, r, w // r, r)
    parts = parts.permute(*range(k + 1), k + 2, k + 4, k + 1, k + 3)
    return parts.clone(memory_format=contiguous_format).reshape(*lead, c * r**2, h // r, w // r)


@composite
def channel_shuffle(input: Any, groups: int) -> Any:
    """Channels of all groups in turn: (N, C, *), seen as (groups, C/groups) and transposed.

    Raises ShapeError where `groups` does not divide C (Zhang et al. 2017, arXiv:1707.01083).

    >>> import autograd_fr as ag
    >>> ag.nn.functional.channel_shuffle(ag.arange(4.0).reshape(1, 4, 1), 2).flatten()
    tensor([0., 2., 1., 3.])
    """
    groups = _factor("groups", groups)
    if input.ndim < 3 or input.shape[1] % groups:
        raise ShapeError(
            f"groups={groups} has to divide the channels of (N, C, *) with at least 3 axes; the "
            f"input has shape {tuple(input.shape)}"
        )
    n, c, *lengths = input.shape
    parts = input.reshape(n, groups, c // groups, *lengths)
    return parts.transpose(1, 2).reshape(n, c, *lengths)


def _factor(name: str, value: int) -> int:
    if value < 1:
        raise RangeError(f"{name} has to be at least 1, got {value}")
    return value


def _image(input: Any) -> tuple[int, ...]:
    if input.ndim < 3:
        raise ShapeError(f"an image has axes (*, C, H, W), the shape is {tuple(input.shape)}")
    return tuple(input.shape)
