"""New tensors."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import DtypeError, GraphError, RangeError, ShapeError


def same(t: ag.Tensor, expected, dtype) -> None:
    assert t.dtype == dtype
    assert t.shape == np.shape(expected)
    np.testing.assert_array_equal(t.array, expected)


MAKERS = pytest.mark.parametrize("make", [ag.tensor, ag.as_tensor])


@MAKERS
@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        (1.5, ag.float32),
        (1, ag.int64),
        (True, ag.bool),
        ([], ag.float32),
        ([[]], ag.float32),
        ([1, 2], ag.int64),
        ([1, 2.5], ag.float32),
        ([True, False], ag.bool),
        ([True, 2], ag.int64),
        ([[1.0], [2.0]], ag.float32),
        ((1, 2), ag.int64),
        (range(3), ag.int64),
        (np.float64(1.5), ag.float64),
        (np.int8(3), ag.int8),
        (np.arange(3, dtype=np.uint8), ag.uint8),
        (np.ones(2, np.float16), ag.float16),
        ([np.ones(2), np.ones(2)], ag.float64),
        ([np.float64(1.0), np.float64(2.0)], ag.float64),
    ],
    ids=repr,
)
def test_dtypes_of_data(make, data, dtype):
    same(make(data), data, dtype)


@MAKERS
def test_a_dtype_can_be_chosen(make):
    same(make([1, 2], dtype=ag.float64), [1.0, 2.0], ag.float64)
    same(make([1.9, -1.9], dtype="int32"), [1, -1], ag.int32)
    same(make(ag.tensor([1, 0]), dtype=bool), [True, False], ag.bool)


OF_ONE = {
    "float": (2.5, ag.float32),
    "int": (2, ag.int64),
    "bool": (True, ag.bool),
    "float16 tensor": (ag.tensor(1.0, dtype=ag.float16), ag.float16),
    "float64 tensor": (ag.tensor(1.0, dtype=ag.float64), ag.float64),
    "int32 tensor": (ag.tensor(1, dtype=ag.int32), ag.int32),
    "uint8 tensor of one axis": (ag.tensor([1], dtype=ag.uint8), ag.uint8),
    "np.float32": (np.float32(1), ag.float32),
    "np.int32": (np.int32(1), ag.int32),
    "np.float64": (np.float64(1), ag.float64),
}


@MAKERS
@pytest.mark.parametrize("one", OF_ONE)
@pytest.mark.parametrize("two", OF_ONE)
def test_mixed_lists_take_the_narrowest_dtype_that_holds_all(make, one, two):
    (a, d), (b, e) = OF_ONE[one], OF_ONE[two]
    same(make([a, b]), [float(a), float(b)], ag.promote_types(d, e))
    same(make([[0, a], [True, b]]), [[0, float(a)], [1, float(b)]],
         ag.promote_types(ag.promote_types(d, e), ag.int64))  # fmt: skip


@MAKERS
def test_rows_that_are_arrays_bring_their_dtype(make):
    same(make([np.ones(2, np.float32), [1, 2]]), [[1, 1], [1, 2]], ag.float32)
    same(make([[1, 2], np.ones(2, np.float16)]), [[1, 2], [1, 1]], ag.float16)
    same(make([np.ones(2), [1.5, 2]]), [[1, 1], [1.5, 2]], ag.float64)


@MAKERS
def test_tensors_in_a_list_are_single_numbers(make):
    same(make([ag.ones(1), ag.ones(1, 1), 2]), [1.0, 1.0, 2.0], ag.float32)
    same(make([[ag.ones(1)], [ag.ones(())]]), [[1.0], [1.0]], ag.float32)
    for longer in (ag.ones(2), ag.zeros(0)):
        with pytest.raises(ShapeError, match=r"use stack\(\)"):
            make([longer, longer])


@MAKERS
@pytest.mark.parametrize("data", [2**70, 2**63, [2**70, 1], [2**63, -1]])
def test_integers_beyond_int64(make, data):
    with pytest.raises(RangeError, match="that int64 can hold"):
        make(data)


def test_a_huge_integer_among_floats_is_a_float():
    same(ag.tensor([2**70, 1.0]), [2.0**70, 1.0], ag.float32)
    same(ag.tensor(2**70, dtype=ag.float64), 2.0**70, ag.float64)


@MAKERS
def test_complex_numbers_are_named(make):
    with pytest.raises(DtypeError, match="complex numbers are not supported"):
        make([1 + 2j])


@MAKERS
@pytest.mark.parametrize(
    "data", ["abc", ["a", "b"], None, [None], {}, {1, 2}, 1j, np.array([1j]), object(), [1, "a"],
             np.array(["a"]), np.array([None]), np.array(["2020"], "M8[Y]")]
)  # fmt: skip
def test_what_is_not_numeric(make, data):
    with pytest.raises(DtypeError):
        make(data)


@MAKERS
@pytest.mark.parametrize("data", [[[1, 2], [3]], [[1], 2], [np.ones(2), np.ones(3)]])
def test_ragged_lists(make, data):
    with pytest.raises(ShapeError, match="rows of different lengths"):
        make(data)


@MAKERS
@pytest.mark.parametrize("dtype", ["complex64", "uint16", "S3", "no such", object, 3])
def test_unsupported_dtypes(make, dtype):
    with pytest.raises(DtypeError, match=r"float32.*int64"):
        make([1, 2], dtype=dtype)


@pytest.mark.parametrize("kind", [lambda a: a, lambda a: a[::2], lambda a: a.T])
def test_a_tensor_owns_its_memory(kind):
    a = np.ones((2, 2))
    t = ag.tensor(kind(a))
    a[...] = 5
    assert (t == 1).all()


@pytest.mark.parametrize("number", [np.bool_(True), np.float32(2), np.int64(3)])
def test_numpys_scalars_become_tensors(number):
    for made in (ag.as_tensor(number), ag.asarray(number), ag.tensor(number)):
        assert (made.dtype, made.shape, made.item()) == (number.dtype, (), number.item())


def test_as_tensor_and_from_numpy_share():
    a = np.ones(2)
    for t in (ag.as_tensor(a), ag.from_numpy(a)):
        assert np.shares_memory(t.array, a)
    t = ag.tensor(1.0, requires_grad=True)
    assert ag.as_tensor(t) is t
    assert ag.as_tensor(t, dtype=ag.float32) is t


def test_from_numpy_shares_a_number():
    a = np.array(1.0)
    t = ag.from_numpy(a)
    a[...] = 5
    assert t.item() == 5


def test_from_numpy_takes_arrays_only():
    with pytest.raises(TypeError, match="list"):
        ag.from_numpy([1.0])
    with pytest.raises(DtypeError, match="complex"):
        ag.from_numpy(np.ones(2, complex))


SUBCLASSES = {"matrix": np.matrix, "masked": np.ma.masked_array}
MATRIX = pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")


@MATRIX
@pytest.mark.parametrize("make", [ag.tensor, ag.as_tensor, ag.from_numpy])
@pytest.mark.parametrize("subclass", SUBCLASSES.values(), ids=SUBCLASSES)
def test_subclasses_become_ordinary_arrays(make, subclass):
    t = make(subclass([[1.0, 2.0], [3.0, 4.0]]))
    assert type(t.array) is np.ndarray
    assert (t * t).tolist() == [[1, 4], [9, 16]]


@MATRIX
def test_a_matrix_beside_a_tensor_is_an_ordinary_array():
    t = ag.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert (t * np.matrix([[1.0, 2.0], [3.0, 4.0]])).tolist() == [[1, 4], [9, 16]]


def test_a_leaf():
    t = ag.tensor([1.0], requires_grad=True, name="w")
    assert t.requires_grad
    assert t.is_leaf
    assert t.name == "w"
    source = ag.tensor(2.0, requires_grad=True) * 2
    assert ag.tensor(source).is_leaf
    assert not ag.tensor(source).requires_grad


# Filled by a rule


@pytest.mark.parametrize("size", [(), (3,), (2, 3), (0, 2)])
@pytest.mark.parametrize(("make", "value"), [(ag.zeros, 0), (ag.ones, 1)])
def test_zeros_and_ones(make, value, size):
    same(make(*size), np.full(size, value), ag.float32)
    same(make(size), np.full(size, value), ag.float32)
    same(make(list(size), dtype=ag.int32), np.full(size, value), ag.int32)
    assert make(*size, requires_grad=True).requires_grad


@pytest.mark.parametrize(("make", "value"), [(ag.zeros_like, 0), (ag.ones_like, 1)])
def test_likes(make, value):
    t = ag.tensor([[1, 2]], dtype=ag.int32)
    same(make(t), [[value, value]], ag.int32)
    same(make(t, dtype=ag.float64), [[value, value]], ag.float64)
    assert make(ag.ones(2), requires_grad=True).requires_grad


@pytest.mark.parametrize(
    ("value", "dtype"),
    [(7.0, ag.float32), (7, ag.int64), (True, ag.bool), (np.float64(7.0), ag.float32),
     (np.float32(7), ag.float32), (np.int64(7), ag.int64), (np.int32(7), ag.int64),
     (ag.tensor(7.0), ag.float32)],
    ids=repr,
)  # fmt: skip
def test_full(value, dtype):
    expected = value.item() if isinstance(value, ag.Tensor) else value
    same(ag.full((2, 1), value), np.full((2, 1), expected), dtype)


def test_full_with_a_dtype():
    same(ag.full((2,), 1, dtype=ag.float64), [1.0, 1.0], ag.float64)
    same(ag.full(2, 1.5), [1.5, 1.5], ag.float32)
    same(ag.full((), 2.0), 2.0, ag.float32)


@pytest.mark.parametrize("value", ["a", None, 1j])
def test_full_of_no_number(value):
    with pytest.raises(DtypeError):
        ag.full((2,), value)


@pytest.mark.parametrize(
    ("args", "dtype"),
    [((3,), ag.int64), ((3.0,), ag.float32), ((1, 4), ag.int64), ((0, 1, 0.25), ag.float32),
     ((5, 1, -2), ag.int64), ((0,), ag.int64), ((1, 4, 2.0), ag.float32),
     ((np.float64(3),), ag.float32), ((np.float32(3),), ag.float32), ((np.int32(3),), ag.int64)],
    ids=repr,
)  # fmt: skip
def test_arange(args, dtype):
    same(ag.arange(*args), np.arange(*args), dtype)


def test_arange_with_options():
    same(ag.arange(3, dtype=ag.float64, requires_grad=True), [0.0, 1.0, 2.0], ag.float64)
    same(ag.arange(start=1, end=3), [1, 2], ag.int64)


def test_rows_between_ends_of_each_sample():
    a, b = ag.tensor([0.0, 1.0]), ag.tensor([1.0, 5.0])
    same(ag.vmap(lambda a, b: ag.linspace(a, b, 3))(a, b), [[0, 0.5, 1], [1, 3, 5]], ag.float32)
    same(
        ag.vmap(lambda a: ag.logspace(a, 2, 3))(a * 2), [[1, 10, 100], [100, 100, 100]], ag.float32
    )
    ints = ag.vmap(lambda a: ag.linspace(a, 9.5, 4, dtype=ag.int64))(ag.tensor([0, 3]))
    same(ints, [[0, 3, 6, 9], [3, 5, 7, 9]], ag.int64)
    assert ag.func.grad(
        lambda a: ag.vmap(lambda a: ag.linspace(a, 1, 3))(a).sum()
    )(a).tolist() == [1.5, 1.5]  # fmt: skip


def test_linspace():
    same(ag.linspace(0, 1, 5), [0, 0.25, 0.5, 0.75, 1], ag.float32)
    same(ag.linspace(2, 1, 1), [2], ag.float32)
    same(ag.linspace(0, 3, steps=4, dtype=ag.int64), [0, 1, 2, 3], ag.int64)


def test_eye():
    same(ag.eye(2), np.eye(2), ag.float32)
    same(ag.eye(2, 3, dtype=ag.float64), np.eye(2, 3), ag.float64)


@pytest.mark.parametrize("size", [(2.5,), (None,), ("a",)])
def test_lengths_are_integers(size):
    with pytest.raises(TypeError):
        ag.zeros(*size)


def test_a_length_may_be_an_integer_tensor():
    assert ag.zeros(ag.tensor(2), np.int64(3)).shape == (2, 3)


def test_the_old_constructor_shares_the_memory_of_an_array_of_its_dtype():
    a = np.zeros(3, np.float32)
    x = ag.Tensor(a)
    x += 1
    assert a.tolist() == [1, 1, 1]
    w = ag.ones(3, requires_grad=True)
    y = w * x
    a[0] = 5
    with pytest.raises(GraphError, match="written into since"):
        y.sum().backward()
    b = np.zeros(3)
    ag.Tensor(b).add_(1)
    assert b.tolist() == [0, 0, 0]


def test_a_copy_of_a_masked_array_is_a_copy():
    array = np.ma.array([1.0, 2.0])
    t = ag.tensor(array)
    array[0] = 5
    assert 5 not in t


@pytest.mark.parametrize("call", [
    lambda: ag.arange(0, 1, 0), lambda: ag.arange(0, 1, -1), lambda: ag.arange(0, float("inf")),
    lambda: ag.meshgrid(ag.ones(2), indexing="zz"),
], ids=["no step", "away", "endless", "indexing"])  # fmt: skip
def test_arguments_out_of_range_are_errors_of_value_and_of_run_time(call):
    with pytest.raises(RangeError) as caught:
        call()
    assert isinstance(caught.value, ValueError) and isinstance(caught.value, RuntimeError)


@pytest.mark.parametrize(
    ("make", "number"),
    [
        (ag.zeros_like, 0), (ag.ones_like, 1), (ag.empty_like, 0), (np.zeros_like, 0),
        (lambda x: ag.full_like(x, 7.0), 7), (lambda x: ag.full_like(x, x[0] * 0 + 7), 7),
        (lambda x: x.new_zeros(2), 0), (lambda x: x.new_ones(2), 1),
        (lambda x: x.new_empty((2,)), 0), (lambda x: x.new_full((2,), 7), 7),
        (lambda x: x.new_full((2,), x[0] * 0 + 7), 7),
    ],
)  # fmt: skip
def test_beside_a_tensor_inside_vmap_there_is_room_for_each_sample(make, number):
    def written(x):
        y = make(x)
        y[0] = x[1]
        return y * 2

    x = ag.tensor([[1.0, 2.0], [3.0, 4.0]])
    same(ag.vmap(written)(x), [[4, 2 * number], [8, 2 * number]], ag.float32)
    derivative = ag.vmap(ag.func.grad(lambda x: written(x)[0]))(x)
    assert derivative.tolist() == [[0, 2], [0, 2]]


def test_a_dtype_of_their_own_and_shared_tensors_inside_vmap():
    x, shared = ag.ones(2, 3), ag.zeros(3)
    y = ag.vmap(lambda x: ag.zeros_like(x, dtype=ag.int64))(x)
    same(y, np.zeros((2, 3)), ag.int64)
    same(ag.vmap(lambda x: ag.ones_like(shared), out_dims=None)(x), np.ones(3), ag.float32)
