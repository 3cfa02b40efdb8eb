"""assert_close: what passes, and what a failure says."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.testing import assert_close

NAN = float("nan")


@pytest.mark.parametrize(
    ("actual", "expected", "options"),
    [
        (ag.ones(2), ag.ones(2) + 1e-6, {}),
        (1.0, 1.0 + 1e-8, {}),
        (1.0, np.float64(1.0), {}),
        (ag.tensor(1.0), 1.0, {}),
        ([1, ag.ones(2)], [1, ag.ones(2)], {}),
        ({"a": ag.ones(2), "b": {"c": 1}}, {"a": ag.ones(2), "b": {"c": 1}}, {}),
        (ag.tensor([1]), ag.tensor([1.0]), {"check_dtype": False}),
        (ag.tensor([NAN]), ag.tensor([NAN]), {"equal_nan": True}),
        (ag.ones(2), ag.ones(2) * 1.5, {"rtol": 0.5, "atol": 0}),
        (np.ones(2), ag.ones(2, dtype=ag.float64), {}),
        (ag.tensor(1.1), 1.1, {}),
        (1.1, ag.tensor(1.1, dtype=ag.float64), {"rtol": 0, "atol": 0}),
        ([1.1], [np.float64(1.1)], {"rtol": 0, "atol": 0}),
        (ag.zeros(0), ag.zeros(0), {}),
    ],
)
def test_what_is_close(actual, expected, options):
    assert_close(actual, expected, **options)


@pytest.mark.parametrize(
    ("actual", "expected", "words"),
    [
        (ag.ones(2), ag.ones(3), r"shapes differ: \(2,\) and \(3,\)"),
        (ag.ones(2), ag.ones(2).double(), "dtypes differ: float32 and float64"),
        ([1, 2], [1], "lengths differ: 2 and 1"),
        ({"a": 1}, {"b": 1}, r"keys differ: \['a'\] and \['b'\]"),
        ({"a": [1, 2]}, {"a": [1, 3]}, r"not close at \['a'\]\[1\]: 1 of 1 entries"),
        (ag.tensor([NAN]), ag.tensor([NAN]), "1 of 1"),
        (ag.tensor([1, 2]), ag.tensor([1, 3]), r"1 of 2 entries \(50.0%\)"),
        (3, 4, r"greatest absolute difference: 1 \(allowed: 0\)"),
        (1.0, 1.0 + 5e-7, r"relative difference: 5e-07 \(allowed: 1e-07\)"),
        ([1.0], [1], r"dtypes differ at \[0\]: float64 and int64"),
    ],
)
def test_what_is_not(actual, expected, words):
    with pytest.raises(AssertionError, match=words):
        assert_close(actual, expected)


@pytest.mark.parametrize("wrap", [float, lambda n: [n], lambda n: {"n": n}, np.float64])
def test_python_s_floats_are_compared_in_double_precision(wrap):
    with pytest.raises(AssertionError, match="greatest absolute difference: 1e-09"):
        assert_close(wrap(1.0 + 1e-9), wrap(1.0), rtol=1e-12, atol=0)


def test_a_float_takes_the_dtype_of_the_tensor_beside_it():
    with pytest.raises(AssertionError):
        assert_close(ag.tensor(1.0, dtype=ag.float64), 1.0 + 5e-7)
    assert_close(ag.tensor(0.1), 0.1, rtol=0, atol=0)


def test_the_greatest_differences_are_told():
    actual = ag.tensor([[1.0, 2.0], [0.5, 100.0]])
    expected = ag.tensor([[1.0, 2.0], [0.25, 101.0]])
    with pytest.raises(AssertionError) as caught:
        assert_close(actual, expected)
    assert str(caught.value).splitlines() == [
        "not close: 2 of 4 entries (50.0%) differ",
        "greatest absolute difference: 1 at index (1, 1) (allowed: 1e-05)",
        "greatest relative difference: 1 at index (1, 0) (allowed: 1.3e-06)",
    ]


def test_a_message_of_one_s_own():
    with pytest.raises(AssertionError, match=r"^look here$"):
        assert_close(1, 2, msg="look here")
    with pytest.raises(AssertionError, match=r"^first: not close"):
        assert_close(1, 2, msg=lambda said: f"first: {said}")


def test_tolerances_come_in_pairs():
    with pytest.raises(ValueError, match="both"):
        assert_close(1, 1, rtol=0.1)
