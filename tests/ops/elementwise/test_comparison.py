"""Comparisons in the common dtype, logic, bits and divisors."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr.errors import DtypeError, ShapeError

I = ag.tensor([1, -2, 3])
U = ag.tensor([200, 100], dtype=ag.uint8)
B = ag.tensor([True, False])
F = ag.tensor([1.0, 2.0])

COMPARED = {
    "uint8 with 300, which is 44": (lambda: U < 300, [False, False]),
    "uint8 with -1, which is 255": (lambda: U > -1, [False, False]),
    "bool with a number": (lambda: B == 2, [False, False]),
    "int64 with float32": (lambda: ag.tensor([2**24 + 1]) == ag.tensor([2.0**24]), [True]),
    "int64 with float64": (
        lambda: ag.tensor([2**53]) == ag.tensor([2.0**53], dtype=ag.float64), [True],
    ),
    "int64 with a float": (lambda: ag.tensor([2**24 + 1]) == 2.0**24, [True]),
    "float32 with a float": (lambda: ag.tensor([0.1]) == 0.1, [True]),
    "a number on the left": (lambda: 1 < F, [False, True]),  # noqa: SIM300
    "a list": (lambda: F == [1.0, 3.0], [True, False]),
    "0-d float64": (lambda: ag.tensor(1.5, dtype=ag.float64) > F, [True, False]),
    "logical_xor": (lambda: ag.logical_xor(F, ag.tensor([0, 1])), [True, False]),
    "logical_and of floats": (lambda: F.logical_and(B), [True, False]),
    "logical_not of floats": (lambda: ag.logical_not(F - 1), [True, False]),
    "not_equal": (lambda: F.not_equal(1), [False, True]),
    "greater_equal": (lambda: ag.greater_equal(F, 2), [False, True]),
}  # fmt: skip


@pytest.mark.parametrize(("call", "expected"), COMPARED.values(), ids=COMPARED)
def test_truth(call, expected):
    y = call()
    assert y.dtype == ag.bool
    assert y.tolist() == expected


INTEGERS = {
    "and": (lambda: I & 3, [1, 2, 3]),
    "and on the left": (lambda: 3 & I, [1, 2, 3]),
    "or of a bool and a number": (lambda: B | 2, [3, 2]),
    "xor": (lambda: I ^ I, [0, 0, 0]),
    "not": (lambda: ~I, [-2, 1, -4]),
    "left shift": (lambda: I << 1, [2, -4, 6]),
    "shift of a number": (lambda: 1 << I[[0, 2]], [2, 8]),
    "right shift": (lambda: I >> 1, [0, -1, 1]),
    "left shift of all bits": (lambda: I << 64, [0, 0, 0]),
    "right shift of all bits": (lambda: I >> 100, [0, -1, 0]),
    "a negative shift": (lambda: ag.bitwise_left_shift(I, -1), [0, 0, 0]),
    "shift in uint8": (lambda: U << 1, [144, 200]),
    "gcd": (lambda: ag.gcd(I * 4, ag.tensor(6)), [2, 2, 6]),
    "lcm": (lambda: ag.lcm(I, ag.tensor(4)), [4, 4, 12]),
}


@pytest.mark.parametrize(("call", "expected"), INTEGERS.values(), ids=INTEGERS)
def test_integers(call, expected):
    y = call()
    assert y.dtype.kind in "iu"
    assert y.tolist() == expected


REFUSED = {
    "bits of floats": (lambda: F & 1, DtypeError, "bitwise_and: integers"),
    "not of floats": (lambda: ~F, DtypeError, "bitwise_not: integers"),
    "shift by half": (lambda: I << 1.5, DtypeError, "bitwise_left_shift: integers"),
    "shift of bools": (lambda: B << B, DtypeError, "bitwise_left_shift: integers"),
    "gcd of floats": (lambda: ag.gcd(F, F), DtypeError, "gcd: integers"),
    "order with text": (lambda: F < "a", TypeError, "'a'"),
    "order with None": (lambda: F < None, TypeError, "None"),
    "shapes": (lambda: F.lt(ag.zeros(3)), ShapeError, "lt of"),
}


@pytest.mark.parametrize(("call", "kind", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


@pytest.mark.parametrize("other", [None, "a", object(), {}])
def test_what_is_no_number_is_equal_to_no_tensor(other):
    assert (other == F) is False
    assert (other != F) is True


def test_comparisons_take_no_part_in_a_graph():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    assert not (x > 1).requires_grad
