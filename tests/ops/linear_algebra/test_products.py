"""Products of matrices: what they refuse, their dtypes, and the notation of einsum."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import gradcheck, gradgradcheck
from autograd_fr.errors import DtypeError, ShapeError

RNG = np.random.default_rng(0)


def leaf(*shape: int) -> ag.Tensor:
    return ag.tensor(RNG.uniform(-1, 1, shape), requires_grad=True)


REFUSED = {
    "mm of batches": (lambda: ag.mm(ag.ones(2, 2, 2), ag.ones(2, 2)), "mm: input must have 2 axes"),
    "mm of unequal lengths": (lambda: ag.mm(ag.ones(2, 3), ag.ones(2, 3)), "3 columns.*has 2 rows"),
    "mv of matrices": (lambda: ag.mv(ag.ones(2, 2), ag.ones(2, 2)), "mv: vec must have 1 axis"),
    "bmm of matrices": (lambda: ag.bmm(ag.ones(2, 2), ag.ones(2, 2)), "input must have 3 axes"),
    "bmm of batches": (lambda: ag.bmm(ag.ones(1, 2, 2), ag.ones(3, 2, 2)), "1 matrices and 3"),
    "dot of lengths": (lambda: ag.dot(ag.ones(2), ag.ones(3)), "2 entries"),
    "outer of matrices": (lambda: ag.outer(ag.ones(2, 2), ag.ones(2)), "input must have 1 axis"),
    "inner of lengths": (lambda: ag.inner(ag.ones(2), ag.ones(3)), "lengths 2 and 3"),
    "cross without a 3": (lambda: ag.cross(ag.ones(2), ag.ones(2)), "no axis of length 3"),
    "cross of a 2": (lambda: ag.linalg.cross(ag.ones(2), ag.ones(2)), "must have length 3"),
    "cross along no axis": (lambda: ag.cross(ag.ones(3), ag.ones(3), dim=1), "axis 1"),
    "cross of ranks": (lambda: ag.linalg.cross(ag.ones(3), ag.ones(2, 3)), "1 and 2 axes"),
    "trace of a batch": (lambda: ag.trace(ag.ones(2, 2, 2)), "trace: input must have 2 axes"),
    "addmm to no shape": (
        lambda: ag.addmm(ag.ones(1, 2, 2), ag.ones(2, 2), ag.ones(2, 2)), "does not broadcast",
    ),
    "tensordot of unequal axes": (
        lambda: ag.tensordot(ag.ones(2, 3), ag.ones(3), ([0, 1], [0])), "2 axes of a and 1 of b",
    ),
    "multi_dot of one": (lambda: ag.linalg.multi_dot([ag.ones(2, 2)]), "two matrices at least"),
    "multi_dot that does not fit": (
        lambda: ag.linalg.multi_dot([ag.ones(2, 2), ag.ones(3, 2)]), "operands 0 and 1",
    ),
    "matrix_power of a rectangle": (lambda: ag.matrix_power(ag.ones(2, 3), 2), "square"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "message"), REFUSED.values(), ids=REFUSED)
def test_shapes_that_do_not_fit(call, message):
    with pytest.raises(ShapeError, match=message):
        call()


PRODUCTS = {
    "mm": lambda a, b: ag.mm(a, b),
    "mv": lambda a, b: ag.mv(a, b[0]),
    "dot": lambda a, b: ag.dot(a[0], b[0]),
    "inner": lambda a, b: ag.inner(a, b),
    "addmm": lambda a, b: ag.addmm(b, a, a),
    "einsum": lambda a, b: ag.einsum("ij,jk", a, b),
    "cross": lambda a, b: ag.cross(a, b),
    "vecdot": lambda a, b: ag.linalg.vecdot(a, b),
}


@pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS)
def test_dtypes_must_agree(product):
    with pytest.raises(DtypeError, match=r"float\d\d and float\d\d"):
        product(ag.ones(3, 3), ag.ones(3, 3, dtype=ag.float64))


@pytest.mark.parametrize("product", ["mm", "mv", "dot", "einsum"])
def test_integers_keep_their_dtype_and_bools_are_refused(product):
    whole = ag.ones(3, 3, dtype=ag.int8)
    assert PRODUCTS[product](whole, whole).dtype == ag.int8
    with pytest.raises(DtypeError, match="bool"):
        PRODUCTS[product](whole.bool(), whole.bool())


def test_with_beta_0_the_input_does_not_matter():
    nothing = ag.tensor(np.full((2, 2), np.nan), requires_grad=True)
    a = leaf(2, 2)
    y = ag.addmm(nothing, a, a, beta=0, alpha=3)
    np.testing.assert_allclose(y.detach().array, 3 * a.array @ a.array)
    y.sum().backward()
    assert nothing.grad.tolist() == [[0, 0], [0, 0]]


def test_factors_of_integers_are_integers():
    whole = ag.ones(2, 2, dtype=ag.int64)
    assert ag.addmm(whole, whole, whole, beta=3).tolist() == [[5, 5], [5, 5]]
    assert ag.addmm(whole, whole, whole, alpha=0.5).tolist() == [[1, 1], [1, 1]]  # 0.5 is cut to 0


EINSUMS = [  # by NumPy's notation and PyTorch's
    ("ij,jk->ik", (2, 3), (3, 4)),
    (" i j , j k -> k i ", (2, 3), (3, 4)),
    ("ij,jk", (2, 3), (3, 4)),
    ("ba,Ac", (2, 3), (4, 2)),
    ("ii", (3, 3)),
    ("ii->i", (3, 3)),
    ("iij,jj->ij", (3, 3, 2), (2, 2)),
    ("...ij,...jk->...ik", (5, 2, 3), (3, 4)),
    ("i...,...", (3, 2), (4, 1, 2)),
    ("...i->...", (2, 0)),
    ("bi,bj,bij->b", (2, 3), (2, 4), (2, 3, 4)),
    (",i->i", (), (3,)),
    ("ij->", (2, 3)),
    ("ij,ij->j", (1, 3), (4, 3)),
    ("ij,jk,kl,lm->im", (2, 3), (3, 2), (2, 3), (3, 2)),
]


@pytest.mark.parametrize(("equation", "shapes"), [(e, s) for e, *s in EINSUMS])
def test_einsum(equation, shapes):
    xs = [leaf(*shape) for shape in shapes]
    y = ag.einsum(equation, *xs)
    np.testing.assert_allclose(y.array, np.einsum(equation, *[x.array for x in xs]), atol=1e-12)
    assert gradcheck(lambda *xs: ag.einsum(equation, xs), xs)
    assert gradgradcheck(lambda *xs: ag.einsum(equation, list(xs)), xs)


def test_einsum_sums_over_dots_that_the_result_leaves_out():
    assert ag.einsum("...i->i", ag.ones(2, 3, 4)).tolist() == [6, 6, 6, 6]


def test_einsum_of_numbered_axes():
    a, b = leaf(2, 3), leaf(5, 3, 4)
    y = ag.einsum(a, [1, 0], b, [..., 0, 7], [..., 1, 7])
    np.testing.assert_allclose(y.detach().array, a.array @ b.array)


def test_einsum_makes_sums_of_integers_int64():
    whole = ag.ones(2, 3, dtype=ag.int8)
    assert ag.einsum("ij->j", whole).dtype == ag.int64
    assert ag.einsum("ij,ij->ij", whole, whole).dtype == ag.int8


@pytest.mark.parametrize(
    ("equation", "shapes", "message"),
    [
        ("ij", [(3,)], r"names 2 axes, its shape is \(3,\)"),
        ("i", [(3, 2)], "names 1 axes"),
        ("i,i", [(3,), (2,)], "operand 1 has length 2.*length 3"),
        ("ii", [(1, 3)], "lengths 1 and 3"),
        ("i->j", [(3,)], "'j' of the result"),
        ("i->ii", [(3,)], "'i' stands twice"),
        ("i,j", [(3,)], "2 terms for 1 operands"),
        ("......", [(3,)], "more than one"),
        ("i.", [(3,)], "'.' is no letter"),
        ("1", [(3,)], "'1' is no letter"),
    ],
)
def test_einsums_that_mean_nothing(equation, shapes, message):
    with pytest.raises(ShapeError, match=message):
        ag.einsum(equation, *[ag.ones(*shape) for shape in shapes])


COMPOSED = {
    "mm": (ag.mm, (2, 3), (3, 4)),
    "mv": (ag.mv, (2, 3), (3,)),
    "bmm": (ag.bmm, (2, 2, 3), (2, 3, 2)),
    "dot": (ag.dot, (3,), (3,)),
    "outer": (ag.outer, (2,), (0,)),
    "inner": (ag.inner, (2, 3), (2, 2, 3)),
    "inner with a number": (ag.inner, (), (2, 2)),
    "kron": (ag.kron, (2, 1, 2), (2, 3)),
    "cross": (ag.cross, (2, 3), (2, 3)),
    "linalg.cross": (lambda a, b: ag.linalg.cross(a, b, dim=0), (3, 1), (3, 2)),
    "vecdot": (lambda a, b: ag.linalg.vecdot(a, b, dim=0), (3, 1), (3, 2)),
    "tensordot": (ag.tensordot, (2, 3, 2), (3, 2, 2)),
    "tensordot of a 1": (lambda a, b: ag.tensordot(a, b, ([1], [0])), (2, 1), (3, 2)),
    "trace": (ag.trace, (2, 3)),
    "addmm": (lambda *t: ag.addmm(*t, beta=0.5, alpha=-2), (2,), (2, 3), (3, 2)),
    "addmv": (ag.addmv, (1,), (2, 3), (3,)),
    "addr": (ag.addr, (2, 3), (2,), (3,)),
    "baddbmm": (ag.baddbmm, (2, 1), (2, 2, 3), (2, 3, 2)),
    "addbmm": (ag.addbmm, (), (2, 2, 3), (2, 3, 2)),
    "chain_matmul": (ag.chain_matmul, (2, 3), (3, 1), (1, 4), (4, 2)),
    "multi_dot": (lambda *t: ag.linalg.multi_dot(t), (3,), (3, 2), (2, 4), (4,)),
    "matrix_power": (lambda a: ag.matrix_power(a, 5), (2, 2, 2)),
    "matrix_power 0": (lambda a: ag.matrix_power(a, 0), (2, 2)),
    "matrix_power -2": (lambda a: ag.matrix_power(a + 3 * ag.eye(2).double(), -2), (2, 2)),
    "vander": (lambda a: ag.linalg.vander(a, N=4), (2, 3)),
}


@pytest.mark.parametrize("case", COMPOSED.values(), ids=COMPOSED)
def test_derivatives_of_composed_products(case):
    f, *shapes = case
    xs = [leaf(*shape) for shape in shapes]
    assert gradcheck(f, xs)
    assert gradgradcheck(f, xs)
