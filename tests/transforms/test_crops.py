"""Crops, borders and whole shifts: the offsets that there are, each as likely, and no others."""

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import errors
from autograd_fr.transforms import CenterCrop, Pad, RandomCrop, RandomShift
from autograd_fr.transforms.functional import center_crop, crop, pad


def numbered(n, h, w):
    """The same image n times, whose pixels say where they are."""
    return np.broadcast_to(np.arange(1.0, h * w + 1).reshape(h, w), (n, h, w))


def test_a_crop_of_the_lecture_has_33_offsets_along_each_axis():
    images = np.broadcast_to(
        np.arange(256 * 256, dtype=np.float32).reshape(256, 256), (700, 256, 256)
    )
    _ = ag.manual_seed(0)
    corners = RandomCrop((224, 1))(images)[:, 0, 0]
    assert set(corners // 256) == set(range(33))
    corners = RandomCrop((1, 224))(images)[:, 0, 0]
    assert set(corners % 256) == set(range(33))


def test_every_crop_is_a_part_of_its_image_with_its_borders():
    images = np.random.default_rng(0).random((50, 2, 6, 7), np.float32)
    _ = ag.manual_seed(0)
    found = RandomCrop((5, 8), padding=(2, 1), fill=9)(images)
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1), (2, 2)), constant_values=9)
    for part, image in zip(found, padded):
        windows = np.lib.stride_tricks.sliding_window_view(image, (5, 8), (1, 2))
        assert (windows == part[:, None, None]).all((0, 3, 4)).any()


def test_crops_at_given_places():
    images = np.arange(2 * 4 * 5.0).reshape(2, 4, 5)
    found = crop(images, top=[0, 2], left=[1, 3], height=2, width=2)
    assert (found[0] == images[0, :2, 1:3]).all() and (found[1] == images[1, 2:, 3:]).all()


@pytest.mark.parametrize(
    ("shape", "size", "start"),
    [((28, 28), 24, (2, 2)), ((28, 28), 25, (2, 2)), ((7, 10), (4, 3), (2, 4))],
)
def test_the_middle_is_torchvisions(shape, size, start):
    image = np.arange(shape[0] * shape[1]).reshape(shape).astype(float)
    height, width = (size, size) if isinstance(size, int) else size
    wanted = image[start[0] : start[0] + height, start[1] : start[1] + width]
    assert (CenterCrop(size)(image) == wanted).all()


@pytest.mark.parametrize("mode", ["constant", "edge", "reflect", "symmetric"])
def test_borders_are_numpys(mode):
    images = np.random.default_rng(1).random((2, 3, 5, 6), np.float32)
    options = {"constant_values": 0.5} if mode == "constant" else {}
    wanted = np.pad(images, ((0, 0), (0, 0), (2, 4), (1, 3)), mode, **options)
    assert (Pad((1, 2, 3, 4), fill=0.5, padding_mode=mode)(images) == wanted).all()


def test_borders_of_a_colour():
    found = pad(np.zeros((1, 3, 2, 2), np.uint8), 1, fill=(1, 2, 3))
    assert found[0, :, 0, 0].tolist() == [1, 2, 3] and not found[0, :, 1:3, 1:3].any()


def test_shifts_are_all_there_and_as_likely():
    images = numbered(5000, 7, 9)
    _ = ag.manual_seed(0)
    middles = RandomShift((2, 1))(images)[:, 3, 4] - 1
    moves, counts = np.unique(
        np.stack([4 - middles % 9, 3 - middles // 9], 1), axis=0, return_counts=True
    )
    assert moves.tolist() == [[x, y] for x in range(-2, 3) for y in range(-1, 2)]
    assert counts.min() > 0.75 * 5000 / 15


def test_a_shifted_image_lacks_what_went_out():
    images = numbered(40, 4, 4)
    _ = ag.manual_seed(0)
    results = {result.astype(int).tobytes() for result in RandomShift(1, fill=99)(images)}
    padded = np.pad(images[0], 1, constant_values=99).astype(int)
    assert results == {padded[i : i + 4, j : j + 4].tobytes() for i in range(3) for j in range(3)}


def test_fractional_shifts_are_between():
    images = np.broadcast_to(np.arange(9.0), (3000, 9, 9))
    _ = ag.manual_seed(0)
    right = 4 - RandomShift((1.5, 0), fractional=True)(images)[:, 4, 4]
    assert -1.5001 < right.min() < -1.49 and 1.49 < right.max() < 1.5001
    assert np.histogram(right, 6, (-1.5, 1.5))[0].min() > 400


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: RandomCrop(0), "size is a whole number, at least 1, not 0"),
        (lambda: RandomCrop(2.5), "size is a whole number"),
        (lambda: CenterCrop("all"), "size is a whole number, at least 1, not 'all'"),
        (lambda: RandomCrop(4, padding=-1), "padding is a whole number, at least 0, not -1"),
        (lambda: Pad((1, 2, 3)), "padding is a number of pixels, or two"),
        (lambda: Pad(1, padding_mode="zeros"), "padding_mode is one of constant, edge"),
        (lambda: RandomShift(-1), "pixels is at least 0, not -1"),
        (lambda: RandomShift(1.5), "pixels is whole unless fractional=True, not 1.5"),
        (lambda: RandomShift((1, 2, 3)), "pixels has 2 numbers"),
        (lambda: crop(np.ones((4, 4)), 3, 0, 2, 2), "top is a whole number from 0 to 2"),
        (lambda: crop(np.ones((4, 4)), 0, -1, 2, 2), "left is a whole number from 0 to 2"),
        (lambda: crop(np.ones((4, 4)), 0.5, 0, 2, 2), "top is a whole number"),
    ],
)
def test_numbers_it_refuses(make, words):
    with pytest.raises(errors.RangeError, match=words):
        make()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda x: RandomCrop(9)(x),
            "RandomCrop: a crop of 9 x 9 pixels is larger than the images, 8 x 8",
        ),
        (lambda x: CenterCrop((8, 9))(x), "center_crop: a crop of 8 x 9"),
        (lambda x: crop(x, 0, 0, 9, 1), "crop: a crop of 9 x 1"),
        (lambda x: Pad(8, padding_mode="reflect")(x), "8 x 8 pixels have no reflect of"),
        (lambda x: pad(x, 9, padding_mode="symmetric"), "8 x 8 pixels have no symmetric of 9"),
        (lambda x: Pad(1, fill=[1, 2])(x), "fill has 2 numbers for images with 1 channel"),
        (lambda x: center_crop(x[0, 0], 2), "images are"),
    ],
)
def test_images_it_refuses(call, words):
    with pytest.raises(errors.ShapeError, match=words):
        call(np.ones((2, 8, 8)))
