"""Values and gradients worked out by hand, for scalars, vectors and matrices."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


def close(found: ag.Tensor | None, expected) -> None:
    assert found is not None
    assert found.shape == np.shape(expected)
    np.testing.assert_allclose(found.array, expected, rtol=1e-5, atol=1e-12)


A = [[1.0, 2, 3], [4, 5, 6]]
UP = [[1.0, -1], [2, 0.5]]
ELEMENTWISE = [
    ("relu", [-1, 0, 2], [5, 5, 5], [0, 0, 2], [0, 0, 5]),
    ("sigmoid", [-1, 0, 2], 1, [0.268941, 0.5, 0.880797], [0.196612, 0.25, 0.104994]),
    ("tanh", [-1, 0, 2], 1, [-0.761594, 0, 0.964028], [0.419974, 1, 0.0706508]),
    ("log", [0.5, 1, 4], 1, [-0.693147, 0, 1.38629], [2, 1, 0.25]),
]


def test_a_leaf_and_its_expressions():
    u = ag.tensor(2.0, requires_grad=True, name="u")
    assert u.grad is None
    assert u.is_leaf
    assert u.grad_fn is None
    assert u.name == "u"
    assert (3 + u).item() == 5
    assert (3 - u).item() == 1
    assert (6 / u).item() == 3
    assert (u**2).item() == 4
    assert [p for p in (u + 1).grad_fn.parents if p is not None] == [u]


def test_add_sums_over_the_broadcast_axis():
    a, b = leaf(A), leaf([10, 20, 30])
    (a + b).backward(ag.tensor(np.array(A)))
    close(a.grad, A)
    close(b.grad, [5, 7, 9])


def test_mul_with_broadcasting():
    a, b = leaf(A), leaf([10, 20, 30])
    (a * b).sum().backward()
    close(a.grad, [[10, 20, 30]] * 2)
    close(b.grad, [5, 7, 9])


def test_a_value_times_itself():
    x = leaf(3)
    (x * x).backward()
    close(x.grad, 6)


def test_matmul():
    a, b = leaf(A), leaf([[1, 0], [2, -1], [0, 3]])
    y = a @ b
    y.backward(ag.tensor(np.array(UP)))
    close(y, [[5, 7], [14, 13]])
    close(a.grad, [[1, 3, -3], [2, 3.5, 1.5]])
    close(b.grad, [[9, 1], [12, 0.5], [15, 0]])


@pytest.mark.parametrize(
    ("name", "x", "up", "y", "dx"), ELEMENTWISE, ids=[e[0] for e in ELEMENTWISE]
)
def test_elementwise(name, x, up, y, dx):
    x = leaf(x)
    result = getattr(x, name)()
    result.backward(np.broadcast_to(np.float64(up), x.shape))
    close(result, y)
    close(x.grad, dx)


def test_softmax_by_rows():
    z = leaf([[1.7, 1.4, -1.3], [0, 0, 0]])
    z.softmax(axis=-1).backward(np.array([[1.0, 2, 3], [1, 0, 0]]))
    close(z.grad, [[-0.262109, 0.21955, 0.0425596], [0.222222, -0.111111, -0.111111]])


@pytest.mark.parametrize(
    ("f", "x", "dx"),
    [
        (lambda x: x**3, 2, 12),
        (lambda x: x.sqrt(), 2, 0.353553),
        (lambda x: x.exp(), 2, 7.38906),
        (lambda x: x.sin(), 2, -0.416147),
        (lambda x: x.cos(), 2, -0.909297),
        (lambda x: 1 / x, 2, -0.25),
        (lambda x: x.abs(), -2, -1),
        (lambda x: x.clamp(0, 1), 2, 0),
    ],
    ids=["cube", "sqrt", "exp", "sin", "cos", "reciprocal", "abs", "clamp"],
)
def test_other_primitives(f, x, dx):
    x = leaf(x)
    f(x).backward()
    close(x.grad, dx)


def test_mean_of_four():
    x = leaf([1, 2, 3, 4])
    x.mean().backward()
    close(x.grad, [0.25] * 4)


def test_scalars_and_vectors_agree():
    w, x, b, w3 = leaf([2, -1]), leaf([3, 4]), leaf(3), leaf(3)
    f = w3 * (w @ x + b).relu()
    f.backward()
    close(f, 15)
    for t, expected in ((w, [9, 12]), (x, [6, -3]), (b, 3), (w3, 5)):
        close(t.grad, expected)
