"""Many variables drawn as one."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr import viz
from autograd_fr.viz.graph.summary import summarize
from autograd_fr.viz.views.bundle import bundled, stacked


def test_the_range_of_all():
    rng = np.random.default_rng(0)
    arrays = rng.normal(size=(5, 3)), rng.normal(size=(5, 40))
    for array in arrays:
        summary = stacked([summarize(row) for row in array])
        assert summary.shape == array.shape
        assert summary.dtype == "float64"
        assert (summary.least, summary.greatest) == (array.min(), array.max())
        assert summary.mean == pytest.approx(array.mean())


def test_what_is_not_known_of_one_is_not_known_of_all():
    summary = stacked([summarize(np.ones(3)), viz.Summary((3,), "float64")])
    assert (summary.shape, summary.least) == ((2, 3), None)


def test_numbers_that_are_not_finite():
    summary = stacked([summarize(np.array([1.0, np.inf])), summarize(np.array([-np.inf, 2.0]))])
    assert (summary.least, summary.greatest) == (-np.inf, np.inf)
    assert np.isnan(summary.mean)


def test_a_gradient_that_one_has_not():
    one = viz.Variable(0, "a", viz.Kind.RESULT, summarize(1.0), summarize(2.0), derivative=True)
    other = viz.Variable(1, "b", viz.Kind.RESULT, summarize(3.0), viz.Absent.NOT_KEPT)
    both = bundled(7, [one, other])
    assert (both.number, both.name, both.count) == (7, "a … b", 2)
    assert both.value.greatest == 3
    assert both.gradient is viz.Absent.NOT_KEPT
    assert not both.derivative
    assert bundled(7, [one, one]).derivative
