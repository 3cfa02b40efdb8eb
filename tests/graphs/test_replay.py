"""Recorded graphs evaluated again: the same as running the program, or refused."""

from __future__ import annotations

import gc

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.autograd import readings
from autograd_fr.autograd.op import REGISTRY
from autograd_fr.errors import GraphError, ShapeError

rng = np.random.default_rng(0)


def leaf(value):
    return ag.tensor(value, dtype=ag.float64, requires_grad=True)


def drawn(*shape):
    return rng.normal(size=shape)


def close(a, b):
    assert a.shape == b.shape
    np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-12, atol=1e-12)


# Programs: what they compute, and the shapes of what they compute it from


def rnn(x, w, h):
    for row in x:
        h = ag.tanh(row @ w + h)
    return h.sum()


def history(x):
    y = x * 2
    y[0] = x[1] * x[2]
    y += 1
    y[1:].mul_(x[:2])
    return y.sum() + y[0]


def buffer(x):
    y = ag.zeros(4, dtype=ag.float64)
    parts = []
    for i in range(4):
        y[i] = x[i] ** 2
        parts.append(y.sum() * x[0])
    return ag.stack(parts)


def views(x):
    a = x.T[1:]
    return (a.reshape(-1)[::2] * a.flatten()[1::2]).sum() + x.diagonal().prod()


def singular(x):
    u, s, vh = ag.linalg.svd(x, full_matrices=False)
    q, r = ag.linalg.qr(x)
    return (u * s) @ vh + q @ r


class Scaled(ag.autograd.Function):
    @staticmethod
    def forward(ctx, x, factor, y, *, shift=0.0):
        ctx.save_for_backward(x, y)
        ctx.factor = factor
        return factor * x * y + shift, x + y

    @staticmethod
    def backward(ctx, g, h):
        x, y = ctx.saved_tensors
        return ctx.factor * g * y + h, None, ctx.factor * g * x + h


def user_function(x, y):
    a, b = Scaled.apply(x, 3.0, y, shift=1.0)
    return a * b


def own_gradient(x):
    (d,) = ag.autograd.grad((x**3).sum(), x, create_graph=True)
    return d * x


PROGRAMS = {
    "scalars": (lambda u, v, w: (u + v) * w, [(), (), ()]),
    "net": (
        lambda x, w, b, v: nn.functional.cross_entropy(
            ag.relu(x @ w + b) @ v, ag.tensor([0, 1, 1])
        ),
        [(3, 4), (4, 5), (5,), (5, 2)],
    ),
    "rnn": (rnn, [(5, 3), (3, 3), (3,)]),
    "views": (views, [(4, 4)]),
    "written in place": (history, [(3,)]),
    "written into a constant": (buffer, [(4,)]),
    "decompositions": (singular, [(4, 3)]),
    "a Function": (user_function, [(3,), (3,)]),
    "recorded backward": (own_gradient, [(3,)]),
    "kinks of their own": (
        lambda x: ag.relu(x) + x.abs() + x.clamp(-0.3, 0.3) + ag.maximum(x, -x) + x.amax(),
        [(6,)],
    ),
    "numpy": (lambda x: np.sin(x) @ np.ones(3) + np.mean(x), [(3,)]),
    "float32 beside float64": (lambda x: x.float().double() + x, [(3,)]),
    "checkpoint": (
        lambda x: ag.utils.checkpoint.checkpoint(lambda x: (x * 2).exp().sin(), x).sum(), [(3,)]),
}  # fmt: skip


@pytest.mark.parametrize(("program", "shapes"), PROGRAMS.values(), ids=PROGRAMS)
@pytest.mark.parametrize("passed", [False, True], ids=["before backward", "after"])
def test_it_is_what_the_program_computes(program, shapes, passed):
    xs = [leaf(drawn(*shape)) for shape in shapes]
    y = program(*xs)
    if passed:
        y.sum().backward()
    new = [leaf(drawn(*shape)) for shape in shapes]
    close(ag.replay(y, dict(zip(xs, new))), program(*new))
    some = [new[0], *xs[1:]]
    close(ag.replay(y, {xs[0]: new[0]}), program(*some))


@pytest.mark.parametrize(("program", "shapes"), PROGRAMS.values(), ids=PROGRAMS)
def test_it_is_recorded_with_the_tensors_given(program, shapes):
    xs = [leaf(drawn(*shape)) for shape in shapes]
    new = [leaf(drawn(*shape)) for shape in shapes]
    again, y = ag.replay(program(*xs), dict(zip(xs, new))).sum(), program(*new).sum()
    for a, b in zip(ag.autograd.grad(again, new), ag.autograd.grad(y, new)):
        close(a, b)
    with ag.no_grad():
        assert not ag.replay(y, {new[0]: xs[0]}).requires_grad


@pytest.mark.parametrize("op", REGISTRY.values(), ids=REGISTRY)
def test_every_operation(op):
    for sample in op.samples:
        at, to = ([ag.tensor(a) for a in sample.arrays(np.random.default_rng(k))] for k in (1, 2))
        for t in at:
            t.requires_grad_(t.is_floating_point())
        results, expected = (readings.listed(sample.applied(op, ts)) for ts in (at, to))
        for y, z in zip(results, expected):
            if y.requires_grad:
                again = ag.replay(y, {t: new for t, new in zip(at, to) if t.requires_grad})
                np.testing.assert_allclose(again.detach().numpy(), z.numpy(), rtol=1e-12)


def test_several_roots():
    u, v = leaf(2.0), leaf(3.0)
    s, p = u + v, u * v
    assert [t.item() for t in ag.replay([s, p, u], {u: 5.0})] == [8.0, 15.0, 5.0]


def test_an_intermediate_value_hides_what_it_came_from():
    u, v, w = leaf(2.0), leaf(3.0), leaf(4.0)
    s = u + v
    f = s * w + u
    assert ag.replay(f, {s: 10.0}).item() == 42.0
    assert ag.replay(f, {s: 10.0, u: 0.0}).item() == 40.0
    assert ag.replay(f, {f: 7.0}).item() == 7.0


def test_values_by_name():
    weight = leaf(2.0)
    other = ag.tensor(3.0, requires_grad=True, name="théta")
    half = weight / 2
    f = half * other
    assert ag.replay(f, {"weight": 4.0}).item() == 6.0
    assert ag.replay(f, {"théta": 5, "half": 2}).item() == 10.0
    with pytest.raises(GraphError, match="did you mean 'weight'"):
        ag.replay(f, {"weigth": 4.0})


def test_values_of_every_kind_in_the_dtype_of_the_leaf():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    for value in ([3, 4], np.array([3.0, 4.0]), ag.tensor([3, 4]), (3.0, 4.0)):
        y = ag.replay(x * 2, {x: value})
        assert y.tolist() == [6.0, 8.0] and y.dtype == ag.float32


def test_leaves_left_out_have_their_present_value():
    x, w = leaf(3.0), leaf(2.0)
    loss = (w * x - 1) ** 2
    loss.backward()
    optimizer = optim.SGD([w], lr=0.1)
    optimizer.step()
    assert w.item() == pytest.approx(-1.0)
    assert ag.replay(loss).item() == pytest.approx(16.0)
    assert ag.replay(loss, {x: 1.0}).item() == pytest.approx(4.0)


def test_random_numbers_are_those_of_before():
    x = leaf(np.ones(100))
    y = nn.functional.dropout(x, 0.5)
    assert ag.replay(y, {x: np.full(100, 2.0)}).tolist() == (2 * y).tolist()


def test_a_graph_of_many_operations():
    x = leaf(1.0)
    y = x
    for _ in range(20_000):
        y = y * 1.0001
    assert ag.replay(y, {x: 2.0}).item() == pytest.approx(2 * y.item())


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda f, x: ag.replay(f, {x: [1.0, 2.0, 3.0]}), ShapeError, r"x is of shape \(2,\)"),
        (lambda f, x: ag.replay(f, {x: 1.0}), ShapeError, r"cannot be of shape \(\)"),
        (lambda f, x: ag.replay(f, {leaf(1.0): 1.0}), GraphError, "it has the leaves x"),
        (lambda f, x: ag.replay(f, {ag.ones(2): 1.0}), GraphError, "requires_grad=True"),
        (lambda f, x: ag.replay(f, {ag.tensor(1): 1}), GraphError, "only floating .* is int64"),
        (lambda f, x: ag.replay(f, {"x": [1, 1], x: [2, 2]}), GraphError, "x is given two values"),
        (lambda f, x: ag.replay(f, {3: 1.0}), TypeError, "the name of one, not int"),
        (lambda f, x: ag.replay(f, [x]), TypeError, "dictionary"),
        (lambda f, x: ag.replay(ag.ones(2), {x: 1.0}), GraphError, "no graph"),
        (lambda f, x: ag.replay(3.0, {x: 1.0}), TypeError, "not float"),
    ],
)
def test_bad_calls(call, error, message):
    x = leaf([1.0, 2.0])
    f = (x * x).sum()
    with pytest.raises(error, match=message):
        call(f, x)


# Constants


def test_a_constant_that_is_gone():
    x = leaf(np.ones(1000))
    y = (x + np.ones(1000)).sum()
    gc.collect()
    with pytest.raises(GraphError, match=r"`add` \(line .*graphs.keep"):
        ag.replay(y, {x: np.zeros(1000)})


def test_constants_that_are_kept():
    x, c = leaf(np.ones(1000)), ag.ones(1000, dtype=ag.float64)
    with ag.graphs.keep():
        y = ((x + ag.ones(1000)) * c).sum()
    z = (x + ag.ones(1000)).sum()
    y.backward()
    c.fill_(7.0)
    assert ag.replay(y, {x: np.zeros(1000)}).item() == 1000.0
    assert z.node.parents[0].args[1].array is None


def test_a_constant_that_was_written_into():
    x, c = leaf([1.0, 2.0]), ag.ones(2, dtype=ag.float64)
    y = x * c
    c.add_(1)
    with pytest.raises(GraphError, match="written into since, by `add_`"):
        ag.replay(y, {x: [0.0, 0.0]})
