"""Numbers and parameters as short text."""

from __future__ import annotations

import re

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.viz.graph.text import LONGEST, number, parameter


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (4.0, "4"), (-0.0, "0"), (0.25, "0.25"), (1e-7, "1e-07"), (-0.7615941559, "-0.7616"),
        (0.10000000149011612, "0.1"), (1234.5678, "1235"), (3, "3"), (1234567, "1234567"),
        (True, "True"), (float("inf"), "inf"), (float("nan"), "nan"),
    ],
)  # fmt: skip
def test_a_number_has_at_most_four_significant_digits(x, text):
    assert number(x) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"), (None, "None"), ((2, -1), "(2, -1)"), ((2,), "(2,)"), ([0, 1], "[0, 1]"),
        (slice(None), ":"), (slice(1, None, 2), "1::2"), ((..., None, 0), "(..., None, 0)"),
        (0.5, "0.5"), (np.float32(0.25), "0.25"), (np.int64(3), "3"),
        (np.array([0, 2, 2]), "[0, 2, 2]"), (np.zeros((9, 2), int), "int64 (9, 2)"),
        (np.dtype("float64"), "float64"), (np.float16, "float16"), ("mean", "'mean'"),
        (ag.tensor([1, 0]), "[1, 0]"), (ag.zeros(5, 5), "float32 (5, 5)"),
    ],
)  # fmt: skip
def test_a_parameter_is_told_as_one_writes_it(value, text):
    assert parameter("p", value) == f"p={text}"


def test_a_long_parameter_is_cut():
    text = parameter("shape", tuple(range(1000)))
    assert text.startswith("shape=(0, 1, 2,")
    assert text.endswith("...")
    assert len(text) == len("shape=") + LONGEST


def test_a_parameter_of_an_unknown_kind_shows_no_address():
    assert not re.search("0x|[0-9]", parameter("function", object()))


@pytest.mark.parametrize(
    ("x", "text"),
    [(12345.0, "12345"), (99999.6, "100000"), (-99999.6, "-100000"), (1234.56, "1235"),
     (0.00012344, "0.0001234"), (999.96, "1000"), (999.4, "999.4"),
     (1e6, "1e+06"), (999999.9, "1000000")],
)  # fmt: skip
def test_numbers_with_many_digits_before_the_point(x, text):
    assert number(x) == text
