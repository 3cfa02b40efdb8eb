"""Saving and loading: what comes back, and what is refused."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter, OrderedDict

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.errors import AutogradError, DataError


def through(thing, **options):
    file = io.BytesIO()
    ag.save(thing, file)
    file.seek(0)
    return ag.load(file, **options)


@pytest.mark.parametrize(
    "thing",
    [1, True, None, 1.5, float("inf"), 2**80, -(10**100), "text", "é\ud800", b"", b"a\xff",
     [1, [2.5, None]], (1, ("a",)), {}, [], Counter("aab"),
     {"a": 1, 2: "b", (1, 2): [3]}, OrderedDict([("b", 1), ("a", 2)]), {1, 2}, ag.Size([2, 3]),
     ag.float64, ag.device("cpu"), np.float32(1.5), np.int8(3)],
    ids=repr,
)  # fmt: skip
def test_what_is_no_tensor_comes_back_as_it_was(thing):
    found = through(thing)
    assert found == thing
    assert type(found) is type(thing)


@pytest.mark.parametrize("dtype", [ag.float16, ag.float64, ag.int8, ag.uint8, ag.bool])
@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3)])
def test_tensors_come_back_with_their_dtype_and_shape(dtype, shape):
    t = ag.tensor(np.arange(np.prod(shape)).reshape(shape), dtype=dtype)
    found = through({"t": t})["t"]
    assert type(found) is ag.Tensor
    assert (found.dtype, found.shape, found.tolist()) == (t.dtype, t.shape, t.tolist())
    found.requires_grad_() if found.is_floating_point() else None
    assert through(found).requires_grad == found.requires_grad


def test_a_transposed_tensor_comes_back():
    t = ag.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).T
    assert through(t).tolist() == t.tolist()


def test_shared_memory_stays_shared():
    t = ag.zeros(2)
    a, b, c = through([t, t.detach(), t.clone()])
    a.add_(1)
    assert (b.tolist(), c.tolist()) == ([1, 1], [0, 0])


def test_parts_of_shared_memory_stay_parts():
    t = ag.arange(12.0)
    views = [t[2:5], t, t.view(3, 4).T, t[::3], t.expand(2, 12)]
    found = through([*views, t.numpy()[::-1]])
    for x, y in zip(views, found):
        assert (y.shape, y.stride(), y.tolist()) == (x.shape, x.stride(), x.tolist())
    found[1].add_(100)
    assert [x.reshape(-1)[0].item() for x in found[:-1]] == [102, 100, 100, 100, 100]
    assert found[-1].tolist() == [111.0 - k for k in range(12)]


def test_what_is_not_used_of_memory_is_not_written():
    file = io.BytesIO()
    ag.save([ag.zeros(100_000)[:3], ag.ones(1).expand(1 << 33)], file)
    assert len(file.getvalue()) < 1500
    assert through([ag.ones(1).expand(1 << 33)])[0][-1].item() == 1


def test_the_file_has_the_shape_of_a_tensor(tmp_path):
    x = ag.arange(6.0).view(2, 3)
    ag.save([x[0], x, x.T], tmp_path / "x.npz")
    with np.load(tmp_path / "x.npz") as arrays:
        assert arrays.files == ["structure.json", "0"] or arrays["0"].shape == (2, 3)
        assert arrays["0"].tolist() == x.tolist()


def test_files_without_parts_are_read():
    told = {"list": [{"tensor": 0, "requires_grad": True}, {"array": 0}]}
    file, array = io.BytesIO(), io.BytesIO()
    np.save(array, np.asfortranarray([[1.0, 2.0], [3.0, 4.0]]))
    with zipfile.ZipFile(file, "w") as archive:
        text = json.dumps({"format": "autograd_fr 1", "content": told})
        archive.writestr("structure.json", text)
        archive.writestr("0.npy", array.getvalue())
    file.seek(0)
    tensor, array = ag.load(file)
    assert tensor.requires_grad and tensor.tolist() == array.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    "content",
    [{}, [], {"dict": 1}, {"thing": 0}, {"tensor": 0, "requires_grad": "no"}, {"tensor": 0},
     {"tensor": 0, "requires_grad": True}, {"device": "moon"}, {"integer": 5},
     {"set": [{"list": []}]},
     {"array": 0, "offset": 1, "shape": [3], "strides": [1]},
     {"array": 0, "offset": 1, "shape": [3], "strides": [-1]},
     {"array": 0, "offset": 0, "shape": [-1], "strides": [1]},
     {"array": 0, "offset": 0, "shape": [2.0], "strides": [1]}],
    ids=str,
)  # fmt: skip
def test_structures_that_make_no_sense(content):
    file, array = io.BytesIO(), io.BytesIO()
    np.save(array, np.arange(3))
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(
            "structure.json", json.dumps({"format": "autograd_fr 2", "content": content})
        )
        archive.writestr("0.npy", array.getvalue())
    file.seek(0)
    with pytest.raises(DataError):
        ag.load(file)


@pytest.mark.parametrize("save", [ag.save, ag.save_torch])
def test_an_object_that_contains_itself(save):
    endless = []
    endless.append(endless)
    with pytest.raises(AutogradError, match="contains itself"):
        save(endless, io.BytesIO())


def test_a_parameter_stays_one():
    found = through(nn.Parameter(ag.ones(2), requires_grad=False))
    assert type(found) is nn.Parameter
    assert not found.requires_grad


@pytest.mark.parametrize("make", [optim.SGD, optim.Adam, optim.AdamW])
def test_training_goes_on_from_a_file(tmp_path, make):
    def step(net, optimizer):
        optimizer.zero_grad()
        (net(ag.ones(4, 2)) ** 2).sum().backward()
        optimizer.step()

    options = {"momentum": 0.9} if make is optim.SGD else {}
    net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    optimizer = make(net.parameters(), lr=0.1, **options)
    step(net, optimizer)
    path = tmp_path / "state.pt"
    ag.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 1}, path)

    again = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    other = make(again.parameters(), lr=0.5, **options)
    state = ag.load(path, map_location="cpu", weights_only=True)
    again.load_state_dict(state["net"])
    other.load_state_dict(state["optimizer"])
    for _ in range(3):
        step(net, optimizer)
        step(again, other)
    for a, b in zip(net.parameters(), again.parameters()):
        assert ag.equal(a, b)


def test_numpy_reads_the_file(tmp_path):
    ag.save([ag.tensor([1.0, 2.0])], str(tmp_path / "x.npz"))
    with np.load(tmp_path / "x.npz", allow_pickle=False) as arrays:
        assert arrays["0"].tolist() == [1, 2]


@pytest.mark.parametrize(
    "thing",
    [len, object(), nn.Linear(1, 1), 1j, np.array([None]), np.ma.array([1.0, 2.0], mask=[0, 1])],
)
def test_what_cannot_be_saved_leaves_the_file_as_it_was(tmp_path, thing):
    path = tmp_path / "x.pt"
    ag.save("before", path)
    with pytest.raises(AutogradError, match=r"the object\['a'\]\[1\] is a "):
        ag.save({"a": [1, thing]}, path)
    assert ag.load(path) == "before"
    assert [file.name for file in tmp_path.iterdir()] == ["x.pt"]


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "x.pt"
    ag.save("before", path)
    monkeypatch.setattr(zipfile._ZipWriteFile, "write", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ag.save(ag.ones(2), path)
    assert ag.load(path) == "before"
    assert [file.name for file in tmp_path.iterdir()] == ["x.pt"]


def test_files_that_are_damaged_or_foreign(tmp_path):
    path = tmp_path / "x.pt"
    ag.save(ag.arange(1000), path)
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 255
    for data in (b"", b"text", whole[:-30], whole[100:], bytes(flipped)):
        path.write_bytes(data)
        with pytest.raises(DataError, match=r"x\.pt is damaged"):
            ag.load(path)
    np.savez(path.with_suffix(".npz"), a=np.ones(2))
    with pytest.raises(DataError, match=r"numpy\.load"):
        ag.load(path.with_suffix(".npz"))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x/data.pkl", b"")
    with pytest.raises(DataError, match="PyTorch"):
        ag.load(path)
    with pytest.raises(FileNotFoundError):
        ag.load(tmp_path / "none.pt")


def test_where_tensors_are_loaded_to():
    assert through(ag.ones(1), map_location=ag.device("cpu")).item() == 1
    assert through(ag.ones(1), map_location=lambda storage, place: storage).item() == 1
    with pytest.raises(AutogradError, match="CPU"):
        through(ag.ones(1), map_location="cuda")
