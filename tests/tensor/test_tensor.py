"""Tensor: conversions to Python and NumPy, copies, comparison."""

from __future__ import annotations

import copy
import operator
import pickle

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import AutogradError, DtypeError, GraphError, ShapeError


def leaf(data, dtype=np.float64) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=dtype), requires_grad=True)


# What it is


def test_shape_and_size():
    x = ag.zeros(2, 3)
    assert (x.shape, x.ndim, x.dim(), x.numel(), x.dtype) == ((2, 3), 2, 2, 6, ag.float32)
    assert (x.size(), x.size(0), x.size(-1), x.size(dim=1)) == ((2, 3), 2, 3, 3)


def test_a_name():
    x = ag.tensor(1.0, name="x")
    assert x.name == "x"
    assert (x + 1).name is None
    y = x + 1
    y.name = "y"
    assert y.name == "y"
    assert ag.tensor(1.0).name is None


def test_strange_attributes_are_refused():
    with pytest.raises(AttributeError):
        ag.tensor(1.0).weigth = 3


# To Python


@pytest.mark.parametrize(
    ("data", "kind"), [(1.5, float), ([[2.5]], float), (3, int), ([True], bool), (True, bool)]
)
def test_item(data, kind):
    item = ag.tensor(data).item()
    assert type(item) is kind
    assert item == np.ravel(data)[0]


def test_item_of_several():
    with pytest.raises(AutogradError, match=r"one entry.*\(2,\)"):
        ag.zeros(2).item()


@pytest.mark.parametrize("data", [1.5, 3, [1, 2], [[1.5, 2.5]], [[]], [True, False]])
def test_tolist(data):
    found = ag.tensor(data).tolist()
    assert found == data
    assert type(found) is type(data)


def test_numbers():
    assert float(ag.tensor([2.5])) == 2.5
    assert int(ag.tensor(2.9)) == 2
    assert float(leaf(2.5)) == 2.5
    assert complex(ag.tensor(2.5)) == 2.5
    with pytest.raises(AutogradError):
        float(ag.zeros(2))


def test_an_integer_tensor_is_an_index():
    assert [10, 20, 30][ag.tensor(1)] == 20
    assert list(range(ag.tensor(3))) == [0, 1, 2]
    assert operator.index(ag.tensor([7])) == 7
    with pytest.raises(TypeError, match=r"float32"):
        [10, 20][ag.tensor(1.0)]


def test_truth():
    assert ag.tensor(1.0)
    assert not ag.tensor([[0]])
    with pytest.raises(AutogradError, match=r"any\(\) or \.all\(\)"):
        bool(ag.tensor([True, True]))
    with pytest.raises(AutogradError):
        bool(ag.zeros(0))


def test_length_and_iteration():
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    assert len(x) == 2
    first, second = x
    (first * second).sum().backward()
    assert x.grad.tolist() == [[3, 4], [1, 2]]
    assert [row.tolist() for row in reversed(x)] == [[3, 4], [1, 2]]


def test_a_number_has_no_length():
    with pytest.raises(TypeError, match="0-d"):
        len(ag.tensor(1.0))
    with pytest.raises(TypeError, match="0-d"):
        iter(ag.tensor(1.0))


def test_format():
    assert f"{ag.tensor(1.23456):.2f}" == "1.23"
    assert f"{ag.tensor(7):>4d}" == "   7"
    assert f"{ag.tensor([1.0])}" == "tensor([1.])"
    with pytest.raises(TypeError):
        f"{ag.tensor([1.0, 2.0]):.2f}"


@pytest.mark.parametrize("convert", [float, int, complex, ag.Tensor.item])
def test_several_entries_are_no_number(convert):
    with pytest.raises(ValueError, match="one entry") as caught:
        convert(ag.ones(2))
    assert isinstance(caught.value, RuntimeError)


# To NumPy


@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_numpy_shares_memory(shape):
    x = ag.zeros(shape)
    array = x.numpy()
    assert type(array) is np.ndarray
    assert array.shape == shape
    array[...] = 5
    assert (x == 5).all()


@pytest.mark.parametrize("convert", [lambda x: x.numpy(), np.asarray, np.array])
@pytest.mark.parametrize(
    "x", [leaf(1.0), leaf([1.0]), leaf([1.0]) * 2], ids=["0-d", "leaf", "result"]
)
def test_a_gradient_is_not_lost_to_numpy(x, convert):
    with pytest.raises(GraphError, match=r"detach\(\)\.numpy\(\)"):
        convert(x)


def test_arrays_of_a_tensor():
    x = ag.tensor([1.0, 2.0])
    assert np.shares_memory(np.asarray(x), x.array)
    assert not np.shares_memory(np.array(x), x.array)
    assert np.asarray(x, dtype=np.int64).tolist() == [1, 2]
    assert np.array(ag.tensor(1.5)).shape == ()
    with pytest.raises(ValueError):
        np.asarray(x, dtype=np.float64, copy=False)


# Copies


def test_clone_has_its_own_memory():
    x = leaf([1.0, 2.0])
    y = x.clone()
    assert not np.shares_memory(x.array, y.array)
    y.sum().backward()
    assert x.grad.tolist() == [1, 1]


@pytest.mark.parametrize(
    "duplicate",
    [copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))],
    ids=["deepcopy", "pickle"],
)
@pytest.mark.parametrize("data", [2.0, [1.0, 2.0]])
def test_leaves_are_duplicated_with_their_gradient(duplicate, data):
    x = ag.tensor(data, requires_grad=True, name="x")
    (x * x).sum().backward()
    y = duplicate(x)
    assert type(y) is ag.Tensor
    assert (y.requires_grad, y.name, y.tolist(), y.grad.tolist()) == (
        True,
        "x",
        data,
        x.grad.tolist(),
    )
    assert not np.shares_memory(x.array, y.array)
    (y * y).sum().backward()
    assert x.grad.tolist() != y.grad.tolist()


@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickle.dumps], ids=["deepcopy", "pickle"])
def test_results_are_not_duplicated_with_their_graph(duplicate):
    with pytest.raises(GraphError, match="detach"):
        duplicate(leaf([1.0, 2.0]) * 2)


def test_a_deep_graph_does_not_exhaust_the_stack_when_copied():
    y = leaf(1.0)
    for _ in range(2000):
        y = y + 1
    with pytest.raises(GraphError):
        copy.deepcopy(y)


def test_shared_leaves_stay_shared_in_a_deep_copy():
    x = leaf([1.0])
    a, b = copy.deepcopy([x, x])
    assert a is b
    assert a is not x


# Comparison, hashing


def test_comparisons_are_entry_by_entry():
    x = ag.tensor([1.0, 2.0, 3.0])
    assert (x == 2).tolist() == [False, True, False]
    assert (x != 2).tolist() == [True, False, True]
    assert (x < 2).tolist() == [True, False, False]
    assert (2 >= x).tolist() == [True, True, False]  # noqa: SIM300
    assert (x > ag.tensor([2.0, 1.0, 3.0])).tolist() == [False, True, False]
    assert (x == x).dtype == ag.bool


def test_comparison_with_nothing():
    x = ag.tensor([1.0])
    assert (x == None) is False  # noqa: E711
    assert (x != None) is True  # noqa: E711


def test_tensors_are_keys_by_identity():
    x, y = ag.tensor([1.0]), ag.tensor([1.0])
    assert {x: 1, y: 2}[x] == 1
    assert len({x, y, x}) == 2


def test_membership():
    assert 2 in ag.tensor([1, 2])
    assert 5 not in ag.tensor([1, 2])
    assert 2 in ag.tensor([[1, 2], [3, 4]])


# dtypes and memory


def test_to():
    x = leaf([1.5, -2.5])
    assert x.to(ag.float64) is x
    assert x.double() is x
    assert x.float().dtype == ag.float32
    assert x.float().requires_grad
    assert x.long().tolist() == [1, -2]
    assert x.bool().tolist() == [True, True]
    assert x.astype("float16").dtype == ag.float16
    with pytest.raises(DtypeError, match="complex128 is not supported"):
        x.to(complex)


def test_data_shares_memory_and_can_be_replaced():
    x = leaf([1.0, 2.0])
    x.data.array[0] = 5
    assert x.tolist() == [5, 2]
    x.data = ag.tensor([7.0, 8.0], dtype=ag.float64)
    assert x.tolist() == [7, 8]
    assert x.requires_grad


def test_shapes_given_one_by_one_or_together():
    x = ag.zeros(2, 3, 4)
    assert x.reshape(6, 4).shape == x.reshape((6, 4)).shape == x.reshape([6, -1]).shape == (6, 4)
    assert x.permute(2, 0, 1).shape == x.permute((2, 0, 1)).shape == (4, 2, 3)
    assert x[0].expand(5, 3, 4).shape == x[0].expand((5, -1, -1)).shape == (5, 3, 4)
    assert x.transpose(0, 2).shape == x.T.shape == x.transpose().shape == (4, 3, 2)


def test_t_is_for_matrices():
    with pytest.raises(AutogradError, match=r"\(2, 3, 4\).*mT"):
        ag.zeros(2, 3, 4).t()


def test_incompatible_operands_name_themselves():
    with pytest.raises(ShapeError, match=r"add: shapes \(2,\) and \(3,\)"):
        ag.zeros(2) + ag.zeros(3)


@pytest.mark.parametrize(
    ("start", "change"),
    [
        ([3, 1], lambda t: t.__iadd__(1.5)),
        ([3, 1], lambda t: t.__itruediv__(2)),
        ([3, 1], lambda t: t.__iadd__(ag.tensor([0.5, 0.5]))),
        ([True, False], lambda t: t.__iadd__(1)),
    ],
)
def test_what_does_not_fit_the_dtype_is_refused_in_place(start, change):
    t = ag.tensor(start)
    with pytest.raises(DtypeError, match="does not fit"):
        change(t)
    assert t.tolist() == start


def test_a_running_sum_of_losses_stays_in_the_graph():
    x = leaf([1.0, 2.0])
    total = ag.tensor(0.0, dtype=ag.float64)
    for factor in (1, 2, 3):
        total += (factor * x).sum()
    total.backward()
    assert x.grad.tolist() == [6, 6]


def test_a_leaf_that_requires_a_gradient_is_not_changed_while_recording():
    x = leaf([1.0])
    with pytest.raises(GraphError, match="no_grad"):
        x += 1


def test_data_set_from_an_array_is_a_copy_and_must_be_floating():
    x, array = leaf([1.0, 2.0]), np.array([3.0, 4.0])
    x.data = array
    array[0] = 7
    assert x.tolist() == [3, 4]
    with pytest.raises(DtypeError, match="int64"):
        x.data = ag.tensor([1, 2])


# What belongs to complex numbers, to old programs, and to questions


def test_real_tensors_are_their_own_real_part_and_conjugate():
    x = leaf([1.0, 2.0])
    assert all(part is x for part in (x.real, ag.real(x), np.real(x), x.conj(), np.conj(x)))
    assert not x.is_complex()
    for call in (lambda: x.imag, lambda: ag.imag(x)):
        with pytest.raises(RuntimeError, match="imag: tensors are real"):
            call()


def test_variables_are_leaves_over_the_same_memory():
    x = leaf([1.0, 2.0]) * 2
    v = ag.autograd.Variable(x, requires_grad=True)
    assert v.is_leaf and v.requires_grad and type(v) is ag.Tensor
    assert np.shares_memory(v.array, x.array)
    assert not ag.autograd.Variable(x).requires_grad
    assert isinstance(v, ag.autograd.Variable) and not isinstance(1.0, ag.autograd.Variable)
    with pytest.raises(TypeError, match=r"Variable\(\) takes a tensor, not list"):
        ag.autograd.Variable([1.0])


def test_whether_it_is_nonzero():
    assert ag.tensor([2]).is_nonzero() and not ag.tensor(0.0).is_nonzero()
    with pytest.raises(RuntimeError, match="neither true nor false"):
        ag.ones(2).is_nonzero()


@pytest.mark.parametrize("module", [ag, ag.linalg, ag.nn.functional], ids=lambda m: m.__name__)
def test_functions_can_be_pickled(module):
    public = module.__all__ if module is ag.linalg else [*ag.ops.__all__, *ag.ops.LATE]
    functions = [f for name in public if callable(f := getattr(module, name, None))]
    assert len(functions) > 5
    for function in functions:
        assert pickle.loads(pickle.dumps(function)) is function


def test_a_word_that_is_neither_a_device_nor_a_dtype():
    with pytest.raises(DtypeError, match="'foo' is not a device, as 'cpu' is; and 'foo' is not"):
        ag.ones(1).to("foo")
    assert ag.ones(1).to("float64").dtype == ag.float64
