"""NumPy's functions called on tensors: the numbers and shapes that they give for arrays."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag

X = np.array([[1.0, 2.5, 0.5], [3.0, 1.5, 2.25]])
S = np.array([[2.0, 0.5], [0.5, 3.0]])

# Functions of `x` (2, 3) and `s` (2, 2), symmetric; those that a gradient flows through.
SMOOTH = """
transpose(x); transpose(x[None], (2, 0, 1)); squeeze(x[None], axis=0); expand_dims(x, 1); ravel(x)
moveaxis(x, 0, 1); hstack([x, x]); vstack([x, x]); dstack([x, x]); column_stack([x, x])
stack([x, x], 1); split(x, 3, axis=1); split(x, [1], 1); array_split(x, 2); hsplit(x, 3)
vsplit(x, 2); append(x, x); append(x, [[1.0, 2.0, 3.0]], axis=0); tile(x, (2, 1))
repeat(x, 2, axis=0); roll(x, 1, axis=1); flip(x); flip(x, 0); fliplr(x); rot90(x); atleast_3d(x)
broadcast_arrays(x, x[0]); swapaxes(x, 0, 1); matrix_transpose(x); copy(x); diag(s, 1)
diagonal(s, 1, 0, 1); diagonal(s, offset=-1); diagflat(x, 1); tril(x, -1); triu(x, k=1)
take(x, [0, 2, 2]); take(x, [0, 2], axis=1); take(x, [0], axis=-2); extract(x > 1, x)
compress([True, False], x, axis=0); select([x > 2, x > 1], [x, x * 2]); where(x > 1, x, 0)
meshgrid(x[0], x[1]); meshgrid(x[0], x[1], indexing='ij'); interp(1.2, x[0], x[1])
prod(x); prod(x, axis=1); std(x); std(x, axis=0, ddof=1); var(x, 0); median(x); median(x, axis=1)
quantile(x, 0.3); quantile(x, [0.3, 0.5], axis=1); percentile(x, 30, method='lower'); ptp(x, 0)
nanquantile(x, 0.3, keepdims=True); nanpercentile(x, [30]); nanmedian(x); nansum(x, axis=0)
nanmean(x); average(x, axis=1); cov(x); cov(x, rowvar=False); cov(x, bias=True); corrcoef(x)
cumsum(x); cumsum(x, axis=1); cumprod(x, axis=0); diff(x); diff(x, axis=0); trapezoid(x)
trapezoid(x, x[0]); trapezoid(x, dx=0.5, axis=0); sort(x); sort(x, axis=0); clip(x, 1, 2)
round(x, 1); around(x); fabs(-x); real(x); conj(x); modf(x); divmod(x, 2); square(x); cbrt(x)
add.accumulate(x, axis=1); multiply.reduce(x); multiply.accumulate(x); maximum.reduce(x, axis=None)
dot(x, x.T); dot(x, x[0]); dot(x, 2.0); dot(x[None], x.T); inner(x, x); vdot(x, x); outer(x, x)
kron(x, x); cross(x, x + 1); trace(x); trace(x, 1); tensordot(x, x); tensordot(x, x.T, axes=1)
tensordot(x, x, axes=([0], [0])); einsum('ij,kj->ik', x, x); einsum('ij->j', x)
linalg.norm(x); linalg.norm(x, axis=0); linalg.norm(x, 1); linalg.norm(x, 'nuc')
linalg.norm(x, 2, axis=(0, 1)); linalg.norm(x, ord=1, axis=1, keepdims=True); linalg.inv(s)
linalg.det(s); linalg.solve(s, x); linalg.solve(s, s[0]); linalg.cholesky(s); linalg.pinv(x)
linalg.svd(x, compute_uv=False); linalg.svd(x, False); linalg.qr(x); linalg.eigh(s)
linalg.eigvalsh(s); linalg.slogdet(s); linalg.matrix_power(s, 3); linalg.multi_dot([x, x.T, x])
linalg.cond(s); linalg.tensorinv(s, 1); linalg.tensorsolve(s, s[0])
"""

# Functions that came after NumPy 2.0 or take no part in a gradient.
OTHERS = """
any(x); all(x > 1, axis=0); argmax(x); argmin(x, axis=1); argsort(x, axis=0); count_nonzero(x)
isclose(x, x + 1e-9); digitize(x, [1.0, 2.0]); digitize(x, [1.0, 2.0], right=True)
flatnonzero(x > 1); nonzero(x > 1); argwhere(x > 1); searchsorted(x[1] * 0 + 2, [1.0, 3.0])
isin(x, [1.0]); signbit(x); floor(x); rint(x); sign(x); floor_divide(x, 2); nextafter(x, 3.0)
linalg.matrix_rank(s); logical_or.reduce(x > 1)
"""


def expressions(text: str) -> list[str]:
    return [e.strip() for line in text.strip().splitlines() for e in line.split("; ")]


def results(value) -> list:
    """The arrays or tensors in a result, which may be a tuple of them."""
    return list(value) if isinstance(value, (tuple, list)) else [value]


def called(expression: str, x, s) -> list:
    return results(eval(f"np.{expression}", {"np": np, "x": x, "s": s}))


@pytest.mark.parametrize("expression", expressions(SMOOTH + OTHERS.strip()))
def test_numbers_shapes_and_dtypes_are_numpys(expression):
    x, s = ag.tensor(X, requires_grad=True), ag.tensor(S, requires_grad=True)
    for y, expected in zip(called(expression, x, s), called(expression, X, S), strict=True):
        assert isinstance(y, ag.Tensor)
        assert y.shape == np.shape(expected)
        assert y.dtype == np.asarray(expected).dtype
        np.testing.assert_allclose(y.array, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("expression", expressions(SMOOTH))
def test_gradients_flow_through(expression):
    x, s = ag.tensor(X, requires_grad=True), ag.tensor(S, requires_grad=True)
    floating = [y for y in called(expression, x, s) if y.requires_grad]
    sum(y.sum() for y in floating).backward()
    assert (s.grad if x.grad is None else x.grad).shape in ((2, 2), (2, 3))


def test_unequal_parts_are_refused_by_split():
    with pytest.raises(ag.errors.ShapeError, match="array_split"):
        np.split(ag.zeros(3), 2)
