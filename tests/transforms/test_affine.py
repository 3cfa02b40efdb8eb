"""Affine maps: torchvision's signs and centres, against PyTorch's grids and plain rotations."""

import numpy as np
import pytest

from autograd_fr import errors
from autograd_fr.transforms.affine import inverse_maps
from autograd_fr.transforms.functional import affine, rotate

IDENTITY = {"angle": 0, "translate": (0, 0), "scale": 1, "shear": (0, 0)}


def test_a_shift_of_the_lecture():
    image = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    right = affine(image.astype(np.float32), **IDENTITY | {"translate": (1, 0)})
    assert right.tolist() == [[0, 1, 2], [0, 4, 5], [0, 7, 8]]
    up = affine(image.astype(np.uint8), **IDENTITY | {"translate": (0, -1)}, fill=200)
    assert up.tolist() == [[4, 5, 6], [7, 8, 9], [200, 200, 200]]


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turns_go_counter_clockwise_and_affine_ones_clockwise(quarters):
    images = np.random.default_rng(0).random((2, 3, 5, 5))
    turned = np.rot90(images, quarters, (2, 3))
    np.testing.assert_allclose(rotate(images, 90 * quarters), turned, atol=1e-5)
    angled = affine(images, **IDENTITY | {"angle": -90 * quarters})
    np.testing.assert_allclose(angled, turned, atol=1e-5)


def test_a_scale_of_two_keeps_the_middle():
    image = np.zeros((5, 5), np.float32)
    image[2, 3] = 1
    assert affine(image, **IDENTITY | {"scale": 2})[2].tolist() == [0, 0, 0, 0.5, 1]


def test_a_center_is_counted_from_the_corner():
    image = np.arange(16.0).reshape(4, 4)
    turned = rotate(image, 180, center=(1, 1), fill=-1)  # about the corner of the first four pixels
    assert turned[:2, :2].round(4).tolist() == [[5, 4], [1, 0]]
    assert (turned[2:] == -1).all()


def drawn(rng, n):
    return {
        "angle": rng.uniform(-180, 180, n),
        "translate": rng.uniform(-2, 2, (2, n)),
        "scale": rng.uniform(0.5, 2, n),
        "shear": rng.uniform(-30, 30, (2, n)),
    }


def matrix(angle, translate, scale, shear, center):
    """Forward, of one image: moved after turned after sheared after scaled about the centre."""
    a, u, v = np.deg2rad([angle, *shear])
    turn = [[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]
    along_y = np.array([[1, 0], [-np.tan(v), 1]])
    along_x = np.array([[1, -np.tan(u)], [0, 1]])
    linear = scale * (turn @ along_y @ along_x)
    move = center + translate - linear @ center
    return np.vstack([np.column_stack([linear, move]), [0, 0, 1]])


def test_the_maps_are_the_inverses_of_what_torchvision_describes():
    rng = np.random.default_rng(1)
    options, center = drawn(rng, 20), np.array([3.5, 2.0])
    maps = inverse_maps(**options, center=center)
    for k, found in enumerate(maps):
        one = {name: np.asarray(value)[..., k] for name, value in options.items()}
        product = np.vstack([found, [0, 0, 1]]) @ matrix(**one, center=center)
        np.testing.assert_allclose(product, np.eye(3), atol=1e-9)


def test_images_are_those_of_pytorchs_affine_grid():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(2)
    n, h, w = 6, 9, 7
    images, options = rng.random((n, 2, h, w)), drawn(rng, n)
    to_pixels = np.array([[w / 2, 0, w / 2 - 0.5], [0, h / 2, h / 2 - 0.5], [0, 0, 1]])
    thetas = []
    for k in range(n):
        one = {name: np.asarray(value)[..., k] for name, value in options.items()}
        forward = matrix(**one, center=np.array([w / 2 - 0.5, h / 2 - 0.5]))
        thetas.append((np.linalg.inv(to_pixels) @ np.linalg.inv(forward) @ to_pixels)[:2])
    grid = torch.nn.functional.affine_grid(
        torch.tensor(np.array(thetas)), images.shape, align_corners=False
    )
    wanted = torch.nn.functional.grid_sample(torch.tensor(images), grid, align_corners=False)
    np.testing.assert_allclose(affine(images, **options), wanted, atol=1e-5)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"scale": 0}, errors.RangeError, "scale is positive, not 0"),
        ({"shear": (0, 90)}, errors.RangeError, "at a shear of 90 degrees no image is left"),
        ({"shear": ([0, -270], 0)}, errors.RangeError, "at a shear of 90 degrees"),
        ({"translate": (1, 2, 3)}, errors.ShapeError, r"translate and shear are \(x, y\)"),
        ({"angle": [1, 2, 3]}, errors.ShapeError, "angle is a number, or one for each of the 2"),
        ({"angle": "left"}, errors.ShapeError, "angle is a number"),
        ({"center": 3}, errors.RangeError, "center is a sequence of 2 numbers"),
    ],
)
def test_what_it_refuses(change, error, words):
    with pytest.raises(error, match=words):
        affine(np.ones((2, 4, 4)), **IDENTITY | change)
