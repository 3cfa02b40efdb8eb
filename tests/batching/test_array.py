"""BatchedArray: NumPy's functions on many samples are those on each, stacked."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from autograd_fr import kernels
from autograd_fr.batching import loops
from autograd_fr.batching.array import BatchedArray, batched, unbatched
from autograd_fr.batching.levels import Level, level, running
from autograd_fr.errors import NotBatchable

rng = np.random.default_rng(0)
N = 3
X, V, S = rng.normal(size=(N, 4, 5)), rng.normal(size=(N, 5)), rng.normal(size=(N, 4, 4))
I, M = rng.integers(0, 4, (N, 2, 5)), rng.random((N, 4, 5)) > 0.5


def swapped(x, places, values):
    np.put_along_axis(x := x.copy(), places, values, 0)
    return x


def summed_at(x, places, values):
    np.add.at(x := np.zeros_like(x), places, values)
    return x


def increased(x, y):
    x = x.copy()
    x += y
    x[..., 1] *= 2
    return x


FUNCTIONS = {
    "arithmetic": (lambda x, v: 2 * x - v / 3 + (-x) ** 2 % 1 // 0.1, X, V),
    "comparison": (lambda x, v: (x > v) & ~(x == 0) | (v < 0), X, V),
    "scalars": (lambda x: np.float64(2) * x + np.ones(5), X),
    "sum": (lambda x: x.sum() + x.sum(0) + x.sum(-1, keepdims=True).sum(axis=(0, 1)), X),
    "reduce": (lambda x: np.add.reduce(x) + np.maximum.reduce(x, axis=(0,)), X),
    "accumulate": (lambda x: np.add.accumulate(x, axis=-1), X),
    "statistics": (lambda x: (x.mean(), x.std(1), np.var(x, 0, ddof=1), x.max(), x.min(1)), X),
    "argmax": (lambda x: (x.argmax(), x.argmax(1), np.argmin(x, keepdims=True)), X),
    "cumsum": (lambda x: (np.cumsum(x), np.cumprod(x, 1)), X),
    "of numbers": (lambda v: (v.sum().sum(0), v.sum().cumsum(0), v.sum().argmax()), V),
    "sort": (lambda x: (np.sort(x), np.argsort(x, 0), np.sort(x, None)), X),
    "flip and roll": (lambda x: (np.flip(x), np.flip(x, 0), np.roll(x, 2), np.roll(x, 1, -1)), X),
    "diff": (lambda x: np.diff(x, 2, 0), X),
    "shapes": (lambda x: (x.reshape(10, 2), x.reshape(-1), x.T, x.ravel(), x.swapaxes(0, 1)), X),
    "more axes": (lambda x: (x[None], np.expand_dims(x, (0, -1)), np.moveaxis(x, 0, 1)), X),
    "fewer axes": (lambda x: (np.squeeze(x[:1]), np.squeeze(x[..., :1], -1)), X),
    "broadcast_to": (lambda v: np.broadcast_to(v, (2, 3, 5)), V),
    "tile": (lambda x: (np.tile(x, (2, 1, 3)), np.repeat(x, 2, 0), np.repeat(x, 2)), X),
    "diagonal": (lambda s: (np.diagonal(s), np.diagonal(s, 1), np.tril(s), np.triu(s, 1)), S),
    "joined": (lambda x, v: (np.concatenate([x, v[None]]), np.concatenate([x, x], None)), X, V),
    "stacked": (lambda x: np.stack([x, np.zeros((4, 5)), 2 * x], 1), X),
    "where": (lambda x, m, v: np.where(m, x, v), X, M, V),
    "clip": (lambda x, v: (np.clip(x, -0.5, 0.5), np.clip(x, None, v), x.clip(min=0)), X, V),
    "take": (lambda x: (np.take(x, [0, 2], 1), np.take(x, [[1], [3]])), X),
    "take_along_axis": (lambda x, i: np.take_along_axis(x, i, 0), X, I),
    "put_along_axis": (swapped, X, I, X[:, :2]),
    "add.at": (summed_at, V, I[:, 0], V),
    "piecewise": (lambda x: np.piecewise(x, [x < 0], [np.exp, lambda x: -x]), X),
    "rounded": (lambda x: (np.round(x, 1), np.nan_to_num(x / 0), np.fix(x)), X),
    "like": (lambda x: (np.zeros_like(x), np.full_like(x, 2.0), np.ones_like(x, shape=(2,))), X),
    "in place": (increased, X, V),
    "matmul": (lambda x, s, v: (s @ x, x @ v, v @ x.T, v @ v, x.T @ s @ x), X, S, V),
    "matmul with what is shared": (
        lambda x, v: (x @ np.eye(5, 2), np.eye(2, 4) @ x, np.eye(2, 5) @ v, v @ np.eye(5)), X, V,
    ),
    "matmul of stacks": (lambda x: np.ones((2, 3, 4)) @ x, X),
    "dot": (lambda x, v: (np.dot(x, v), np.dot(v, v), np.dot(2, v)), X, V),
    "tensordot": (lambda x, s: (np.tensordot(s, x, 1), np.tensordot(x, x, 2)), X, S),
    "tensordot of axes": (lambda x, s: np.tensordot(x, s, ([0], [1])), X, S),
    "einsum": (lambda x, s: np.einsum(s, [0, 1], x, [1, 2], [2, 0]), X, S),
    "einsum of letters": (lambda x: np.einsum("ij->j", x), X),
    "systems": (lambda s, x, v: (np.linalg.solve(s, x), np.linalg.solve(s, v[:4])), S, X, V),
    "factors": (lambda s: (np.linalg.inv(s), *np.linalg.slogdet(s), *np.linalg.qr(s)), S),
    "no rule": (lambda x, v: (np.gradient(v), np.median(x), np.cross(x[:, :3], v[:3])), X, V),
}  # fmt: skip


def several(y):
    return y if isinstance(y, tuple) else (y,)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_functions(name):
    function, *stacks = FUNCTIONS[name]
    for chosen in itertools.product([True, False], repeat=len(stacks)):
        if not any(chosen):
            continue
        with level(N) as L:
            given = [batched(s, 0, L) if c else s[0] for s, c in zip(stacks, chosen, strict=True)]
            try:
                found = several(function(*given))
            except NotBatchable:
                assert not chosen[0], "only an array that is no batch has no room"
                continue
            found = [unbatched(y, L, 0) for y in found]
        samples = [
            several(function(*(s[k] if c else s[0] for s, c in zip(stacks, chosen, strict=True))))
            for k in range(N)
        ]
        for y, same in zip(found, zip(*samples, strict=True), strict=True):
            np.testing.assert_allclose(y, np.stack(same), rtol=1e-12, atol=1e-14)
            assert y.dtype == np.asarray(same[0]).dtype


ITEMS = [
    0, -1, slice(1, 3), slice(None, None, -1), ..., None,
    np.array([0, 2, 2]), np.array([[1, 0], [2, 1]]),
]  # fmt: skip


@pytest.mark.parametrize("length", [1, 2, 3])
def test_reading_and_writing_at_any_index(length):
    stack = rng.normal(size=(N, 4, 3, 3))
    own = rng.integers(0, 3, (N, 3))
    with level(N) as L:
        for items in itertools.product([*ITEMS, "own"], repeat=length):
            if sum(i is ... for i in items) > 1:
                continue
            at = [batched(own, 0, L) if isinstance(i, str) else i for i in items]
            place = lambda k: tuple(own[k] if isinstance(i, str) else i for i in items)  # noqa: B023, E731
            try:
                expected = np.stack([stack[k][place(k)] for k in range(N)])
            except IndexError:
                continue
            x = batched(stack.copy(), 0, L)
            np.testing.assert_array_equal(unbatched(x[tuple(at)], L, 0), expected)
            x[tuple(at)] = x[tuple(at)] * 2
            for k in range(N):
                alone = stack[k].copy()
                alone[place(k)] = alone[place(k)] * 2
                np.testing.assert_array_equal(x.physical[k], alone)


def test_masks():
    with level(N) as L:
        x = batched(X, 0, L)
        shared = M[0]
        np.testing.assert_array_equal(unbatched(x[shared], L, 0), X[:, shared])
        with pytest.raises(NotBatchable):
            x[batched(M, 0, L)]


def test_levels_keep_their_order():
    stack = rng.normal(size=(2, 3, 4))
    with level(2) as outer, level(3) as inner:
        one = batched(batched(stack, 0, outer), 0, inner)
        other = batched(batched(stack, 1, inner), 0, outer)
        for x in (one, other):
            assert x.shape == (4,) and x.levels == (outer, inner)
            np.testing.assert_array_equal(x.physical, stack)
        total = one + batched(np.arange(2.0), 0, outer) + batched(np.arange(3.0), 0, inner)
        expected = stack + np.arange(2.0)[:, None, None] + np.arange(3.0)[:, None]
        shown = unbatched(unbatched(total, outer, 0), inner, -1)
        np.testing.assert_array_equal(shown, expected.transpose(0, 2, 1))


def test_levels_are_active_inside_of_their_block():
    assert running.get() == ()
    with level(2) as outer:
        with level(3) as inner:
            assert outer.active and inner.active and inner.depth == 2
            assert inner.number > outer.number
        assert not inner.active and running.get() == (outer,)
    with pytest.raises(ValueError, match="inside"), level(2) as failed:
        raise ValueError("inside")
    assert not failed.active and running.get() == ()


def test_what_is_no_batch_of_a_level_is_repeated():
    with level(2) as L:
        np.testing.assert_array_equal(unbatched(np.arange(3), L, 1), [[0, 0], [1, 1], [2, 2]])


def test_two_batches_promote_as_tensors_do():
    with level(N) as L:
        narrow, whole = batched(V.astype(np.float32), 0, L), batched(I[:, 0], 0, L)
        number = batched(V[:, 0], 0, L)
        assert (narrow * whole).dtype == np.float32
        assert (narrow * number).dtype == np.float32
        assert (narrow * batched(V, 0, L)).dtype == np.float64


@pytest.mark.parametrize(
    "ask",
    [bool, float, int, np.asarray, np.array, BatchedArray.item, lambda x: x.flat, range,
     lambda x: np.zeros(5).__iadd__(x), lambda x: np.zeros(3).__setitem__(slice(1), x),
     lambda x: np.add(1, x, out=np.zeros(())), lambda x: np.arange(3)[x], memoryview],
)  # fmt: skip
def test_what_many_samples_cannot_answer(ask):
    with level(N) as L, pytest.raises(TypeError):
        ask(batched(np.arange(N), 0, L))


def test_no_samples():
    with level(0) as L:
        x = batched(np.zeros((0, 4)), 0, L)
        assert x.sum().shape == () and x.reshape(2, -1).shape == (2, 2)
        assert np.gradient(x).physical.shape == (0, 4)


def test_a_loop_joins_what_it_can():
    L = Level(N)
    x = batched(V, 0, L)
    first, second = loops.by_sample(lambda x: (x[0], [x]), (x,), {}, False)
    np.testing.assert_array_equal(first.physical, V[:, 0])
    np.testing.assert_array_equal(second[0].physical, V)
    with pytest.raises(NotBatchable, match="shapes"):
        loops.by_sample(lambda x: x[x > 0], (x,), {}, False)
    with pytest.raises(NotBatchable, match="floats"):
        loops.by_sample(lambda x: float(x[0]), (x,), {}, False)


def test_a_batch_is_laid_out_in_rows():
    physical = np.arange(24.0).reshape(4, 3, 2).T  # 2 samples of (3, 4)
    with level(2) as batch:
        laid = kernels.contiguous(batched(physical, 0, batch))
        assert laid.physical.flags.c_contiguous
        np.testing.assert_array_equal(laid.physical, physical)
