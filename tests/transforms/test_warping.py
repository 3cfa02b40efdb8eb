"""The one interpolation: against SciPy's and PyTorch's, in every dtype, and beyond the image."""

import tracemalloc

import numpy as np
import pytest

from autograd_fr import errors
from autograd_fr.transforms import warp

ndimage = pytest.importorskip("scipy.ndimage")


def scattered(rng, n, shape, size=(9, 11)):
    """Images, and coordinates for them within and around."""
    images = rng.random((n, *shape))
    rows, columns = (rng.uniform(-3, length + 3, (n, *size)) for length in shape[-2:])
    return images, rows, columns


@pytest.mark.parametrize("n", [1, 3, 400])  # 400 are more than are computed at once
def test_it_is_scipys_interpolation(n):
    rng = np.random.default_rng(0)
    images, rows, columns = scattered(rng, n, (6, 8))
    given = images.copy()
    found = warp(images, (rows, columns), fill=0.25)
    wanted = [
        ndimage.map_coordinates(image, (r, c), order=1, mode="grid-constant", cval=0.25)
        for image, r, c in zip(images, rows, columns)
    ]
    np.testing.assert_allclose(found, wanted, atol=1e-12)
    assert (images == given).all()


def test_it_is_pytorchs_grid_sample_of_channels():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(1)
    images, rows, columns = scattered(rng, 4, (3, 7, 5))
    grid = np.stack([(2 * columns + 1) / 5 - 1, (2 * rows + 1) / 7 - 1], -1)
    wanted = torch.nn.functional.grid_sample(
        torch.tensor(images), torch.tensor(grid), align_corners=False
    )
    np.testing.assert_allclose(warp(images, (rows, columns)), wanted, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.uint8])
def test_the_dtype_stays(dtype):
    rng = np.random.default_rng(2)
    images, rows, columns = scattered(rng, 5, (6, 8))
    images = (images * 255).astype(dtype)
    found = warp(images, (rows.astype(np.float32), columns.astype(np.float32)))
    exact = warp(images.astype(np.float64), (rows, columns))
    assert found.dtype == dtype
    tolerance = {"float16": 0.1, "float32": 1e-3, "float64": 1e-3, "uint8": 0.501}[found.dtype.name]
    np.testing.assert_allclose(found.astype(float), exact, atol=tolerance)


def test_bytes_are_rounded_not_cut():
    found = warp(np.array([[0, 1, 255]], np.uint8), ([[0, 0, 0]], [[0.75, 0.25, 2.0]]))
    assert found.tolist() == [[1, 0, 255]]


def test_whole_coordinates_give_the_pixels_themselves():
    images = np.random.default_rng(3).random((2, 4, 5), np.float32)
    rows, columns = np.mgrid[:4, :5]
    assert (warp(images, (rows, columns)) == images).all()
    assert (warp(images, (rows[::-1], columns)) == images[:, ::-1]).all()


def test_far_beyond_is_fill():
    image = np.ones((2, 2), np.float32)
    places = np.array([[-1e30, -1.0, 2.0, np.inf]], np.float32)
    assert (warp(image, (places, places), fill=7) == 7).all()


def test_a_fill_for_each_channel():
    images = np.zeros((2, 3, 4, 4), np.float32)
    found = warp(images, ([[9.0]], [[0.0]]), fill=[1, 2, 3])
    assert (found == np.reshape([1, 2, 3], (3, 1, 1))).all()


def test_empty_batches_and_results():
    assert warp(np.ones((0, 4, 4)), np.zeros((2, 3, 3))).shape == (0, 3, 3)
    assert warp(np.ones((2, 4, 4)), np.zeros((2, 0, 3))).shape == (2, 0, 3)


def test_working_memory_does_not_grow_with_the_batch():
    images = np.ones((4000, 16, 16), np.float32)
    coordinates = np.zeros((2, 16, 16), np.float32)
    tracemalloc.start()
    warp(images, coordinates)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < images.nbytes + 2e6  # the result, and the work on some of the images


@pytest.mark.parametrize(
    ("coordinates", "fill", "error", "words"),
    [
        (np.zeros((3, 4, 4)), 0, errors.ShapeError, "rows and columns, two, not 3"),
        ((np.zeros((4, 4)), np.zeros((4, 5))), 0, errors.ShapeError, r"\(4, 4\) and \(4, 5\)"),
        (np.zeros((2, 4)), 0, errors.ShapeError, "one shape"),
        (np.zeros((2, 5, 4, 4)), 0, errors.ShapeError, "for 5 images, but there are 2"),
        (np.zeros((2, 4, 4)), [1, 2], errors.ShapeError, "2 numbers for images with 3 channels"),
        (np.zeros((2, 4, 4)), "black", errors.RangeError, "fill is a number"),
        (np.zeros((2, 4, 4)), -1, errors.RangeError, "from 0 to 255"),
    ],
)
def test_what_it_refuses(coordinates, fill, error, words):
    with pytest.raises(error, match=words):
        warp(np.zeros((2, 3, 4, 4), np.uint8), coordinates, fill)
