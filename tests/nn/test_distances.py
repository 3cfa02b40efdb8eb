"""Angles, distances and bilinear maps: corner cases, zeros, errors."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import AutogradError, DtypeError, ShapeError
from autograd_fr.nn import functional as F


def slopes(f, *xs):
    xs = [ag.tensor(x, requires_grad=True) for x in xs]
    return [g.tolist() for g in ag.autograd.grad(f(*xs).sum(), xs)]


@pytest.mark.parametrize(
    "f",
    [
        F.normalize,
        lambda x: F.pairwise_distance(x, x, eps=0.0),
        lambda x: F.pdist(ag.cat([x, x])),
        lambda x: F.pdist(ag.cat([x, x]), math.inf),
        lambda x: F.cosine_similarity(x, x),
    ],
)
def test_nothing_is_nan_at_zero(f):
    (g,) = slopes(f, [[0.0, 0.0]])
    assert np.isfinite(g).all()


def test_the_gradient_of_equal_points_is_0():
    assert slopes(F.pdist, [[1.0, 2.0], [1.0, 2.0]]) == [[[0.0, 0.0], [0.0, 0.0]]]


@pytest.mark.parametrize("p", [0.0, 0.5, 1.0, 2.0, 3.0, math.inf])
def test_distances_of_all_pairs(p):
    x = np.random.default_rng(0).normal(size=(5, 3))
    expected = [np.linalg.norm(x[i] - x[j], p) for i in range(5) for j in range(i + 1, 5)]
    np.testing.assert_allclose(F.pdist(ag.tensor(x), p).numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize("p", [0.0, 1.0, 2.0, 3.0, math.inf])
def test_distances_of_many_points_come_some_rows_at_a_time(p):
    x = np.random.default_rng(0).normal(size=(2, 60, 9))
    a, b = (ag.tensor(t, requires_grad=True) for t in x)
    apart = x[0][:, None] - x[1]
    y = ag.cdist(a, b, p)
    np.testing.assert_allclose(y.detach(), np.linalg.norm(apart, p, -1), rtol=1e-12)
    own, other = ag.autograd.grad(y.square().sum(), (a, b), create_graph=True)
    first, second = ag.autograd.grad(y.square().sum(), (a, b))  # on arrays, in blocks
    np.testing.assert_allclose(first, own.detach(), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(second, other.detach(), rtol=1e-9, atol=1e-9)


def test_distances_take_the_memory_of_their_number():
    x = ag.ones(400, 100).requires_grad_()
    tracemalloc.start()
    for f in (F.pdist, lambda t: ag.cdist(t, t)):
        f(x).sum().backward()
    assert tracemalloc.get_traced_memory()[1] < 20 * 400 * 400 * 4
    tracemalloc.stop()


@pytest.mark.parametrize("f", [F.pdist, lambda x: ag.linalg.vector_norm(x[0])])
def test_slopes_of_short_distances_are_in_range_in_half_precision(f):
    x = ag.tensor([[1e-6, 0.0], [0.0, 0.0]], dtype=ag.float16, requires_grad=True)
    f(x).sum().backward()
    assert x.grad.dtype == ag.float16 and x.grad[0].tolist() == [1.0, 0.0]


def test_pairs_of_fewer_than_two_points():
    for n in (0, 1):
        assert F.pdist(ag.zeros(n, 3)).shape == (0,)


def test_short_vectors_count_as_of_length_eps():
    x, y = ag.tensor([[0.01, 0.0]]), ag.tensor([[2.0, 0.0]])
    np.testing.assert_allclose(F.cosine_similarity(x, y, eps=0.1).numpy(), [0.1], rtol=1e-6)
    np.testing.assert_allclose(F.normalize(x, eps=0.1).numpy(), [[0.1, 0.0]], rtol=1e-6)


def test_angles_broadcast():
    x = np.random.default_rng(0).normal(size=(4, 1, 3))
    z = np.random.default_rng(1).normal(size=(5, 3))
    expected = (x * z).sum(-1) / np.linalg.norm(x, axis=-1) / np.linalg.norm(z, axis=-1)
    found = F.cosine_similarity(ag.tensor(x), ag.tensor(z), dim=-1)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12)


def test_bilinear_is_a_sum_over_all_pairs_of_features():
    layer = nn.Bilinear(3, 4, 5, dtype=ag.float64)
    x, z = (np.random.default_rng(0).normal(size=(2, 6, n)) for n in (3, 4))
    w, b = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    expected = np.einsum("abi,kij,abj->abk", x, w, z) + b
    np.testing.assert_allclose(
        layer(ag.tensor(x), ag.tensor(z)).detach().numpy(), expected, rtol=1e-12
    )


def test_bilinear_starts_uniform_within_pytorchs_bound():
    ag.manual_seed(0)
    layer = nn.Bilinear(100, 20, 400)
    for p in layer.parameters():
        assert abs(p.array).max() <= 0.1
        assert p.array.std() == pytest.approx(0.1 / math.sqrt(3), rel=0.1)
        assert p.dtype == ag.float32


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: F.pdist(ag.ones(3)), ShapeError, r"not of shape \(3,\)"),
        (lambda: F.pdist(ag.ones(3, 2), -1), AutogradError, "cannot be negative"),
        (lambda: F.pdist(ag.tensor([[1]])), DtypeError, "floating"),
        (lambda: F.cosine_similarity(ag.tensor([[1]]), ag.ones(1, 1)), DtypeError, "x1 is int64"),
        (lambda: F.normalize(ag.ones(1, 1), out=ag.ones(1, 1)), AutogradError, "out="),
        (lambda: nn.Bilinear(3, 4, 5)(ag.ones(2, 3), ag.ones(2, 5)), ShapeError,
         r"\(2, 3\) and \(2, 5\) do not fit .* \(\*, 3\) and \(\*, 4\)"),
        (lambda: nn.Bilinear(0, 4, 5), ValueError, "in1_features must be positive, got 0"),
        (lambda: nn.Unflatten(1, 3), TypeError, "not int"),
        (lambda: nn.Unflatten(1, (2, 3.0)), TypeError, "float at place 1"),
    ],
)  # fmt: skip
def test_bad_calls(call, error, message):
    with pytest.raises(error, match=message):
        call()
