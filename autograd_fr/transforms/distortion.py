"""Random distortions of images: turned, moved, scaled, sheared, and bent, in one interpolation."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import RangeError
from ..random import Generator
from .affine import inverse_maps, middle, places
from .arguments import angles, filling, interval, number, numbers, size_of
from .crops import centred
from .elastic import elastic_field
from .transform import Images, RandomTransform, blocks
from .warping import warp


class RandomDistortion(RandomTransform):
    """Every image turned, moved, scaled, sheared and elastically bent, each by chance.

    A pixel p of the result is read at A (p + d(p)): A is the inverse of an affine map, as of
    `RandomAffine`, d a smooth random field, as of `ElasticTransform`. It is as if the one were
    applied after the other, but pixels are interpolated once, which blurs less and takes half the
    time.

    `degrees`: the greatest angle either way, or a range (from, to), clockwise.
    `translate`: the greatest shift either way, as fractions of (width, height).
    `scale`: a range of factors.
    `shear`: degrees along x, a number for either way or a range (from, to); of four numbers the
    last two are a range along y.
    `alpha`, `sigma`: strength and smoothness of the field.
    `size`: a central crop, a number or (height, width), which alone is computed.
    `fill`: what lies beyond the image, a number or one for each channel; black, unless the images
    are normalised already.
    `center`: the fixed point of turns, (x, y) in pixels from the corner; left out, the middle.
    Raises RangeError for values out of bounds, ShapeError for a `size` beyond that of the images.

    Simard, Steinkraus, Platt 2003, Best Practices for Convolutional Neural Networks Applied to
    Visual Document Analysis; the form of displacements for MNIST there is elastic.

    >>> import autograd_fr as ag
    >>> bend_and_turn = ag.transforms.RandomDistortion(degrees=10, alpha=34, sigma=4)
    >>> bend_and_turn(ag.rand(8, 28, 28)).shape
    torch.Size([8, 28, 28])
    """

    _clockwise = 1

    def __init__(
        self,
        degrees: Any = 0,
        translate: Any = None,
        scale: Any = None,
        shear: Any = None,
        alpha: float = 0.0,
        sigma: float = 5.0,
        size: Any = None,
        fill: Any = 0,
        center: Any = None,
        generator: Generator | None = None,
    ) -> None:
        super().__init__(generator)
        self.degrees = angles("degrees", degrees)
        self.translate = None if translate is None else _fractions(translate)
        self.scale = None if scale is None else _factors(scale)
        self.shear = None if shear is None else _slants(shear)
        self.alpha, self.sigma = number("alpha", alpha, 0), number("sigma", sigma, 0)
        self.size = None if size is None else size_of("size", size)
        self.fill = fill
        self.center = None if center is None else numbers("center", center, 2)

    def vary(self, images: Images, rng: np.random.Generator) -> Images:
        n, channels, h, w = images.shape
        filling(self.fill, images)  # refused before anything is drawn
        rows, columns = window = centred(type(self).__name__, (h, w), self.size or (h, w))
        height, width = rows.stop - rows.start, columns.stop - columns.start
        result = np.empty((n, channels, height, width), images.dtype)
        for part in blocks(n, height * width):
            count = part.stop - part.start
            maps = self._maps(rng, count, h, w)
            field = None
            if self.alpha:
                field = elastic_field(rng, count, (h, w), window, self.alpha, self.sigma)
            looked_at = places(maps, np.arange(h)[rows], np.arange(w)[columns], field)
            result[part] = warp(images[part], looked_at, self.fill)
        return result

    def _maps(self, rng: np.random.Generator, n: int, h: int, w: int) -> Images:
        """The inverse of an affine map for each of n images."""
        right, down = self.translate or (0.0, 0.0)
        x_from, x_to, y_from, y_to = self.shear or (0.0, 0.0, 0.0, 0.0)
        angle = self._clockwise * rng.uniform(*self.degrees, n)
        moves = [rng.uniform(-m, m, n) for m in (right * w, down * h)]
        scale = rng.uniform(*(self.scale or (1.0, 1.0)), n)
        slants = [rng.uniform(x_from, x_to, n), rng.uniform(y_from, y_to, n)]
        return inverse_maps(angle, moves, scale, slants, middle(self.center, h, w))


class RandomAffine(RandomDistortion):
    """Every image turned, moved, scaled and sheared, each by chance, about its centre.

    The arguments are torchvision's, explained at `RandomDistortion`. Shifts need not be whole
    pixels, and the interpolation is bilinear.

    >>> import autograd_fr as ag
    >>> ag.transforms.RandomAffine(15, scale=(0.9, 1.1))(ag.ones(2, 3, 8, 8)).shape
    torch.Size([2, 3, 8, 8])
    """

    def __init__(
        self,
        degrees: Any,
        translate: Any = None,
        scale: Any = None,
        shear: Any = None,
        *,
        fill: Any = 0,
        center: Any = None,
        generator: Generator | None = None,
    ) -> None:
        super().__init__(
            degrees, translate, scale, shear, fill=fill, center=center, generator=generator
        )


class RandomRotation(RandomDistortion):
    """Every image turned by an angle between -degrees and degrees, or of a range (from, to).

    As in torchvision positive angles turn counter-clockwise. Bilinear; the size stays.

    >>> import autograd_fr as ag
    >>> quarter = ag.transforms.RandomRotation((90, 90))
    >>> quarter(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[2., 4.],
            [1., 3.]])
    """

    _clockwise = -1

    def __init__(
        self,
        degrees: Any,
        *,
        center: Any = None,
        fill: Any = 0,
        generator: Generator | None = None,
    ) -> None:
        super().__init__(degrees, center=center, fill=fill, generator=generator)


class ElasticTransform(RandomDistortion):
    """Every image bent by a smooth random field (Simard, Steinkraus, Platt 2003).

    Displacements of up to alpha/2 pixels to every side, each pixel's of its own, are smoothed by a
    Gaussian of deviation sigma in pixels; they deviate then by about alpha / (12 sigma). This is
    torchvision's scale. The paper begins with displacements of up to alpha: give its alpha twice.

    >>> import autograd_fr as ag
    >>> ag.transforms.ElasticTransform(alpha=34.0, sigma=4.0)(ag.ones(2, 28, 28)).shape
    torch.Size([2, 28, 28])
    """

    def __init__(
        self,
        alpha: float = 50.0,
        sigma: float = 5.0,
        *,
        fill: Any = 0,
        generator: Generator | None = None,
    ) -> None:
        super().__init__(alpha=alpha, sigma=sigma, fill=fill, generator=generator)


def _fractions(translate: Any) -> tuple[float, ...]:
    fractions = numbers("translate", translate, 2, 0)
    if max(fractions) > 1:
        raise RangeError(f"translate is fractions of the width and the height, not {translate!r}")
    return fractions


def _factors(scale: Any) -> tuple[float, float]:
    factors = interval("scale", scale)
    if factors[0] <= 0:
        raise RangeError(f"scale is a range of positive factors, not {scale!r}")
    return factors


def _slants(shear: Any) -> tuple[float, ...]:
    """Ranges along x and along y, of what may be a number, a range, or both ranges."""
    if np.ndim(shear) and len(shear) == 4:
        slants = *angles("shear", shear[:2]), *angles("shear", shear[2:])
    else:
        slants = *angles("shear", shear), 0.0, 0.0
    if max(map(abs, slants)) >= 90:
        raise RangeError(f"shear is less than 90 degrees either way, not {shear!r}")
    return slants
