"""What the operations do where mathematics leaves a choice: ties, kinks, ends, repeated entries."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import gradgradcheck

INF = float("inf")


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


KINKS = {  # the function, where, and its derivative there
    "relu": (lambda x: x.relu(), [-1, 0, 2], [0, 0, 1]),
    "abs": (lambda x: x.abs(), [-1, 0, 2], [-1, 0, 1]),
    "clamp": (lambda x: x.clamp(-1, 1), [-2, -1, 0, 1, 2], [0, 1, 1, 1, 0]),
    "maximum": (lambda x: ag.maximum(x, 1), [0, 1, 2], [0, 0.5, 1]),
    "minimum": (lambda x: ag.minimum(x, 1), [0, 1, 2], [1, 0.5, 0]),
    "amax": (lambda x: x.amax(), [3, 1, 3], [0.5, 0, 0.5]),
    "amin": (lambda x: x.amin(0), [1, 1, 1, 1], [0.25] * 4),
    "max": (lambda x: x.max(), [3, 1, 3], [0.5, 0, 0.5]),
    "max along": (lambda x: x.max(0).values, [3, 1, 3], [1, 0, 0]),
    "min along": (lambda x: x.min(0).values, [3, 1, 1], [0, 1, 0]),
    "power 0": (lambda x: x**0, [0, 1, -2], [0, 0, 0]),
    "power 1": (lambda x: x**1, [0, 1, -2], [1, 1, 1]),
    "power 2": (lambda x: x**2, [0, 1, -2], [0, 2, -4]),
    "power -1": (lambda x: x**-1, [0, 1, -2], [-INF, -1, -0.25]),
    "0 to a power": (lambda x: 0.0**x, [0, 1, 2], [0, 0, 0]),
    "sqrt": (lambda x: x.sqrt(), [0, 4], [INF, 0.25]),
    "log": (lambda x: x.log(), [0, 4], [INF, 0.25]),
    "repeated entries": (lambda x: x[[0, 2, 2, 2]], [1, 2, 3], [1, 0, 3]),
    "entries left out": (lambda x: x[1:], [1, 2, 3], [0, 1, 1]),
    "entries by a mask": (lambda x: x[x > 1], [1, 2, 3], [0, 1, 1]),
}


@pytest.mark.parametrize(("f", "x", "expected"), KINKS.values(), ids=KINKS)
def test_derivatives_at_kinks(f, x, expected):
    x = leaf(x)
    with np.errstate(divide="ignore"):
        f(x).sum().backward()
    np.testing.assert_array_equal(x.grad.array, expected)


@pytest.mark.parametrize("f", [ag.maximum, ag.minimum])
def test_both_sides_of_a_tie_share(f):
    a, b = leaf([1.0, 2.0]), leaf([1.0, 2.0])
    f(a, b).sum().backward()
    assert a.grad.tolist() == b.grad.tolist() == [0.5, 0.5]


def test_where_hides_the_other_branch():
    x = leaf([-1.0, 4.0])
    ag.where(x > 0, x * 2, -1.0).sum().backward()
    assert x.grad.tolist() == [0, 2]


@pytest.mark.parametrize("a", [[0.5, 2.0, 3.0, 1.5]])
def test_mixed_derivatives_of_a_power_at_exponent_0(a):
    assert gradgradcheck(ag.pow, [leaf(a), leaf([0.0, 0.0, 1.0, 2.0])])


LARGE = [-1000.0, -1.0, 0.0, 1.0, 1000.0]
STABLE = {
    "sigmoid": (ag.sigmoid, [0, 0.2689414213699951, 0.5, 0.7310585786300049, 1]),
    "tanh": (ag.tanh, [-1, -0.7615941559557649, 0, 0.7615941559557649, 1]),
    "softplus": (
        ag.softplus,
        [0, 0.3132616875182228, 0.6931471805599453, 1.3132616875182228, 1000],
    ),
    "softmax": (lambda x: x.softmax(0), [0, 0, 0, 0, 1]),
    "log_softmax": (lambda x: x.log_softmax(0), [-2000, -1001, -1000, -999, 0]),
    "logsumexp": (lambda x: x.logsumexp(0), 1000),
}


@pytest.mark.parametrize(("f", "expected"), STABLE.values(), ids=STABLE)
def test_no_overflow(f, expected):
    x = leaf(LARGE)
    y = f(x)
    np.testing.assert_allclose(y.array, expected, rtol=1e-14)
    y.backward(np.ones(y.shape), create_graph=True)
    assert np.isfinite(x.grad.array).all()


def test_a_mean_of_nothing_is_nan():
    assert np.isnan(ag.zeros(0).mean().item())


@pytest.mark.parametrize("f", [ag.softmax, ag.log_softmax])
def test_softmax_of_nothing_is_empty(f):
    assert f(ag.zeros(0, 3), 0).shape == (0, 3)


def test_the_variance_of_one_entry_is_nan():
    x = leaf([[3.0], [4.0]])
    y = x.var(1)
    y.sum().backward()
    assert np.isnan(y.array).all()
    assert np.isnan(x.grad.array).all()


def test_sums_of_small_integers_do_not_wrap():
    x = ag.tensor([200, 200], dtype=ag.uint8)
    assert x.sum().item() == 400
    assert x.sum().dtype == ag.int64


@pytest.mark.parametrize("dims", [(0, 2), [0, 2], [-1, 0]])
@pytest.mark.parametrize("f", [ag.sum, ag.mean, ag.var, ag.amax, ag.amin, ag.logsumexp])
def test_axes_may_come_in_a_tuple_or_a_list(f, dims):
    x = leaf(np.arange(24.0).reshape(2, 3, 4))
    y = f(x, dim=dims)
    np.testing.assert_array_equal(y.array, f(x, dim=(0, 2)).array)
    y.sum().backward()
    assert x.grad.shape == x.shape


def test_an_index_array_changed_later_does_not_change_the_gradient():
    x, index = leaf([1.0, 2.0, 3.0]), np.array([0, 1])
    y = x[index].sum()
    index[:] = 2
    y.backward()
    assert x.grad.tolist() == [1, 1, 0]


def test_relu_passes_nothing_where_it_is_0_however_great_the_gradient():
    for x in (leaf([-1, 4]), leaf(-1), leaf(4)):
        x.relu().sqrt().sum().backward()
        assert x.grad.tolist() == np.where(x.detach().numpy() > 0, 0.25, 0).tolist()
    x = leaf([np.nan, -1])  # and a nan goes on, as in PyTorch
    (2 * x.relu()).sum().backward()
    assert x.grad.tolist() == [2, 0]
