"""Bent and smooth activations, and their slopes."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.kernels import activations

SPECIAL = [np.inf, -np.inf, np.nan, 0.0, -0.0, 1e-6, -1e-6, 30.0, -30.0]
NUMBERS = {
    "silu": [()],
    "softplus": [(1, 20), (3.0, 2.0), (-1.0, 20.0)],
    "bent": [(1.0, 1, 1), (0.5, 2.0, 1.5)],
    "leaky": [(0.01,), (2.5,), (-1,)],
}


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("shape", [(1024,), (40, 5000)])
@pytest.mark.parametrize(("name", "numbers"), [(n, c) for n, cs in NUMBERS.items() for c in cs])
def test_activations(agree, name, numbers, shape, dtype):
    rng = np.random.default_rng(0)
    x, g = (rng.uniform(-4, 4, shape).astype(dtype) for _ in range(2))
    agree(getattr(activations, name), x, *numbers)
    agree(getattr(activations, f"{name}_slope"), g, x, *numbers)
    x.reshape(-1)[: len(SPECIAL)] = SPECIAL
    with np.errstate(all="ignore"):
        agree(getattr(activations, name), x, *numbers)
        agree(getattr(activations, f"{name}_slope"), g, x, *numbers)
