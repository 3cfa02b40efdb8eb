"""The safetensors format: round trips, exchange with its library, and files that are refused."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import AutogradError, DataError, DtypeError

DTYPES = [ag.float64, ag.float32, ag.float16, ag.int64, ag.int32, ag.int16, ag.int8, ag.uint8,
          ag.bool]  # fmt: skip


def written(tensors, metadata=None) -> bytes:
    file = io.BytesIO()
    ag.save_safetensors(tensors, file, metadata)
    return file.getvalue()


def read(data: bytes):
    return ag.load_safetensors(io.BytesIO(data))


def made(header, data=b"", pad=b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text + pad).to_bytes(8, "little") + text + pad + data


def examples():
    return {
        f"{dtype}{shape}": ag.tensor(np.arange(np.prod(shape)).reshape(shape) % 3, dtype=dtype)
        for dtype in DTYPES
        for shape in ((), (0, 2), (2, 3))
    } | {"transposed": ag.tensor([[1.0, 2.0], [3.0, 4.0]]).T, "é": ag.ones(1)}


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    for name, t in expected.items():
        assert (found[name].dtype, found[name].shape) == (t.dtype, t.shape)
        np.testing.assert_array_equal(found[name].numpy(), t.detach().numpy())


def test_tensors_come_back():
    assert_same(read(written(examples())), examples())
    assert read(written({})) == {}


def test_numbers_lie_at_multiples_of_their_size():
    data = written({"a": ag.ones(3, dtype=ag.int8), "b": ag.ones(1, dtype=ag.float64)})
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    assert length % 8 == 0
    assert header["b"]["data_offsets"] == [0, 8]
    assert header["a"] == {"dtype": "I8", "shape": [3], "data_offsets": [8, 11]}


def test_one_by_one(tmp_path):
    path = tmp_path / "x.safetensors"
    net = nn.Linear(2, 3)
    ag.save_safetensors(net.state_dict(), path, {"epoch": "3"})
    with ag.safe_open(path, framework="pt") as file:
        assert sorted(file.keys()) == ["bias", "weight"]
        assert file.metadata() == {"epoch": "3"}
        assert ag.equal(file.get_tensor("bias"), net.bias)
        with pytest.raises(KeyError, match="weight"):
            file.get_tensor("w")
    other = nn.Linear(2, 3)
    other.load_state_dict(ag.load(path))  # which knows the format by its content
    assert ag.equal(other.weight, net.weight)


def test_bfloat16_becomes_float32():
    header = {"x": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}
    found = read(made(header, bytes.fromhex("803fc0bf")))["x"]
    assert (found.dtype, found.tolist()) == (ag.float32, [1.0, -1.5])


def test_bools_are_true_or_false():
    header = {"x": {"dtype": "BOOL", "shape": [2], "data_offsets": [0, 2]}}
    assert read(made(header, b"\x00\x07"))["x"].numpy().tobytes() == b"\x00\x01"


def part(dtype="F32", shape=(2,), offsets=(0, 8), **more):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets), **more}


EIGHT = b"\0" * 8
DAMAGED = {
    "nothing": b"",
    "half a length": b"\0\0\0",
    "header beyond the file": (1 << 40).to_bytes(8, "little") + b"{}",
    "no json": made(b"{nonsense}"),
    "no text": made(b"{\xff}"),
    "a list": made([]),
    "deep": made(b"{" + b'"a":{' * 100_000),
    "deep lists": made(b"{" + b'"a":' + b"[" * 100_000),
    "truncated": made({"x": part()}, EIGHT[:-1]),
    "more than told": made({"x": part()}, EIGHT + b"\0"),
    "overlap": made({"x": part(), "y": part(offsets=(4, 12))}, EIGHT + EIGHT[:4]),
    "the same place": made({"x": part(), "y": part()}, EIGHT),
    "a gap": made({"x": part(), "y": part(offsets=(12, 20))}, EIGHT + EIGHT + EIGHT[:4]),
    "negative": made({"x": part(offsets=(-8, 0))}, EIGHT),
    "backwards": made({"x": part(offsets=(8, 0))}, EIGHT),
    "beyond": made({"x": part(offsets=(8, 16))}, EIGHT),
    "another size": made({"x": part(shape=(3,))}, EIGHT),
    "negative lengths": made({"x": part(shape=(-1, -2))}, EIGHT),
    "huge": made({"x": part(shape=(1 << 62, 4))}, EIGHT),
    "float lengths": made({"x": part(shape=(2.0,))}, EIGHT),
    "true lengths": made({"x": part(shape=(True, 2))}, EIGHT),
    "many axes": made({"x": part(shape=(1,) * 65 + (2,))}, EIGHT),
    "huge but empty": made({"x": part(shape=(0, 1 << 62, 1 << 62), offsets=(0, 0))}),
    "three offsets": made({"x": part(offsets=(0, 4, 8))}, EIGHT),
    "a dtype": made({"x": part(dtype="C64")}, EIGHT),
    "a dtype that is none": made({"x": part(dtype=["F32"])}, EIGHT),
    "more words": made({"x": part(color="red")}, EIGHT),
    "no shape": made({"x": {"dtype": "F32"}}, EIGHT),
    "twice": made(b'{"x":%s,"x":%s}' % ((json.dumps(part()).encode(),) * 2), EIGHT),
    "metadata": made({"__metadata__": {"a": 1}}),
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED)
def test_what_is_damaged_is_refused(data, tmp_path):
    path = tmp_path / "x.safetensors"
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"x\.safetensors is damaged"):
        ag.load_safetensors(path)
    with pytest.raises(DataError):
        ag.load(path)
    with pytest.raises(DataError):
        ag.safe_open(path)


def test_every_cut_and_many_flips_are_an_error_or_numbers():
    whole = written({"a": ag.ones(2, 3), "b": ag.arange(3)}, {"k": "v"})
    for n in range(len(whole)):
        with pytest.raises(DataError):
            read(whole[:n])
    rng = np.random.default_rng(0)
    for _ in range(500):
        damaged = bytearray(whole)
        damaged[rng.integers(len(whole))] = rng.integers(256)
        try:
            read(bytes(damaged))
        except DataError:
            continue


def test_what_has_no_names_to_write():
    for tensors, message in (([ag.ones(1)], "by their names, not list"),
                             ({"\ud800": ag.ones(1)}, "UTF-8"),
                             ({"a": np.ma.array([1.0], mask=[1])}, "MaskedArray")):  # fmt: skip
        with pytest.raises(AutogradError, match=message):
            ag.save_safetensors(tensors, io.BytesIO())


def test_what_cannot_be_written(tmp_path):
    path = tmp_path / "x"
    for tensors, kind in (
        ({"x": 1.0}, AutogradError),
        ({1: ag.ones(1)}, AutogradError),
        ({"__metadata__": ag.ones(1)}, AutogradError),
        ({"x": np.ones(1, np.uint16)}, DtypeError),
    ):
        with pytest.raises(kind):
            ag.save_safetensors(tensors, path)
    with pytest.raises(AutogradError, match="strings"):
        ag.save_safetensors({}, path, {"epoch": 3})
    assert not list(tmp_path.iterdir())


def test_exchange_with_the_library():
    library = pytest.importorskip("safetensors.numpy")
    arrays = {name: np.asarray(t.numpy()) for name, t in examples().items()}
    found = library.load(written(examples(), {"a": "b"}))
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    contiguous = {name: a.reshape(arrays[name].shape) for name, a in contiguous.items()}
    assert_same(read(library.save(contiguous, {"a": "b"})), examples())
