"""Smooth random fields, by which an elastic distortion moves the pixels of an image."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from .transform import Images


def elastic_field(
    rng: np.random.Generator, n: int, shape: tuple[int, int], window: tuple[slice, slice],
    alpha: float, sigma: float,
) -> tuple[Images, Images]:  # fmt: skip
    """How far each pixel of n images is moved, down and to the right, in pixels.

    The displacements are uniform within ±alpha/2, each pixel's of its own, then smoothed by a
    Gaussian of deviation sigma, K U Kᵀ for each image (Simard, Steinkraus, Platt 2003). `shape` is
    that of the images; only what lies in the `window` of rows and columns is given back, (n, H, W).
    """
    (h, w), (rows, columns) = shape, window
    field = rng.random((h, 2 * n * w), np.float32)
    field -= np.float32(0.5)
    # Two products of matrices for all images at once, which the order of the axes makes possible.
    field = (np.float32(alpha) * gaussian_matrix(h, sigma)[rows]) @ field
    field = field.reshape(-1, w) @ gaussian_matrix(w, sigma)[columns].T
    down, right = field.reshape(-1, 2, n, field.shape[-1]).transpose(1, 2, 0, 3)
    return down, right


@lru_cache(maxsize=32)
def gaussian_matrix(length: int, sigma: float) -> Images:
    """The matrix that smooths so many entries by a Gaussian of deviation sigma, cut off at 4 sigma.

    Beyond their ends the entries go on as in a mirror, the last one not repeated.
    """
    radius = int(4 * sigma + 0.5)
    offsets = np.arange(-radius, radius + 1)
    weights = np.exp(-0.5 * (offsets / sigma) ** 2) if radius else np.ones(1)
    # There and back is a period; its second half runs backward.
    period = max(2 * (length - 1), 1)
    there = (np.arange(length)[:, None] + offsets) % period
    mirrored = np.minimum(there, period - there) if length > 1 else there
    matrix = np.zeros((length, length))
    np.add.at(matrix, (np.arange(length)[:, None], mirrored), weights / math.fsum(weights))
    smooth = matrix.astype(np.float32)
    smooth.flags.writeable = False
    return smooth
