"""The digits that come with the package."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograd_fr import datasets

FOLDER = Path(datasets.__file__).parent


def test_shapes_dtypes_and_ranges():
    images, labels = datasets.digits()
    assert (images.shape, images.dtype) == ((1797, 8, 8), np.float32)
    assert (labels.shape, labels.dtype) == ((1797,), np.int64)
    assert (images.min(), images.max()) == (0, 1)
    np.testing.assert_array_equal(images * 16, np.rint(images * 16))
    assert sorted(set(labels.tolist())) == list(range(10))


def test_every_call_gives_arrays_of_its_own():
    first = datasets.digits()
    first.images[:] = -1
    first.labels[:] = -1
    again = datasets.digits()
    assert again.images.min() == 0
    assert again.labels.min() == 0


def test_they_are_the_ones_of_scikit_learn():
    reason = "scikit-learn, which has another copy, is not installed"
    sklearn_datasets = pytest.importorskip("sklearn.datasets", reason=reason)
    expected = sklearn_datasets.load_digits()
    images, labels = datasets.digits()
    np.testing.assert_array_equal(images * 16, expected.images)
    np.testing.assert_array_equal(labels, expected.target)


def test_source_and_licence_are_told():
    text = (FOLDER / "DIGITS-LICENSE.md").read_text(encoding="utf-8")
    for needed in ("Alpaydin", "Kaynak", "10.24432/C50P49", "CC BY 4.0", "1797"):
        assert needed in text


def test_no_pickle_in_the_file():
    with np.load(FOLDER / "digits.npz", allow_pickle=False) as stored:
        assert {name: stored[name].dtype for name in stored} == {
            "images": np.uint8, "labels": np.uint8,
        }  # fmt: skip
