"""Models and data brought together, and those that do not go together."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import models
from autograd_fr.errors import DataError
from autograd_fr.recipes import Data
from autograd_fr.recipes.fitting import as_taken, check_outputs

IMAGES = np.arange(2 * 28 * 28, dtype=np.float32).reshape(2, 1, 28, 28)


def test_rows_for_affine_layers_images_for_convolutions():
    rows = as_taken(models.MLP(784, 10), IMAGES)
    np.testing.assert_array_equal(rows, IMAGES.reshape(2, 784))
    assert as_taken(models.Nielsen1(), IMAGES).shape == (2, 784)
    assert as_taken(models.LeNet(), IMAGES) is IMAGES
    assert as_taken(models.Committee([models.LeNet()]), IMAGES) is IMAGES


@pytest.mark.parametrize(
    ("model", "x", "said"),
    [
        (models.MLP(64, 10), IMAGES, "takes 64 numbers per example, the data have 1 x 28 x 28"),
        (models.LeNet(), IMAGES.reshape(2, 784), "takes images of 1 channels, the data have 784"),
        (models.ResNet(1), IMAGES, "takes images of 3 channels"),
        (ag.nn.Identity(), IMAGES, "neither images nor rows"),
    ],
)
def test_inputs_that_do_not_fit(model, x, said):
    with pytest.raises(DataError, match=said):
        as_taken(model, x)


def test_outputs_that_do_not_fit():
    data = Data("mine", IMAGES, np.zeros(2), IMAGES, np.zeros(2), ("a", "b", "c"))
    check_outputs(None, data, np.zeros((2, 3)))
    with pytest.raises(DataError, match="gives 10 numbers per example, mine has 3 classes"):
        check_outputs(None, data, np.zeros((2, 10)))


def test_other_classes_in_the_terms_of_a_model():
    data = Data("mine", IMAGES, np.array([0, 1]), IMAGES, np.array([1, 1]), ("b", "c"))
    told = data.in_terms_of(("a", "b", "c"))
    assert (told.y.tolist(), told.test_y.tolist()) == ([1, 2], [2, 2])
    assert told.classes == ("a", "b", "c")
    with pytest.raises(DataError, match="the class 'b'; the model knows a, c"):
        data.in_terms_of(("a", "c"))
    with pytest.raises(DataError, match="amounts"):
        data._replace(classes=()).in_terms_of(("a", "c"))
    with pytest.raises(DataError, match="amounts only"):
        data.in_terms_of(())
