"""NumPy's functions and arrays beside tensors."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import DtypeError


def leaf(data, dtype=np.float64) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=dtype), requires_grad=True)


UFUNCS = [np.sin, np.cos, np.exp, np.log, np.log1p, np.sqrt, np.tanh, np.absolute, np.negative]
FUNCTIONS = {
    "sum": lambda x: np.sum(x),
    "sum axis": lambda x: np.sum(x, axis=0),
    "sum keepdims": lambda x: np.sum(x, axis=(0, 1), keepdims=True),
    "mean": lambda x: np.mean(x, axis=1),
    "max": lambda x: np.max(x, axis=1),
    "amin": lambda x: np.amin(x),
    "var": lambda x: np.var(x),
    "var ddof": lambda x: np.var(x, axis=0, ddof=1),
    "clip": lambda x: np.clip(x, 1.0, 2.0),
    "clip by name": lambda x: np.clip(x, a_min=1.0, a_max=2.0),
    "where": lambda x: np.where(np.array([True, False, True]), x, 0.0),
    "maximum": lambda x: np.maximum(x, 2.0),
    "power": lambda x: np.power(x, 3),
    "multiply": lambda x: np.multiply(2.0, x),
    "matmul": lambda x: np.matmul(x, np.ones((3, 2))),
    "reshape": lambda x: np.reshape(x, (3, 2)),
    "swapaxes": lambda x: np.swapaxes(x, 0, 1),
    "broadcast_to": lambda x: np.broadcast_to(x, (4, 2, 3)),
    "concatenate": lambda x: np.concatenate([x, np.ones((1, 3))]),
    "concatenate axis": lambda x: np.concatenate((x, x), axis=1),
    "stack": lambda x: np.stack([x, x], axis=-1),
    "take_along_axis": lambda x: np.take_along_axis(x, np.array([[0], [2]]), axis=1),
}


def assert_like_numpy(f):
    array = np.array([[1.0, 2.5, 0.5], [3.0, 1.5, 2.25]])
    x = leaf(array)
    y = f(x)
    assert isinstance(y, ag.Tensor)
    assert y.requires_grad
    np.testing.assert_allclose(y.detach().numpy(), f(array), rtol=1e-14)
    y.sum().backward()
    assert x.grad.shape == x.shape


@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda u: u.__name__)
def test_ufuncs(ufunc):
    assert_like_numpy(ufunc)


@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)
def test_functions(f):
    assert_like_numpy(f)


BESIDE = {
    "array + x": lambda a, x: a + x,
    "array - x": lambda a, x: a - x,
    "array * x": lambda a, x: a * x,
    "array / x": lambda a, x: a / x,
    "array ** x": lambda a, x: (a + 1) ** x,
    "x * array": lambda a, x: x * a,
    "array @ x": lambda a, x: a @ x,
    "x @ array": lambda a, x: x @ a,
    "list + x": lambda a, x: [1.0, 2.0, 3.0] + x,  # noqa: RUF005
}


@pytest.mark.parametrize("f", BESIDE.values(), ids=BESIDE)
def test_arrays_beside_tensors(f):
    a, x = np.arange(9.0).reshape(3, 3), leaf(np.eye(3) + 1)
    y = f(a, x)
    assert isinstance(y, ag.Tensor)
    assert y.requires_grad
    np.testing.assert_allclose(y.array, f(a, x.array))


@pytest.mark.parametrize("number", [np.float64(2), np.float32(2), np.int64(2), np.float16(2)])
def test_numpy_numbers_do_not_widen(number):
    x = leaf([1.0, 2.0], np.float32)
    for y in (number * x, x * number, number + x, x / number, x - number, x**number):
        assert y.dtype == ag.float32
        assert y.requires_grad


def test_arrays_are_compared_entry_by_entry():
    x = ag.tensor([1.0, 2.0])
    for y in (np.array([1.0, 3.0]) == x, x == np.array([1.0, 3.0]), x == [1.0, 3.0]):
        assert isinstance(y, ag.Tensor)
        assert y.tolist() == [True, False]
    assert (np.array([0.0, 3.0]) < x).tolist() == [True, False]


def test_questions_take_no_part():
    y = np.isnan(leaf([-1.5, np.nan]))
    assert y.tolist() == [False, True]
    assert not y.requires_grad


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: np.spacing(x), r"np\.spacing has no derivative"),
        (lambda x: np.nanprod(x), r"np\.nanprod has no derivative.*np\.(prod|nansum) has"),
        (lambda x: np.linalg.inv(x), r"np\.inv has no derivative.*detach\(\)\.numpy\(\)"),
    ],
)
def test_functions_without_a_rule(call, message):
    with pytest.raises(DtypeError, match=message):
        call(leaf(np.eye(2)))


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.add.reduce(x), lambda x: np.multiply.outer(x, x),
        lambda x: np.add(x, 1, out=np.zeros(2)), lambda x: np.exp(x, where=np.array([True, False])),
    ],
    ids=["reduce", "outer", "out", "where"],
)  # fmt: skip
def test_unknown_uses_of_known_functions_say_what_is_unknown(call):
    with pytest.raises(DtypeError) as caught:
        call(leaf([1.0, 2.0]))
    message = str(caught.value)
    assert not message.startswith(("np.add has no derivative", "np.exp has no derivative"))


def test_an_array_is_not_written_into():
    a = np.ones(2)
    with pytest.raises(DtypeError):
        a += leaf([1.0, 2.0])
    assert a.tolist() == [1, 1]
