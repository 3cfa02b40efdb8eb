"""One thread inside the block, as many as before after it."""

from __future__ import annotations

import sys

import pytest

from autograd_fr.training.threads import one_blas_thread


def test_matrices_are_multiplied_on_one_thread_inside_the_block():
    threadpoolctl = pytest.importorskip("threadpoolctl", reason="it is what limits the threads")

    def threads() -> set[int]:
        return {
            p["num_threads"] for p in threadpoolctl.threadpool_info() if p["user_api"] == "blas"
        }

    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        before = threads()
        with one_blas_thread():
            assert threads() == {1}
        assert threads() == before


def test_without_threadpoolctl_the_block_runs_all_the_same(monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    ran = []
    with one_blas_thread():
        ran.append(True)
    assert ran
