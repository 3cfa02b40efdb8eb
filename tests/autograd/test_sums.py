"""Gradients that meet in one array are added in place, and nobody can tell."""

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import sums
from autograd_fr.autograd.sums import Sum, opened, summed, with_product

RNG = np.random.default_rng(0)
CHOSEN = ag.tensor(RNG.random((60, 40)) < 0.3)
ROWS, COLUMNS = ag.tensor([3, 3, 59, 0]), ag.tensor([1, 1, 0, 39])

PARTS = [
    lambda x: x[2:50:3, :7],
    lambda x: x[-1],
    lambda x: x[:, 3],
    lambda x: x[4, 5],
    lambda x: x[None, 2:4],
    lambda x: x[ROWS],
    lambda x: x[:, COLUMNS],
    lambda x: x[ROWS, COLUMNS],
    lambda x: x[CHOSEN],
    lambda x: x[CHOSEN[:, 0], 1:3],
    lambda x: x[CHOSEN[:, 0]],
    lambda x: x[:, None, COLUMNS],
    lambda x: x.gather(0, ROWS[:, None]),
    lambda x: x * 2,
    lambda x: x.t(),
]


def used(x, parts):
    """A number that depends on parts of `x`."""
    return sum((part(x) ** 2).sum() for part in parts)


def gradient(x, *parts, **how):
    (g,) = ag.autograd.grad(used(x, parts), x, **how)
    return g


def one_by_one(x, parts):
    """The same gradient, as a sum of those of one part each."""
    return sum(gradient(x, part).numpy() for part in parts)


@pytest.mark.parametrize("order", [PARTS, PARTS[::-1], PARTS[::2] + PARTS[1::2]])
def test_parts_of_one_array(order):
    x = ag.tensor(RNG.random((60, 40)), requires_grad=True)
    used(x, order).backward()
    np.testing.assert_allclose(x.grad.numpy(), one_by_one(x, order), rtol=1e-12)


def test_parts_of_a_result_and_their_hooks():
    x = ag.tensor(RNG.random((60, 40)), requires_grad=True)
    y, seen = x * 3, []
    y.register_hook(lambda g: seen.append(g.numpy().copy()))
    y.retain_grad()
    used(y, PARTS).backward(retain_graph=True)
    alone = one_by_one(y.detach().requires_grad_(), PARTS)
    np.testing.assert_allclose(seen[0], alone, rtol=1e-12)
    np.testing.assert_allclose(y.grad.numpy(), alone, rtol=1e-12)
    np.testing.assert_allclose(x.grad.numpy(), 3 * alone, rtol=1e-12)


def test_recorded_passes_agree():
    x = ag.tensor(RNG.random((60, 40)), requires_grad=True)
    plain = gradient(x, *PARTS)
    recorded = gradient(x, *PARTS, create_graph=True)
    assert recorded.requires_grad
    np.testing.assert_allclose(plain.numpy(), recorded.detach().numpy(), rtol=1e-12)


def test_what_was_given_is_not_added_to():
    seed = np.ones((60, 40))
    x = ag.tensor(RNG.random((60, 40)), requires_grad=True)
    y = x * 1.0
    given = ag.tensor(seed)
    ag.autograd.backward([y, y[3:5]], [given, ag.ones(2, 40, dtype=ag.float64)])
    assert (given.numpy() == 1).all()
    assert x.grad[3, 0] == 2
    assert x.grad[0, 0] == 1


def test_a_third_array_is_not_made():
    a, b, c = (np.full((40, 40), n) for n in (1.0, 2.0, 4.0))
    total = summed(a, b)
    assert isinstance(total, Sum)
    memory = total.array
    assert (total + c).array is memory
    assert (memory == 7).all()
    assert (a == 1).all()
    assert summed(np.float64(1), np.float64(2)) == 3


def test_a_sum_is_opened_in_row_major_order():
    a = np.asfortranarray(RNG.random((40, 50)))
    total = opened(a)
    assert total.array is not a
    assert total.array.flags.c_contiguous
    assert opened(total) is total
    assert opened(Sum(a)).array.flags.c_contiguous


def weights_shared(lengths, width, dtype):
    """A weight used for matrices of so many rows each, the weights of the result, and the number
    made of them all."""
    w = ag.tensor(RNG.standard_normal((width, 3)), dtype=dtype, requires_grad=True)
    pairs = [
        [ag.tensor(RNG.standard_normal((n, k)), dtype=dtype) for k in (width, 3)] for n in lengths
    ]
    return w, pairs, sum(((x @ w) * g).sum() for x, g in pairs)


@pytest.mark.parametrize("lengths", [[5] * 3, [7] * 100, [1, 300, 2, 64, 0, 65, 3], [40] * 9])
@pytest.mark.parametrize(("width", "dtype"), [(4, ag.float64), (9000, ag.float64), (4, ag.float16)])
def test_products_of_few_rows_become_one_of_many(lengths, width, dtype):
    w, pairs, y = weights_shared(lengths, width, dtype)
    y.backward()
    expected = sum(x.numpy().astype(float).T @ g.numpy().astype(float) for x, g in pairs)
    assert w.grad.dtype == dtype
    close = 1e-12 if dtype is ag.float64 else 0.1
    np.testing.assert_allclose(w.grad.numpy(), expected, rtol=close, atol=close)


def test_rows_that_wait_have_memory_of_their_own():
    left, right = np.ones((2, 3)), np.ones((2, 4))
    total = with_product(with_product(None, left, right), left, right)
    total = with_product(total, left, right)
    left[:] = right[:] = np.nan
    assert (total.array == 6).all()
    assert (total.array == 6).all()
    assert ((total + np.ones((3, 4))).array == 7).all()


def test_many_products_are_few_calls(monkeypatch):
    calls = []
    monkeypatch.setattr(sums, "product", lambda a, b: calls.append(a.shape) or a @ b)
    weights_shared([4] * 66, 5, ag.float64)[2].backward()
    assert calls == [(5, 4), (5, 4), (5, 256)]
