"""Datasets: their examples, their batches, and what they refuse, as PyTorch has it."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import RangeError, ShapeError
from autograd_fr.utils import data
from autograd_fr.utils.data.dataset import batch_of

X = np.arange(12, dtype=np.float32).reshape(6, 2)
Y = np.arange(6)


class Words(data.Dataset):
    """Examples one by one: dicts."""

    def __len__(self):
        return 4

    def __getitem__(self, index):
        return {"word": "abcd"[index], "code": index}


class Numbers(data.IterableDataset):
    def __init__(self, *numbers):
        self.numbers = numbers

    def __iter__(self):
        return iter(self.numbers)

    def __len__(self):
        return len(self.numbers)


class Doubled(data.TensorDataset):
    """Only the single example is changed, as programs for PyTorch do."""

    def __getitem__(self, index):
        x, y = super().__getitem__(index)
        return 2 * x, y


class Listed(data.Dataset):
    """A batch at once, as PyTorch means it: a list of examples."""

    def __getitem__(self, index):
        raise AssertionError("asked for single examples")

    def __getitems__(self, indices):
        return [(i, -i) for i in indices]


def test_the_rows_of_tensors():
    rows = data.TensorDataset(X, ag.tensor(Y))
    assert len(rows) == 6
    x, y = rows[2]
    assert (x.tolist(), y.item(), x.dtype, y.dtype) == ([4, 5], 2, np.float32, np.int64)
    assert [len(part) for part in rows[[1, 2]]] == [2, 2]
    assert len(list(rows)) == 6
    with pytest.raises(IndexError):
        rows[6]


def test_an_example_is_a_view_and_a_batch_a_copy():
    x = X.copy()
    rows = data.TensorDataset(x, Y)
    batch, _ = rows.__getitems__([0, 1])
    batch += 1
    assert (x == X).all()
    example, _ = rows[0]
    example += 1
    assert (x[0] == X[0] + 1).all()


def test_gradients_reach_rows_that_require_them():
    weights = ag.tensor(X.tolist(), requires_grad=True)
    rows = data.TensorDataset(weights)
    (batch,) = rows.__getitems__([1, 1, 2])
    (batch.sum() + rows[0][0].sum()).backward()
    assert weights.grad.sum(1).tolist() == [2, 4, 2, 0, 0, 0]


@pytest.mark.parametrize("tensors", [(), (X, Y[:5]), (np.float32(1),)])
def test_rows_of_unequal_number_are_refused(tensors):
    with pytest.raises(ShapeError, match="TensorDataset takes"):
        data.TensorDataset(*tensors)


def test_a_dataset_says_what_it_lacks():
    with pytest.raises(NotImplementedError, match="Dataset lacks __getitem__"):
        data.Dataset()[0]
    with pytest.raises(NotImplementedError, match="IterableDataset lacks __iter__"):
        iter(data.IterableDataset())


def test_a_part_has_the_batches_of_the_whole():
    part = data.Subset(data.TensorDataset(X, Y), [4, 0, 2])
    assert [y.item() for _, y in part] == [4, 0, 2]
    assert part[[0, 2]][1].tolist() == [4, 2]
    x, y = part.__getitems__([1, 0])
    assert (x.tolist(), y.tolist()) == ([[0, 1], [8, 9]], [0, 4])
    nested = data.Subset(data.Subset(Words(), [3, 2, 1]), [2, 0])
    assert batch_of(nested, [0, 1])["word"] == ["b", "d"]


def test_a_changed_getitem_is_not_passed_over():
    doubled = Doubled(X, Y)
    x, y = batch_of(doubled, [1, 2])
    assert (x.tolist(), y.tolist()) == ([[4, 6], [8, 10]], [1, 2])
    assert batch_of(data.Subset(doubled, [5]), [0])[0].tolist() == [[20, 22]]


def test_a_list_is_one_of_examples():
    plus, minus = batch_of(Listed(), [1, 2])
    assert (plus.tolist(), minus.tolist()) == ([1, 2], [-1, -2])
    short = Listed()
    short.__class__ = type("Short", (Listed,), {"__getitems__": lambda self, indices: [1]})
    with pytest.raises(RangeError, match="asked for 3 examples and gave a list of 1"):
        batch_of(short, [0, 1, 2])


@pytest.mark.parametrize("indices", [["3"], [1.0], [0, 1.9], ["a", 1], [None], [[1], [2, 3]]])
def test_rows_have_integers_for_numbers(indices):
    rows = data.TensorDataset(X, Y)
    for dataset, asked in ((rows, indices), (data.Subset(rows, indices), range(len(indices)))):
        with pytest.raises((TypeError, IndexError), match="rows by their numbers, integers"):
            batch_of(dataset, asked)


@pytest.mark.parametrize("kind", [int, np.int8, np.uint64, ag.tensor])
def test_integers_of_any_kind_are_numbers_of_rows(kind):
    rows = data.TensorDataset(X, Y)
    assert batch_of(rows, [kind(4), kind(1)])[1].tolist() == [4, 1]
    assert batch_of(rows, [4, kind(1)])[1].tolist() == [4, 1]


def test_a_transform_sees_whole_batches_of_inputs():
    seen = []

    def add_one(x):
        seen.append(x.shape)
        return x + 1

    rows = data.TransformedDataset(data.TensorDataset(X, Y), add_one)
    x, y = batch_of(rows, [0, 1, 2])
    assert (x.tolist(), y.tolist()) == ((X[:3] + 1).tolist(), [0, 1, 2])
    x, y = rows[5]
    assert (x.tolist(), y.item()) == ([11, 12], 5)
    assert seen == [(3, 2), (1, 2)] and len(rows) == 6


def test_a_transform_of_examples_of_other_kinds():
    words = data.TransformedDataset(Words(), lambda batch: batch["code"] * 10)
    assert batch_of(words, [1, 2]).tolist() == [10, 20]
    pairs = data.TransformedDataset([[1.0, "a"], [2.0, "b"]], lambda x: -x)
    assert pairs[1] == [-2.0, "b"]
    x, names = batch_of(pairs, [0, 1])
    assert (x.tolist(), names) == ([-1, -2], ("a", "b"))
    with pytest.raises(ValueError, match="no IterableDataset"):
        data.TransformedDataset(Numbers(1), abs)


def test_datasets_in_a_row():
    both = data.TensorDataset(X, Y) + data.TensorDataset(X[:2], Y[:2])
    assert len(both) == 8
    assert [both[i][1].item() for i in (5, 6, -1, -8)] == [5, 0, 1, 0]
    for index in (8, -9):
        with pytest.raises(IndexError, match="of 8"):
            both[index]
    chained = Numbers(1, 2) + Numbers(3)
    assert list(chained) == [1, 2, 3] and len(chained) == 3


@pytest.mark.parametrize("shuffle", [False, True])
def test_a_batch_of_datasets_in_a_row_is_that_of_its_examples(shuffle):
    pairs = [(x, y) for x, y in zip(ag.tensor(X), ag.tensor(Y))]
    rows, more = data.TensorDataset(X, Y), data.TensorDataset(X + 20, Y + 20)
    named = [data.StackDataset(x=ag.tensor(p), y=Y + 7) for p in (X, X + 1)]
    rowwise = [data.StackDataset(x=x, y=list(Y + 7)) for x in (X, X + 1)]
    for parts in (
        [rows, more, data.Subset(rows, [3, 1])], [rows, pairs], [pairs, pairs], named, rowwise,
        [data.ConcatDataset([more, rows]), more], [Doubled(X, Y), rows],
    ):  # fmt: skip
        whole = data.ConcatDataset(parts)
        indices = list(range(-len(whole), len(whole)))
        if shuffle:
            np.random.default_rng(0).shuffle(indices)
        expected = data.default_collate([whole[i] for i in indices])
        found = batch_of(whole, indices)
        assert type(found) is type(expected)
        keys = found.keys() if isinstance(found, dict) else range(len(expected))
        for key in keys:
            assert found[key].tolist() == expected[key].tolist()
            assert found[key].dtype == expected[key].dtype


def test_datasets_in_a_row_are_asked_once_each():
    class Asked(data.TensorDataset):
        def __getitems__(self, indices):
            asked.append(list(indices))
            return super().__getitems__(indices)

    asked = []
    parts = [Asked(X, Y), Asked(X[:3], Y[:3])]
    x, y = batch_of(parts[0] + parts[1], [6, 2, 8, 0])
    assert (y.tolist(), x.tolist()) == ([0, 2, 2, 0], X[[0, 2, 2, 0]].tolist())
    assert asked == [[0, 2], [2, 0]]


def test_gradients_reach_the_rows_of_both():
    a, b = (ag.tensor(X, requires_grad=True) for _ in range(2))
    (x,) = batch_of(data.TensorDataset(a) + data.TensorDataset(b), [7, 0, 7])
    x.sum().backward()
    assert (a.grad.sum().item(), b.grad[1].tolist()) == (2, [2, 2])


def test_datasets_in_a_row_of_other_shapes_make_no_batch():
    with pytest.raises(ShapeError, match="only equal ones can be stacked"):
        batch_of(data.TensorDataset(X) + data.TensorDataset(X[:, :1]), [0, 6])


def test_datasets_side_by_side():
    rows = data.TensorDataset(X, Y)
    (x, y), letter = data.StackDataset(rows, "abcdef")[1]
    assert (x.tolist(), y.item(), letter) == ([2, 3], 1, "b")
    batch = batch_of(data.StackDataset(image=rows, letter="abcdef"), [0, 5])
    assert batch["image"][1].tolist() == [0, 5] and batch["letter"] == ["a", "f"]
    (x, y), letters = batch_of(data.StackDataset(rows, "abcdef"), [0, 5])
    assert y.tolist() == [0, 5] and letters == ["a", "f"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: data.ConcatDataset([]),
        lambda: data.ConcatDataset([Numbers(1)]),
        lambda: data.ChainDataset([[1]]),
        lambda: data.StackDataset(),
        lambda: data.StackDataset([1], a=[1]),
        lambda: data.StackDataset([1], [1, 2]),
    ],
)
def test_what_does_not_combine_is_refused(make):
    with pytest.raises(ValueError, match="Dataset takes"):
        make()


LENGTHS = [[3, 7], [0.5, 0.5], [0.3, 0.3, 0.4], [0.25, 0.25, 0.25, 0.25], [1.0], [10], [1]]


@pytest.mark.parametrize("lengths", LENGTHS, ids=str)
@pytest.mark.parametrize("n", [10, 11])
def test_a_split_has_pytorchs_lengths(lengths, n):
    torch = pytest.importorskip("torch")
    try:
        expected = [len(part) for part in torch.utils.data.random_split(range(n), lengths)]
    except ValueError:
        with pytest.raises(ValueError, match="add up"):
            data.random_split(range(n), lengths)
        return
    parts = data.random_split(range(n), lengths)
    assert [len(part) for part in parts] == expected
    assert sorted(i for part in parts for i in part) == list(range(n))


def test_a_split_is_that_of_its_seed():
    def split(seed):
        return [part.indices for part in data.random_split(X, [4, 2], ag.Generator(seed))]

    assert split(0) == split(0) != split(1)
    ag.manual_seed(5)
    first = [part.indices for part in data.random_split(X, [4, 2])]
    ag.manual_seed(5)
    assert first == [part.indices for part in data.random_split(X, [4, 2])]


def test_a_split_warns_of_an_empty_part():
    with pytest.warns(UserWarning, match="part 1 of the split of 1 examples is empty"):
        data.random_split([7], [0.5, 0.5])


@pytest.mark.parametrize(
    ("lengths", "error", "words"),
    [
        ([-1, 7], ValueError, r"not negative, got \[-1, 7\]"),
        ([1.5, -0.5], ValueError, "not negative"),
        ([2.5, 3.5], TypeError, r"whole numbers, got \[2.5, 3.5\]"),
        (["6"], TypeError, "whole numbers or fractions, not '6'"),
        ([float("nan")], ValueError, "add up to nan"),
    ],
)
def test_lengths_that_no_part_can_have(lengths, error, words):
    with pytest.raises(error, match=words):
        data.random_split(X, lengths)


FLAT = np.zeros((6, 64), np.float32)


@pytest.mark.parametrize(
    "transform",
    [ag.transforms.RandomRotation((30, 30)), ag.transforms.RandomApply([abs]),
     ag.transforms.Compose([ag.transforms.ToFloat(), ag.transforms.RandomShift(1)])],
)  # fmt: skip
@pytest.mark.parametrize("kind", [np.asarray, ag.tensor])
def test_flattened_rows_are_no_batch_of_images(transform, kind):
    rows = data.TransformedDataset(data.TensorDataset(kind(FLAT), kind(Y)), transform)
    for take in (lambda: batch_of(rows, [0, 1]), lambda: rows[0]):
        with pytest.raises(ShapeError, match=r"\(\d, 64\).*reshape\(-1, height, width\)"):
            take()


def test_images_and_functions_of_rows_are_transformed_as_before():
    shift = ag.transforms.RandomShift(0)
    images = data.TensorDataset(FLAT.reshape(6, 8, 8), Y)
    assert batch_of(data.TransformedDataset(images, shift), [0, 1])[0].shape == (2, 8, 8)
    flat = data.TransformedDataset(
        data.TensorDataset(FLAT, Y), lambda x: shift(x.reshape(-1, 8, 8)).reshape(-1, 64)
    )
    assert batch_of(flat, [0, 1])[0].shape == (2, 64)
    composed = ag.transforms.Compose([lambda x: x.reshape(-1, 8, 8), shift])
    unflattened = data.TransformedDataset(data.TensorDataset(FLAT, Y), composed)
    assert batch_of(unflattened, [0, 1])[0].shape == (2, 8, 8)


def test_flattened_rows_pass_through_transforms_of_each_pixel():
    normal = ag.transforms.Normalize(0.5, 0.5)
    for transform in (normal, ag.transforms.Compose([ag.transforms.ToFloat(), normal])):
        rows = data.TransformedDataset(data.TensorDataset(FLAT, Y), transform)
        x, _ = batch_of(rows, [0, 1])
        assert x.shape == (2, 64) and (np.asarray(x) == -1).all()
