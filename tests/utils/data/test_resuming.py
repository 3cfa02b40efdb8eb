"""Random batches that are the same however they are fetched, and from wherever one goes on."""

from __future__ import annotations

import copy
import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

import autograd_fr as ag
from autograd_fr.errors import AutogradError
from autograd_fr.utils import data

X = np.arange(46, dtype=np.float32).reshape(23, 2)


class OneByOne(data.Dataset):
    """Draws for every example."""

    def __len__(self):
        return len(X)

    def __getitem__(self, index):
        return X[index] + ag.rand(2).numpy(), index


class Stream(data.IterableDataset):
    """An order and noise, drawn as the examples go by; each worker has its share."""

    def __iter__(self):
        info = data.get_worker_info()
        number, count = (info.id, info.num_workers) if info else (0, 1)
        for i in ag.randperm(len(X)).tolist()[number::count]:
            yield X[i] + ag.rand(2).numpy()


def noisy(x):
    return x + ag.randn(*x.shape)


def jittered(batch):
    return data.default_collate(batch)[0] * (1 + ag.rand(1))


ROWS = data.TensorDataset(X, np.arange(len(X)))
LOADERS = {
    "rows": lambda g, w: data.DataLoader(ROWS, 4, shuffle=True, generator=g, num_workers=w),
    "random transform": lambda g, w: data.DataLoader(
        data.TransformedDataset(ROWS, noisy), 4, shuffle=True, generator=g, num_workers=w),
    "one by one": lambda g, w: data.DataLoader(OneByOne(), 3, True, generator=g, num_workers=w),
    "collate": lambda g, w: data.DataLoader(
        ROWS, 5, True, collate_fn=jittered, drop_last=True, generator=g, num_workers=w),
    "sampler": lambda g, w: data.DataLoader(
        ROWS, 4, sampler=data.WeightedRandomSampler(np.ones(23), 30), generator=g, num_workers=w),
    "sampler's own stream": lambda g, w: data.DataLoader(
        ROWS, 4, sampler=data.RandomSampler(ROWS, True, generator=ag.Generator(8)), generator=g,
        num_workers=w),
    "batch sampler's own stream": lambda g, w: data.DataLoader(
        ROWS, batch_sampler=data.BatchSampler(
            data.SubsetRandomSampler(range(9), generator=ag.Generator(8)), 2, False),
        generator=g, num_workers=w),
    "single": lambda g, w: data.DataLoader(OneByOne(), None, True, generator=g, num_workers=w),
    "stream": lambda g, w: data.DataLoader(Stream(), 4, generator=g, num_workers=w),
}  # fmt: skip


def bits(batches):
    """Every number of the batches, to the last bit."""
    found = []
    for batch in batches:
        parts = batch if isinstance(batch, list) else [batch]
        found.append([np.asarray(part).tobytes() for part in parts])
    return found


def loader(kind, workers, own, seed):
    """Drawn from a generator of its own, or from the package's stream."""
    if own:
        return LOADERS[kind](ag.Generator(seed), workers)
    ag.manual_seed(seed)
    return LOADERS[kind](None, workers)


@pytest.mark.parametrize("workers", [0, 3])
@pytest.mark.parametrize("kind", LOADERS)
@settings(max_examples=8, deadline=None, derandomize=True, database=None)
@given(own=some.booleans(), before=some.integers(0, 2), given_=some.integers(0, 8))
def test_a_fresh_loader_goes_on_after_any_batch(kind, workers, own, before, given_):
    whole = loader(kind, workers, own, 1)
    for _ in range(before):
        list(whole)
    batches = iter(whole)
    for _, _ in zip(range(given_), batches):
        pass
    state = copy.deepcopy(whole.state_dict())
    ended = state["seed"] < 0
    rest = bits(batches)
    expected = [*([] if ended else [rest]), bits(whole), bits(whole)]

    fresh = loader(kind, workers, own, 2)
    fresh.load_state_dict(state)
    assert [bits(fresh) for _ in expected] == expected


@pytest.mark.parametrize("kind", [k for k in LOADERS if k != "stream"])
def test_any_number_of_workers_gives_the_same(kind):
    epochs = [[bits(each), bits(each)] for each in (loader(kind, w, True, 5) for w in (0, 1, 2, 5))]
    assert epochs[1:] == epochs[:1] * 3
    assert epochs[0][0] != epochs[0][1]


def test_every_batch_and_every_epoch_draws_other_numbers():
    zeros = data.TransformedDataset(data.TensorDataset(np.zeros((30, 2))), noisy)
    for workers in (0, 2):
        each = data.DataLoader(zeros, 3, num_workers=workers, generator=ag.Generator(0))
        drawn = [x for _ in range(3) for (batch,) in each for row in batch.tolist() for x in row]
        assert len(set(drawn)) == len(drawn) == 180


def test_one_worker_goes_through_a_stream_as_none_does():
    assert bits(loader("stream", 0, True, 5)) == bits(loader("stream", 1, True, 5))


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("kind", LOADERS)
def test_the_stream_of_the_program_stands_where_it_stood(kind, workers):
    each = loader(kind, workers, True, 0)
    ag.manual_seed(4)
    expected = ag.rand(3).tolist()
    ag.manual_seed(4)
    list(each)
    assert ag.rand(3).tolist() == expected


@pytest.mark.parametrize("workers", [0, 3])
def test_what_was_given_is_not_fetched_again(workers):
    asked = []

    class Noting(OneByOne):
        def __getitem__(self, index):
            asked.append(index)
            return index

    def made():
        return data.DataLoader(Noting(), 4, shuffle=True, num_workers=workers)

    first = made()
    batches = iter(first)
    seen = [i for _ in range(3) for i in next(batches).tolist()]
    state = first.state_dict()
    del batches
    fresh = made()
    fresh.load_state_dict(state)
    asked.clear()
    rest = [i for batch in fresh for i in batch.tolist()]
    assert sorted(asked) == sorted(rest)
    assert sorted(seen + rest) == list(range(23))


@pytest.mark.parametrize("workers", [0, 2])
def test_a_batch_that_failed_is_fetched_again(workers):
    broken = {5}

    class Breaking(OneByOne):
        def __getitem__(self, index):
            if index in broken:
                raise OSError("unplugged")
            return index

    def made():
        return data.DataLoader(Breaking(), 2, num_workers=workers)

    first = made()
    with pytest.raises(OSError, match="unplugged"):
        list(first)
    broken.clear()
    fresh = made()
    fresh.load_state_dict(first.state_dict())
    assert [i for batch in fresh for i in batch.tolist()] == list(range(4, 23))


def test_loaders_that_share_a_generator_go_on_together():
    def pair(seed):
        shared = ag.Generator(seed)
        return [data.DataLoader(ROWS, n, shuffle=True, generator=shared) for n in (4, 6)]

    first, second = pair(0)
    batches = iter(first)
    next(batches)
    list(second)
    states = [first.state_dict(), second.state_dict()]
    expected = [bits(batches), bits(second), bits(first)]
    for order in ((0, 1), (1, 0)):
        pair_ = pair(9)
        for i in order:
            pair_[i].load_state_dict(states[i])
        assert [bits(pair_[0]), bits(pair_[1]), bits(pair_[0])] == expected


def test_a_state_survives_a_file():
    first = loader("random transform", 0, False, 0)
    batches = iter(first)
    next(batches)
    file = io.BytesIO()
    ag.save(first.state_dict(), file)
    file.seek(0)
    rest = bits(batches)
    fresh = loader("random transform", 2, False, 1)
    fresh.load_state_dict(ag.load(file))
    assert bits(fresh) == rest


@pytest.mark.parametrize("kind", ["rows", "batch sampler's own stream"])
def test_a_state_goes_through_json(kind):
    first = loader(kind, 0, True, 1)
    batches = iter(first)
    next(batches)
    state = json.loads(json.dumps(first.state_dict()))
    fresh = loader(kind, 0, True, 2)
    fresh.load_state_dict(state)
    assert bits(fresh) == bits(batches)


def test_seeding_anew_begins_anew_also_after_a_state():
    ag.manual_seed(0)
    first = LOADERS["rows"](None, 0)
    epoch = bits(first)
    batches = iter(first)
    next(batches)
    state = first.state_dict()
    fresh = LOADERS["rows"](None, 0)
    fresh.load_state_dict(state)
    ag.manual_seed(3)  # as the beginning of a program does, before or after it loads
    assert bits(fresh) == bits(batches)
    ag.manual_seed(0)
    assert bits(fresh) == epoch


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({}, "comes from its state_dict"),
        ({"epoch": 1}, "comes from its state_dict"),
        (data.DataLoader(ROWS, 4).state_dict() | {"generator": "five"}, "state_dict"),
        (data.DataLoader(ROWS, 4).state_dict() | {"generator": 5}, "state_dict"),
        (data.DataLoader(ROWS, 4).state_dict() | {"generator": "00"}, "state"),
        (data.DataLoader(ROWS, 7).state_dict(), "of a DataLoader of 4 batches, and this has 6"),
    ],
)
def test_what_is_no_state_is_refused_and_nothing_changes(state, message):
    held = loader("rows", 0, True, 0)
    before = held.generator.get_state()
    with pytest.raises(AutogradError, match=message):
        held.load_state_dict(state)
    assert (held.generator.get_state() == before).all()
