"""Linear algebra: singular matrices, what is refused, and derivatives of composed functions."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import linalg
from autograd_fr.autograd import gradcheck, gradgradcheck
from autograd_fr.errors import AutogradError, DtypeError, GraphError, ShapeError

RNG = np.random.default_rng(0)


def leaf(array) -> ag.Tensor:
    return ag.tensor(np.asarray(array, np.float64), requires_grad=True)


def drawn(*shape: int) -> ag.Tensor:
    return leaf(RNG.uniform(-1, 1, shape))


def of_rank(rank: int, n: int) -> np.ndarray:
    return RNG.uniform(-1, 1, (n, rank)) @ RNG.uniform(-1, 1, (rank, n))


@pytest.mark.parametrize(("rank", "n"), [(0, 1), (1, 2), (0, 3), (4, 5), (3, 5), (1, 4), (0, 8)])
def test_determinants_of_singular_matrices_have_exact_derivatives(rank, n):
    A = leaf(of_rank(rank, n))
    assert gradcheck(linalg.det, [A], rtol=1e-6, atol=1e-8)
    assert gradgradcheck(linalg.det, [A], rtol=1e-6, atol=1e-7)


def test_determinants_of_a_batch_of_several_ranks():
    A = leaf([of_rank(rank, 4) for rank in (4, 3, 2, 0)])
    assert gradcheck(linalg.det, [A])
    assert gradgradcheck(linalg.det, [A])


def test_the_third_derivative_of_a_determinant_at_0():
    A = leaf(np.zeros((4, 4)))
    y = linalg.det(A)
    for i in range(4):  # of a_00 a_11 a_22 a_33, one factor after the other
        (d,) = ag.autograd.grad(y, A, create_graph=True)
        y = d[i, i]
    assert y.item() == 1


def test_determinants_of_float32_stay_accurate_where_they_nearly_vanish():
    A = ag.tensor(of_rank(3, 5).astype(np.float32), requires_grad=True)
    linalg.det(A).backward()
    assert A.grad.dtype == ag.float32
    assert np.abs(A.grad.array).max() < 1e-6  # of rank n - 2: the cofactors are 0


@pytest.mark.parametrize(("d", "expected"), [([2, 3], math.log(6)), ([0, 3], -math.inf)])
def test_logdet(d, expected):
    assert ag.logdet(leaf(np.diag(d))).item() == pytest.approx(expected)


def test_the_logdet_of_a_negative_determinant_is_nan():
    A = leaf(np.diag([-2.0, 3.0]))
    y = ag.logdet(A)
    y.backward()
    assert math.isnan(y.item())
    assert np.isfinite(A.grad.array).all()


SINGULAR = {
    "inv": linalg.inv,
    "solve": lambda A: linalg.solve(A, ag.ones(2)),
    "solve_triangular": lambda A: linalg.solve_triangular(A - A, ag.ones(2, 1), upper=True),
    "cholesky": linalg.cholesky,
    "inv_ex": lambda A: linalg.inv_ex(A, check_errors=True),
}


@pytest.mark.parametrize("f", SINGULAR.values(), ids=SINGULAR)
def test_what_singular_matrices_do_not_have(f):
    with pytest.raises(linalg.LinAlgError, match=r"linalg\."):
        f(-ag.ones(2, 2))


def test_slogdet_has_no_derivative_at_a_singular_matrix():
    sign, logabsdet = linalg.slogdet(leaf(np.ones((2, 2))))
    assert sign.item() == 0 and logabsdet.item() == -math.inf
    with pytest.raises(linalg.LinAlgError):
        logabsdet.backward()


def test_inv_ex_tells_which_are_singular():
    A = leaf([[[2.0, 0], [0, 4]], [[1, 1], [1, 1]]])
    inverse, info = linalg.inv_ex(A)
    assert info.tolist() == [0, 2]
    inverse[0].sum().backward()
    np.testing.assert_allclose(A.grad.array, [[[-0.25, -0.125], [-0.125, -0.0625]], [[0, 0]] * 2])


MATRIX_FUNCTIONS = ["cholesky", "cond", "det", "eigh", "eigvalsh", "inv", "lstsq", "lu",
                    "matrix_norm", "pinv", "qr", "slogdet", "svd", "svdvals"]  # fmt: skip


def applied(name: str, A: ag.Tensor):
    f = getattr(linalg, name)
    return f(A, A) if name == "lstsq" else f(A)


@pytest.mark.parametrize("name", [*MATRIX_FUNCTIONS, "matrix_exp"])
def test_integers_are_refused(name):
    with pytest.raises(DtypeError, match=r"float"):
        applied(name, ag.ones(2, 2, dtype=ag.int64))


@pytest.mark.parametrize("name", [n for n in MATRIX_FUNCTIONS if n != "matrix_norm"])
def test_half_precision_is_refused_where_lapack_has_none(name):
    with pytest.raises(DtypeError, match="float16"):
        applied(name, ag.ones(2, 2, dtype=ag.float16))


@pytest.mark.parametrize("name", [*MATRIX_FUNCTIONS, "matrix_rank", "matrix_exp"])
def test_vectors_are_refused(name):
    with pytest.raises(ShapeError, match="matri"):
        applied(name, ag.ones(3))


@pytest.mark.parametrize("name", ["inv", "det", "slogdet", "cholesky", "eigh", "matrix_exp"])
def test_rectangles_are_refused(name):
    with pytest.raises(ShapeError, match="square"):
        applied(name, ag.ones(2, 3))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda A: linalg.solve(A, ag.ones(3).double()), ShapeError, r"\(2, 2\).*\(3, 1\)"),
        (lambda A: linalg.solve(A, ag.ones(2)), DtypeError, "float64 and float32"),
        (lambda A: linalg.solve(A, ag.ones(2).double(), left=False), ShapeError, "not a vector"),
        (lambda A: linalg.qr(A, "x"), AutogradError, "mode is"),
        (lambda A: linalg.eigh(A, "X"), AutogradError, "UPLO is"),
        (lambda A: linalg.svd(A, driver="gesvd"), AutogradError, "driver"),
        (lambda A: linalg.lstsq(A, A, driver="x"), AutogradError, "driver"),
        (lambda A: linalg.matrix_norm(A, 3), AutogradError, "not 3"),
        (lambda A: linalg.matrix_norm(A, dim=(0, 0)), ShapeError, "twice"),
        (lambda A: linalg.norm(A[None], ord="nuc"), ShapeError, "1 or 2 axes"),
        (lambda A: linalg.vector_norm(A, "fro"), DtypeError, "number"),
        (lambda A: linalg.vector_norm(A[:0], math.inf), ShapeError, "norm"),
        (lambda A: linalg.tensorinv(A, ind=2), ShapeError, "unequal products"),
        (lambda A: linalg.lu(A, pivot=False), AutogradError, "pivot=False"),
        (lambda A: linalg.svdvals(A / 0), linalg.LinAlgError, "nan and infinite"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_what_else_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call(leaf(np.eye(2) + 1))


def test_vectors_without_a_derivative_are_refused_one_by_one():
    tall = drawn(3, 2)
    U, _, _ = linalg.svd(tall)
    U[:, :2].sum().backward()  # these have one
    with pytest.raises(GraphError, match="full_matrices=False"):
        linalg.svd(tall).U.sum().backward()
    with pytest.raises(GraphError, match="mode='reduced'"):
        linalg.qr(tall, "complete").R.sum().backward()
    with pytest.raises(GraphError, match="mode='r'"):
        linalg.qr(tall, "r").R.sum().backward()


def test_values_that_repeat_have_a_derivative_where_vectors_have_none():
    A = leaf(np.eye(3))
    for values in (linalg.svdvals(A), linalg.eigvalsh(A)):
        (d,) = ag.autograd.grad(values.sum(), A)
        np.testing.assert_allclose(d.array, np.eye(3), atol=1e-15)


def symmetric(A):
    return A + A.mT


def positive(A):
    return A @ A.mT + ag.eye(A.shape[-2]).double()


COMPOSED = {
    "solve a vector": (lambda A, b: linalg.solve(positive(A), b), (3, 3), (3,)),
    "solve vectors": (lambda A, b: linalg.solve(positive(A), b), (2, 3, 3), (2, 3)),
    "solve on the right": (lambda A, b: linalg.solve(positive(A), b, left=False), (3, 3), (2, 3)),
    "solve_triangular on the right": (
        lambda A, b: linalg.solve_triangular(positive(A), b, upper=True, left=False),
        (3, 3), (2, 2, 3),
    ),
    "triangular_solve": (
        lambda b, A: ag.triangular_solve(b, positive(A), transpose=True).solution, (3, 2), (3, 3),
    ),
    "cholesky of a batch": (lambda A: linalg.cholesky(positive(A)), (2, 3, 3)),
    "cholesky_solve": (
        lambda A, b: ag.cholesky_solve(b, linalg.cholesky(positive(A))), (3, 3), (3, 2),
    ),
    "cholesky_inverse": (
        lambda A: ag.cholesky_inverse(ag.cholesky(positive(A), upper=True), upper=True), (3, 3),
    ),
    "logdet": (lambda A: ag.logdet(positive(A)), (2, 3, 3)),
    "eigvalsh": (lambda A: linalg.eigvalsh(symmetric(A)), (4, 4)),
    "eigenspaces": (
        lambda A: (lambda V: V[:, :2] @ V[:, :2].mT)(linalg.eigh(symmetric(A)).eigenvectors),
        (4, 4),
    ),
    "svdvals": (linalg.svdvals, (3, 2, 4)),
    "svd, the older name": (lambda A: (lambda U, S, V: U @ V.mT)(*ag.svd(A)), (3, 2)),
    "qr of a wide one": (lambda A: ag.qr(A).R, (2, 4)),
    "pinv of deficient rank": (lambda A, B: linalg.pinv(A @ B), (4, 2), (2, 3)),
    "pinv of a symmetric one": (
        lambda A: linalg.pinv(A @ A.mT, hermitian=True, rtol=1e-10), (4, 2),
    ),
    "lstsq": (lambda A, b: linalg.lstsq(A, b).solution, (4, 2), (4, 1)),
    "lstsq of many": (lambda A, b: linalg.lstsq(A, b).solution, (2, 2, 4), (2, 2)),
    "residuals": (lambda A, b: linalg.lstsq(A, b, driver="gelsd").residuals, (4, 2), (4, 2)),
    "matrix_norm 2": (lambda A: linalg.matrix_norm(A, 2), (2, 3, 2)),
    "matrix_norm nuc": (lambda A: linalg.matrix_norm(A, "nuc", dim=(0, 2)), (3, 2, 2)),
    "matrix_norm -1": (lambda A: linalg.matrix_norm(A, -1, keepdim=True), (2, 3, 2)),
    "matrix_norm inf": (lambda A: linalg.norm(A, math.inf), (3, 2)),
    "cond": (linalg.cond, (3, 3)),
    "cond 1": (lambda A: linalg.cond(positive(A), 1), (3, 3)),
    "lu": (lambda A: (lambda P, L, U: L * 2 + P @ U)(*linalg.lu(A)), (3, 3)),
    "lu_solve": (
        lambda A, b: linalg.lu_solve(*linalg.lu_factor(positive(A)), b, left=False, adjoint=True),
        (3, 3), (2, 3),
    ),
    "tensorinv": (lambda A: linalg.tensorinv(A.reshape(2, 2, 4)), (4, 4)),
    "tensorsolve": (lambda A, b: linalg.tensorsolve(A, b, dims=(0,)), (4, 2, 2), (2, 2)),
}  # fmt: skip


@pytest.mark.parametrize("case", COMPOSED.values(), ids=COMPOSED)
def test_derivatives_of_composed_functions(case):
    f, *shapes = case
    xs = [drawn(*shape) for shape in shapes]
    assert gradcheck(f, xs, rtol=1e-5, atol=1e-7)
    assert gradgradcheck(f, xs, rtol=1e-4, atol=1e-5)


def test_decompositions_give_back_the_matrix():
    A = drawn(2, 4, 3).detach()
    U, S, Vh = linalg.svd(A, full_matrices=False)
    Q, R = linalg.qr(A)
    P, L, above = linalg.lu(A)
    for product in (U * S[..., None, :] @ Vh, Q @ R, P @ L @ above):
        np.testing.assert_allclose(product.array, A.array, atol=1e-14)


def test_a_triangular_system_reads_one_triangle():
    A = leaf([[2.0, 7.0], [4.0, 5.0]])
    for upper, expected in ((True, [[1, 1], [0, 1]]), (False, [[1, 0], [1, 1]])):
        y = linalg.solve_triangular(A, ag.tensor([[1.0], [3.0]]).double(), upper=upper)
        (d,) = ag.autograd.grad(y.sum(), A)
        assert ((d.array != 0) <= np.array(expected)).all()
        T = np.triu(A.array) if upper else np.tril(A.array)
        np.testing.assert_allclose(T @ y.detach().array, [[1], [3]])


@pytest.mark.parametrize("ord", [0, 0.5, 1, 1.5, 2, 3, math.inf, -math.inf, -1])
def test_norms_have_the_gradient_0_at_0(ord):
    x = leaf([0.0, 0.0])
    linalg.vector_norm(x, ord).backward()
    assert x.grad.tolist() == [0, 0]


def test_norms_of_half_precision_do_not_overflow_on_the_way():
    assert linalg.vector_norm(ag.full((4,), 300.0, dtype=ag.float16)).item() == 600


@pytest.mark.parametrize("p", [None, 2, 1, "fro", "nuc"])
def test_the_condition_of_a_singular_matrix_is_infinite(p):
    assert linalg.cond(ag.tensor([[1.0, 0.0], [0.0, 0.0]]), p).item() == math.inf


@pytest.mark.parametrize(
    ("tolerances", "rank"), [({}, 2), ({"atol": 0.1}, 1), ({"rtol": 0.1}, 1), ({"tol": 0.1}, 1)]
)
def test_the_rank_depends_on_the_tolerance(tolerances, rank):
    assert linalg.matrix_rank(ag.tensor([[1.0, 0.0], [0.0, 0.01]]), **tolerances).item() == rank


def test_all_that_is_public_is_told_about():
    for name in linalg.__all__:
        doc = inspect.getdoc(getattr(linalg, name))
        assert doc and (">>>" in doc or name == "LinAlgError")
