"""`debug()` and `detect_anomaly()` inside `vmap`: an entry is known by its sample and its place."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import NonFiniteError

X = ag.tensor([[1.0, 2.0, 3.0], [4.0, 0.0, 5.0]])
W = ag.tensor([1.0, 2.0, 3.0])


def born(program):
    """What is found in a program, none of which is in vain."""
    with ag.debug(action="record") as found:
        program()
    (birth,) = found
    return birth


def test_forward():
    def left_over():
        with ag.debug():
            return ag.vmap(lambda x: (W / x).sum())(X)

    with pytest.raises(NonFiniteError) as caught:
        left_over()
    birth = caught.value.birth
    assert (birth.op, birth.direction, birth.index) == ("div", "forward", (1, 1))
    assert (birth.count, birth.size) == (1, 6)
    assert [(x.name, x.index, float(x.value)) for x in birth.inputs] == [
        ("W", (1,), 2), ("x", (1, 1), 0),
    ]  # fmt: skip
    assert "test_debug_vmap.py" in str(birth) and "(W / x).sum()" in str(birth)


def test_passed_on():
    def program():
        x = X.clone().requires_grad_()
        y = ag.vmap(lambda x: ag.log(x).reshape(3, 1).mul(2).sum() + 1 / x[0])(x)
        (y * 2).sum().backward()

    birth = born(program)
    assert (birth.op, birth.direction, birth.index, birth.value) == (
        "log", "forward", (1, 1), -np.inf,
    )  # fmt: skip


def test_what_came_in():
    x = ag.tensor([[1.0], [np.nan]], requires_grad=True)
    birth = born(lambda: ag.vmap(lambda x: (x * 2).sum())(x).sum().backward())
    assert (birth.direction, birth.index, birth.name) == ("outside", (1, 0), "x")


@pytest.mark.parametrize(
    "program",
    [
        lambda: ag.vmap(lambda x: ag.sqrt(x).sum())(X.clone().requires_grad_()).sum().backward(),
        lambda: ag.vmap(ag.func.grad(lambda x: ag.sqrt(x).sum()))(X),
        lambda: ag.func.grad(lambda x: ag.vmap(lambda x: ag.sqrt(x * 1).sum())(x).sum())(X),
        lambda: ag.vmap(ag.vmap(ag.func.grad(ag.sqrt)))(X),
    ],
)
def test_backward(program):
    birth = born(program)
    assert (birth.op, birth.direction, birth.index) == ("sqrt", "backward", (1, 1))
    assert (birth.gradient, birth.derivative, birth.y) == (1, np.inf, 0)


def test_backward_of_what_is_no_matter_of_entries():
    w = ag.tensor([[1.0, 2.0], [3.0, 1e38]])
    birth = born(lambda: ag.vmap(ag.func.grad(lambda x, w: (x * 0) @ w * 1e5), (None, 0))(W[:2], w))
    assert (birth.op, birth.direction, birth.index) == ("matmul", "backward", (1, 1))


def test_of_large_batches():
    x = ag.ones(3, 3000)
    x[2, 7] = 0
    birth = born(lambda: ag.vmap(ag.func.grad(lambda x: (x**0.5).sum()))(x))
    assert (birth.op, birth.index, birth.gradient) == ("pow", (2, 7), 1)


def test_gradients_that_are_a_batch():
    x = ag.tensor([4.0, 0.0], requires_grad=True)
    y = ag.sqrt(x)
    birth = born(lambda: ag.autograd.grad(y, x, ag.eye(2), is_grads_batched=True))
    assert (birth.op, birth.direction) == ("sqrt", "backward")


def test_silent_where_nothing_is_wrong():
    with ag.debug():
        ag.vmap(lambda x: ag.where(x > 0, x, 1.0).log().sum())(X)
        ag.vmap(ag.func.grad(lambda x: ag.where(x > 0, x, -np.inf).softmax(0)[0]))(X)


def test_anomalies():
    with pytest.raises(NonFiniteError, match="'SqrtBackward0' returned nan"), \
            ag.autograd.detect_anomaly():  # fmt: skip
        ag.vmap(ag.func.grad(lambda x: (ag.sqrt(x) * 0).sum()))(X)
