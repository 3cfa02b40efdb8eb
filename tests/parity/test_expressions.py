"""Single expressions, each evaluated under both packages: results to the digit, errors by class."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import autograd_fr as ag

torch = pytest.importorskip("torch", reason="PyTorch is what the expressions are compared with")

NAN = float("nan")
EQUAL = """
t.trapezoid(t.tensor([200, 100, 3], dtype=t.uint8))
t.trapezoid(t.tensor([200, 100, 3], dtype=t.uint8), dx=2)
t.trapezoid(t.tensor([200, 100, 3], dtype=t.uint8), t.tensor([0, 1, 3], dtype=t.uint8))
t.trapezoid(t.tensor([100, 100, 3], dtype=t.int8), dx=0.5)
t.trapezoid(t.zeros(0, dtype=t.int64))
t.cumulative_trapezoid(t.tensor([200, 100, 3], dtype=t.uint8))
1 / (t.tensor([0.0, -0.0, 2.0, -2.0]) % -1.0)
1 / (t.tensor([0.0, -0.0, 2.0, -2.0]) % 1.0)
1 / (-2.0 % t.tensor([1.0, -1.0]))
1 / (t.tensor(-2.0, dtype=t.float16) % 1.0)
t.block_diag(t.tensor(1.0, dtype=t.float64), t.ones(1, 1))
t.block_diag(t.ones(2, dtype=t.int64), t.tensor(0.5))
t.ldexp(t.tensor(1.0, dtype=t.float64), t.tensor([1, 2]))
t.ldexp(t.tensor([0.01, 1.0], dtype=t.float16), t.tensor([17, 20]))
t.ldexp(t.tensor([1]), t.tensor([1.0], dtype=t.float16))
t.ldexp(t.tensor(1), t.tensor([1, 2]))
t.special.xlog1py(t.tensor([1, 2]), 2)
t.special.xlog1py(2, t.tensor([1.0, 2.0]))
t.special.entr(t.tensor([0.0, 0.5, 2.0, -1.0]))
t.tensor([1, 0, 2]).logit(1)
t.tensor([1.0, 0.0, 2.0, 0.5, NAN]).logit(0.7)
t.tensor(5.0).topk(0)
t.linalg.slogdet(t.full((2, 2), NAN)).sign
t.linalg.slogdet(t.tensor([[0.0, NAN], [0.0, 1.0]])).logabsdet
t.linalg.slogdet(t.full((2, 2), float("inf"))).logabsdet
t.linalg.cholesky(t.full((2, 2), NAN))
t.linalg.cholesky(t.tensor([[1.0, NAN], [0.0, 1.0]]))
t.einsum("i,j", t.ones(2), t.ones(2, dtype=t.int64))
t.einsum("i,i->i", t.ones(2, dtype=t.int32), t.tensor([2, 3]))
t.einsum("i,->i", t.ones(2), t.tensor(2.0, dtype=t.float64))
t.einsum("ij,jk->ij", t.ones(2, 2), t.ones(2, 2, dtype=t.int64))
t.einsum("i,j,j", t.ones(2), t.ones(2, dtype=t.int64), t.ones(2))
t.einsum("i,i", t.ones(2), t.ones(2, dtype=t.int64))
t.einsum("ij,ij->i", t.ones(2, 2), t.ones(2, 2, dtype=t.int64))
t.slice_scatter(t.zeros(4, dtype=t.int64), t.full((2,), 1.7), 0, 1, 3)
t.select_scatter(t.zeros(4), t.tensor(1), 0, 1)
t.diagonal_scatter(t.zeros(2, 2), t.ones(2, dtype=t.int64))
t.zeros(2, dtype=t.int64).copy_(2.7)
t.zeros(2).copy_(True)
t.zeros(2).copy_([1, 2])
t.tensordot(t.tensor(1.0), t.tensor(2.0), dims=([0], [0]))
t.tensordot(t.tensor(1.0), t.tensor(2.0), dims=0)
t.ones(2, 3) in t.ones(2, 2)
t.linalg.norm(t.zeros(0, 3), 2)
t.linalg.norm(t.zeros(0, 3), -2)
t.linalg.norm(t.zeros(3, 0), 1)
t.linalg.norm(t.zeros(0, 3), float("inf"))
t.linalg.matrix_norm(t.zeros(0, 2, 0), 2)
t.linalg.cond(t.zeros(0, 3))
t.linalg.cond(t.zeros(2, 0, 0), 1)
t.combinations(t.zeros(0), 0)
t.combinations(t.zeros(3), 0)
t.vander(t.tensor([1.0, 2.0, 3.0]))
t.vander(t.tensor([1, 2], dtype=t.uint8), 4, True)
t.vander(t.tensor([True, False]), 2)
t.vander(t.zeros(0), 0)
t.vander(t.ones(2, 2))
t.vander(t.ones(2), -1)
t.zeros(3, 3).fill_diagonal_(2)
t.zeros(7, 3).fill_diagonal_(2)
t.zeros(7, 3).fill_diagonal_(t.tensor(2.0), wrap=True)
t.zeros(3, 7).t().fill_diagonal_(2, wrap=True)
t.zeros(3, 7).fill_diagonal_(2, wrap=True)
t.zeros(3, 3, 3, dtype=t.int64).fill_diagonal_(2.5)
t.zeros(0, 3).fill_diagonal_(2)
t.zeros(3, 3, 2).fill_diagonal_(2)
t.zeros(3).fill_diagonal_(2)
t.gradient(t.tensor([1, 2, 4, 8]))
t.gradient(t.tensor([1.0, 2, 4, 8]), spacing=2.0, edge_order=2)
t.gradient(t.tensor([1.0, 2, 4, 8]), spacing=(t.tensor([0.0, 1, 3, 4]),))
t.gradient(t.tensor([1.0, 2, 4, 8]), spacing=(t.tensor([0.0, 1, 3, 4]),), edge_order=2)
t.gradient(t.tensor([[1.0, 2, 4], [2.0, 3, 9]]), spacing=[1.0, 2.0])
t.gradient(t.tensor([[1.0, 2, 4], [2.0, 3, 9]]), dim=1)
t.gradient(t.ones(2, 3), dim=(1, 0), spacing=[t.tensor([1.0, 2, 4]), t.tensor([1.0, 4])])
t.gradient(t.tensor([1.0]))
t.gradient(t.tensor([1.0, 2.0]), edge_order=2)
t.gradient(t.tensor([1.0, 2.0]), edge_order=3)
t.cdist(t.zeros(5, 1, 2, 3), t.ones(2, 4, 3))
t.cdist(t.zeros(0, 3), t.ones(4, 3))
t.cdist(t.zeros(2, 0), t.ones(4, 0), float("inf"))
t.cdist(t.zeros(2, 3), t.ones(4, 3), p=-1)
t.cdist(t.zeros(2, 3), t.ones(4, 2))
t.cdist(t.zeros(3), t.ones(4, 3))
t.cdist(t.zeros(2, 3, dtype=t.int64), t.ones(4, 3, dtype=t.int64))
t.cdist(t.zeros(2, 3), t.ones(4, 3, dtype=t.float64))
t.cdist(t.zeros(2, 3), t.ones(4, 3), compute_mode="none")
t.dot(t.ones(2), 2)
t.mm(t.ones(2, 2), 2.0)
t.kron(t.ones(2), 2)
t.bmm(2, t.ones(2))
t.linalg.solve(2, t.ones(2))
t.linalg.multi_dot([0.5, t.ones(2)])
t.einsum("ij->", 3.0)
t.meshgrid(2, t.ones(2))
t.combinations(2)
t.ones_like(3)
t.ones(2).outer(None)
t.ones(6).view(-1, -1)
t.ones(6).reshape(-1, 4)
t.broadcast_to(t.ones(2), 0)
-t.tensor([True])
""".strip().splitlines()


def outcome(expression, t):
    """What comes out: an array and its dtype, or whether the error is one of those expected."""
    names = {"t": t, "F": t.nn.functional, "NAN": NAN}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = eval(expression, names)
    except (RuntimeError, TypeError, IndexError, ValueError) as error:
        kinds = (TypeError, IndexError, RuntimeError, ValueError)
        return [kind for kind in kinds if isinstance(error, kind)]
    parts = result if isinstance(result, tuple) else (result,)
    return [np.asarray(part) for part in parts]


@pytest.mark.parametrize("expression", EQUAL)
def test_same(expression):
    ours, theirs = outcome(expression, ag), outcome(expression, torch)
    if isinstance(theirs[0], type):
        assert set(theirs) <= set(ours)
        return
    for a, b in zip(ours, theirs, strict=True):
        assert (a.dtype, a.shape) == (b.dtype, b.shape)
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-7)


def test_the_gradient_of_nextafter_stays_where_it_is_at_its_aim():
    for t in (ag, torch):
        x = t.tensor([1.0, 2.0], requires_grad=True)
        t.nextafter(x, t.tensor([1.0, 3.0])).sum().backward()
        assert x.grad.tolist() == [0, 1]


INF = float("inf")


@pytest.mark.parametrize("p", [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, INF])
def test_the_gradients_of_distances_are_theirs_at_equal_points_and_ties_too(p):
    found = []
    for t in (ag, torch):
        points = [[1.0, 2], [0, 0]], [[1.0, 2], [1, 4], [3, 3]]
        x, y = (t.tensor(rows, dtype=t.float64, requires_grad=True) for rows in points)
        distances = t.cdist(x, y, p)
        distances.square().sum().backward()
        found.append([np.asarray(each.detach()) for each in (distances, x.grad, y.grad)])
    for ours, theirs in zip(*found):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


MESSAGES = {
    r"dot\(\): argument 'tensor' must be a tensor, not int": lambda x: ag.dot(x, 2),
    r"linalg.multi_dot\(\): each of 'tensors' must .* float": lambda x: ag.linalg.multi_dot(
        [0.5, x]
    ),
    r"meshgrid\(\): each of 'tensors' must": lambda x: ag.meshgrid(x, 2),
    r"^float_power: shapes ": lambda x: ag.float_power(x, ag.ones(3)),
    r"^expand of .* shape \(3,\)": lambda x: x.expand(3),
    r"^max of .* no entries": lambda x: x[:0].max(),
    r"^argmin of .* no entries": lambda x: x[:0].argmin(),
    r"do not fill \(-1, 4\)": lambda x: x.reshape(-1, 4),
    r"sum: an axis is an integer, not 'a'": lambda x: x.sum("a"),
    r"neg of .*: a bool has no opposite": lambda x: -(x > 0),
    r"^einsum: operands of different dtypes": lambda x: ag.einsum("i,i", x, x.long()),
    r"^median: an empty tensor of int64": lambda x: x[:0].long().median(),
}


@pytest.mark.parametrize(("message", "call"), MESSAGES.items(), ids=MESSAGES)
def test_errors_speak_of_what_was_called(message, call):
    with pytest.raises((TypeError, RuntimeError), match=message):
        call(ag.ones(2))
