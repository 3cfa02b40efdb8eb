"""Leaves and intermediate values: .grad, requires_grad, retain_grad, detach, memory."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd.engine import NOT_KEPT
from autograd_fr.errors import DtypeError, GraphError, ShapeError

SIZES = pytest.mark.parametrize("n", [1, 3, 1000])  # kept for drawings, and too large for that
GRAPHS = pytest.mark.parametrize("create_graph", [False, True])


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


# requires_grad


def test_results_require_a_gradient_where_an_operand_does():
    x, c = leaf(1), ag.tensor(1.0)
    assert (x + c).requires_grad
    assert not (c + c).requires_grad
    assert (c + c).is_leaf


@pytest.mark.parametrize("dtype", [ag.int64, ag.uint8, ag.bool])
def test_only_floating_tensors_can_require_a_gradient(dtype):
    with pytest.raises(GraphError, match=f"floating.*{dtype}"):
        ag.tensor([0, 1], dtype=dtype, requires_grad=True)
    with pytest.raises(GraphError, match="floating"):
        ag.tensor([0, 1], dtype=dtype).requires_grad_()


def test_requires_grad_is_switched_off_on_leaves_only():
    x = leaf(2)
    assert not x.requires_grad_(False).requires_grad
    with pytest.raises(GraphError, match=r"mul.*detach"):
        (leaf(2) * 2).requires_grad = False


def test_integer_results_take_no_part():
    x = leaf([1.5, 2.5])
    assert not x.to(ag.int32).requires_grad
    assert not x.long().requires_grad
    assert not x.sum(dtype=ag.int64).requires_grad
    assert not x.argmax().requires_grad
    assert not (x > 2).requires_grad


# .grad and retain_grad


def test_the_grad_of_a_non_leaf_warns():
    y = leaf(2) * 2
    y.backward()
    with pytest.warns(UserWarning, match=r"non-leaf.*mul.*retain_grad"):
        assert y.grad is None


def test_retain_grad():
    x = leaf([1.0, 2.0])
    h = x * 3
    h.retain_grad()
    assert h.grad is None
    (h * h).sum().backward()
    np.testing.assert_array_equal(h.grad.array, [6, 12])


def test_retain_grad_accumulates():
    x = leaf(2)
    h = x * 3
    h.retain_grad()
    h.retain_grad()
    y = h * h
    y.backward(retain_graph=True)
    y.backward()
    assert h.grad.item() == 24


def test_retain_grad_of_a_leaf_changes_nothing():
    x = leaf(2)
    x.retain_grad()
    (x * x).backward()
    assert x.grad.item() == 4


def test_retain_grad_needs_a_graph():
    with pytest.raises(GraphError, match="requires a gradient"):
        ag.tensor(1.0).retain_grad()


def test_grad_can_be_set_and_cleared():
    x = leaf([1, 2])
    x.grad = ag.tensor(np.array([5.0, 6.0]))
    (x * 1).sum().backward()
    assert x.grad.tolist() == [6, 7]
    x.grad = None
    assert x.grad is None


def test_a_grad_fits_its_tensor():
    x = leaf([1, 2])
    with pytest.raises(ShapeError, match=r"\(2,\).*\(3,\)"):
        x.grad = ag.zeros(3, dtype=ag.float64)
    with pytest.raises(TypeError, match="float"):
        x.grad = 1.0
    with pytest.raises(TypeError, match=r"float64.*float32"):
        x.grad = ag.zeros(2, dtype=ag.float32)


# Nobody's gradient is anybody else's memory


def assert_independent(tensors) -> None:
    arrays = [t.array for t in tensors if isinstance(t.array, np.ndarray)]
    for i, a in enumerate(arrays):
        assert a.flags.writeable
        for b in arrays[i + 1 :]:
            assert not np.shares_memory(a, b)


@SIZES
@GRAPHS
@pytest.mark.parametrize(
    "f",
    [
        lambda a, b: a + b,
        lambda a, b: a.clone() + b.reshape(b.shape),
        lambda a, b: ag.cat([a, b])[: len(a)] + b,
        lambda a, b: ag.stack([a, b]),
        lambda a, b: a.reshape((-1, 1)) + b.reshape((-1, 1)),
        lambda a, b: ag.where(ag.tensor(True), a, b),
        lambda a, b: a.sum() + b.sum(),
        lambda a, b: (a + b).expand(3, -1),
    ],
    ids=["add", "views", "cat", "stack", "columns", "where", "sum", "expand"],
)
def test_gradients_of_leaves_are_independent(f, n, create_graph):
    a, b = leaf(np.ones(n)), leaf(np.ones(n))
    y = f(a, b)
    seed = np.ones(y.shape)
    for given in (seed, ag.from_numpy(seed)):
        a.zero_grad()
        b.zero_grad()
        y.backward(given, retain_graph=True, create_graph=create_graph)
        assert_independent([a, b, a.grad, b.grad, ag.from_numpy(seed)])


@SIZES
def test_the_gradient_of_a_leaf_is_not_the_user_s_seed(n):
    x, seed = leaf(np.ones(n)), np.ones(n)
    x.backward(seed)
    x.grad.array[...] = 7
    assert (seed == 1).all()


@SIZES
def test_retained_and_leaf_gradients_are_independent(n):
    x = leaf(np.ones(n))
    h = x.clone()
    h.retain_grad()
    h.clone().backward(np.ones(n))
    assert_independent([x.grad, h.grad])


@SIZES
def test_the_results_of_grad_are_independent(n):
    a, b = leaf(np.ones(n)), leaf(np.ones(n))
    h = a + b
    assert_independent(ag.autograd.grad(h.sum(), [a, b, h]))


@SIZES
@pytest.mark.parametrize(
    "f", [lambda x: x.sum(), lambda x: x.mean(), lambda x: x.sum(0).sum(), lambda x: x[0, 0]]
)
def test_broadcast_gradients_are_ordinary_arrays(f, n):
    x = leaf(np.ones((2, n)))
    f(x).backward()
    assert x.grad.array.flags.writeable
    assert x.grad.array.flags.c_contiguous
    x.grad.array[0, 0] = 5
    assert (x.grad.array == 5).sum() == 1


# detach


def test_detach_in_place_makes_a_leaf():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    z = y * 3
    assert y.detach_() is y and y.is_leaf and not y.requires_grad
    z.sum().backward()  # what was made before remembers
    assert x.grad.tolist() == [6, 6]
    assert not x.clone().detach_().requires_grad


def test_views_are_not_detached_in_place():
    base = ag.tensor([[1.0]], requires_grad=True) * 2
    view = base[0]
    for part in (view, base):
        with pytest.raises(GraphError, match=r"use detach\(\)"):
            part.detach_()
    del view
    assert base.detach_().is_leaf


def test_detach_cuts():
    x = leaf(3)
    y = x * x.detach()
    y.backward()
    assert x.grad.item() == 3


@pytest.mark.parametrize("shape", [(), (2,), (2, 3)])
def test_detach_shares_memory(shape):
    x = leaf(np.ones(shape))
    d = x.detach()
    assert not d.requires_grad
    assert d.is_leaf
    d.numpy()[...] = 7
    assert np.all(x.array == 7)


def test_a_shared_number_still_computes():
    x = leaf(3)
    x.detach().numpy()[...] = 4
    y = x * x
    y.backward()
    assert y.item() == 16
    assert x.grad.item() == 8


# What drawings read from the graph


def test_small_values_and_gradients_stay_with_the_graph():
    u, v, w = leaf(2), leaf(3), leaf(4)
    f = (u + v) * w
    total = f.node.parents[0]
    assert f.node.grad is None
    assert total.grad is None
    f.backward()
    assert (f.node.y, f.node.grad) == (20, 1)
    assert (total.y, total.grad) == (5, 4)


def test_large_gradients_are_marked_as_not_kept():
    x = leaf(np.ones(1000))
    y = (x * 2).sin()
    y.sum().backward()
    assert y.node.grad is NOT_KEPT
    assert y.node.y.shape == (1000,)
    assert y.node.y.dtype == ag.float64


def test_a_ghost_shows_the_array_as_long_as_it_lives():
    x = leaf(np.ones(1000))
    h = x * 2
    y = h.sum()
    assert y.node.args[0].array is h.array
    del h
    assert y.node.args[0].array is None


def test_a_node_tells_its_operation():
    y = leaf(2) * 3
    assert y.grad_fn.name() == "MulBackward0"
    assert repr(y.grad_fn) == "<MulBackward0>"
    assert len(y.grad_fn.next_functions) == 2


@pytest.mark.parametrize("wanted", [1, None, "no", np.True_, ag.tensor(True)])
@pytest.mark.parametrize(
    "ask",
    [
        lambda wanted: setattr(ag.ones(1), "requires_grad", wanted),
        lambda wanted: ag.ones(1).requires_grad_(wanted),
        lambda wanted: ag.nn.Parameter(ag.ones(1), requires_grad=wanted),
        lambda wanted: ag.nn.Linear(1, 1).requires_grad_(wanted),
        lambda wanted: ag.nn.LazyLinear(1).weight.requires_grad_(wanted),
        lambda wanted: ag.tensor([1.0], requires_grad=wanted or 1),
        lambda wanted: ag.ones(1, requires_grad=wanted or 1),
    ],
)
def test_whether_a_gradient_is_wanted_is_true_or_false(ask, wanted):
    with pytest.raises(DtypeError, match="requires_grad is True or False, not"):
        ask(wanted)
