"""Parts cut out of images, in the middle or anywhere."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import RangeError, ShapeError
from ..random import Generator
from .arguments import per_image, size_of
from .padding import borders, mode_of, pad
from .transform import Images, RandomTransform, Transform, on_images


class CenterCrop(Transform):
    """The middle of every image, `size` by `size` pixels or (height, width).

    Raises ShapeError where the image is smaller; `Pad` it first.

    >>> import autograd_fr as ag
    >>> ag.transforms.CenterCrop(20)(ag.ones(8, 28, 28)).shape
    torch.Size([8, 20, 20])
    """

    def __init__(self, size: Any) -> None:
        self.size = size_of("size", size)

    def __call__(self, images: Any) -> Any:
        return center_crop(images, self.size)


class RandomCrop(RandomTransform):
    """A part of every image, `size` by `size` pixels or (height, width), cut out anywhere.

    `padding`, `fill` and `padding_mode`: borders put around the images before, as by `Pad`.
    Raises ShapeError where the image with its borders is smaller.

    >>> import autograd_fr as ag
    >>> ag.transforms.RandomCrop(32, padding=4)(ag.ones(8, 3, 32, 32)).shape
    torch.Size([8, 3, 32, 32])
    """

    def __init__(
        self,
        size: Any,
        padding: Any = None,
        *,
        fill: Any = 0,
        padding_mode: str = "constant",
        generator: Generator | None = None,
    ) -> None:
        super().__init__(generator)
        self.size, self.fill = size_of("size", size), fill
        self.padding = None if padding is None else borders(padding)
        self.padding_mode = mode_of(padding_mode)

    def vary(self, images: Images, rng: np.random.Generator) -> Images:
        if self.padding is not None:
            images = pad(images, self.padding, self.fill, self.padding_mode)
        n, _, h, w = images.shape
        height, width = self.size
        check_within("RandomCrop", self.size, (h, w))
        tops = rng.integers(0, h - height, n, endpoint=True)
        lefts = rng.integers(0, w - width, n, endpoint=True)
        return crop(images, tops, lefts, height, width)


@on_images
def crop(images: Images, top: Any, left: Any, height: int, width: int) -> Images:
    """The part of images from row `top` and column `left` on: numbers, or one for each image.

    Raises RangeError where it would lie beyond an image.

    >>> import numpy as np
    >>> crop(np.arange(12.0).reshape(3, 4), top=1, left=2, height=2, width=2)
    array([[ 6.,  7.],
           [10., 11.]])
    """
    n, _, h, w = images.shape
    height, width = size = size_of("height, width", (height, width))
    check_within("crop", size, (h, w))
    tops, lefts = per_image("top", top, n), per_image("left", left, n)
    for name, starts, last in (("top", tops, h - height), ("left", lefts, w - width)):
        if starts.dtype.kind not in "iu" or ((starts < 0) | (starts > last)).any():
            raise RangeError(f"crop: {name} is a whole number from 0 to {last}, not {starts}")
    windows = np.lib.stride_tricks.sliding_window_view(images, size, (2, 3))
    return windows[np.arange(n), :, tops, lefts]


@on_images
def center_crop(images: Images, output_size: Any) -> Images:
    """The middle of images, a number of pixels or (height, width).

    >>> import numpy as np
    >>> center_crop(np.arange(16.0).reshape(4, 4), 2)
    array([[ 5.,  6.],
           [ 9., 10.]])
    """
    rows, columns = centred("center_crop", images.shape[2:], size_of("output_size", output_size))
    return images[:, :, rows, columns].copy()


def centred(name: str, shape: Any, size: tuple[int, int]) -> tuple[slice, slice]:
    """The rows and columns in the middle of images of that shape."""
    check_within(name, size, shape)
    # Rounded as torchvision does, a half to the even number.
    starts = [round((length - kept) / 2) for length, kept in zip(shape, size)]
    rows, columns = (slice(start, start + kept) for start, kept in zip(starts, size))
    return rows, columns


def check_within(name: str, size: tuple[int, int], shape: tuple[int, int]) -> None:
    """Raise ShapeError for a crop that is larger than the images."""
    if size[0] > shape[0] or size[1] > shape[1]:
        raise ShapeError(
            f"{name}: a crop of {size[0]} x {size[1]} pixels is larger than the images, "
            f"{shape[0]} x {shape[1]}; pad them first, or cut out less"
        )
