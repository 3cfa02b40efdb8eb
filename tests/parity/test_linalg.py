"""Linear algebra against PyTorch: values, shapes and derivatives on batches, wide and tall."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag

torch = pytest.importorskip("torch")

SHAPES = [(3, 3), (4, 2), (2, 4), (2, 3, 3), (2, 1, 4, 2), (0, 2, 2), (2, 0), (0, 0)]
POSITIVE = [shape for shape in SHAPES if shape[-1] == shape[-2]]


def positive(A):
    """Symmetric, its eigenvalues positive and apart."""
    n = A.shape[-1]
    B = A @ A.mT
    steps = np.diag(np.arange(1.0, n + 1))
    return B + (torch.tensor(steps) if isinstance(A, torch.Tensor) else ag.from_numpy(steps))


ANY = {  # functions of the matrix that no choice of signs changes
    "svdvals": lambda m, A: m.linalg.svdvals(A),
    "svd": lambda m, A: (lambda U, S, Vh: U @ (S[..., None] ** 2 * Vh))(
        *m.linalg.svd(A, full_matrices=False)
    ),
    "qr": lambda m, A: m.linalg.qr(A).R ** 2,
    "pinv": lambda m, A: m.linalg.pinv(A),
    "lu": lambda m, A: m.linalg.lu(A)[1],
    "matrix_norm": lambda m, A: m.linalg.matrix_norm(A, keepdim=True),
    "vector_norm": lambda m, A: m.linalg.vector_norm(A, 3, dim=-2),
    "lstsq": lambda m, A: m.linalg.lstsq(A, A**2, driver="gelsd").solution,
}
SQUARE = {
    "inv": lambda m, A: m.linalg.inv(positive(A)),
    "det": lambda m, A: m.det(A),
    "slogdet": lambda m, A: m.slogdet(positive(A)).logabsdet,
    "solve": lambda m, A: m.linalg.solve(positive(A), A),
    "cholesky": lambda m, A: m.linalg.cholesky(positive(A), upper=True),
    "eigh": lambda m, A: m.linalg.eigh(positive(A)).eigenvectors ** 2,
    "eigh, not symmetric": lambda m, A: m.linalg.eigvalsh(A),
    "matrix_exp": lambda m, A: m.matrix_exp(A),
    "matrix_power": lambda m, A: m.matrix_power(A, 3),
}
CASES = [
    pytest.param(f, shape, id=f"{name} {shape}")
    for functions, shapes in ((ANY, SHAPES), (SQUARE, POSITIVE))
    for name, f in functions.items()
    for shape in shapes
]


@pytest.mark.parametrize(("f", "shape"), CASES)
def test_values_and_derivatives(f, shape):
    array = np.random.default_rng(0).uniform(-1, 1, shape)
    ours, theirs = ag.tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    y, expected = f(ag, ours), f(torch, theirs)
    assert y.shape == tuple(expected.shape)
    np.testing.assert_allclose(y.detach().array, expected.detach().numpy(), rtol=1e-9, atol=1e-11)

    weights = np.random.default_rng(1).uniform(-1, 1, y.shape)
    (d,) = ag.autograd.grad((y * weights).sum(), ours, create_graph=True)
    (expected,) = torch.autograd.grad(
        (expected * torch.tensor(weights)).sum(), theirs, create_graph=True
    )
    np.testing.assert_allclose(d.detach().array, expected.detach().numpy(), rtol=1e-8, atol=1e-10)

    if not array.size:
        return
    (dd,) = ag.autograd.grad((d * d).sum(), ours)
    (expected,) = torch.autograd.grad((expected**2).sum(), theirs)
    np.testing.assert_allclose(dd.array, expected.numpy(), rtol=1e-7, atol=1e-8)


NAMES = [
    ("eigh", "eigenvalues eigenvectors"),
    ("svd", "U S Vh"),
    ("qr", "Q R"),
    ("slogdet", "sign logabsdet"),
    ("lu", "P L U"),
    ("lu_factor", "LU pivots"),
    ("inv_ex", "inverse info"),
]


@pytest.mark.parametrize(("name", "fields"), NAMES)
def test_the_names_of_results(name, fields):
    ours = getattr(ag.linalg, name)(ag.eye(2))
    theirs = getattr(torch.linalg, name)(torch.eye(2))
    for field in fields.split():
        mine, expected = getattr(ours, field), getattr(theirs, field)
        np.testing.assert_allclose(mine.array, expected.numpy())
        assert str(mine.dtype) == str(expected.dtype).removeprefix("torch.")
