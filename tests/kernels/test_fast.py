"""Compiled kernels: when they are called, and that nothing needs them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.kernels import fast

needs_numba = pytest.mark.skipif(not fast.is_available(), reason="numba, the extra fast, is absent")
N = fast.LEAST


@pytest.fixture
def doubled(monkeypatch):
    """A kernel that doubles, whose twin triples."""

    def double(x, *others):
        return 2 * x

    monkeypatch.setattr(fast, "enabled", True)
    monkeypatch.setattr(fast, "_found", lambda home, name: lambda x, *others: 3 * x)
    return fast.twin(double)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_a_twin_is_called_for_large_plain_arrays(doubled, dtype):
    x = np.ones(N, dtype)
    assert doubled(x)[0] == 3
    assert doubled(x, x.copy(), np.ones(3, "i8"), None, 0.5)[0] == 3


def test_no_twin_is_called_for_others(doubled):
    x = np.ones(N, "f4")
    fixed = x.copy()
    fixed.flags.writeable = False
    for others in [(x[1:],), (np.ones(N, "f2"),), (np.ones(N, "i8"),), (np.float32(1),), (fixed,),
                   (np.ones(2 * N, "f4")[::2],), (x, np.ones(3, "f8")), (x, np.ones(6, "f4")[::2]),
                   (np.ones(N, ">f4"),)]:  # fmt: skip
        assert np.ravel(doubled(*others))[0] == 2
    with ag.backends.fast.flags(enabled=False):
        assert doubled(x)[0] == 2


def test_the_switch():
    before = ag.backends.fast.enabled
    with ag.backends.fast.flags(enabled=False):
        assert not ag.backends.fast.enabled
        assert not fast.enabled
    assert ag.backends.fast.enabled == before
    try:
        ag.backends.fast.enabled = False
        assert not fast.enabled
    finally:
        ag.backends.fast.enabled = before


def test_the_switch_takes_no_nonsense():
    for nonsense in ("on", None, 1):
        with pytest.raises(TypeError, match="True or False"):
            ag.backends.fast.enabled = nonsense
    with pytest.raises(AttributeError, match="enabled"):
        ag.backends.fast.enabld = False


def test_compiled_kernels_are_not_switched_on_without_numba(monkeypatch):
    monkeypatch.setattr(fast, "find_spec", lambda name: None)
    assert not ag.backends.fast.enabled
    with pytest.raises(ag.errors.MissingExtra, match="fast"):
        ag.backends.fast.enabled = True
    with pytest.raises(ag.errors.MissingExtra), ag.backends.fast.flags(enabled=True):
        pass


@pytest.mark.parametrize("word", ["0", "off", "FALSE", "no"])
def test_the_environment_switches_them_off(word, monkeypatch):
    monkeypatch.setenv("AUTOGRAD_FR_FAST", word)
    assert not fast._asked()


def test_the_environment_knows_no_other_words(monkeypatch):
    monkeypatch.setenv("AUTOGRAD_FR_FAST", "maybe")
    with pytest.warns(UserWarning, match="maybe"):
        assert fast._asked()


@needs_numba
def test_a_numba_that_cannot_be_used_is_told_of_once():
    code = """
import warnings
warnings.simplefilter("error")
import numpy as np, pytest
import autograd_fr as ag
x = ag.ones(64, 64)
with pytest.warns(RuntimeWarning, match="NUMBA_DISABLE_JIT"):
    assert float(ag.sigmoid(x).sum()) == pytest.approx(64 * 64 / (1 + np.exp(-1)))
assert not ag.backends.fast.enabled and not ag.backends.fast.is_available()
ag.sigmoid(x)
"""
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, env=environment)


SIGMOID = """
import sys, numpy as np
{before}
import autograd_fr as ag
x = ag.linspace(-3, 3, {n})
y = ag.sigmoid(x)
assert np.allclose(y.numpy(), 1 / (1 + np.exp(-x.numpy())), rtol=1e-6)
print("numba" in sys.modules and sys.modules["numba"] is not None)
"""


def loads_numba(before: str = "", n: int = N, **environment: str) -> bool:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", SIGMOID.format(before=before, n=n)],
        capture_output=True, text=True, check=True, env={**os.environ, **environment},
    )  # fmt: skip
    return run.stdout.strip() == "True"


def test_without_numba_numpy_does_it():
    assert not loads_numba("sys.modules['numba'] = None")


@needs_numba
def test_numba_is_loaded_when_it_is_needed():
    assert loads_numba()
    assert not loads_numba(n=N - 1)
    assert not loads_numba(AUTOGRAD_FR_FAST="0")


@needs_numba
def test_where_no_cache_can_be_written(monkeypatch):
    from autograd_fr.kernels import compiled

    def no_folder(self):
        raise RuntimeError("cannot cache function: no locator available")

    monkeypatch.setattr("numba.core.dispatcher.Dispatcher.enable_caching", no_folder)
    assert compiled.rounding(lambda x: x + 1)(2.0) == 3


@needs_numba
def test_the_cache_is_of_all_sources():
    from autograd_fr.kernels import compiled
    from autograd_fr.kernels.compiled import entrywise

    found = entrywise._sigmoid._cache._cache_file._source_stamp
    assert found == compiled._stamp()


@needs_numba
def test_threads_may_be_the_first_together():
    kernel = fast.twin(_sigmoid)
    x = np.linspace(-3, 3, N)
    results = [np.empty_like(x) for _ in range(4)]
    threads = [threading.Thread(target=kernel, args=(x, y)) for y in results]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for y in results:
        np.testing.assert_allclose(y, 1 / (1 + np.exp(-x)), rtol=1e-14)


def _sigmoid(x, y):
    raise AssertionError("the twin is to be called")


_sigmoid.__module__ = "autograd_fr.kernels.entrywise"


@needs_numba
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_fork_may_compile():
    code = """
import os, sys, numpy as np
from autograd_fr.kernels import entrywise
x = np.ones(5000, "f4")
entrywise.sigmoid(x)
child = os.fork()
y = entrywise.sigmoid(x.astype("f8"))
assert y[0] == 1 / (1 + np.exp(-1.0))
if child:
    sys.exit(os.waitpid(child, 0)[1])
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
