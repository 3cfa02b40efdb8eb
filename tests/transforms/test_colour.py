"""Colours: the numbers of the lecture, Python's own colorsys, and torchvision's formulas."""

import colorsys

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import errors
from autograd_fr.transforms import ColorJitter, RandomHSV
from autograd_fr.transforms.functional import (
    adjust_brightness,
    adjust_contrast,
    adjust_hsv,
    adjust_hue,
    adjust_saturation,
    hsv_to_rgb,
    rgb_to_grayscale,
    rgb_to_hsv,
)

RED = np.array([1.0, 0.0, 0.0], np.float32).reshape(1, 3, 1, 1)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"hue": 120 / 360}, [0, 1, 0]),
        ({"hue": 240 / 360}, [0, 0, 1]),
        ({"hue": -120 / 360}, [0, 0, 1]),
        ({"hue": 5.0}, [1, 0, 0]),
        ({"exposure": 0.5}, [0.5, 0, 0]),
        ({"saturation": 0}, [1, 1, 1]),
    ],
)
def test_the_reds_of_the_lecture(change, wanted):
    np.testing.assert_allclose(adjust_hsv(RED, **change).ravel(), wanted, atol=1e-6)
    bytes_ = adjust_hsv((RED * 255).astype(np.uint8), **change).ravel()
    assert bytes_.tolist() == [round(255 * value + 1e-9) for value in wanted]


def colours():
    """All colours of a coarse grid, greys and ties among them."""
    grid = np.stack(np.meshgrid(*[np.linspace(0, 1, 6)] * 3), -1).reshape(-1, 3)
    return grid, grid.reshape(-1, 3, 1, 1)


def test_hsv_is_colorsys():
    rows, images = colours()
    wanted = [colorsys.rgb_to_hsv(*row) for row in rows]
    found = rgb_to_hsv(images)
    np.testing.assert_allclose(found[:, :, 0, 0], wanted, atol=1e-12)
    np.testing.assert_allclose(hsv_to_rgb(found), images, atol=1e-12)
    back = [colorsys.hsv_to_rgb(*row) for row in rows]
    np.testing.assert_allclose(hsv_to_rgb(images)[:, :, 0, 0], back, atol=1e-12)


def test_hue_turns_by_the_factor():
    rows, images = colours()
    for turn in (-0.5, -0.2, 0.1, 0.5):
        hsv = [colorsys.rgb_to_hsv(*row) for row in rows]
        wanted = [colorsys.hsv_to_rgb((h + turn) % 1, s, v) for h, s, v in hsv]
        np.testing.assert_allclose(adjust_hue(images, turn)[:, :, 0, 0], wanted, atol=1e-12)


def test_mixtures_are_torchvisions():
    images = np.random.default_rng(0).random((4, 3, 5, 6))
    r, g, b = images.swapaxes(0, 1)
    grey = (0.2989 * r + 0.587 * g + 0.114 * b)[:, None]
    np.testing.assert_allclose(rgb_to_grayscale(images), grey)
    for factor in (0.0, 0.4, 1.0, 2.5):
        mean = grey.mean((1, 2, 3), keepdims=True)
        for found, other in (
            (adjust_brightness(images, factor), 0),
            (adjust_contrast(images, factor), mean),
            (adjust_saturation(images, factor), grey),
        ):
            wanted = np.clip(factor * images + (1 - factor) * other, 0, 1)
            np.testing.assert_allclose(found, wanted, atol=1e-12)


@pytest.mark.parametrize(
    "adjust", [adjust_brightness, adjust_contrast, adjust_saturation, adjust_hue]
)
def test_factors_may_be_one_for_each_image(adjust):
    images = np.random.default_rng(1).random((3, 3, 4, 4), np.float32)
    factors = [0.1, 0.3, 0.5]
    each = [adjust(images[k : k + 1], factor)[0] for k, factor in enumerate(factors)]
    assert (adjust(images, factors) == each).all()


def test_many_images_are_as_few():  # more than are computed at once
    images = np.random.default_rng(2).random((300, 3, 8, 8), np.float32)
    turns = np.linspace(-0.5, 0.5, 300)
    assert (adjust_hue(images, turns)[299:] == adjust_hue(images[299:], turns[299:])).all()


def test_jitter_stays_within_its_limits():
    images = np.full((2000, 2, 2), 0.4)
    _ = ag.manual_seed(0)
    factor = ColorJitter(brightness=0.5)(images)[:, 0, 0] / 0.4
    assert 0.5 <= factor.min() < 0.51 and 1.49 < factor.max() <= 1.5
    factor = ColorJitter(brightness=(2, 2))(images)[:, 0, 0] / 0.4
    np.testing.assert_allclose(factor, 2)
    reds = np.repeat(RED, 2000, 0).astype(float)
    hue = rgb_to_hsv(ColorJitter(hue=0.1)(reds))[:, 0, 0, 0]
    hue = (hue + 0.5) % 1 - 0.5
    assert -0.1001 < hue.min() < -0.099 and 0.099 < hue.max() < 0.1001


def test_jitter_without_options_changes_nothing():
    images = np.random.default_rng(3).random((4, 3, 5, 5), np.float32)
    assert (ColorJitter()(images) == images).all()


def test_the_order_of_jitter_is_drawn():
    image = np.array([0.2, 0.4, 0.9], np.float32).reshape(1, 3, 1, 1)
    jitter = ColorJitter((2, 2), (0.5, 0.5), (0.5, 0.5))  # the cut at 1 makes the order tell
    _ = ag.manual_seed(0)
    assert len({jitter(image).tobytes() for _ in range(60)}) > 2


def test_hsv_is_multiplied_and_divided_as_often():
    colour = np.array([0.5, 0.3, 0.3]).reshape(1, 3, 1, 1)
    _ = ag.manual_seed(0)
    varied = rgb_to_hsv(RandomHSV(0.1, 1.5, 1.2)(np.repeat(colour, 3000, 0)))[..., 0, 0]
    h, s, v = (varied / [1, 0.4, 0.5]).T
    h = (h + 0.5) % 1 - 0.5
    assert -0.1001 < h.min() < -0.099 and 0.099 < h.max() < 0.1001
    for factor, most in ((s, 1.5), (v, 1.2)):
        assert most * 0.99 < factor.max() < most + 1e-9
        assert 1 / most - 1e-9 < factor.min() < 1.01 / most
        assert 0.45 < (factor > 1).mean() < 0.55


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ColorJitter(brightness=-1), "brightness is at least 0, not -1"),
        (lambda: ColorJitter(contrast=(2, 1)), "contrast goes from the lesser"),
        (lambda: ColorJitter(saturation=(-1, 1)), "saturation is at least 0, not -1"),
        (lambda: ColorJitter(saturation="much"), "saturation is a number, not 'much'"),
        (lambda: ColorJitter(hue=0.6), "hue is from 0 to 0.5, not 0.6"),
        (lambda: ColorJitter(hue=(-0.1, 0.6)), "hue is a range from -0.5 to 0.5"),
        (lambda: RandomHSV(hue=1), "hue is from 0 to 0.5"),
        (lambda: RandomHSV(saturation=0.5), "saturation is at least 1"),
        (lambda: adjust_brightness(RED, -1), "brightness_factor is not negative: -1"),
        (lambda: adjust_hue(RED, 0.7), "hue_factor is from -0.5 to 0.5, not 0.7"),
        (lambda: adjust_hsv(RED, exposure=-1), "exposure is not negative"),
    ],
)
def test_numbers_it_refuses(make, words):
    with pytest.raises(errors.RangeError, match=words):
        make()


@pytest.mark.parametrize("change", [adjust_saturation, adjust_hue])
def test_grey_images_have_no_hue(change):
    with pytest.raises(errors.ShapeError, match=r"these have 1 channel$"):
        change(np.ones((2, 4, 4)), 0.5)


@pytest.mark.parametrize("seed", range(6))
def test_jitter_refuses_grey_images_before_it_draws(seed):
    _ = ag.manual_seed(seed)  # whatever comes first
    state = ag.get_rng_state()
    with pytest.raises(errors.ShapeError, match=r"^ColorJitter: hue and saturation are of images"):
        ColorJitter(0.3, 0.3, 0.3, 0.2)(np.ones((2, 4, 4)))
    assert (ag.get_rng_state() == state).all()


def test_one_factor_for_all_or_one_for_each():
    with pytest.raises(errors.ShapeError, match="one for each of the 1 images"):
        adjust_contrast(RED, [1, 2])
