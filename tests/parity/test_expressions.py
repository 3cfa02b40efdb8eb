"""Single expressions, each evaluated under both packages: results to the digit, errors by class."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import autograd_fr as ag

torch = pytest.importorskip("torch", reason="PyTorch is what the expressions are compared with")

NAN = float("nan")
EQUAL = """
t.trapezoid(t.tensor([200, 100, 3], dtype=t.uint8))
t.trapezoid(t.tensor([200, 100, 3], dtype=t.uint8), dx=2)
t.trapezoid(t.tensor([200, 100, 3], dtype=t.uint8), t.tensor([0, 1, 3], dtype=t.uint8))
t.trapezoid(t.tensor([100, 100, 3], dtype=t.int8), dx=0.5)
t.trapezoid(t.zeros(0, dtype=t.int64))
t.cumulative_trapezoid(t.tensor([200, 100, 3], dtype=t.uint8))
1 / (t.tensor([0.0, -0.0, 2.0, -2.0]) % -1.0)
1 / (t.tensor([0.0, -0.0, 2.0, -2.0]) % 1.0)
1 / (-2.0 % t.tensor([1.0, -1.0]))
1 / (t.tensor(-2.0, dtype=t.float16) % 1.0)
t.block_diag(t.tensor(1.0, dtype=t.float64), t.ones(1, 1))
t.block_diag(t.ones(2, dtype=t.int64), t.tensor(0.5))
t.ldexp(t.tensor(1.0, dtype=t.float64), t.tensor([1, 2]))
t.ldexp(t.tensor([0.01, 1.0], dtype=t.float16), t.tensor([17, 20]))
t.ldexp(t.tensor([1]), t.tensor([1.0], dtype=t.float16))
t.ldexp(t.tensor(1), t.tensor([1, 2]))
t.special.xlog1py(t.tensor([1, 2]), 2)
t.special.xlog1py(2, t.tensor([1.0, 2.0]))
t.tensor([1, 0, 2]).logit(1)
t.tensor([1.0, 0.0, 2.0, 0.5, NAN]).logit(0.7)
t.tensor(5.0).topk(0)
t.linalg.slogdet(t.full((2, 2), NAN)).sign
t.linalg.slogdet(t.tensor([[0.0, NAN], [0.0, 1.0]])).logabsdet
t.linalg.slogdet(t.full((2, 2), float("inf"))).logabsdet
t.linalg.cholesky(t.full((2, 2), NAN))
t.linalg.cholesky(t.tensor([[1.0, NAN], [0.0, 1.0]]))
""".strip().splitlines()


def outcome(expression, t):
    """What comes out: an array and its dtype, or whether the error is one of those expected."""
    names = {"t": t, "F": t.nn.functional, "NAN": NAN}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = eval(expression, names)
    except (RuntimeError, TypeError, IndexError, ValueError) as error:
        kinds = (TypeError, IndexError, RuntimeError, ValueError)
        return [kind for kind in kinds if isinstance(error, kind)]
    parts = result if isinstance(result, tuple) else (result,)
    return [np.asarray(part) for part in parts]


@pytest.mark.parametrize("expression", EQUAL)
def test_same(expression):
    ours, theirs = outcome(expression, ag), outcome(expression, torch)
    if isinstance(theirs[0], type):
        assert set(theirs) <= set(ours)
        return
    for a, b in zip(ours, theirs, strict=True):
        assert (a.dtype, a.shape) == (b.dtype, b.shape)
        np.testing.assert_allclose(a, b, rtol=1e-6)


def test_the_gradient_of_nextafter_stays_where_it_is_at_its_aim():
    for t in (ag, torch):
        x = t.tensor([1.0, 2.0], requires_grad=True)
        t.nextafter(x, t.tensor([1.0, 3.0])).sum().backward()
        assert x.grad.tolist() == [0, 1]
