"""Several threads: modes are their own, graphs are independent, shared leaves lose nothing."""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd.op import Op


@pytest.fixture(autouse=True)
def frequent_switches():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


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

    def _adapt(self, argument, k=0):
        time.sleep(1e-4)
        return super()._adapt(argument, k)


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
