"""Batches out of examples: the kinds, shapes and dtypes that PyTorch gives."""

from __future__ import annotations

from collections import OrderedDict, UserDict, UserList, defaultdict, namedtuple

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import DtypeError, ShapeError
from autograd_fr.utils.data import default_collate, default_convert

Point = namedtuple("Point", ["x", "y"])


class Rest(UserList):
    """A sequence that knows more than its entries."""

    name = ""


def named(entries, name):
    rest = Rest(entries)
    rest.name = name
    return rest


BATCHES = {
    "floats": [1.5, 2.5],
    "ints": [1, 2],
    "bools": [True, False],
    "strings": ["a", "b"],
    "bytes": [b"a", b"b"],
    "arrays": [np.ones((2, 3), np.float32), np.zeros((2, 3), np.float32)],
    "small integers": [np.ones(2, np.uint8)] * 3,
    "0-d arrays": [np.array(1.0), np.array(2.0)],
    "0-d arrays and numbers": [np.array(1, np.float32), 2],
    "arrays of several dtypes": [np.ones(2, np.float32), np.ones(2, np.int64)],
    "arrays and lists": [np.ones(2, np.float32), [1.0, 2.0]],
    "further keys": [{"a": 1}, {"a": 2, "b": 3}],
    "numbers of NumPy": [np.float32(1), np.float32(2)],
    "integers of NumPy": [np.int16(1), np.int16(2)],
    "bools of NumPy": [np.bool_(True), np.bool_(False)],
    "tuples": [(1, 2.0, "a"), (3, 4.0, "b")],
    "lists": [[1, 2.0], [3, 4.0]],
    "dicts": [{"a": 1, "b": np.ones(2)}, {"a": 2, "b": np.zeros(2)}],
    "ordered": [OrderedDict(a=1), OrderedDict(a=2)],
    "default": [defaultdict(list, a=1), defaultdict(list, a=2)],
    "user dict": [UserDict(a=1), UserDict(a=2)],
    "named tuples": [Point(0, 1.0), Point(2, 3.0)],
    "nested": [{"p": Point([1, 2], ("a", 1.0))}, {"p": Point([3, 4], ("b", 2.0))}],
    "ranges": [range(2), range(2)],
    "own sequence": [named([1, 2], "n"), named([3, 4], "n")],
    "empty tuples": [(), ()],
    "one": [(1, "a")],
}


def described(batch, tensor):
    """Kinds, dtypes and entries, in words that are the same for both."""
    if isinstance(batch, tensor):
        return str(np.asarray(batch).dtype), batch.tolist()
    if hasattr(batch, "keys"):
        return type(batch), {k: described(batch[k], tensor) for k in batch}
    if isinstance(batch, (str, bytes)):
        return batch
    if hasattr(batch, "__iter__"):
        return type(batch), [described(each, tensor) for each in batch]
    return batch


@pytest.mark.parametrize("case", BATCHES)
@pytest.mark.parametrize("name", ["default_collate", "default_convert"])
def test_a_batch_is_pytorchs(case, name):
    torch = pytest.importorskip("torch")
    ours = {"default_collate": default_collate, "default_convert": default_convert}[name]
    theirs = getattr(torch.utils.data, name)
    expected = described(theirs(BATCHES[case]), torch.Tensor)
    assert described(ours(BATCHES[case]), ag.Tensor) == expected


def test_a_container_keeps_what_it_knows():
    assert default_collate(BATCHES["own sequence"]).name == "n"
    assert default_collate(BATCHES["default"]).default_factory is list


def test_tensors_are_stacked_and_recorded():
    a, b = ag.tensor([1.0, 2.0], requires_grad=True), ag.tensor([3.0, 4.0])
    batch = default_collate([a, b, a])
    assert batch.shape == (3, 2) and batch.requires_grad
    batch.sum().backward()
    assert a.grad.tolist() == [2, 2]
    assert not default_collate([b, b]).requires_grad


def test_tensors_of_several_dtypes_are_stacked_as_pytorch_does():
    torch = pytest.importorskip("torch")
    for a, b in [(1.0, 2), (True, 2), ([1.0, 2.0], [1, 2]), ([1], [True])]:
        ours = default_collate([ag.tensor(a), ag.tensor(b)])
        theirs = torch.utils.data.default_collate([torch.tensor(a), torch.tensor(b)])
        assert described(ours, ag.Tensor) == described(theirs, torch.Tensor)
    ours = default_collate([np.ones(2), ag.ones(2)])
    assert (ours.dtype, ours.tolist()) == (np.float64, [[1, 1], [1, 1]])


@pytest.mark.parametrize("other", [np.zeros(2), 2, [1.0, 2.0], "a", None])
def test_a_tensor_stands_beside_tensors_only(other):
    with pytest.raises(TypeError, match=f"{type(other).__name__} stands beside Tensor"):
        default_collate([ag.zeros(2), other])


def test_no_examples_make_no_batch():
    with pytest.raises(IndexError, match="one example or more, got none"):
        default_collate([])


def test_examples_have_the_keys_of_the_first():
    with pytest.raises(ShapeError, match="the key 'a' of the first is missing in another"):
        default_collate([{"a": 1}, {"b": 1}])


def test_a_batch_shares_no_memory_with_its_examples():
    a = np.zeros(2)
    batch = default_collate([a])
    batch += 1
    assert a.tolist() == [0, 0]


REFUSED = {
    "shapes": ([np.zeros(2), np.zeros(3)], ShapeError, r"shapes \(2,\), \(3,\).*collate_fn"),
    "lengths": ([(1, 2), (3,)], ShapeError, r"equal length, got \[1, 2\]"),
    "a dict and a number": ([{"a": 1}, 2], DtypeError, "int stands beside dict"),
    "a tuple and a number": ([(1,), 2], DtypeError, "int stands beside tuple"),
    "none": ([None, 1], DtypeError, "found <class 'NoneType'>"),
    "objects": ([object()], DtypeError, "found <class 'object'>"),
    "arrays of strings": ([np.array(["a"])], DtypeError, "found <U1"),
    "sets": ([{1}, {2}], DtypeError, "found <class 'set'>"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_makes_no_batch_is_refused(case):
    batch, error, message = REFUSED[case]
    with pytest.raises(error, match=message) as ours:
        default_collate(batch)
    torch = pytest.importorskip("torch")
    with pytest.raises((RuntimeError, TypeError)) as theirs:
        torch.utils.data.default_collate(batch)
    assert issubclass(ours.type, theirs.type)
