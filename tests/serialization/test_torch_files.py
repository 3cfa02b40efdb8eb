"""Files of torch.save, read and written: exchange with PyTorch both ways."""

from __future__ import annotations

import io
from collections import Counter, OrderedDict

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.errors import AutogradError, DataError

torch = pytest.importorskip("torch", reason="PyTorch writes these files and reads them")

NAMES = ["float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool"]


def from_torch(thing, load=ag.load, **options):
    file = io.BytesIO()
    torch.save(thing, file, **options)
    file.seek(0)
    return load(file)


def to_torch(thing):
    file = io.BytesIO()
    ag.save_torch(thing, file)
    file.seek(0)
    return torch.load(file)


def assert_same(ours, theirs):
    assert (ours.dtype.name, tuple(ours.shape)) == (str(theirs.dtype)[6:], tuple(theirs.shape))
    np.testing.assert_array_equal(ours.detach().numpy(), theirs.detach().numpy())


def tensors(lib):
    return {
        f"{name}{shape}": lib.zeros(shape, dtype=getattr(lib, name)) + getattr(lib, name).itemsize
        if name != "bool"
        else lib.ones(shape, dtype=lib.bool)
        for name in NAMES
        for shape in ((), (0, 2), (2, 3))
    }


FORMS = [{}, {"pickle_protocol": 4}, {"_use_new_zipfile_serialization": False}]


@pytest.mark.parametrize("options", FORMS, ids=str)
@pytest.mark.parametrize("load", [ag.load, ag.load_torch])
def test_tensors_from_pytorch(options, load):
    theirs = tensors(torch)
    found = from_torch(theirs, load, **options)
    assert list(found) == list(theirs)
    for name, t in theirs.items():
        assert type(found[name]) is ag.Tensor
        assert_same(found[name], t)


def test_tensors_to_pytorch():
    ours = tensors(ag)
    found = to_torch(ours)
    assert list(found) == list(ours)
    for name, t in ours.items():
        assert_same(t, found[name])


NESTED = {
    "numbers": [1, -1, 255, 65536, 2**31, -(2**40), 2**80, True, None, 1.5, float("inf")],
    "text": ("", "é", "x" * 300),
    "maps": OrderedDict([(1, {"a": ()}), ((2, "b"), [[]])]),
    "set": {1, 2},
}


@pytest.mark.parametrize("options", FORMS, ids=str)
def test_containers(options):
    assert from_torch(NESTED, **options) == NESTED
    assert to_torch(NESTED) == NESTED
    assert type(to_torch(NESTED)["maps"]) is OrderedDict
    more = {"counter": Counter({1: 2}), "frozen": frozenset({1}), "bytes": b"ab"}
    assert from_torch(more, **options) == more


def test_what_pytorch_has_names_for():
    theirs = [torch.Size([2, 3]), torch.float16, torch.device("cpu"), torch.bfloat16]
    ours = [ag.Size([2, 3]), ag.float16, ag.device("cpu"), ag.bfloat16]
    assert from_torch(theirs) == ours
    assert to_torch(ours) == theirs
    assert to_torch([np.float32(1.5), np.int8(3), np.True_]) == [1.5, 3, True]


@pytest.mark.parametrize("options", FORMS, ids=str)
def test_layouts_and_shared_memory_from_pytorch(options):
    x = torch.arange(12.0).reshape(3, 4)
    given = [x, x.T, x[1], x[:, 1::2], x[0, 0], x.expand(2, 3, 4), x.detach()]
    found = from_torch(given, **options)
    for ours, theirs in zip(found, given, strict=True):
        assert_same(ours, theirs)
    assert found[1].stride() == (1, 4)
    found[0].mul_(10)
    x.mul_(10)
    for ours, theirs in zip(found, given, strict=True):
        assert_same(ours, theirs)


def test_layouts_and_shared_memory_to_pytorch():
    x = ag.arange(12.0).reshape(3, 4)
    given = [x, x.T, x[1], x[:, 1::2], x[0, 0], x.expand(2, 3, 4), x.detach(), x.flip(0)]
    found = to_torch(given)
    for ours, theirs in zip(given, found, strict=True):
        assert_same(ours, theirs)
    assert found[1].stride() == (1, 4)
    found[0].mul_(10)
    assert found[2].tolist() == [40, 50, 60, 70]
    assert found[5][1, 2, 3] == 110
    assert found[7][0, 0] == 8  # a copy: PyTorch has no negative strides


def test_a_part_is_written_without_the_rest():
    file = io.BytesIO()
    ag.save_torch(ag.zeros(1_000_000)[:3], file)
    assert len(file.getvalue()) < 2000


def test_the_same_tensor_stays_one():
    t = ag.ones(2)
    found = to_torch([t, t])
    assert found[0] is found[1]
    p = torch.ones(2)
    found = from_torch([p, p])
    assert found[0] is found[1]


def test_bfloat16_becomes_float32_and_stays_shared():
    x = torch.tensor([1.0, -1.5, 3.0], dtype=torch.bfloat16)
    for options in FORMS:
        a, b = from_torch([x, x[1:]], **options)
        assert (a.dtype, a.tolist(), b.tolist()) == (ag.float32, [1, -1.5, 3], [-1.5, 3])
        b.mul_(2)
        assert a.tolist() == [1, -3, 6]


def test_parameters_and_requires_grad():
    theirs = [torch.nn.Parameter(torch.ones(2)), torch.ones(2, requires_grad=True)]
    found = from_torch(theirs)
    assert type(found[0]) is nn.Parameter
    assert found[0].requires_grad and found[1].requires_grad and found[1].is_leaf
    found = to_torch([nn.Parameter(ag.ones(2)), ag.ones(2, requires_grad=True), ag.ones(2)])
    assert type(found[0]) is torch.nn.Parameter
    assert [t.requires_grad for t in found] == [True, True, False]


def networks(lib, tools):
    return tools.Sequential(tools.Linear(3, 4), tools.Tanh(), tools.Linear(4, 2))


def steps(lib, tools, net, optimizer, n=3):
    for _ in range(n):
        optimizer.zero_grad()
        (net(lib.ones(5, 3)) ** 2).mean().backward()
        optimizer.step()


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
@pytest.mark.parametrize("legacy", [False, True])
def test_training_goes_on_over_there_and_back(name, legacy, tmp_path):
    options = {"lr": 0.1, "momentum": 0.9} if name == "SGD" else {"lr": 0.01}
    theirs = networks(torch, torch.nn)
    their_optimizer = getattr(torch.optim, name)(theirs.parameters(), **options)
    steps(torch, torch.nn, theirs, their_optimizer)
    path = tmp_path / "model.pt"
    state = {"net": theirs.state_dict(), "optimizer": their_optimizer.state_dict(), "epoch": 3}
    torch.save(state, path, _use_new_zipfile_serialization=not legacy)

    ours = networks(ag, nn)
    our_optimizer = getattr(optim, name)(ours.parameters(), **options)
    state = ag.load(path)
    ours.load_state_dict(state["net"])
    our_optimizer.load_state_dict(state["optimizer"])
    steps(ag, nn, ours, our_optimizer)
    ag.save_torch({"net": ours.state_dict(), "optimizer": our_optimizer.state_dict()}, path)

    state = torch.load(path)
    theirs.load_state_dict(state["net"])
    their_optimizer.load_state_dict(state["optimizer"])
    steps(torch, torch.nn, theirs, their_optimizer)
    steps(ag, nn, ours, our_optimizer)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), 1e-5, 1e-6)


def test_a_whole_module_is_refused_by_name():
    for options in FORMS:
        with pytest.raises(DataError, match=r"torch\.nn\.modules\.linear\.Linear.*state_dict"):
            from_torch(torch.nn.Linear(1, 1), **options)
    with pytest.raises(DataError, match="ComplexFloatStorage"):
        from_torch(torch.zeros(2, dtype=torch.complex64))
    with pytest.raises(DataError, match="uint16"):
        from_torch(torch.zeros(2, dtype=torch.uint16))


def test_what_cannot_be_written(tmp_path):
    path = tmp_path / "x.pt"
    circle: list = []
    circle.append(circle)
    for thing, words in (
        ([1, {"a": len}], r"the object\[1\]\['a'\] is a builtin"),
        (nn.Linear(1, 1), "state_dict"),
        (circle, "contains itself"),
        (1 << 3000, "376 bytes"),
        (1j, "complex"),
    ):
        with pytest.raises(AutogradError, match=words):
            ag.save_torch(thing, path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("thing", "name"),
    [(torch.ones(2, dtype=torch.complex64), "ComplexFloatStorage"), (bytearray(b"a"), "bytearray"),
     (torch.ones(2, dtype=torch.uint16), "uint16"),
     (torch.ones(2).untyped_storage(), "a storage by itself")],
    ids=repr,
)  # fmt: skip
def test_what_is_whole_but_not_supported(thing, name):
    with pytest.raises(DataError, match=f"the file holds .*{name}") as caught:
        from_torch({"x": [thing]})
    assert "damaged" not in str(caught.value)


def test_negation_that_is_only_noted():
    theirs = torch._neg_view(torch.arange(3.0))
    assert from_torch(theirs).tolist() == [0, -1, -2]


def test_keys_that_are_tensors():
    with pytest.raises(AutogradError, match="a key of the object is a tensor"):
        ag.save_torch({ag.ones(1): 1}, io.BytesIO())


def test_every_cut_of_a_file_is_refused(tmp_path):
    for options in FORMS:
        file = io.BytesIO()
        torch.save({"a": torch.ones(3), "b": [1, "x"]}, file, **options)
        whole = file.getvalue()
        for n in range(0, len(whole), 7):
            with pytest.raises(DataError):
                ag.load(io.BytesIO(whole[:n]))


def test_flipped_bytes_are_an_error_or_data():
    rng = np.random.default_rng(0)
    for options in FORMS:
        file = io.BytesIO()
        torch.save({"a": torch.ones(3), "b": [1, "x"], "c": torch.float32}, file, **options)
        whole = file.getvalue()
        for _ in range(400):
            damaged = bytearray(whole)
            damaged[rng.integers(len(whole))] = rng.integers(256)
            try:
                ag.load(io.BytesIO(bytes(damaged)))
            except DataError:
                continue
