"""The five lectures: every number, every behaviour and every claim, by the public functions.

One case for each item, in double precision. The items are those of `tests/data/lectures.json`, the
programs those of `tests/lectures`.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

import autograd_fr as ag

from .lectures import items

items.load()
TAUGHT = [item for item in items.ITEMS.values() if item.priority != "P3"]
ROUNDING = 1e-14  # what is smaller is left of numbers that cancel, and taken as 0


@pytest.fixture(autouse=True)
def draws_are_the_same_every_time() -> None:
    ag.manual_seed(0)
    np.random.seed(0)  # scikit-learn draws from there where no random_state is given


@pytest.fixture(autouse=True)
def no_figure_stays_open() -> Iterator[None]:
    yield
    if plt := sys.modules.get("matplotlib.pyplot"):
        plt.close("all")


def of_kind(*kinds: str) -> Any:
    chosen = [item for item in TAUGHT if item.kind in kinds]
    return pytest.mark.parametrize("item", chosen, ids=str)


@of_kind("exact")
def test_what_a_lecture_computes(item):
    agree(items.PROGRAMS[item.name](item.given), item.expected, item.rtol, item.name)


@pytest.mark.slow
@of_kind("threshold")
def test_what_an_experiment_of_a_lecture_shows(item):
    items.PROGRAMS[item.name](item.given)


@of_kind("api", "claim", "figure")
def test_what_a_lecture_asks_for_or_claims(item):
    items.PROGRAMS[item.name](item.given)


def test_each_item_has_a_program():
    assert sorted(items.PROGRAMS) == sorted(item.name for item in TAUGHT)


def agree(actual: Any, expected: Any, rtol: float, where: str) -> None:
    """Compare what was computed with what is expected, name by name and number by number."""
    if isinstance(expected, Mapping):
        assert isinstance(actual, Mapping), f"{where}: {actual!r} where names are expected"
        assert sorted(map(str, actual)) == sorted(expected), where
        for name, value in actual.items():
            agree(value, expected[str(name)], rtol, f"{where}, {name}")
    elif isinstance(expected, list) and (holds_words(expected) or ragged(expected)):
        assert len(actual) == len(expected), where
        for index, (one, other) in enumerate(zip(actual, expected)):
            agree(one, other, rtol, f"{where}[{index}]")
    elif holds_words(expected) or isinstance(expected, bool):
        assert actual == expected, where
    else:
        computed = np.asarray(plain(actual), dtype=float)
        np.testing.assert_allclose(
            np.where(abs(computed) < ROUNDING, 0.0, computed),
            np.asarray(numbers(expected), dtype=float),
            rtol=rtol,
            err_msg=where,
            strict=True,
        )


def plain(value: Any) -> Any:
    """Lists and numbers where there were tensors and arrays."""
    if isinstance(value, ag.Tensor | np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


def holds_words(expected: Any) -> bool:
    """Whether there are words or names in it, besides the infinities that the file spells out."""
    if isinstance(expected, list):
        return any(holds_words(each) for each in expected)
    return isinstance(expected, str | Mapping) and not is_number(expected)


def ragged(rows: list[Any]) -> bool:
    """Whether these are lists of several lengths, as layers have that are not equally wide."""
    return len({len(row) for row in rows if isinstance(row, list)}) > 1


def is_number(word: Any) -> bool:
    return word in ("inf", "-inf", "nan")


def numbers(expected: Any) -> Any:
    """The infinities and not-a-numbers, which the file spells out, as numbers."""
    if isinstance(expected, list):
        return [numbers(each) for each in expected]
    return float(expected) if is_number(expected) else expected


def test_a_changed_number_is_noticed():
    agree({"a": ag.ones(2), "b": math.inf}, {"a": [1, 1.0000001], "b": "inf"}, 1e-6, "close")
    for wrong in ({"a": [1, 1.001]}, {"a": [1]}, {"b": [1, 1]}, {"a": [1, 1], "b": 1}, {"a": "x"}):
        with pytest.raises((AssertionError, ValueError)):
            agree(wrong, {"a": [1, 1]}, 1e-6, "not close")
    for small, wrong in ((2e-13, 2.1e-13), (0, 1e-12), ("inf", 1e300)):
        with pytest.raises(AssertionError):
            agree(wrong, small, 1e-6, "however small or large it is")
