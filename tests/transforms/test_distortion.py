"""Random distortions: the smooth field, one interpolation for all, the limits of what is drawn."""

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import errors
from autograd_fr.transforms import (
    CenterCrop,
    ElasticTransform,
    RandomAffine,
    RandomDistortion,
    RandomRotation,
    warp,
)
from autograd_fr.transforms.affine import inverse_maps
from autograd_fr.transforms.elastic import elastic_field, gaussian_matrix
from autograd_fr.transforms.functional import affine

ALL = {"degrees": 20, "translate": (0.1, 0.2), "scale": (0.8, 1.2), "shear": (-5, 5, -3, 3)}


def whole(h, w):
    return slice(0, h), slice(0, w)


def ramps(n, h, w):
    """Images whose pixels say where they are: their column, and in another batch their row."""
    rows, columns = np.mgrid[:h, :w]
    return np.stack([columns] * n).astype(float), np.stack([rows] * n).astype(float)


def test_the_field_is_smoothed_as_by_scipy():
    ndimage = pytest.importorskip("scipy.ndimage")
    (h, w), n, alpha, sigma = (12, 17), 3, 40.0, 2.0
    uniform = np.random.default_rng(5).random((h, 2 * n * w), np.float32).reshape(h, 2, n, w)
    found = elastic_field(np.random.default_rng(5), n, (h, w), whole(h, w), alpha, sigma)
    for axis, field in enumerate(found):
        for k in range(n):
            wanted = ndimage.gaussian_filter(
                alpha / 2 * (2 * uniform[:, axis, k].astype(float) - 1), sigma, mode="mirror"
            )
            np.testing.assert_allclose(field[k], wanted, atol=1e-4)


def test_its_strength_is_what_the_documentation_says():
    rng = np.random.default_rng(0)
    down, right = elastic_field(rng, 200, (40, 40), whole(40, 40), 48.0, 4.0)
    inside = np.stack([down, right])[:, :, 12:28, 12:28]
    assert inside.std() == pytest.approx(48 / (12 * 4), rel=0.1)
    assert abs(inside.mean()) < 0.05
    roughest = elastic_field(rng, 50, (9, 9), whole(9, 9), 6.0, 0.0)
    assert 2.9 < np.abs(roughest).max() <= 3


@pytest.mark.parametrize("length", [1, 2, 5, 28])
@pytest.mark.parametrize("sigma", [0.0, 0.1, 1.0, 6.0])
def test_the_matrix_is_an_average(length, sigma):
    matrix = gaussian_matrix(length, sigma)
    np.testing.assert_allclose(matrix.sum(1), 1, rtol=1e-5)
    assert (matrix >= 0).all()
    if sigma < 0.125:
        assert (matrix == np.eye(length)).all()


def test_affine_and_elastic_are_composed_as_one_after_the_other():
    both = RandomDistortion(**ALL, alpha=30, sigma=3)
    _ = ag.manual_seed(3)
    at_x, at_y = (both(ramp) for ramp in ramps_twice(both, 3))
    rng = np.random.default_rng(np.random.PCG64(3))
    maps = drawn_maps(rng, 4, 15, 21)
    down, right = elastic_field(rng, 4, (15, 21), whole(15, 21), 30.0, 3.0)
    rows, columns = np.mgrid[:15, :21]
    point = np.stack([columns + right, rows + down, np.ones_like(right)], 1)
    x, y = np.einsum("nij,njhw->inhw", maps, point)
    inside = (x > 0) & (x < 20) & (y > 0) & (y < 14)  # beyond, the ramps end
    assert inside.mean() > 0.5
    np.testing.assert_allclose(at_x[inside], x[inside], atol=1e-4)
    np.testing.assert_allclose(at_y[inside], y[inside], atol=1e-4)


def ramps_twice(transform, seed):
    """The two ramps, each given to the transform with the same numbers to come."""
    for ramp in ramps(4, 15, 21):
        _ = ag.manual_seed(seed)
        yield ramp


def drawn_maps(rng, n, h, w):
    """The inverse maps of the options ALL, drawn in the order of RandomDistortion."""
    angle = rng.uniform(-20, 20, n)
    moves = [rng.uniform(-0.1 * w, 0.1 * w, n), rng.uniform(-0.2 * h, 0.2 * h, n)]
    scale = rng.uniform(0.8, 1.2, n)
    slants = [rng.uniform(-5, 5, n), rng.uniform(-3, 3, n)]
    return inverse_maps(angle, moves, scale, slants, (w / 2 - 0.5, h / 2 - 0.5))


@pytest.mark.parametrize("size", [20, (12, 17), 28])
def test_a_size_is_a_central_crop_of_the_same(size):
    # So few images that as many are computed at once with the crop as without.
    images = np.random.default_rng(1).random((8, 2, 28, 28), np.float32)
    options = ALL | {"alpha": 40, "sigma": 4}
    _ = ag.manual_seed(0)
    cropped = RandomDistortion(**options, size=size)(images)
    _ = ag.manual_seed(0)
    wanted = CenterCrop(size)(RandomDistortion(**options)(images))
    np.testing.assert_allclose(cropped, wanted, atol=1e-5)


@pytest.mark.parametrize(
    ("special", "general"),
    [
        (lambda: RandomAffine(**ALL, fill=0.5), lambda: RandomDistortion(**ALL, fill=0.5)),
        (lambda: ElasticTransform(40.0, 3.0), lambda: RandomDistortion(alpha=40, sigma=3)),
        (lambda: RandomRotation((10, 10)), lambda: RandomDistortion((-10, -10))),
    ],
)
def test_the_special_cases(special, general):
    images = np.random.default_rng(2).random((5, 3, 14, 14), np.float32)
    _ = ag.manual_seed(1)
    found = special()(images)
    _ = ag.manual_seed(1)
    assert (found == general()(images)).all()
    assert (found != images).mean() > 0.5


def test_without_options_images_stay():
    images = np.random.default_rng(3).random((2, 3, 9, 8), np.float32)
    assert (RandomDistortion()(images) == images).all()


def test_what_is_drawn_fills_its_limits():
    n, h, w = 2000, 11, 11
    columns, rows = ramps(n, h, w)
    moved = RandomAffine(0, translate=(0.2, 0.1))
    _ = ag.manual_seed(0)
    right = 5 - moved(columns)[:, 5, 5]
    _ = ag.manual_seed(0)
    down = 5 - moved(rows)[:, 5, 5]
    for shift, most in ((right, 2.2), (down, 1.1)):
        assert most * 0.98 < shift.max() < most + 1e-4 and -most - 1e-4 < shift.min() < -most * 0.98
        assert abs(shift.mean()) < 0.1
    assert abs(np.corrcoef(right, down)[0, 1]) < 0.1
    growth = 1 / (RandomAffine(0, scale=(0.5, 2))(columns)[:, 5, 6] - 5)
    assert 0.5 - 1e-4 < growth.min() < 0.51 and 1.97 < growth.max() < 2 + 1e-4


def test_a_shear_slants_what_it_says():
    columns, rows = ramps(500, 11, 11)
    slope = np.rad2deg(np.arctan(RandomAffine(0, shear=10)(columns)[:, 6, 5] - 5))
    assert 9.7 < slope.max() < 10.001 and -10.001 < slope.min() < -9.7
    assert (RandomAffine(0, shear=10)(rows)[:, 5, 1:-1].round(4) == 5).all()
    both = RandomAffine(0, shear=(0, 0, 5, 5))(rows)[:, 5, 6] - 5
    np.testing.assert_allclose(both, affine(rows, 0, (0, 0), 1, (0, 5))[:, 5, 6] - 5)
    assert abs(both[0]) == pytest.approx(np.tan(np.deg2rad(5)), rel=1e-3)


def test_one_interpolation_blurs_less_than_two():
    images = (np.random.default_rng(4).random((20, 28, 28)) > 0.5).astype(np.float32)
    once = RandomDistortion(**ALL, alpha=30, sigma=4)(images)
    twice = ElasticTransform(30, 4)(RandomAffine(**ALL)(images))
    assert once[:, 8:20, 8:20].var() > 1.2 * twice[:, 8:20, 8:20].var()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"degrees": -5}, "degrees is at least 0, not -5"),
        ({"degrees": (10, -10)}, "degrees goes from the lesser to the greater"),
        ({"degrees": (1, 2, 3)}, "degrees has 2 numbers, not the 3"),
        ({"degrees": "ten"}, "degrees is a number, not 'ten'"),
        ({"degrees": float("nan")}, "degrees is a number, not nan"),
        ({"translate": 0.1}, "translate is a sequence of 2 numbers"),
        ({"translate": (0.1, 2)}, "translate is fractions"),
        ({"scale": (0, 1)}, "scale is a range of positive factors"),
        ({"scale": (1.2, 0.8)}, "scale goes from the lesser"),
        ({"shear": -1}, "shear is at least 0"),
        ({"shear": (90, 90)}, "shear is less than 90 degrees either way"),
        ({"shear": (0, 0, -95, 5)}, "shear is less than 90 degrees"),
        ({"shear": (1, 2, 3)}, "shear has 2 numbers, not the 3"),
        ({"alpha": -1}, "alpha is at least 0"),
        ({"sigma": -1}, "sigma is at least 0"),
        ({"size": 0}, "size is a whole number, at least 1"),
        ({"size": (1, 2, 3)}, r"size is a number or \(height, width\)"),
        ({"center": 1}, "center is a sequence"),
    ],
)
def test_options_it_refuses(options, words):
    with pytest.raises(errors.RangeError, match=words):
        RandomDistortion(**options)


def test_a_crop_larger_than_the_image_is_refused():
    with pytest.raises(
        errors.ShapeError, match="RandomDistortion: a crop of 29 x 29 pixels is larg"
    ):
        RandomDistortion(size=29)(np.ones((2, 28, 28)))


def test_nothing_is_drawn_where_the_fill_does_not_fit():
    generator = ag.Generator(0)
    state = generator.get_state()
    with pytest.raises(errors.ShapeError, match="fill has 2 numbers"):
        RandomDistortion(5, fill=(1, 2), generator=generator)(np.ones((2, 28, 28)))
    assert (generator.get_state() == state).all()


def test_warp_is_what_moves_the_pixels():
    images = np.random.default_rng(5).random((2, 8, 8), np.float32)
    _ = ag.manual_seed(2)
    found = ElasticTransform(20.0, 2.0)(images)
    rng = np.random.default_rng(np.random.PCG64(2))
    for _ in range(6):  # the angle and the like, drawn whether they vary or not
        rng.uniform(0, 0, 2)
    down, right = elastic_field(rng, 2, (8, 8), whole(8, 8), 20.0, 2.0)
    rows, columns = np.mgrid[:8, :8].astype(np.float32)
    np.testing.assert_allclose(found, warp(images, (rows + down, columns + right)), atol=1e-5)
