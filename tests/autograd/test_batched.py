"""`grad(..., is_grads_batched=True)`: several weights for the same outputs, one pass for each."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import grad
from autograd_fr.errors import GraphError, ShapeError


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


def eye(n: int) -> ag.Tensor:
    return ag.eye(n, dtype=ag.float64)


def test_the_rows_of_a_jacobian():
    x = leaf([1.0, 2.0, 3.0])
    (jacobian,) = grad(ag.stack([x[0] * x[1], x[2] ** 2]), x, eye(2), is_grads_batched=True)
    assert jacobian.tolist() == [[2, 1, 0], [0, 0, 6]]
    assert x.grad is None


def test_several_outputs_and_inputs():
    x, w = leaf([1.0, 2.0]), leaf(3.0)
    y, z = x**2 * w, w * 2
    by_x, by_w = grad([y, z], [x, w], [eye(2), leaf([1.0, 5.0])], is_grads_batched=True)
    assert by_x.tolist() == [[6, 0], [0, 12]]
    assert by_w.tolist() == [1 + 2, 4 + 10]


def test_the_graph_is_released_at_the_end_only():
    x = leaf([1.0, 2.0])
    y = x**3
    grad(y, x, eye(2), is_grads_batched=True, retain_graph=True)
    grad(y, x, eye(2), is_grads_batched=True)
    with pytest.raises(GraphError, match="retain_graph"):
        y.sum().backward()


def test_recorded():
    x = leaf([1.0, 2.0])
    with ag.no_grad():
        pass
    (g,) = grad(x**3, x, eye(2), is_grads_batched=True, create_graph=True)
    assert g.requires_grad
    g.sum().backward()
    assert x.grad.tolist() == [6, 12]
    (g,) = grad(x**3, x, eye(2), is_grads_batched=True)
    assert not g.requires_grad


def test_unused_inputs():
    x, w = leaf([1.0, 2.0]), leaf(3.0)
    with pytest.raises(GraphError, match="input 1"):
        grad(x**2, [x, w], eye(2), is_grads_batched=True)
    assert grad(x**2, [x, w], eye(2), allow_unused=True, is_grads_batched=True)[1] is None
    zeros = grad(x**2, [x, w], eye(2), materialize_grads=True, is_grads_batched=True)[1]
    assert zeros.tolist() == [0, 0]


def test_no_weights_at_all():
    x = leaf([1.0, 2.0])
    (g,) = grad(x**2, x, ag.zeros(0, 2, dtype=ag.float64), is_grads_batched=True)
    assert g.shape == (0, 2)


@pytest.mark.parametrize(
    "weights", [None, [None, eye(2)], [eye(2), leaf([1.0])], [leaf(1.0), leaf(1.0)]]
)
def test_weights_that_make_no_batch(weights):
    x = leaf([1.0, 2.0])
    with pytest.raises(ShapeError, match="is_grads_batched"):
        grad([x * 2, x.sum()], x, weights, is_grads_batched=True)


def test_weights_of_another_shape():
    x = leaf([1.0, 2.0])
    with pytest.raises(ShapeError):
        grad(x * 2, x, eye(3), is_grads_batched=True)


def test_one_pass_for_all_weights():
    x, passes = leaf([1.0, 2.0]), []
    y = x**3
    y.register_hook(lambda g: passes.append(g.shape))
    grad(y, x, eye(2), is_grads_batched=True)
    assert passes == [(2,)]
