"""Operations on two operands: what they refuse, and what they do at kinks and with integers."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import gradcheck
from autograd_fr.errors import AutogradError, DtypeError

INF, NAN = float("inf"), float("nan")
I = ag.tensor([1, -2, 3])
U = ag.tensor([200, 100], dtype=ag.uint8)
B = ag.tensor([True, False])
F = ag.tensor([1.0, 2.0])


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


INTEGERS = {  # the call, its entries, its dtype
    "a number wraps around": (lambda: U + 300, [244, 144], "uint8"),
    "a negative one too": (lambda: U + (-1), [199, 99], "uint8"),
    "also in a product": (lambda: U * 300, [96, 48], "uint8"),
    "also beyond int64": (lambda: I + 2**63, [1 - 2**63, 2**63 - 2, 3 - 2**63], "int64"),
    "alpha": (lambda: ag.add(I, I, alpha=2), [3, -6, 9], "int64"),
    "alpha of floats": (lambda: ag.sub(F, I[:2], alpha=0.5), [0.5, 3.0], "float32"),
    "alpha of bools": (lambda: ag.add(B, B, alpha=2), [True, False], "bool"),
    "alpha wraps around": (lambda: ag.sub(U, 1, alpha=-3), [203, 103], "uint8"),
    "rsub": (lambda: ag.rsub(I, 10, alpha=2), [8, 14, 4], "int64"),
    "floor": (lambda: I // 2, [0, -1, 1], "int64"),
    "floor by floats": (lambda: I // 2.5, [0.0, -1.0, 1.0], "float32"),
    "trunc": (lambda: ag.div(I * 3, -2, rounding_mode="trunc"), [-1, 3, -4], "int64"),
    "overflow": (lambda: ag.tensor([-128], dtype=ag.int8) // -1, [-128], "int8"),
    "remainder": (lambda: I % -2, [-1, 0, -1], "int64"),
    "reflected remainder": (lambda: -7 % I, [0, -1, 2], "int64"),
    "reflected floor": (lambda: 7 // I, [7, -4, 2], "int64"),
    "fmod": (lambda: ag.fmod(I, 2), [1, 0, 1], "int64"),
    "power": (lambda: I**2, [1, 4, 9], "int64"),
    "power of bools": (lambda: B**2, [1, 0], "int64"),
    "negative powers": (lambda: ag.tensor([1, -1, 2, -1]) ** ag.tensor([-1, -1, -1, -2]),
                        [1, -1, 0, 1], "int64"),
    "of a number": (lambda: 2 ** ag.tensor([-1, 2]), [0, 4], "int64"),
    "float_power": (lambda: ag.float_power(I, 2), [1.0, 4.0, 9.0], "float64"),
    "copysign": (lambda: ag.copysign(I, -1), [-1.0, -2.0, -3.0], "float32"),
    "ldexp": (lambda: ag.ldexp(I, I), [2.0, -0.5, 24.0], "float32"),
    "heaviside": (lambda: ag.heaviside(I - 1, ag.tensor(5)), [5, 0, 1], "int64"),
    "addcmul": (lambda: ag.addcmul(I, I, I, value=2.5), [3, 6, 21], "int64"),
    "where numbers": (lambda: ag.where(B, 1.0, 2), [1.0, 2.0], "float32"),
    "where widens": (lambda: ag.where(B, U, 2.5), [200.0, 2.5], "float32"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "entries", "dtype"), INTEGERS.values(), ids=INTEGERS)
def test_integers_and_bools(call, entries, dtype):
    y = call()
    assert y.tolist() == entries
    assert str(y.dtype) == dtype


REFUSED = {
    "bool - bool": (lambda: B - B, DtypeError, "sub of"),
    "bool - int": (lambda: B - 1, DtypeError, "sub: bools"),
    "int - bool": (lambda: U - B, DtypeError, "sub: bools"),
    "int - True": (lambda: I - True, DtypeError, "sub: bools"),
    "alpha of a wider kind": (lambda: ag.add(I, I, alpha=2.5), DtypeError, "alpha, not 2.5"),
    "int // 0": (lambda: I // 0, AutogradError, r"ZeroDivisionError.*float\(\)"),
    "int % 0": (lambda: I % ag.tensor([1, 0, 2]), AutogradError, "ZeroDivisionError"),
    "fmod by 0": (lambda: ag.fmod(I, 0), AutogradError, "ZeroDivisionError"),
    "bool // bool": (lambda: B // B, DtypeError, "floor_divide of"),
    "bool ** bool": (lambda: B**B, DtypeError, "pow of"),
    "int ** -1": (lambda: I**-1, AutogradError, "pow of integers"),
    "rounding_mode": (lambda: ag.div(F, 2, rounding_mode="up"), AutogradError, "'up'"),
    "addcdiv": (lambda: ag.addcdiv(I, I, I), DtypeError, "addcdiv of"),
    "a condition of ints": (lambda: ag.where(ag.tensor([1, 0]), F, F), DtypeError, "bool"),
    "half a where": (lambda: ag.where(B, F), TypeError, "`other`"),
    "heaviside": (lambda: ag.heaviside(F, F.double()), DtypeError, "heaviside"),
}


@pytest.mark.parametrize(("call", "kind", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


TIES = {  # the operation, the operands, and its derivatives for both
    "maximum": (ag.maximum, [1, 2, NAN, 1], [1, 1, 0, NAN], [0.5, 1, 1, 1], [0.5, 0, 1, 1]),
    "minimum": (ag.minimum, [1, 2, NAN, 1], [1, 1, 0, NAN], [0.5, 0, 1, 1], [0.5, 1, 1, 1]),
    "fmax": (ag.fmax, [1, 2, NAN, 1], [1, 1, 0, NAN], [1, 1, 0, 1], [0, 0, 1, 0]),
    "fmin": (ag.fmin, [1, 2, NAN, 1], [1, 1, 0, NAN], [1, 0, 0, 1], [0, 1, 1, 0]),
    "atan2": (ag.atan2, [0, 0], [0, -1], [0, -1], [0, 0]),
    "hypot": (ag.hypot, [3, 0], [4, -1], [0.6, 0], [0.8, -1]),
    "xlogy": (ag.xlogy, [0, 0], [-1, 2], [0, np.log(2)], [0, 0]),
    "logaddexp": (ag.logaddexp, [INF, 0, 1000], [-INF, -INF, 0], [1, 1, 1], [0, 0, 0]),
    "pow": (ag.pow, [0, 0, 0, NAN], [0, 1, 2, 0], [0, 1, 0, 0], [0, 0, 0, NAN]),
    "fmod": (ag.fmod, [5, -5, 4], [3, 3, 2], [1, 1, 1], [-1, 1, -2]),
    "remainder": (ag.remainder, [5, -5, 4], [3, 3, 2], [1, 1, 1], [-1, 2, -2]),
    "copysign": (ag.copysign, [1, 0, -1], [-1, 1, 1], [-1, 0, -1], [0, 0, 0]),
    "floor_divide": (ag.floor_divide, [1], [2], [0], [0]),
}


@pytest.mark.parametrize(("f", "a", "b", "da", "db"), TIES.values(), ids=TIES)
def test_derivatives_at_kinks(f, a, b, da, db):
    a, b = leaf(a), leaf(b)
    f(a, b).sum().backward()
    np.testing.assert_allclose(a.grad.array, da, rtol=1e-15)
    np.testing.assert_allclose(b.grad.array, db, rtol=1e-15)


def test_hypot_has_no_derivative_at_the_origin():
    a = leaf([0.0])
    with np.errstate(invalid="ignore"):
        ag.hypot(a, leaf([0.0])).sum().backward()
    assert np.isnan(a.grad.item())


@pytest.mark.parametrize("alpha", [2, -0.5])
@pytest.mark.parametrize("f", [ag.add, ag.sub, ag.rsub])
def test_alpha_scales_the_gradient_too(f, alpha):
    assert gradcheck(lambda a, b: f(a, b, alpha=alpha), [leaf([1.0, 2.0]), leaf([[3.0], [4.0]])])


def test_operands_by_name():
    assert ag.add(input=F, other=1, alpha=2).tolist() == [3, 4]
    assert ag.pow(input=F, exponent=2).tolist() == [1, 4]
    assert ag.div(input=F, other=2).tolist() == [0.5, 1]
    assert ag.lerp(input=F, end=F, weight=0.3).tolist() == [1, 2]
    assert F.where(condition=B, other=0).tolist() == [1, 0]


def test_where_alone_finds():
    rows, columns = ag.where(ag.tensor([[True, False], [True, True]]))
    assert (rows.tolist(), columns.tolist()) == ([0, 1, 1], [0, 0, 1])


def test_powers_of_numbers_below_0_have_no_derivative_in_the_exponent():
    b = leaf([0.0, 1.0, -1.0])
    ((-2.0) ** b).sum().backward()
    assert np.isnan(b.grad.array).all()


def test_lerp_is_exact_at_both_ends():
    a, b = ag.tensor([1e-8]), ag.tensor([1e8])
    assert ag.lerp(a, b, 0.0).item() == a.item()
    assert ag.lerp(a, b, 1.0).item() == b.item()


@pytest.mark.parametrize("dtype", [ag.uint8, ag.int8, ag.int64, ag.bool])
def test_integers_have_no_powers_of_a_negative_number(dtype):
    for power in (lambda x: x**-1, lambda x: x.pow(-1), lambda x: x.pow_(-1)):
        with pytest.raises(AutogradError, match="negative number"):
            power(ag.tensor([1, 0]).to(dtype))


OPERATORS = {"+": "add", "-": "sub", "*": "mul", "/": "div", "//": "floor_divide", "%": "remainder",
             "**": "pow", "<": "lt", "&": "bitwise_and"}  # fmt: skip


@pytest.mark.parametrize("sign", OPERATORS)
@pytest.mark.parametrize("other", ["a", None])
def test_an_operand_that_is_no_number_is_refused_by_the_operation(sign, other):
    for sides in ("F {} other", "other {} F") if sign not in "<%" else ("F {} other",):
        with pytest.raises(TypeError, match=f"{OPERATORS[sign]}: .*{other}.*numbers are needed"):
            eval(sides.format(sign), {"F": F, "other": other})
    with pytest.raises(TypeError, match=r"exp: .*numbers are needed"):
        ag.exp(other)


HALF = np.array([3.0, -0.5, 0.0, 1e-3, 60000.0], np.float16)
BEYOND = {  # with numbers that float16 cannot hold
    "product": lambda x: x * 1e5,
    "product from the left": lambda x: 1e-8 * x,
    "product in place": lambda x: (x + 0).mul_(-1e5),
    "quotient": lambda x: x / 70000.0,
    "quotient by nearly nothing": lambda x: x / 1e-8,
    "quotient of a number": lambda x: 1e5 / x,
    "rounded product": lambda x: x * 0.1,
    "whole quotient": lambda x: x // 1e5,
    "cut quotient": lambda x: ag.div(x, 0.1, rounding_mode="trunc"),
}


@pytest.mark.parametrize("f", BEYOND.values(), ids=BEYOND)
def test_half_precision_beside_a_number_is_computed_in_float32_and_rounded(f):
    x, wide = ag.tensor(HALF, requires_grad=True), ag.tensor(HALF).float().requires_grad_()
    with np.errstate(all="ignore"):
        y, expected = f(x), f(wide)
        np.testing.assert_array_equal(y.array, expected.array.astype(np.float16), strict=True)
        y.sum().backward()
        expected.sum().backward()
        np.testing.assert_array_equal(x.grad.array, wide.grad.array.astype(np.float16), strict=True)
        entry = f(x[0])
        np.testing.assert_array_equal(entry.array, f(wide[0]).array.astype(np.float16))
        assert entry.dtype == np.float16


def test_half_precision_beside_a_tensor_of_one_number_is_no_other():
    x, scale = ag.tensor(HALF, requires_grad=True), ag.tensor(1e5, requires_grad=True)
    with np.errstate(over="ignore"):
        y = x * scale
    np.testing.assert_array_equal(y.array, (ag.tensor(HALF) * 1e5).array, strict=True)
    (y[1:4] / 1e5).sum().backward()
    assert scale.grad.dtype == np.float32
    assert float(scale.grad) == pytest.approx(-0.5e-5, rel=0.01)


UNFIT = {
    "clamp": lambda x: x.clamp(max=70000.0),
    "clamp of bytes": lambda x: x.to(ag.int8).clamp(max=300),
    "clamp of single precision": lambda x: x.float().clamp(min=-1e40),
    "alpha": lambda x: x.add(x, alpha=1e5),
    "alpha of bytes": lambda x: x.to(ag.int8).sub(x.to(ag.int8), alpha=300),
    "where": lambda x: ag.where(x > 0, x, 1e5),
}


@pytest.mark.parametrize("f", UNFIT.values(), ids=UNFIT)
def test_a_number_that_stands_as_it_is_must_fit(f):
    with pytest.raises(DtypeError, match="does not fit in"):
        f(ag.tensor([1.0, -2.0], dtype=ag.float16))


@pytest.mark.parametrize(("exponent", "second"), [(0.0, 0.0), (1.0, 0.0), (2.0, 2.0)])
@pytest.mark.parametrize("given", [float, int, lambda b: ag.full((5,), b)])
def test_the_second_derivative_of_flat_and_straight_powers_is_a_number(exponent, second, given):
    x = ag.tensor([0.0, INF, -INF, NAN, 3.0], requires_grad=True)
    ones = ag.ones(5)
    (slope,) = ag.autograd.grad(x ** given(exponent), x, ones, create_graph=True)
    (bend,) = ag.autograd.grad(slope, x, ones)
    np.testing.assert_array_equal(bend.array, np.full(5, second, np.float32))
