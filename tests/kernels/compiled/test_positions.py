"""Entries added at positions."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import autograd_fr  # noqa: F401

positions = sys.modules["autograd_fr.kernels.positions"]  # its name is also that of a function

RNG = np.random.default_rng(0)
ROWS, COLUMNS = RNG.integers(0, 40, 90), RNG.integers(0, 30, 90)
MASK = RNG.random(40) < 0.5


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("index", [(ROWS,), (ROWS, COLUMNS), (MASK,), (np.array([], int),)])
def test_what_is_added(agree, index, dtype):
    x = RNG.standard_normal((40, 30)).astype(dtype)
    g = RNG.standard_normal(x[index].shape).astype(dtype)

    def added(x):
        y = x.copy()
        positions.add_into(y, g, index)
        return y

    np.testing.assert_allclose(added(x), _by_numpy(x, g, index), rtol=1e-4, atol=1e-5)
    agree(added, x)


def _by_numpy(x, g, index):
    y = x.copy()
    np.add.at(y, index, g)
    return y
