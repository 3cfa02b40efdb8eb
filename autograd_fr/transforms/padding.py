"""Images with borders put around them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import RangeError, ShapeError
from .arguments import filling, is_sequence, shown, whole
from .transform import Images, Transform, on_images

MODES = ("constant", "edge", "reflect", "symmetric")


class Pad(Transform):
    """Borders around every image: of `fill`, or, by `padding_mode`, made from the image.

    `padding`: pixels on all sides, or (left and right, top and bottom), or (left, top, right,
    bottom).
    `padding_mode`: "constant"; "edge", the outermost pixels repeated; "reflect", a mirror in which
    they are not repeated, "symmetric", one in which they are.

    >>> import autograd_fr as ag
    >>> ag.transforms.Pad((2, 1))(ag.ones(8, 28, 28)).shape
    torch.Size([8, 30, 32])
    """

    def __init__(self, padding: Any, fill: Any = 0, padding_mode: str = "constant") -> None:
        self.padding, self.fill = borders(padding), fill
        self.padding_mode = mode_of(padding_mode)

    def __call__(self, images: Any) -> Any:
        return pad(images, self.padding, self.fill, self.padding_mode)


@on_images
def pad(images: Images, padding: Any, fill: Any = 0, padding_mode: str = "constant") -> Images:
    """Images with borders, as `Pad` explains them.

    Raises RangeError for negative ones, ShapeError for a mirror deeper than the image.

    >>> import numpy as np
    >>> pad(np.array([[1.0, 2.0]]), (1, 0), fill=7)
    array([[7., 1., 2., 7.]])
    """
    left, top, right, bottom = borders(padding)
    n, channels, h, w = images.shape
    if mode_of(padding_mode) != "constant":
        depth = {"edge": np.inf, "reflect": min(h, w) - 1, "symmetric": min(h, w)}[padding_mode]
        if max(left, top, right, bottom) > depth:
            raise ShapeError(
                f"pad: images of {h} x {w} pixels have no {padding_mode} of {padding!r} pixels"
            )
        return np.pad(images, ((0, 0), (0, 0), (top, bottom), (left, right)), padding_mode)  # type: ignore[call-overload]
    result = np.empty((n, channels, top + h + bottom, left + w + right), images.dtype)
    result[:] = filling(fill, images)
    result[:, :, top : top + h, left : left + w] = images
    return result


def borders(padding: Any) -> tuple[int, int, int, int]:
    """The pixels left, at the top, right and at the bottom."""
    sides = list(padding) if is_sequence(padding) else [padding]
    if len(sides) not in (1, 2, 4):
        raise RangeError(
            "padding is a number of pixels, or two, for left and right and for top and bottom, or "
            f"four, for left, top, right and bottom, not {shown(padding)}"
        )
    sides = [whole("padding", side) for side in sides]
    left, top, right, bottom = sides * (4 // len(sides))
    return left, top, right, bottom


def mode_of(padding_mode: str) -> str:
    """A known mode of padding."""
    if padding_mode not in MODES:
        raise RangeError(f"padding_mode is one of {', '.join(MODES)}, not {padding_mode!r}")
    return padding_mode
