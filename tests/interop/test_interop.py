"""NumPy's functions and arrays beside tensors."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import DtypeError, GraphError


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
    "add.reduce": lambda x: np.add.reduce(x),
    "maximum.reduce": lambda x: np.maximum.reduce(x, axis=1, keepdims=True),
    "outer": lambda x: np.multiply.outer(x, x),
    "arctan2.outer": lambda x: np.arctan2.outer([1.0, 2.0], x),
    "matrix_transpose": lambda x: np.matrix_transpose(x),
    "var correction": lambda x: np.var(x, 1, ddof=1, keepdims=True),
    "where of names": lambda x: np.where([True, False, True], x, x * 2),
    "ldexp": lambda x: np.ldexp(x, 3),
    "fmod": lambda x: np.fmod(x, 0.75),
    "remainder": lambda x: np.mod(x, 0.75),
    "float_power": lambda x: np.float_power(x, 1.5),
    "logaddexp": lambda x: np.logaddexp(x, 1.0),
    "hypot": lambda x: np.hypot(x, 2.0),
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
        (lambda x: np.spacing(x), r"np\.spacing has no derivative.*detach\(\)\.numpy\(\)"),
        (lambda x: np.array_str(x), r"np\.array_str has no derivative.*np\.array_split has"),
        (lambda x: np.linalg.eigvals(x), r"np\.linalg\.eigvals has no derivative"),
        (lambda x: np.fft.fft(x), r"np\.fft\.fft has no derivative"),
        (lambda x: np.hypot.reduce(x), r"np\.hypot\.reduce has no derivative"),
    ],
)
def test_functions_without_a_rule(call, message):
    with pytest.raises(DtypeError, match=message):
        call(leaf(np.eye(2)))


UNKNOWN_OPTIONS = {
    "out": (lambda x: np.add(x, 1, out=np.zeros(2)), r"np\.add of a tensor takes no 'out'"),
    "where": (lambda x: np.exp(x, where=[True, False]), r"np\.exp of a tensor takes no 'where'"),
    "dtype": (lambda x: np.multiply(x, x, dtype=np.float32), r"np\.multiply .* no 'dtype'"),
    "two": (lambda x: np.sum(x, initial=1.0, where=[True]), r"np\.sum .* 'initial' nor 'where'"),
    "by position": (lambda x: np.var(x, 0, np.float32), r"np\.var .* no 'dtype'"),
    "out of a function": (lambda x: np.sum(x, out=np.zeros(())), r"np\.sum .* no 'out'"),
    "out of reduce": (lambda x: np.add.reduce(x, out=np.zeros(())), r"np\.sum .* no 'out'"),
    "order": (lambda x: np.reshape(x, (2, 1), order="F"), r"np\.reshape .* no 'order'"),
}


@pytest.mark.parametrize(("call", "message"), UNKNOWN_OPTIONS.values(), ids=UNKNOWN_OPTIONS)
def test_options_without_a_meaning_here_are_named(call, message):
    with pytest.raises(DtypeError, match=message):
        call(leaf([1.0, 2.0]))


def test_options_left_at_numpys_default_do_no_harm():
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    assert np.sum(x, 0, None, None).tolist() == [4, 6]
    assert np.reshape(x, (4,), order="C").shape == (4,)
    assert np.sum(x, 0, np.float32).dtype == ag.float32


COMPARED = {
    "equal": lambda x: np.equal(x, 2.5),
    "greater": lambda x: np.greater(2.0, x),
    "array <= x": lambda x: np.full(3, 2.0) <= x,
    "logical_xor": lambda x: np.logical_xor(x > 1, x > 2),
    "isnan": lambda x: np.isnan(x),
    "left_shift": lambda x: np.left_shift(x > 1, 2),
    "zeros_like": lambda x: np.zeros_like(x),
    "ones_like": lambda x: np.ones_like(x, dtype=np.int64),
    "full_like": lambda x: np.full_like(x, 7.0, dtype=np.float32),
}


@pytest.mark.parametrize("f", COMPARED.values(), ids=COMPARED)
def test_functions_that_take_no_part_in_a_graph(f):
    array = np.array([[1.0, 2.5, 0.5], [3.0, 1.5, 2.25]])
    y = f(leaf(array))
    assert isinstance(y, ag.Tensor)
    assert not y.requires_grad
    np.testing.assert_array_equal(y.array, f(array))
    assert y.dtype == f(array).dtype


def test_functions_about_a_tensor():
    x = leaf([[1.0, 2.0]])
    assert (np.shape(x), np.ndim(x), np.size(x)) == ((1, 2), 2, 2)
    assert np.allclose(x, b=x)
    assert np.result_type(x, np.float32) == np.float64


def test_an_array_is_not_written_into():
    a = np.ones(2)
    with pytest.raises(DtypeError):
        a += leaf([1.0, 2.0])
    assert a.tolist() == [1, 1]


def test_an_array_of_a_tensor_shares_memory_unless_a_gradient_is_required():
    x = ag.tensor([1.0, 2.0])
    np.asarray(x)[0] = 5
    assert x.tolist() == [5, 2]
    with pytest.raises(GraphError, match=r"detach\(\)\.numpy\(\)"):
        np.asarray(leaf([1.0]))


@pytest.mark.parametrize("data", [[1.0, 2.0], 3.0, [[1, 2]], [True, False]])
def test_dlpack_there_and_back(data):
    x = ag.tensor(data)
    array = np.from_dlpack(x)
    back = ag.from_dlpack(array)
    assert x.__dlpack_device__() == array.__dlpack_device__()
    array[...] = 0
    for t in (x, back):
        assert t.dtype == array.dtype
        assert t.shape == array.shape
        assert not t.any()


def test_what_dlpack_refuses():
    with pytest.raises(GraphError, match="requires a gradient"):
        np.from_dlpack(leaf([1.0]))
    with pytest.raises(DtypeError, match="complex64"):
        ag.from_dlpack(np.zeros(2, np.complex64))


def test_dlpack_with_pytorch():
    torch = pytest.importorskip("torch")
    theirs = torch.tensor([1.0, 2.0])
    ours = ag.from_dlpack(theirs)
    ours.mul_(3)
    assert theirs.tolist() == [3, 6]
    torch.from_dlpack(ours)[0] = 7
    assert ours.tolist() == theirs.tolist() == [7, 6]
