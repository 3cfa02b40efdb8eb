"""Compiled kernels beside NumPy's, for the same arrays."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.kernels import fast


def pytest_collection_modifyitems(items):
    if not fast.is_available():
        for item in items:
            if "kernels/compiled" in item.path.as_posix():
                item.add_marker(pytest.mark.skip(reason="numba, the extra fast, is absent"))


@pytest.fixture
def agree(monkeypatch):
    """`agree(kernel, *args)`: both give the same to rounding; what is inf or nan too."""

    def compare(kernel, *args, rounding=64.0):
        found = []
        for enabled in (False, True):
            monkeypatch.setattr(fast, "enabled", enabled)
            assert fast._fit(args)
            with np.errstate(all="ignore"):
                found.append(kernel(*args))
        for plain, compiled in zip(*(x if isinstance(x, tuple) else (x,) for x in found)):
            if plain is None:
                assert compiled is None
                continue
            assert (compiled.dtype, compiled.shape) == (plain.dtype, plain.shape)
            finite = plain[np.isfinite(plain)]
            scale = np.abs(finite).max(initial=1) * rounding * np.finfo(plain.dtype).eps
            np.testing.assert_allclose(compiled, plain, rtol=0, atol=scale)

    return compare
