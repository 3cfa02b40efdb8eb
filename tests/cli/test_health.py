"""What is noticed about data, and what is not: nothing is said of sound ones."""

from __future__ import annotations

import re

import numpy as np
import pytest

from autograd_fr.cli.health import described, examined
from autograd_fr.recipes import Data


def sound(seed: int = 0) -> Data:
    rng = np.random.default_rng(seed)
    x, test_x = (rng.standard_normal((n, 3)).astype(np.float32) for n in (60, 15))
    return Data(
        "sound", x, np.arange(60) % 3, test_x, np.arange(15) % 3, ("a", "b", "c"), tuple("pqr")
    )


def said(data: Data) -> list[tuple[bool, str]]:
    return [tuple(finding) for finding in examined(data)]


@pytest.mark.parametrize("seed", range(3))
def test_sound_data(seed):
    assert said(sound(seed)) == []


@pytest.mark.parametrize(("value", "kind"), [(np.nan, "missing"), (np.inf, "infinite")])
def test_values_that_are_no_numbers(value, kind):
    data = sound()
    data.test_x[2:5, 1] = value
    assert said(data) == [(True, f"test: 3 values are {kind}, in column q")]
    assert "test         15" in described(data)


def test_classes_without_examples_and_rare_ones():
    data = sound()._replace(y=np.r_[np.zeros(58, int), 1, 1], test_y=np.zeros(15, int))
    (wrong, absent), (test_wrong, test_absent), (_, uneven) = said(data)
    assert (wrong, absent) == (True, "train: no example of class c")
    assert (test_wrong, test_absent) == (False, "test: no example of class b, c")
    assert "from 2 to 58 examples; rare: b" in uneven


def test_columns_that_never_change_and_those_that_are_wide():
    data = sound()
    data.x[:, 0] = 7
    data.x[:, 2] *= 1e5
    (_, constant), (_, wide) = said(data)
    assert constant == "train: never changing, and so telling nothing: column p"
    assert "times as wide as others" in wide


def test_nothing_to_tell_examples_by():
    data = sound()
    data.x[:] = 1
    assert (True, "train: no input ever changes: there is nothing to tell examples by") in said(
        data
    )


def test_examples_that_occur_again():
    data = sound()
    data.x[1] = data.x[0]
    data.test_x[:2] = data.x[5]
    (_, leaked), (_, again) = said(data)
    assert leaked == "test: 2 inputs are among those to train on, too"
    assert again == "train: 1 input is there again, 1 with different targets"


def test_one_value_and_one_input_are_one():
    data = sound()
    data.x[0, 0] = np.inf
    data.test_x[0] = data.x[5]
    assert [text for _, text in said(data)] == [
        "train: 1 value is infinite, in column p",
        "test: 1 input is among those to train on, too",
    ]


def test_there_is_no_minus_zero():
    data = sound()
    data.x[:] = np.where(data.x < 0, -0.0, data.x)
    assert not re.search(r" -0( |$)", described(data), re.M)


def test_amounts():
    data = sound()._replace(y=np.ones((60, 1), "f"), test_y=np.ones((15, 1), "f"), classes=())
    assert said(data) == []
    assert "target" in described(data)
