"""The complex step, for every operation: the derivative of reverse mode, or a refusal by name."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd.op import REGISTRY
from autograd_fr.autograd.readings import listed
from autograd_fr.graphs.complex_step import _AS_THEY_ARE, _FORMS, NotAnalytic, complex_step

MUST_WORK = sorted(_AS_THEY_ARE | _FORMS.keys())


@pytest.mark.parametrize("name", REGISTRY)
def test_every_operation(name):
    rng, tried = np.random.default_rng(0), 0
    for sample in REGISTRY[name].samples:
        tensors = [ag.tensor(a) for a in sample.arrays(rng)]
        for t in tensors:
            t.requires_grad_(t.is_floating_point())
        leaves = [t for t in tensors if t.requires_grad]
        for y in listed(sample.applied(REGISTRY[name], tensors)):
            if not y.requires_grad or not y.numel():
                continue
            directions = [rng.normal(size=t.shape) for t in leaves]
            try:
                moved = complex_step(y, leaves, directions)
            except NotAnalytic:
                continue
            tried += 1
            weights = rng.normal(size=y.shape)
            grads = ag.autograd.grad(y, leaves, ag.tensor(weights), allow_unused=True)
            expected = sum(
                (g.numpy() * d).sum() for g, d in zip(grads, directions) if g is not None
            )
            np.testing.assert_allclose((moved * weights).sum(), expected, rtol=1e-9, atol=1e-10)
    assert tried or name not in MUST_WORK


@pytest.mark.parametrize("name", MUST_WORK)
def test_the_names_are_those_of_operations(name):
    assert name in REGISTRY or name == "alias"


def test_the_example_of_the_article():
    x = ag.tensor(1.5, dtype=ag.float64, requires_grad=True)
    y = x.exp() / (x.sin() ** 3 + x.cos() ** 3).sqrt()
    assert complex_step(y, [x], [1.0]) == pytest.approx(4.05342789389862, rel=1e-14)


def test_where_the_real_function_has_no_value():
    x = ag.tensor([-1.0, 4.0], dtype=ag.float64, requires_grad=True)
    with np.errstate(invalid="ignore"):
        y = x.sqrt()
    np.testing.assert_array_equal(complex_step(y, [x], [np.ones(2)]), [np.nan, 0.25])


def test_a_refusal_names_the_operation_and_its_line():
    x = ag.tensor([0.5], dtype=ag.float64, requires_grad=True)
    with pytest.raises(NotAnalytic, match=r"`erf` \(line \d+ of .*test_complex_step"):
        complex_step(ag.special.erf(x), [x], [1.0])
    with pytest.raises(NotAnalytic, match="exponent moves"), np.errstate(invalid="ignore"):
        complex_step((-x) ** x, [x], [1.0])
