"""Threads that fetch ahead: in order, with their errors, and gone when nobody waits for them."""

from __future__ import annotations

import contextlib
import gc
import threading
import time
import traceback
import weakref

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import AutogradError
from autograd_fr.utils import data

N = 23


def threads():
    return [t for t in threading.enumerate() if "DataLoader" in t.name]


def gone(limit=5.0):
    """Whether no thread of a loader is left, within a time."""
    end = time.monotonic() + limit
    while threads() and time.monotonic() < end:
        time.sleep(0.001)
    return not threads()


class Late(data.Dataset):
    """The earlier an example, the longer it takes."""

    def __len__(self):
        return N

    def __getitem__(self, index):
        time.sleep(0.0002 * (N - index))
        return index


class Damaged(ValueError):
    """Of a class of its own, to which there are weak references."""


class Failing(data.Dataset):
    def __len__(self):
        return N

    def __getitem__(self, index):
        if index == 9:
            self.broken_here(index)
        return index

    def broken_here(self, index):
        raise Damaged(f"example {index} is damaged")


class Stream(data.IterableDataset):
    """The numbers from start to end."""

    def __init__(self, start=3, end=12):
        self.start, self.end = start, end

    def __iter__(self):
        return iter(range(self.start, self.end))


class Shared(Stream):
    """Each worker has a part of its own."""

    def __iter__(self):
        info = data.get_worker_info()
        number, count = (info.id, info.num_workers) if info else (0, 1)
        return iter(range(self.start + number, self.end, count))


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("ahead", [1, 3])
def test_batches_come_in_order(workers, ahead, frequent_switches):
    loader = data.DataLoader(Late(), 2, num_workers=workers, prefetch_factor=ahead)
    assert [b.tolist() for b in loader] == [b.tolist() for b in data.DataLoader(Late(), 2)]
    assert not threads()


def test_work_is_done_ahead_and_not_further():
    asked = []

    class Noting(data.Dataset):
        def __len__(self):
            return 100

        def __getitem__(self, index):
            asked.append(index)
            return index

    batches = iter(data.DataLoader(Noting(), 2, num_workers=2, prefetch_factor=3))
    for given in range(1, 4):
        next(batches)
        end = time.monotonic() + 5
        while len(asked) < 2 * (given + 6) and time.monotonic() < end:
            time.sleep(0.001)
        time.sleep(0.01)
        assert sorted(asked) == list(range(2 * (given + 6)))


def test_an_error_comes_in_its_turn_with_the_traceback_of_the_worker():
    batches = iter(data.DataLoader(Failing(), 4, num_workers=2))
    assert [len(next(batches)) for _ in range(2)] == [4, 4]
    with pytest.raises(ValueError, match="example 9 is damaged") as caught:
        next(batches)
    told = "".join(traceback.format_exception(caught.value))
    assert "broken_here" in told and "in worker 0 of a DataLoader, for batch 2" in told
    assert [len(b) for b in batches] == [4, 4, 3]


def test_an_error_of_the_order_comes_after_the_batches_before_it():
    def order():
        yield [1]
        yield [2]
        raise OSError("no more numbers")

    batches = iter(data.DataLoader(range(9), batch_sampler=order(), num_workers=3))
    assert [int(next(batches)), int(next(batches))] == [1, 2]
    with pytest.raises(OSError, match="no more numbers"):
        next(batches)
    assert gone()


@pytest.mark.parametrize(
    "dataset", [Late(), Failing(), Stream(0, 100)], ids=lambda d: type(d).__name__
)
@pytest.mark.parametrize("taken", [0, 1, 3])
def test_what_is_left_alone_goes_at_once(dataset, taken):
    gc.collect()
    gc.disable()
    try:
        batches = iter(data.DataLoader(dataset, 4, num_workers=3))
        for _ in range(taken):
            with contextlib.suppress(ValueError):
                next(batches)
        watched = weakref.ref(batches)
        del batches
        assert watched() is None
        assert gone()
    finally:
        gc.enable()


def test_an_error_leaves_no_cycle():
    gc.collect()
    gc.disable()
    try:
        for workers in (0, 2):
            loader = data.DataLoader(Failing(), 4, num_workers=workers)
            try:
                list(loader)
            except ValueError as error:
                watched = weakref.ref(error)
            assert watched() is None
            assert gone()
        assert not [each for each in gc.get_objects() if type(each) is data.workers.Outcome]
    finally:
        gc.enable()


def test_a_loader_left_in_the_middle_of_a_loop():
    for batch in data.DataLoader(Late(), 2, num_workers=2):
        if batch[0] == 4:
            break
    assert gone()


def test_a_worker_knows_itself():
    told = {}

    def init(number):
        told[number] = data.get_worker_info()

    class Asking(data.Dataset):
        def __len__(self):
            return 6

        def __getitem__(self, index):
            return data.get_worker_info().id

    loader = data.DataLoader(Asking(), num_workers=3, worker_init_fn=init)
    assert [int(b) for b in loader] == [0, 1, 2, 0, 1, 2]
    assert data.get_worker_info() is None
    infos = [told[i] for i in range(3)]
    assert [(i.id, i.num_workers) for i in infos] == [(0, 3), (1, 3), (2, 3)]
    assert len({i.seed for i in infos}) == 3
    assert all(type(i.dataset) is Asking and i.dataset is not loader.dataset for i in infos)


def test_an_error_in_the_beginning_of_a_worker():
    def init(number):
        if number == 1:
            raise OSError("no such file")

    batches = iter(data.DataLoader(range(8), 2, num_workers=2, worker_init_fn=init))
    assert next(batches).tolist() == [0, 1]
    with pytest.raises(OSError, match="no such file"):
        next(batches)
    assert next(batches).tolist() == [4, 5]
    with pytest.raises(AutogradError, match="could not begin: OSError: no such file"):
        next(batches)
    del batches
    assert gone()


def split(number):
    """As PyTorch's documentation has it: change this worker's copy of the dataset."""
    info = data.get_worker_info()
    start, end = info.dataset.start, info.dataset.end
    share = -(-(end - start) // info.num_workers)
    info.dataset.start = start + number * share
    info.dataset.end = min(start + (number + 1) * share, end)


STREAMS = {
    "alone": (Stream(), {"batch_size": 2}),
    "one worker": (Stream(), {"batch_size": 2, "num_workers": 1}),
    "each all of it": (Stream(3, 7), {"batch_size": 3, "num_workers": 2}),
    "shares": (Shared(), {"batch_size": 2, "num_workers": 3}),
    "shares of unequal length": (Shared(0, 5), {"batch_size": 1, "num_workers": 4}),
    "split in the beginning": (Stream(), {"num_workers": 4, "worker_init_fn": split}),
    "whole batches": (Shared(), {"batch_size": 2, "num_workers": 2, "drop_last": True}),
    "single": (Shared(), {"batch_size": None, "num_workers": 2}),
}
EXPECTED = {
    "alone": [[3, 4], [5, 6], [7, 8], [9, 10], [11]],
    "one worker": [[3, 4], [5, 6], [7, 8], [9, 10], [11]],
    "each all of it": [[3, 4, 5], [3, 4, 5], [6], [6]],
    "shares": [[3, 6], [4, 7], [5, 8], [9], [10], [11]],
    "shares of unequal length": [[0], [1], [2], [3], [4]],
    "split in the beginning": [[3], [6], [9], [4], [7], [10], [5], [8], [11]],
    "whole batches": [[3, 5], [4, 6], [7, 9], [8, 10]],
    "single": [3, 4, 5, 6, 7, 8, 9, 10, 11],
}


@pytest.mark.parametrize("case", STREAMS)
def test_the_order_of_streams(case):
    dataset, options = STREAMS[case]
    loader = data.DataLoader(dataset, **options)
    for _ in range(2):
        batches = [b.tolist() if isinstance(b, ag.Tensor) else b for b in loader]
        assert batches == EXPECTED[case]
    assert not threads()


def test_a_wait_has_its_limit():
    going = threading.Event()

    class Slow(data.Dataset):
        def __len__(self):
            return 2

        def __getitem__(self, index):
            going.wait(10)
            return index

    batches = iter(data.DataLoader(Slow(), num_workers=1, timeout=0.02))
    with pytest.raises(AutogradError, match=r"no batch came from worker 0 .* timeout=0.02 sec"):
        next(batches)
    going.set()
    batches._crew = batches._crew._replace(timeout=10)
    assert [int(b) for b in batches] == [0, 1]  # none is lost


def test_threads_are_in_the_modes_of_the_loop():
    weights = ag.ones(4, requires_grad=True)

    class Weighted(data.Dataset):
        def __len__(self):
            return 4

        def __getitem__(self, index):
            return weights[index] * 2

    loader = data.DataLoader(Weighted(), 2, num_workers=2)
    assert all(b.requires_grad for b in loader)
    with ag.no_grad():
        assert not any(b.requires_grad for b in loader)


def test_two_loops_over_one_loader_do_not_mix():
    loader = data.DataLoader(data.TensorDataset(np.arange(20)), 3, num_workers=2)
    for (a,), (b,) in zip(loader, loader):
        assert a.tolist() == b.tolist()
    assert gone()


def test_what_was_assigned_is_not_fetched_when_nobody_waits():
    asked, going = [], threading.Event()

    class Noting(data.Dataset):
        def __len__(self):
            return 8

        def __getitem__(self, index):
            asked.append(index)
            going.wait(10)
            return index

    batches = iter(data.DataLoader(Noting(), num_workers=1, prefetch_factor=6))
    while not asked:
        time.sleep(0.001)
    del batches
    going.set()
    assert gone() and asked == [0]
