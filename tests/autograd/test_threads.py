"""Several threads: modes are their own, graphs are independent, shared leaves lose nothing."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import memory
from autograd_fr.autograd.op import Op
from autograd_fr.utils.checkpoint import checkpoint

pytestmark = pytest.mark.usefixtures("frequent_switches")


def in_threads(work, n=6) -> list:
    """What `work(i)` returns in each of n threads that start together."""
    ready = threading.Barrier(n)

    def run(i):
        ready.wait()
        return work(i)

    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(run, range(n)))


def test_no_grad_does_not_reach_other_threads():
    inside, checked = threading.Event(), threading.Event()

    def quiet():
        with ag.no_grad():
            inside.set()
            checked.wait(10)

    thread = threading.Thread(target=quiet)
    thread.start()
    assert inside.wait(10)
    x = ag.tensor(3.0, requires_grad=True)
    try:
        assert ag.is_grad_enabled()
        (x * x).backward()
    finally:
        checked.set()
        thread.join()
    assert x.grad.item() == 6


def test_a_thread_starts_with_recording_on():
    with ag.no_grad():
        assert in_threads(lambda _: ag.is_grad_enabled(), 2) == [True, True]


def test_a_decorated_function_runs_in_several_threads():
    @ag.no_grad
    def f():
        return all(not (X * X).requires_grad for _ in range(200))

    X = ag.tensor(1.0, requires_grad=True)
    assert all(in_threads(lambda _: f()))
    assert ag.is_grad_enabled()


def test_one_mode_object_in_two_threads():
    mode, steps = ag.no_grad(), [threading.Event() for _ in range(3)]

    def work(i):  # enters first and leaves first, or enters second and leaves second
        if i:
            steps[0].wait(10)
        with mode:
            steps[i].set()
            steps[1 + i].wait(10)
        steps[2].set()
        return ag.is_grad_enabled()

    assert in_threads(work, 2) == [True, True]


def test_nested_derivatives_in_threads():
    def work(i):
        x = ag.tensor(np.float64(1 + i), requires_grad=True)
        found = []
        for _ in range(40):
            (d,) = ag.autograd.grad(x**4, x, create_graph=True)
            (dd,) = ag.autograd.grad(d, x, create_graph=True)
            with ag.no_grad():
                assert not (x * x).requires_grad
            (ddd,) = ag.autograd.grad(dd, x)
            found.append((d.item(), dd.item(), ddd.item()))
        return found

    for i, found in enumerate(in_threads(work)):
        a = 1.0 + i
        assert found == [(4 * a**3, 12 * a**2, 24 * a)] * 40


def test_concurrent_backwards_into_shared_leaves_lose_nothing():
    n = 50_000  # NumPy lets other threads run while it adds that many
    w = ag.tensor(np.ones(n), requires_grad=True)

    def work(i):
        for _ in range(50):
            (w * (i + 1)).sum().backward()

    in_threads(work)
    np.testing.assert_array_equal(w.grad.array, np.full(n, 50.0 * (1 + 2 + 3 + 4 + 5 + 6)))


class SlowOp(Op):
    """An operation during whose making of rules other threads run."""

    def _adapt(self, argument, rule, k=0):
        time.sleep(1e-4)
        return super()._adapt(argument, rule, k)


def test_rules_of_a_variadic_operation_are_numbered_right():
    def join(tensors):
        return np.stack(tensors)

    for _ in range(20):
        op = SlowOp(
            join, {"tensors": lambda k: k}, latex="x", symbol=None, samples=[],
            variadic=True, promotes=True, floating=False,
        )  # fmt: skip
        in_threads(lambda _, op=op: op.rules_for((None,) * 10), 4)
        rules = op.rules_for((None,) * 10)
        assert [rule(None, None, None, None, None) for rule in rules] == list(range(10))


def test_ten_thousand_nested_derivatives():
    def work(i):
        a, wrong = 1.0 + i, 0
        for _ in range(1667):
            x = ag.tensor(np.float64(a), requires_grad=True)
            (d,) = ag.autograd.grad(x**3, x, create_graph=True)
            (dd,) = ag.autograd.grad(d * x, x)  # (3 x³)' = 9 x²
            wrong += (d.item(), dd.item()) != (3 * a**2, 9 * a**2)
        return wrong

    assert in_threads(work) == [0] * 6


def test_views_and_changes_in_place_in_threads():
    shared = ag.zeros(6)

    def work(i):
        for _ in range(100):
            x = ag.tensor(np.full(4, 1.0 + i), requires_grad=True)
            h = x * 1
            h[1:].mul_(2)
            h.view(2, 2).T[0].add_(h[0].clone())  # [2 x0, 2 x1, 2 x2 + x0, 2 x3]
            (h * h).sum().backward()
            a = 1.0 + i
            assert x.grad.tolist() == [8 * a + 2 * 3 * a, 8 * a, 4 * 3 * a, 8 * a]
            shared[i] += 1

    in_threads(work)
    assert shared.tolist() == [100] * 6


def test_writes_are_noticed_in_every_thread():
    def work(i):
        noticed = 0
        for _ in range(100):
            array = np.full(3, 1.0 + i)
            x = ag.from_numpy(array).requires_grad_()
            h = x * 1
            y, z = (x * x).sum(), (h * h).sum()
            array[0] = 9
            h.add_(1)
            for result in (y, z):
                try:
                    result.backward()
                except ag.errors.GraphError:
                    noticed += 1
        return noticed

    assert in_threads(work) == [200] * 6


def test_saved_tensor_hooks_are_those_of_the_thread():
    def work(i):
        found = []
        for k in range(100):
            x = ag.tensor(3.0, requires_grad=True)
            if (i + k) % 2:
                with ag.autograd.graph.saved_tensors_hooks(lambda t: t * 10, lambda t: t):
                    y = x * x
            else:
                y = x * x
            y.backward()
            found.append(x.grad.item() == (60 if (i + k) % 2 else 6))
        return all(found)

    before = memory.watched
    assert in_threads(work) == [True] * 6
    assert memory.watched == before


def test_checkpoints_in_threads():
    def work(i):
        for _ in range(50):
            x = ag.tensor(np.full(3, 1.0 + i), requires_grad=True)
            checkpoint(lambda t: t.exp().log() * t, x).sum().backward()
            np.testing.assert_allclose(x.grad.array, 2 * x.array)

    in_threads(work)
