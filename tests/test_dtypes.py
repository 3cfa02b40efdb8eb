"""Element types: names, the default one, what a value becomes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import dtypes
from autograd_fr.errors import DtypeError, RangeError


@pytest.fixture
def default():
    """Sets the default dtype for one test."""
    yield ag.set_default_dtype
    ag.set_default_dtype(ag.float32)


def test_the_default_is_float32():
    assert ag.get_default_dtype() == ag.float32


@pytest.mark.parametrize("dtype", [ag.float64, ag.float16, "float64", np.float64])
def test_python_floats_take_the_default(default, dtype):
    default(dtype)
    wanted = np.dtype(dtype)
    assert ag.get_default_dtype() == wanted
    made = [
        ag.tensor(1.5), ag.tensor([1.5]), ag.zeros(2), ag.rand(2), ag.arange(2.0), ag.eye(2),
        ag.linspace(0, 1, 2), ag.full((2,), 1.5), ag.tensor([1, 2]) / 2, ag.exp(ag.tensor([1])),
        ag.tensor([1, 2]) * 0.5, ag.where(ag.tensor([True]), 1.5, 2.5),
    ]  # fmt: skip
    assert {str(t.dtype) for t in made} == {str(wanted)}


def test_arrays_keep_theirs_whatever_the_default(default):
    default(ag.float64)
    assert ag.tensor(np.ones(2, np.float32)).dtype == ag.float32
    assert (ag.tensor(np.ones(2, np.float32)) * 1.5).dtype == ag.float32


@pytest.mark.parametrize("dtype", [ag.int64, ag.bool, "int8"])
def test_the_default_is_a_floating_one(dtype):
    with pytest.raises(DtypeError, match="floating"):
        ag.set_default_dtype(dtype)
    assert ag.get_default_dtype() == ag.float32


@pytest.mark.parametrize(
    ("given", "dtype"),
    [("float32", ag.float32), (float, ag.float64), (int, ag.int64), (bool, ag.bool),
     ("i1", ag.int8), (np.uint8, ag.uint8), (ag.float16, ag.float16)],
)  # fmt: skip
def test_as_dtype(given, dtype):
    assert dtypes.as_dtype(given) is dtype


@pytest.mark.parametrize("given", ["float128", "complex64", "U3", object, 7, "nothing", ">f4"])
def test_what_is_no_supported_dtype(given):
    with pytest.raises(DtypeError, match="choose one of float16, float32"):
        dtypes.as_dtype(given)


def test_names_in_the_package():
    assert (ag.float, ag.double, ag.long, ag.bool) == (
        ag.float32,
        ag.float64,
        ag.int64,
        np.dtype(bool),
    )


@pytest.mark.parametrize(
    ("operands", "dtype"),
    [
        ((np.zeros(2, "f4"), np.zeros(2, "f8")), ag.float64),
        ((np.zeros(2, "f4"), np.float64(1)), ag.float32),
        ((np.zeros(2, "i8"), np.zeros(2, "f2")), ag.float16),
        ((np.zeros(2, "u1"), np.zeros(2, "i1")), ag.int16),
        ((np.zeros(2, "?"), 1), ag.int64),
        ((np.zeros(2, "i1"), 300), ag.int8),
        ((np.zeros(2, "i1"), 2.5), ag.float32),
        ((np.float64(1), 2.5), ag.float64),
        ((np.int8(1), np.zeros(2, "?")), ag.int8),
    ],
    ids=str,
)
def test_result_type(operands, dtype):
    assert dtypes.result_type(*operands) == dtype


def test_to_promote_is_none_where_operands_agree():
    f4 = np.zeros(2, "f4")
    assert dtypes.to_promote((f4, f4), False) is None
    assert dtypes.to_promote((f4, 2.5), False) is None
    assert dtypes.to_promote((f4, np.zeros(2)), False) == ag.float64
    assert dtypes.to_promote((np.zeros(2, "i8"), 2), True) == ag.float32


@pytest.mark.parametrize("cond_dtype", [ag.float16, ag.float64])
def test_a_python_number_in_where_adapts(cond_dtype):
    x = ag.tensor(1.0, dtype=cond_dtype)
    assert ag.where(ag.tensor([True]), x, 2.0).dtype == cond_dtype


def test_result_type_of_what_is_no_operand():
    with pytest.raises(DtypeError, match="None"):
        ag.result_type(ag.zeros(1), None)


@pytest.mark.parametrize("number", [300, -1, 2**63])
def test_integers_beyond_a_dtype_wrap_around(number):
    a, wrapped = dtypes.wrapped(np.zeros(1, np.uint8), number)
    assert wrapped == number % 256
    assert wrapped.dtype == a.dtype


def test_integers_beyond_any_dtype_are_refused():
    with pytest.raises(RangeError, match="that int64 can hold"):
        ag.tensor([1]) + 10**30


NUMBERS = [True, 3, 2.5]


def operands(m):
    """A vector, a 0-d tensor and the numbers of every dtype, in the package `m`."""
    made = [m.ones(shape).to(getattr(m, str(d))) for d in dtypes.SUPPORTED for shape in ((2,), ())]
    return made + NUMBERS


def test_promotion_of_all_pairs_is_pytorchs():
    torch = pytest.importorskip("torch")
    named = lambda dtype: str(dtype).removeprefix("torch.")  # noqa: E731
    pairs = list(itertools.product(zip(operands(ag), operands(torch)), repeat=2))
    assert len(pairs) == 441
    for (a, x), (b, y) in pairs:
        expected = torch.result_type(x, y)
        assert named(ag.result_type(a, b)) == named(expected), (x, y)
        if isinstance(x, torch.Tensor) or isinstance(y, torch.Tensor):
            assert named((a * b).dtype) == named((x * y).dtype) == named(expected), (x, y)
            assert named(ag.where(ag.tensor(True), a, b).dtype) == named(expected), (x, y)


def test_casting_between_all_dtypes_is_pytorchs():
    torch = pytest.importorskip("torch")
    for a, b in itertools.product(map(str, dtypes.SUPPORTED), repeat=2):
        x, y = getattr(torch, a), getattr(torch, b)
        assert ag.can_cast(a, b) == torch.can_cast(x, y)
        assert str(ag.promote_types(a, b)) == str(torch.promote_types(x, y))[len("torch.") :]
