"""Loaders: batches, lengths, options and errors, as PyTorch has them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.utils import data

X = np.arange(33, dtype=np.float32).reshape(11, 3)
Y = np.arange(11)


class Counting(data.IterableDataset):
    """The numbers below n, this worker's share of them."""

    def __init__(self, n=7):
        self.n = n

    def __iter__(self):
        return iter(range(self.n))

    def __len__(self):
        return self.n


def twin(torch, dataset):
    """The same for PyTorch."""
    if isinstance(dataset, data.TensorDataset):
        return torch.utils.data.TensorDataset(*(torch.tensor(t.numpy()) for t in dataset.tensors))
    if isinstance(dataset, Counting):
        kind = type("Theirs", (torch.utils.data.IterableDataset,), dict(vars(Counting)))
        return kind(dataset.n)
    return dataset


def shape(batch):
    """What a batch is made of."""
    if hasattr(batch, "dtype"):
        return str(batch.dtype).removeprefix("torch."), tuple(batch.shape)
    if isinstance(batch, dict):
        return {k: shape(v) for k, v in batch.items()}
    if isinstance(batch, (list, tuple)):
        return type(batch), [shape(b) for b in batch]
    return type(batch)


DATASETS = {
    "rows": data.TensorDataset(X, Y),
    "list of pairs": [(1.0, "a"), (2.0, "b"), (3.0, "c")],
    "list of dicts": [{"x": np.ones(2, np.float32), "y": i} for i in range(5)],
    "array": X,
    "stream": Counting(),
}
OPTIONS = {
    "default": {},
    "batches": {"batch_size": 3},
    "whole ones": {"batch_size": 2, "drop_last": True},
    "single": {"batch_size": None},
    "larger than all": {"batch_size": 64},
    "larger than all, none": {"batch_size": 64, "drop_last": True},
    "own collate": {"batch_size": 2, "collate_fn": len},
}


@pytest.mark.parametrize("kind", DATASETS)
@pytest.mark.parametrize("case", OPTIONS)
@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("num_workers", [0, 1])
def test_the_batches_are_pytorchs(kind, case, shuffle, num_workers):
    if shuffle and kind == "stream":
        return
    torch = pytest.importorskip("torch")
    own, options = DATASETS[kind], OPTIONS[case] | ({"shuffle": True} if shuffle else {})
    theirs = torch.utils.data.DataLoader(twin(torch, own), **options)
    ours = data.DataLoader(own, num_workers=num_workers, **options)
    assert len(ours) == len(theirs)
    assert [shape(b) for b in ours] == [shape(b) for b in theirs]
    assert (ours.batch_size, ours.drop_last) == (theirs.batch_size, theirs.drop_last)


def test_batches_in_order_hold_the_rows():
    loader = data.DataLoader(data.TensorDataset(X, Y), 4)
    for _ in range(2):
        batches = list(loader)
        assert [y.tolist() for _, y in batches] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10]]
        assert (np.concatenate([x.numpy() for x, _ in batches]) == X).all()


def test_shuffled_batches_hold_every_row_once_in_another_order_each_epoch():
    loader = data.DataLoader(data.TensorDataset(X, Y), 4, shuffle=True, generator=ag.Generator(0))
    epochs = [[(x.tolist(), y.tolist()) for x, y in loader] for _ in range(2)]
    for epoch in epochs:
        rows = [row for x, _ in epoch for row in x]
        labels = [label for _, y in epoch for label in y]
        assert sorted(labels) == list(range(11)) and rows == X[labels].tolist()
    assert epochs[0] != epochs[1]


def test_a_batch_may_be_changed_and_the_data_stay():
    x = X.copy()
    for batch, _ in data.DataLoader(data.TensorDataset(x, Y), 4):
        batch *= 0
    assert (x == X).all()


def order(loader):
    return [int(y) for batch in loader for y in batch]


def test_the_order_is_that_of_the_seed():
    def loader(generator=None):
        return data.DataLoader(Y, 4, shuffle=True, generator=generator)

    first = order(loader(ag.Generator().manual_seed(0)))
    assert first == order(loader(ag.Generator().manual_seed(0)))
    assert first != order(loader(ag.Generator().manual_seed(1)))
    ag.manual_seed(0)
    held = loader()
    once, again = order(held), order(held)
    assert once != again
    ag.manual_seed(0)  # also for a loader that has begun
    assert [order(held), order(held)] == [once, again]
    ag.manual_seed(0)
    assert order(loader()) == once
    seeded = ag.Generator(3)
    held = loader(seeded)
    once = order(held)
    seeded.manual_seed(3)
    assert order(held) == once


def test_an_order_of_ones_own():
    assert order(data.DataLoader(Y, 2, sampler=[3, 1, 2])) == [3, 1, 2]
    batches = [[0, 5], [1], [2, 3, 4]]
    loader = data.DataLoader(Y, batch_sampler=batches)
    assert [b.tolist() for b in loader] == batches and len(loader) == 3
    assert loader.batch_size is None
    endless = data.DataLoader(Y, batch_sampler=([i % 11] for i in itertools.count()))
    assert [int(b) for b in itertools.islice(endless, 13)] == [*range(11), 0, 1]
    with pytest.raises(TypeError, match="no len"):
        len(endless)
    assert len(iter(loader)) == 3


REFUSED = {
    "negative workers": {"num_workers": -1},
    "negative timeout": {"timeout": -1},
    "prefetch without workers": {"prefetch_factor": 2},
    "negative prefetch": {"num_workers": 1, "prefetch_factor": -1},
    "persistent without workers": {"persistent_workers": True},
    "sampler and shuffle": {"sampler": [1], "shuffle": True},
    "batch_sampler and size": {"batch_sampler": [[1]], "batch_size": 2},
    "batch_sampler and shuffle": {"batch_sampler": [[1]], "shuffle": True},
    "batch_sampler and sampler": {"batch_sampler": [[1]], "sampler": [1]},
    "batch_sampler and drop_last": {"batch_sampler": [[1]], "drop_last": True},
    "no batches to drop": {"batch_size": None, "drop_last": True},
    "no examples in a batch": {"batch_size": 0},
    "half an example": {"batch_size": 1.5},
    "stream: shuffle": {"dataset": Counting(), "shuffle": True},
    "stream: sampler": {"dataset": Counting(), "sampler": [1]},
    "stream: batch_sampler": {"dataset": Counting(), "batch_sampler": [[1]]},
    "nothing to shuffle": {"dataset": [], "shuffle": True},
}


@pytest.mark.parametrize("case", REFUSED)
def test_options_that_pytorch_refuses(case):
    torch = pytest.importorskip("torch")
    options = {"dataset": [1, 2, 3], **REFUSED[case]}
    with pytest.raises(ValueError):
        data.DataLoader(**options)
    options["dataset"] = twin(torch, options["dataset"])
    with pytest.raises(ValueError):
        torch.utils.data.DataLoader(**options)


def told(error, words, **options):
    with pytest.raises(error, match=words):
        list(data.DataLoader(**{"dataset": Y, **options}))


NO_KIND = {
    "num_workers": ["a", 2.0, None],
    "timeout": ["a", None],
    "prefetch_factor": ["a", 1.5],
    "sampler": [5],
    "batch_sampler": [5],
    "collate_fn": [5, "list"],
    "worker_init_fn": [5],
    "generator": [5, np.random.default_rng()],
}


@pytest.mark.parametrize("name", NO_KIND)
def test_options_of_no_kind_are_refused(name):
    for value in NO_KIND[name]:
        told(TypeError, f"^{name} is .*, not ", **{name: value})


def test_numbers_of_numpy_are_numbers():
    loader = data.DataLoader(Y, np.int64(4), num_workers=np.int64(1), timeout=np.float32(9))
    assert order(loader) == Y.tolist()
    assert order(data.DataLoader(Y, 4, sampler=ag.tensor([3, 1]))) == [3, 1]


def test_a_dataset_has_numbered_examples():
    for dataset in (5, None):
        told(TypeError, f"__getitem__ and __len__, not {type(dataset).__name__}$", dataset=dataset)
    for dataset in (iter([1]), (i for i in [1]), {1, 2}):
        told(TypeError, r"take list\(...\) of it, or an IterableDataset", dataset=dataset)
    told(TypeError, "have keys, not numbers", dataset={"a": 1})
    assert order(data.DataLoader({"a": 1, "b": 2}, sampler=["b", "a"])) == [2, 1]
    assert order(data.DataLoader({1: 5, 0: 4})) == [4, 5]

    class Squares(data.Dataset):
        def __getitem__(self, index):
            return index**2

    told(TypeError, "Squares does not tell .* needs __len__; or give", dataset=Squares())
    told(TypeError, "Squares does not tell", dataset=Squares(), shuffle=True)
    assert order(data.DataLoader(Squares(), sampler=[3])) == [9]


@pytest.mark.parametrize("num_workers", [0, 1])
def test_a_batch_is_of_several_examples(num_workers):
    told(TypeError, "lists of numbers, .* got 1", batch_sampler=[1, 2], num_workers=num_workers)
    rows = data.TensorDataset(X, Y)
    for dataset in (Y, rows):
        told(
            IndexError, "one example or more, got none", dataset=dataset,
            batch_sampler=[[1], []], num_workers=num_workers,
        )  # fmt: skip
    batches = data.DataLoader(Y, batch_sampler=[iter([1, 2]), {3}, []], collate_fn=len)
    assert list(batches) == [2, 1, 0]


@pytest.mark.parametrize("num_workers", [0, 2])
def test_a_stream_longer_than_told_is_noticed(num_workers):
    class Longer(Counting):
        def __len__(self):
            return 3

    loader = data.DataLoader(Longer(7), 2, num_workers=num_workers)
    list(loader)  # nobody has asked
    assert len(loader) == 2
    with pytest.warns(UserWarning, match="^Longer gives more examples than its __len__") as caught:
        list(loader)
    assert len(caught) == 1 and caught[0].filename == __file__


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_stream_shared_by_workers_is_as_long_as_told(size):
    class Shared(Counting):
        def __iter__(self):
            me = data.get_worker_info()
            return iter(range(me.id, self.n, me.num_workers))

    loader = data.DataLoader(Shared(8), size, num_workers=3)
    assert len(loader) and sorted(order(loader)) == list(range(8))


def test_it_tells_what_it_is():
    rows = data.TensorDataset(X, Y)
    assert repr(rows) == "TensorDataset((11, 3) float32, (11,) int64)"
    shuffled = data.DataLoader(data.Subset(rows, [1, 2, 3]), 2, shuffle=True)
    assert repr(shuffled) == (
        "DataLoader(Subset(3 of TensorDataset((11, 3) float32, (11,) int64)), batch_size=2, "
        "sampler=RandomSampler of 3, num_workers=0)"
    )
    assert repr(data.DataLoader(Counting(7), 2)) == (
        "DataLoader(Counting of 7, batch_size=2, num_workers=0)"
    )
    batches = data.BatchSampler(range(5), 2, False)
    assert repr(batches) == "BatchSampler(range of 5, batch_size=2, drop_last=False)"
    assert repr(data.DataLoader([1] * 5, batch_sampler=batches)) == (
        "DataLoader(list of 5, batch_sampler=BatchSampler of 3, num_workers=0)"
    )
    assert repr(data.ConcatDataset([rows, "ab"])) == f"ConcatDataset({rows!r}, str of 2)"
    assert repr(data.TransformedDataset(Y, abs)) == f"TransformedDataset(ndarray of 11, {abs!r})"
    assert repr(data.StackDataset(x=X, y=Y)) == ("StackDataset(x=ndarray of 11, y=ndarray of 11)")
    assert repr(data.Dataset()) == "Dataset"


def test_what_is_of_processes_is_taken():
    loader = data.DataLoader(
        Y, 4, num_workers=1, pin_memory=True, multiprocessing_context="fork",
        persistent_workers=True, pin_memory_device="cuda", in_order=False,
    )  # fmt: skip
    assert [order(loader), order(loader)] == [Y.tolist()] * 2


def test_options_stay_as_they_were():
    loader = data.DataLoader(Y, 4)
    for name in ("batch_size", "batch_sampler", "dataset", "drop_last", "sampler"):
        with pytest.raises(ValueError, match=f"{name} of a DataLoader stays"):
            setattr(loader, name, None)
    loader.collate_fn = list
    assert [len(b) for b in loader] == [4, 4, 3]


def test_lengths_that_are_not_known():
    class Stream(data.IterableDataset):
        def __iter__(self):
            return iter([1, 2, 3])

    loader = data.DataLoader(Stream(), 2)
    assert [b.tolist() for b in loader] == [[1, 2], [3]]
    with pytest.raises(TypeError, match="no len"):
        len(loader)
    assert [len(data.DataLoader(Counting(7), 2, drop_last=d)) for d in (False, True)] == [4, 3]


def test_no_end_goes_unnoticed():
    class Ending(data.Dataset):
        def __len__(self):
            return 4

        def __getitem__(self, index):
            raise StopIteration

    for workers in (0, 1):
        with pytest.raises(RuntimeError, match="StopIteration in batch 0"):
            list(data.DataLoader(Ending(), 2, num_workers=workers))


def test_a_batch_that_fails_is_not_the_last():
    class Gap(data.Dataset):
        def __len__(self):
            return 6

        def __getitem__(self, index):
            if index == 2:
                raise KeyError("example 2")
            return index

    for workers in (0, 2):
        batches = iter(data.DataLoader(Gap(), 2, num_workers=workers))
        assert next(batches).tolist() == [0, 1]
        with pytest.raises(KeyError, match="example 2"):
            next(batches)
        assert next(batches).tolist() == [4, 5]
        with pytest.raises(StopIteration):
            next(batches)
        with pytest.raises(StopIteration):
            next(batches)
