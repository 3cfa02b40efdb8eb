"""Products of matrices on several threads: what BLAS is told, and that numbers stay the same."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.kernels import blas, convolution, threads
from autograd_fr.kernels.scratch import scratch

needs_openblas = pytest.mark.skipif(blas.controls() is None, reason="BLAS cannot be told")


@needs_openblas
def test_blas_takes_one_thread_until_the_last_user_leaves():
    get, put = blas.controls()
    before = get()
    put(2)
    try:
        with blas.one_thread():
            assert get() == 1
            with pytest.raises(ZeroDivisionError), blas.one_thread():
                raise ZeroDivisionError
            assert get() == 1
        assert get() == 2
    finally:
        put(before)


@needs_openblas
def test_what_it_is_told_meanwhile_holds_afterwards():
    get, _ = blas.controls()
    before = get()
    try:
        with blas.one_thread():
            assert blas.tell(2)
            assert get() == 1
        assert get() == 2
    finally:
        blas.tell(before)


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("told", [True, False])
def test_every_block_is_done_once(number, told, monkeypatch):
    monkeypatch.setattr(threads, "number", number)
    if not told:
        monkeypatch.setattr(blas, "controls", lambda: None)
    done = np.zeros(11, int)

    def work(start, stop):
        done[start:stop] += 1

    blas.spread(work, 11, 2)
    assert (done == 1).all()
    blas.spread(work, 0, 2)
    assert (done == 1).all()


@pytest.mark.parametrize("shape", [(9, 3, 20, 20), (40, 16, 12, 12)])
def test_convolutions_are_the_same_for_every_number_of_threads(shape, monkeypatch):
    monkeypatch.setattr(convolution, "ENTRIES", 2**12)
    rng = np.random.default_rng(0)
    x = rng.normal(size=shape).astype(np.float32)
    w = rng.normal(size=(5, shape[1], 3, 3)).astype(np.float32)
    how = (1, 1), ((1, 1), (1, 1)), (1, 1), 1

    def all_three():
        y = convolution.convolved(x, w, None, *how)
        back = convolution.transposed(y, w, None, shape[2:], *how)
        return y, back, convolution.correlated(x, y, (3, 3), *how)

    monkeypatch.setattr(threads, "number", 1)
    expected = all_three()
    monkeypatch.setattr(threads, "number", 3)
    for a, b in zip(all_three(), expected):
        np.testing.assert_array_equal(a, b)


def test_memory_is_used_again_under_its_name_and_dtype():
    like = np.zeros(1, np.float32)
    first = scratch("a", (4, 5), like)
    assert np.shares_memory(first, scratch("a", (3, 2), like))
    assert not np.shares_memory(first, scratch("b", (4, 5), like))
    assert scratch("a", (2,), np.zeros(1)).dtype == np.float64
