"""What a program looked at before a graph was complete: replays are right, or refused."""

from __future__ import annotations

import copy
import gc
import math
import weakref

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.autograd import readings
from autograd_fr.errors import GraphError


def leaf(value):
    return ag.tensor(value, dtype=ag.float64, requires_grad=True)


def close(a, b):
    assert a.shape == b.shape
    np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-12, atol=1e-12)


def branch(x):
    return x**2 if x > 0 else -x


def branch_on_result(x):
    h = x * x
    return h + 1 if h > 1 else h - 1


def loop(x):
    y = x
    while y < 100:
        y = y * 2
    return y


def item(x):
    return x * x.item()


def masked(x):
    return ag.where(x > 0, x, -x)


def chosen(x):
    return x * [1.0, -1.0][int(x > 2)]


def given_data(x):
    y = ag.zeros(2, dtype=ag.float64)
    y.data = x
    return y


LOOKING = {  # the program, a value it looks at, one that changes nothing, one that could
    "if": (branch, 2.0, 3.0, -1.0),
    "if on a result": (branch_on_result, 2.0, 3.0, 0.5),
    "while": (loop, 3.0, 3.1, 1.0),
    "item": (item, 3.0, 3.0, 4.0),
    "where": (masked, [1.0, -2.0], [3.0, -1.0], [-1.0, 2.0]),
    "int of a comparison": (chosen, 3.0, 4.0, 1.0),
    "int": (lambda x: x * int(x), 3.2, 3.4, 4.4),
    "float": (lambda x: x * math.floor(float(x)), 3.2, 3.2, 3.4),
    "bool": (lambda x: x * 2 if x else x + 1, 3.0, 4.0, 0.0),
    "in": (lambda x: x * 2 if 3.0 in x else x + 1, [3.0, 1.0], [4.0, 3.0], [1.0, 2.0]),
    "tolist": (lambda x: x * x.tolist()[0], [1.0, 2.0], [1.0, 2.0], [1.0, 3.0]),
    "argmax": (lambda x: x[x.argmax()] * x, [1.0, 3.0], [1.0, 2.0], [3.0, 1.0]),
    "argmax of a result": (lambda x: (h := x * x)[h.argmax()] * h, [1.0, 3.0], [2.0, 3.0],
                           [-4.0, 3.0]),
    "sort": (lambda x: x.sort().values[0], [3.0, 1.0], [4.0, 2.0], [1.0, 2.0]),
    "msort": (lambda x: x.msort()[0], [3.0, 1.0], [4.0, 2.0], [1.0, 2.0]),
    "max": (lambda x: x.max(0).values, [3.0, 1.0], [4.0, 2.0], [1.0, 2.0]),
    "median": (lambda x: x.median(), [3.0, 1.0, 2.0], [4.0, 1.0, 2.0], [3.0, 1.0, 9.0]),
    "nonzero": (lambda x: x[x.nonzero()[:, 0]], [3.0, 0.0], [1.0, 0.0], [1.0, 1.0]),
    "isnan": (lambda x: x[~x.isnan()], [3.0, math.nan], [1.0, math.nan], [1.0, 1.0]),
    "long": (lambda x: x * x.long(), [1.5, 2.5], [1.6, 2.6], [2.5, 2.5]),
    "detach": (lambda x: x * x.detach(), [1.0, 2.0], [1.0, 2.0], [1.5, 2.0]),
    "detach to numpy": (lambda x: x * x.detach().numpy().max(), [1.0], [1.0], [2.0]),
    "numpy by force": (lambda x: x * x.numpy(force=True).max(), [1.0], [1.0], [2.0]),
    "data": (lambda x: x * x.data, [1.0, 2.0], [1.0, 2.0], [1.5, 2.0]),
    "a copy": (lambda x: x * ag.tensor(x), [1.0, 2.0], [1.0, 2.0], [1.5, 2.0]),
    "data given": (lambda x: x * given_data(x), [1.0, 2.0], [1.0, 2.0], [1.5, 2.0]),
    "new_tensor": (lambda x: x * x.new_tensor(x), [1.0, 2.0], [1.0, 2.0], [1.5, 2.0]),
    "Parameter": (lambda x: x * nn.Parameter(x), [1.0, 2.0], [1.0, 2.0], [1.5, 2.0]),
    "deepcopy": (lambda x: x * copy.deepcopy(x), [1.0, 2.0], [1.0, 2.0], [1.5, 2.0]),
    "NumPy's sort": (lambda x: np.sort(x)[0], [3.0, 1.0], [4.0, 2.0], [1.0, 2.0]),
    "NumPy's comparison": (lambda x: x * np.less(x, 2), [3.0, 1.0], [4.0, 0.0], [1.0, 1.0]),
    "allclose": (lambda x: x if ag.allclose(x, ag.zeros(2, dtype=x.dtype)) else x * 2,
                 [3.0, 1.0], [4.0, 2.0], [0.0, 0.0]),
    "pivots": (lambda x: ag.linalg.lu(x.reshape(2, 2)).L, [1.0, 2.0, 3.0, 4.0],
               [1.0, 2.0, 3.0, 5.0], [3.0, 2.0, 1.0, 4.0]),
}  # fmt: skip


@pytest.mark.parametrize(("program", "value", "same", "other"), LOOKING.values(), ids=LOOKING)
def test_what_the_program_looked_at(program, value, same, other):
    x = leaf(value)
    y = program(x)
    if program is not LOOKING["allclose"][0]:  # whose constant is gone
        close(ag.replay(y, {x: same}), program(leaf(same)))
    with pytest.raises(GraphError, match=r"the program looked at values.*\(.*, line \d+ of"):
        ag.replay(y, {x: other})
    assert ag.replay(y, {x: other}, force=True).shape == y.shape


def test_what_was_looked_at_and_is_gone():
    x = leaf(2.0)
    y = x * 2 if (x * x).exp() > 1 else x
    with pytest.raises(GraphError, match="what it looked at is gone"):
        ag.replay(y, {x: 2.0})
    other = leaf(1.0)
    assert ag.replay(y * other, {other: 3.0}).item() == 12.0


def test_looking_afterwards_is_harmless():
    x = leaf(2.0)
    y = x * x
    assert y.item() == 4.0 and float(x) == 2.0 and x > 1 and x.argmax() == 0
    assert ag.replay(y, {x: -3.0}).item() == 9.0


def test_a_loop_that_would_have_gone_on():
    x = leaf(3.0)
    y = x * 2
    while y < 5:
        y = y * 2
    assert ag.replay(y, {x: 2.6}).item() == 5.2
    with pytest.raises(GraphError, match="lt"):
        ag.replay(y, {x: 2.0})


def test_showing_is_harmless():
    x = leaf(2.0)
    text = f"{x} {x:.3f} {x!r} {[x]}"
    assert ag.replay(x * x, {x: -3.0}).item() == 9.0, text


def test_looking_at_something_else_is_harmless():
    x, other = leaf(2.0), leaf(5.0)
    y = x * 2 if other.item() > 1 and (other * 3).item() > 1 else x
    assert ag.replay(y, {x: 4.0}).item() == 8.0
    with pytest.raises(GraphError, match="item"):
        ag.replay(y * other, {other: 4.0})


def test_an_intermediate_value_does_not_change_what_it_came_from():
    x = leaf(2.0)
    h = x * 2 if x > 1 else x
    f = h * h
    assert ag.replay(f, {h: 1.0}).item() == 1.0
    g = h.sin() if h > 3 else h
    with pytest.raises(GraphError, match="gt"):
        ag.replay(g, {h: 1.0})


def trained():
    """A net after some steps, each of which logs its loss; and the loss of the last step."""
    net = nn.Linear(3, 1)
    optimizer = optim.Adam(net.parameters(), lr=0.01)
    x, y = ag.ones(4, 3), ag.zeros(4, 1)
    for _ in range(3):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(net(x), y)
        loss.backward()
        optimizer.step()
        assert loss.item() >= 0
    return net, loss, (x, y)


def test_losses_logged_in_training_are_harmless():
    net, loss, data = trained()
    y = nn.functional.mse_loss(net(data[0]), data[1])
    assert ag.replay(loss).item() == pytest.approx(y.item())
    expected = nn.functional.mse_loss(data[0] @ ag.ones(3, 1) + net.bias, data[1])
    assert ag.replay(y, {net.weight: ag.ones(1, 3)}).item() == pytest.approx(expected.item())


def test_a_decision_of_a_value_since_overwritten():
    w = leaf(2.0)
    y = w * 2 if w > 1 else w
    with ag.no_grad():
        w.fill_(3.0)
    with pytest.raises(GraphError, match="overwritten"):
        ag.replay(y)


def test_more_looks_than_are_noted():
    x = leaf(2.0)
    for _ in range(readings.KEPT + 1):
        x.item()
    with pytest.raises(GraphError, match=f"more than {readings.KEPT} times"):
        ag.replay(x * 2, {x: 3.0})
    fresh = leaf(2.0)
    assert ag.replay(fresh * 2, {fresh: 3.0}).item() == 6.0


def test_notes_keep_nothing_alive():
    x = leaf(np.ones(1000))
    y = x * 2
    link = weakref.ref(y.node)
    assert bool((y > 0).all()) and len(y.tolist()) == 1000
    del y
    gc.collect()
    assert link() is None


def test_a_threshold_that_was_written_into():
    x, limit = leaf(2.0), ag.tensor([1.0], dtype=ag.float64)
    y = x * 2 if x > limit else x
    assert ag.replay(y, {x: 3.0}).item() == 6.0
    limit.add_(5)
    with pytest.raises(GraphError, match="written into"):
        ag.replay(y, {x: 3.0})


def test_many_looks_do_not_hide_an_earlier_one():
    x = leaf(2.0)
    y = x * 2 if x > 0 else -x
    for _ in range(readings.KEPT + 1):
        x.item()
    with pytest.raises(GraphError, match=f"more than {readings.KEPT} times"):
        ag.replay(y, {x: -1.0})


IN_BATCHES = {
    "where": (lambda x: ag.where(x > 0, x, -x), [1.0, 2.0], [1.0, 3.0], [1.0, -3.0]),
    "isnan": (lambda x: ag.where(x.isnan(), 0.0, x), [1.0, math.nan], [2.0, math.nan], [1.0, 2.0]),
    "max": (lambda x: x.max(0).values, [[1.0, 2.0]], [[0.0, 3.0]], [[3.0, 0.0]]),
    "detach": (lambda x: x * x.detach(), [1.0, 2.0], [1.0, 2.0], [1.0, 3.0]),
}  # fmt: skip


@pytest.mark.parametrize(("program", "value", "same", "other"), IN_BATCHES.values(), ids=IN_BATCHES)
def test_what_was_looked_at_in_a_batch(program, value, same, other):
    w = leaf(value)
    y = ag.func.vmap(program)(w)
    close(ag.replay(y, {w: same}), ag.func.vmap(program)(leaf(same)))
    with pytest.raises(GraphError, match="something else now"):
        ag.replay(y, {w: other})


# Looks under no_grad(), and gradients that are in no graph


@ag.no_grad()
def big(w):
    return w.abs().sum() > 1


def by_item(w):
    with ag.no_grad():
        flag = (w.sum() * 2).item()
    return w * 2 if flag > 0 else w * 3


def by_comparison(w):
    with ag.no_grad():
        s = w.sum() * 2
    return w * 2 if s > 0 else w * 3


def by_value(w):
    with ag.no_grad():
        m = w.mean()
    return (w - m).sum()


def by_intermediate(w):
    h = w * w
    with ag.no_grad():
        s = h.exp()
    return h * 2 if s.sum() > 3 else w * 3


def by_intermediate_gone(w):
    h = w * w
    with ag.no_grad():
        s = h.exp()
    del h
    return w * 2 if s.sum() > 3 else w * 3


def by_copy(w):
    seen = ag.zeros(2, dtype=ag.float64)
    with ag.no_grad():
        seen[:] = w
    return w * 2 if seen.sum() > 0 else w * 3


def by_function(w):
    with ag.no_grad():
        s = Doubled.apply(w)
    return w * 2 if s.sum() > 0 else w * 3


def by_second_look(w):
    with ag.no_grad():
        w.abs()
        s = w + 1
    return w * 2 if s.sum() > 0 else w * 3


def by_gradient(w):
    (w**2).sum().backward()
    return w * 2 if w.grad.sum() > 0 else w * 3


def by_grad(w):
    (g,) = ag.autograd.grad((w**2).sum(), w)
    return w * 2 if g.sum() > 0 else w * 3


def by_intermediate_gradient(w):
    h = w * w
    (g,) = ag.autograd.grad((h**2).sum(), h)
    return h * 2 if g.sum() > 4 else w * 3


def by_seed(w):
    c = ag.ones(2, dtype=ag.float64, requires_grad=True)
    (g,) = ag.autograd.grad(c * 1, c, w)
    return w * 2 if g.sum() > 0 else w * 3


def by_jacobian(w):
    return w * ag.autograd.functional.jacobian(lambda x: (x**2).sum(), w)


def by_jvp(w):
    with ag.no_grad():
        _, t = ag.func.jvp(lambda x: x**3, (w,), (ag.ones(2, dtype=ag.float64),))
    return w * t


def by_vjp(w):
    with ag.no_grad():
        y, _ = ag.func.vjp(lambda x: x**3, w)
    return w * y


class Doubled(ag.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.abs() * 2

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 2 * x.sign()


HIDDEN = [lambda w: w * 2 if big(w) else w * 3, by_item, by_comparison, by_value, by_intermediate,
          by_intermediate_gone, by_copy, by_function, by_second_look, by_gradient, by_grad,
          by_intermediate_gradient, by_seed, by_jacobian, by_jvp, by_vjp]  # fmt: skip


@pytest.mark.parametrize("program", HIDDEN, ids=lambda f: f.__name__)
def test_hidden_looks(program):
    w = leaf([1.0, 2.0])
    y = program(w)
    with pytest.raises(GraphError, match=r"(under no_grad\(\)|backward), line \d+ of"):
        ag.replay(y, {w: [-0.1, -0.2]})
    assert ag.replay(y, {w: [-0.1, -0.2]}, force=True).shape == y.shape


def test_hidden_looks_at_the_same_values_are_harmless():
    w = leaf([1.0, 2.0])
    assert ag.replay(by_item(w), {w: [1.0, 2.0]}).tolist() == [2.0, 4.0]


def test_hidden_looks_afterwards_are_harmless():
    w = leaf([1.0, 2.0])
    y = (w * 2).sum()
    y.backward()
    with ag.no_grad():
        assert (w.mean() + y).item() > 0 and w.grad.sum() == 4
    assert ag.replay(y, {w: [-1.0, 2.0]}).item() == 2.0


def test_hidden_looks_at_something_else_are_harmless():
    w, other = leaf([1.0, 2.0]), leaf([3.0])
    by_item(other), by_gradient(other)
    assert ag.replay((w * 2).sum(), {w: [-1.0, 2.0]}).item() == 2.0


def test_a_look_is_noted_anew_after_a_write():
    w = leaf([1.0, 2.0])
    by_item(w)
    with ag.no_grad():
        w.mul_(-1)
    y = by_item(w)
    with pytest.raises(GraphError, match="no_grad"):
        ag.replay(y, {w: [1.0, 2.0]})


def test_a_look_at_values_overwritten_more_than_once():
    w = leaf([1.0, 2.0])
    y = by_item(w)
    for _ in range(5):
        with ag.no_grad():
            w.mul_(-1)
        by_item(w)
    with pytest.raises(GraphError, match="overwritten"):
        ag.replay(y)


def test_what_a_function_does_inside_is_replayed():
    w = leaf([1.0, -2.0])
    y = Doubled.apply(w).sum()
    assert ag.replay(y, {w: [-3.0, 1.0]}).item() == 8.0


def test_replaying_is_no_look():
    w = leaf([1.0, 2.0])
    s = w.sum()
    y = w * 2 if s > 0 else w
    before = len(readings.taken)
    assert ag.replay(y, {w: leaf([2.0, 2.0])}).tolist() == [4.0, 4.0]
    assert len(readings.taken) == before and not readings.peeks_at(w)


@pytest.mark.parametrize("by_hand", [False, True])
def test_training_leaves_the_last_loss_to_be_replayed(by_hand):
    net, (x, y) = nn.Linear(3, 2), (ag.randn(6, 3), ag.tensor([0, 1, 0, 1, 0, 1]))
    optimizer = optim.Adam(net.parameters(), lr=0.01)
    for _ in range(3):
        with ag.no_grad():
            assert net(x).argmax(1).shape == (6,)
        for _ in range(2):
            optimizer.zero_grad()
            logits = net(x)
            loss = nn.functional.cross_entropy(logits, y)
            loss.backward()
            with ag.no_grad():
                accuracy = (logits.argmax(1) == y).float().mean().item()
                if by_hand:
                    for p in net.parameters():
                        p -= 0.1 * p.grad + 0.01 * p
            if not by_hand:
                optimizer.step()
            assert loss.item() > 0 and accuracy >= 0
    new = ag.zeros(2, 3)
    expected = nn.functional.cross_entropy(x @ new.T + net.bias, y)
    assert ag.replay(loss, {net.weight: new}).item() == pytest.approx(expected.item())


def test_memory_does_not_grow_in_training():
    w = leaf([1.0, 2.0])
    for _ in range(2 * readings.KEPT):
        with ag.no_grad():
            (w * 2).sum()
        (w * w).sum().backward()
        with ag.no_grad():
            w.sub_(0.1 * w.grad)
    assert len(readings.peeks_at(w)) == 3
    assert len(readings.taken) <= readings.KEPT
