"""Ranges of pixels, and labels as vectors."""

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import errors
from autograd_fr.transforms import Normalize, ToFloat, one_hot


def test_bytes_become_floats_from_0_to_1():
    found = ToFloat()(np.arange(256, dtype=np.uint8).reshape(16, 16))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.ravel() * 255, np.arange(256), rtol=1e-6)
    assert found.max() == 1


def test_floats_stay_as_they_are():
    images = np.ones((2, 3), np.float64)
    assert ToFloat()(images).dtype == np.float64 and (ToFloat()(images) == images).all()


def test_normalized_images_have_mean_0_and_deviation_1():
    images = np.random.default_rng(0).random((50, 3, 8, 8)) * [[[[1]], [[2]], [[5]]]]
    mean, std = images.mean((0, 2, 3)), images.std((0, 2, 3))
    found = Normalize(mean, std)(images)
    np.testing.assert_allclose(found.mean((0, 2, 3)), 0, atol=1e-12)
    np.testing.assert_allclose(found.std((0, 2, 3)), 1)


def test_one_mean_is_for_all_channels():
    images = np.random.default_rng(1).random((2, 3, 4, 4), np.float32)
    np.testing.assert_allclose(Normalize([0.5], 2)(images), (images - 0.5) / 2, rtol=1e-6)


@pytest.mark.parametrize(
    ("mean", "std", "words"),
    [
        (0, 0, "std is positive, not 0"),
        (0, [1, -1], "std is positive"),
        ("grey", 1, "mean is a number, or one for each channel"),
        (float("nan"), 1, "mean is a number"),
        ([[1]], 1, "mean is a number"),
    ],
)
def test_statistics_it_refuses(mean, std, words):
    with pytest.raises(errors.RangeError, match=words):
        Normalize(mean, std)


def test_means_are_as_many_as_channels():
    with pytest.raises(errors.ShapeError, match=r"has 3 numbers, the images 1 channel$"):
        Normalize([0, 0, 0], 1)(np.ones((3, 4, 4)))


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.uint64])
def test_labels_become_vectors(dtype):
    labels = np.array([[2, 0], [1, 2]], dtype)
    found = one_hot(labels)
    assert found.dtype == np.float32 and (found == np.eye(3)[labels.astype(int)]).all()
    tensor = one_hot(ag.tensor(labels.astype(np.int64)), 4, dtype=np.int64)
    assert tensor.shape == (2, 2, 4) and tensor.dtype == np.int64


def test_labels_it_refuses():
    with pytest.raises(errors.DtypeError, match="labels that are integers, not float64"):
        one_hot(np.ones(3))
    with pytest.raises(errors.DtypeError, match="takes an array or a tensor, not list"):
        one_hot([1, 2])
    with pytest.raises(errors.DimensionError, match="3"):
        one_hot(np.array([3]), 3)
    with pytest.raises(errors.DimensionError, match=r"is -1, but classes are numbered from 0 on"):
        one_hot(np.array([-1, 2]))
