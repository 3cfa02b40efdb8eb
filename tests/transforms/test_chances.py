"""What happens to some images: flips, rectangles wiped out, noise, and transforms by chance."""

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import errors
from autograd_fr.transforms import (
    Compose,
    GaussianNoise,
    RandomApply,
    RandomErasing,
    RandomHorizontalFlip,
    RandomVerticalFlip,
    ToFloat,
)
from autograd_fr.transforms.functional import erase, horizontal_flip, vertical_flip


@pytest.mark.parametrize(
    ("random", "flip", "axis"),
    [(RandomHorizontalFlip, horizontal_flip, -1), (RandomVerticalFlip, vertical_flip, -2)],
)
def test_flips_come_with_their_chance(random, flip, axis):
    images = np.random.default_rng(0).random((2000, 1, 3, 4), np.float32)
    mirrored = np.flip(images, axis)
    assert (flip(images) == mirrored).all() and (random(p=1)(images) == mirrored).all()
    assert (random(p=0)(images) == images).all()
    _ = ag.manual_seed(0)
    found = random(p=0.25)(images)
    flipped = (found == mirrored).all((1, 2, 3))
    assert (flipped | (found == images).all((1, 2, 3))).all()
    assert 0.2 < flipped.mean() < 0.3


def test_one_rectangle_of_the_right_size_is_wiped_out():
    images = np.ones((800, 1, 20, 24), np.float32)
    _ = ag.manual_seed(0)
    found = RandomErasing(p=0.5, scale=(0.1, 0.3), ratio=(0.5, 2))(images)[:, 0] == 0
    touched = found.any((1, 2))
    assert 0.45 < touched.mean() < 0.55
    heights, widths = found.any(2).sum(1)[touched], found.any(1).sum(1)[touched]
    assert (heights * widths == found.sum((1, 2))[touched]).all()  # a full rectangle
    shares, ratios = heights * widths / 480, heights / widths
    assert 0.08 < shares.min() < 0.12 and 0.28 < shares.max() < 0.33
    assert 0.4 < ratios.min() < 0.6 and 1.7 < ratios.max() < 2.4
    assert 0.4 < (ratios > 1).mean() < 0.6  # logarithmic
    assert (found.mean(0) > 0).all()  # anywhere, the edges among it


def test_what_is_put_there():
    images = np.full((50, 3, 8, 8), 100, np.uint8)
    found = RandomErasing(p=1, value=(1, 2, 3))(images)
    for k in range(3):
        assert set(np.unique(found[:, k])) == {k + 1, 100}
    noisy = RandomErasing(p=1, scale=(0.5, 0.5), value="random")(images.astype(np.float32))
    wiped = noisy[noisy != 100]
    assert abs(wiped.mean()) < 0.1 and abs(wiped.std() - 1) < 0.1


def test_where_no_rectangle_fits_the_image_stays():
    images = np.ones((20, 6, 6))
    assert (RandomErasing(p=1, scale=(1, 1), ratio=(1, 1))(images) == images).all()


def test_rectangles_at_given_places():
    found = erase(np.ones((2, 1, 4, 5)), i=[0, 1], j=[2, 0], h=[1, 3], w=[3, 2], v=7)
    wanted = np.ones((2, 4, 5))
    wanted[0, 0, 2:] = wanted[1, 1:, :2] = 7
    assert (found[:, 0] == wanted).all()


def test_noise_has_its_mean_and_deviation():
    _ = ag.manual_seed(0)
    found = GaussianNoise(mean=0.1, sigma=0.02)(np.full((100, 20, 20), 0.4, np.float32))
    assert found.mean() == pytest.approx(0.5, abs=1e-3)
    assert found.std() == pytest.approx(0.02, rel=0.02)
    cut, beyond = (GaussianNoise(sigma=1, clip=clip)(np.zeros((9, 9))) for clip in (True, False))
    assert cut.min() == 0 and cut.max() == 1 and beyond.min() < 0 and beyond.max() > 1


def test_compose_goes_from_first_to_last():
    double, less = (lambda x: 2 * x), (lambda x: x - 1)
    assert Compose([double, less])(np.array(3.0)) == 5
    assert Compose([])(4) == 4
    assert repr(Compose([ToFloat(), Compose([ToFloat()])])) == (
        "Compose([\n    ToFloat(),\n    Compose([\n        ToFloat(),\n    ]),\n])"
    )


def test_apply_transforms_some_images_and_leaves_the_others():
    images = np.arange(1.0, 2001).reshape(2000, 1, 1)
    _ = ag.manual_seed(0)
    found = RandomApply([lambda x: -x, lambda x: 2 * x], p=0.25)(images)
    changed = found < 0
    assert 0.2 < changed.mean() < 0.3
    assert (found == np.where(changed, -2 * images, images)).all()
    assert (RandomApply([lambda x: 1 / 0], p=0)(images) == images).all()


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: RandomHorizontalFlip(1.5), errors.RangeError, "p is from 0 to 1, not 1.5"),
        (lambda: RandomErasing(p=-0.1), errors.RangeError, "p is from 0 to 1"),
        (lambda: RandomErasing(scale=(0.5, 2)), errors.RangeError, "shares of the area"),
        (lambda: RandomErasing(scale=(0.5, 0.1)), errors.RangeError, "scale goes from the lesser"),
        (lambda: RandomErasing(ratio=(0, 1)), errors.RangeError, "ratio is a range of positive"),
        (lambda: RandomErasing(value="grey"), errors.RangeError, "or 'random', not 'grey'"),
        (lambda: GaussianNoise(sigma=-1), errors.RangeError, "sigma is at least 0"),
        (lambda: Compose(ToFloat()), errors.DtypeError, "a list of transforms, not ToFloat"),
        (lambda: Compose([3]), errors.DtypeError, "3 is no transform"),
        (lambda: RandomApply([ToFloat], p=2), errors.RangeError, "p is from 0 to 1"),
    ],
)
def test_options_it_refuses(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_apply_keeps_shapes_and_dtypes():
    images = np.ones((3, 4, 4), np.uint8)
    with pytest.raises(errors.ShapeError, match=r"\(1, 4, 4\) became \(1, 4, 2\)"):
        RandomApply([lambda x: x[..., :2]], p=1)(images)
    with pytest.raises(errors.DtypeError, match="uint8 became float32"):
        RandomApply([ToFloat()], p=1)(images)
