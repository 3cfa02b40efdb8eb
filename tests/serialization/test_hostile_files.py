"""Files that were made to do harm: each is refused, and nothing in it runs."""

from __future__ import annotations

import io
import os
import pickle
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import DataError

MARK = "hostile-was-here"


def archive(pickled: bytes, compression=zipfile.ZIP_STORED, **members) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as z:
        z.writestr("archive/data.pkl", pickled)
        for name, data in members.items():
            z.writestr(f"archive/data/{name}", data)
    return file.getvalue()


def read(data: bytes):
    return ag.load(io.BytesIO(data))


def text(s: str) -> bytes:
    return b"X" + struct.pack("<I", len(s)) + s.encode()


def integer(n: int) -> bytes:
    data = n.to_bytes(n.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def tensor(
    size,
    stride,
    offset=0,
    numel=4,
    key="k0",
    kind="torch\nFloatStorage",
    build="_rebuild_tensor_v2",
) -> bytes:
    numbers = [b"(" + b"".join(map(integer, ns)) + b"t" for ns in (size, stride)]
    storage = b"(" + text("storage") + f"c{kind}\n".encode() + text(key) + text("cpu")
    return (
        b"\x80\x02" + f"ctorch._utils\n{build}\n".encode() + b"(" + storage + integer(numel)
        + b"tQ" + integer(offset) + b"".join(numbers) + b"\x89ccollections\nOrderedDict\n)RtR."
    )  # fmt: skip


class Reduces:
    def __init__(self, function, *args):
        self.what = function, args

    def __reduce__(self):
        return self.what


def by_pickle(function, *args, protocol=2) -> bytes:
    return pickle.dumps({"weights": [Reduces(function, *args)]}, protocol)


COMMAND = f"touch {MARK}"
CALLS = {
    "os.system": by_pickle(os.system, COMMAND),
    "os.system, protocol 0": by_pickle(os.system, COMMAND, protocol=0),
    "os.system, protocol 5": by_pickle(os.system, COMMAND, protocol=5),
    "eval": by_pickle(eval, f"open({MARK!r}, 'w')"),
    "exec": by_pickle(exec, f"open({MARK!r}, 'w')"),
    "open": by_pickle(open, MARK, "w"),
    "getattr": by_pickle(getattr, 1, "real"),
    "import": by_pickle(__import__, "antigravity"),
    "a dotted name": b"\x80\x04\x8c\x0bcollections\x8c\x14OrderedDict.fromkeys\x93)R.",
    "a dotted module": b"ctorch._utils.os\nsystem\n" + text(COMMAND) + b"\x85R.",
    "an instance": b"(" + text(COMMAND) + b"ios\nsystem\n.",
    "an object": b"(cos\nsystem\n" + text(COMMAND) + b"o.",
    "an extension": b"\x82\x01.",
    "a persistent name": b"Pos.system\n.",
    "numpy": by_pickle(np.zeros, 1 << 40),
    "torch.hub": b"ctorch.hub\nload\n" + text("x") + b"\x85R.",
    "a name from memory": text("os") + b"q\x00" + text("system") + b"q\x01h\x00h\x01\x93"
    + text(COMMAND) + b"\x85R.",
    "a new object": b"\x80\x02cos\nsystem\n" + text(COMMAND) + b"\x85\x81.",
}  # fmt: skip


@pytest.mark.parametrize("pickled", CALLS.values(), ids=CALLS)
def test_nothing_is_called(pickled, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    legacy = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.\x80\x02}." + pickled
    for data in (archive(pickled), legacy):
        with pytest.raises(DataError):
            read(data)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("pickled", "words"),
    [
        (CALLS["os.system"], "(posix|nt).system"),
        (CALLS["eval"], "__builtin__.eval"),
        (CALLS["a dotted name"], "OrderedDict.fromkeys"),
        (CALLS["torch.hub"], "torch.hub.load"),
    ],
)
def test_the_refusal_names_it(pickled, words):
    with pytest.raises(DataError, match=words):
        read(archive(pickled))


ODD = {
    "calls a string": text("os.system") + b")R.",
    "calls a list": b"](" + text("x") + b"e)R.",
    "calls a dtype": b"ctorch\nfloat32\n)R.",
    "calls without a tuple": b"ccollections\nOrderedDict\n]R.",
    "too many arguments": b"ccollections\nOrderedDict\n(K\x01K\x02K\x03tR.",
    "attributes of a dict": b"}}" + text("keys") + b"K\x01sb.",
    "attributes of an ordered dict": b"ccollections\nOrderedDict\n)R}" + text("keys") + b"K\x01sb.",
    "recalls the unknown": b"h\x05.",
    "a mark for a value": b"(.",
    "remembers a mark": b"(q\x00h\x00.",
    "pops nothing": b"0.",
    "appends to a tuple": b")K\x01a.",
    "sets in a list": b"]K\x01K\x02s.",
    "an odd number": b"}(K\x01u.",
    "no end": b"K\x01",
    "nothing": b"",
    "a length beyond": b"X\xff\xff\xff\xffabc.",
    "a length of 8 bytes": b"\x8e" + b"\xff" * 8 + b"abc.",
    "a long number": b"\x8b\xff\xff\xff\x7f\x00.",
    "a number in text": b"I" + b"9" * 10_000 + b"\n.",
    "no line": b"c" + b"a" * 100,
    "a list as a key": b"}]K\x01s.",
    "a deep key": b"}" + b")" + b"\x85" * 50_000 + b"K\x01s.",
    "doubling tuples as a key": b"}K\x01" + b"q\x00h\x00\x86" * 60 + b"K\x01s.",
    "doubling tuples in a set": b"c__builtin__\nset\n](K\x01" + b"q\x00h\x00\x86" * 60 + b"e\x85R.",
    "a set of a number": b"c__builtin__\nset\nK\x01\x85R.",
    "bytes in another encoding": b"c_codecs\nencode\n" + text("x") + text("idna") + b"\x86R.",
    "no surrogates": b"X\x01\x00\x00\x00\xff.",
    "a function": b"ctorch._utils\n_rebuild_tensor\n.",
    "a function in a list": b"](ctorch._utils\n_rebuild_tensor\ne.",
    "a flag in words": tensor([4], [1]).replace(b"\x89c", text("False") + b"c"),
    "a parameter of a number": b"ctorch._utils\n_rebuild_parameter\n(K\x01\x88NtR.",
    "a tensor of a number": b"ctorch._utils\n_rebuild_tensor_v2\n(K\x01K\x00))\x89NtR.",
    "a size of text": b"ctorch\nSize\n" + text("ab") + b"\x85R.",
    "a device": b"ctorch\ndevice\n" + text("nonsense") + b"\x85R.",
    "a storage in other words": text("k0") + b"Q.",
    "a storage of a module": b"(" + text("module") + text("a") + text("b") + text("c") + b"NtQ.",
}  # fmt: skip


@pytest.mark.parametrize("pickled", ODD.values(), ids=ODD)
def test_programs_that_make_no_sense(pickled):
    with pytest.raises(DataError):
        read(archive(pickled, k0=b"\0" * 16))


MEMORY = b"\0" * 16
TENSORS = {
    "too long": tensor([5], [1]),
    "an offset beyond": tensor([1], [1], offset=4),
    "a stride beyond": tensor([2], [4]),
    "a negative stride": tensor([2], [-1], offset=3),
    "a negative size": tensor([-1], [1]),
    "a negative offset": tensor([1], [1], offset=-1),
    "a huge size": tensor([1 << 62], [1]),
    "a product that wraps": tensor([1 << 33, 1 << 33], [1, 0]),
    "a huge stride": tensor([2], [1 << 62]),
    "sizes and strides": tensor([2, 2], [1]),
    "many axes": tensor([1] * 100, [1] * 100),
    "empty and huge": tensor([0, 1 << 62, 1 << 62], [1, 1, 1]),
    "a longer storage": tensor([4], [1], numel=1 << 60),
    "a shorter storage": tensor([2], [1], numel=2),
    "a negative storage": tensor([2], [1], numel=-4),
    "no storage": tensor([4], [1], key="k1"),
    "a path": tensor([4], [1], key="../../../../etc/passwd"),
    "an absolute path": tensor([4], [1], key="/etc/passwd"),
    "another dtype": tensor([4], [1], kind="torch\nDoubleStorage"),
    "bytes without a dtype": tensor([4], [1], numel=16, kind="torch.storage\nUntypedStorage"),
    "no class": tensor([4], [1], kind="os\nsystem"),
}


@pytest.mark.parametrize("pickled", TENSORS.values(), ids=TENSORS)
def test_tensors_beyond_their_memory(pickled):
    tracemalloc.start()
    try:
        with pytest.raises(DataError):
            read(archive(pickled, k0=MEMORY))
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_these_tensors_but_for_that_are_read():
    assert read(archive(tensor([2, 2], [2, 1]), k0=MEMORY)).shape == (2, 2)
    assert read(archive(tensor([3], [0]), k0=MEMORY)).shape == (3,)


def test_compressed_members_are_refused():
    bomb = archive(tensor([4], [1], numel=1 << 26), zipfile.ZIP_DEFLATED, k0=b"\0" * (1 << 28))
    assert len(bomb) < 1_000_000
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="compressed"):
            read(bomb)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_members_that_claim_more_than_there_is():
    whole = archive(tensor([4], [1], numel=1 << 28), k0=MEMORY)
    place = whole.rindex(b"archive/data/k0") - 46  # its entry in the directory at the end
    for claimed in (1 << 30, 17):
        lying = bytearray(whole)
        lying[place + 20 : place + 28] = struct.pack("<II", claimed, claimed)
        with pytest.raises(DataError):
            read(bytes(lying))


def test_a_flipped_bit_in_the_numbers_is_noticed():
    whole = bytearray(archive(tensor([4], [1]), k0=b"\x11" * 16))
    whole[whole.index(b"\x11" * 16) + 3] ^= 1
    with pytest.raises(DataError, match="CRC"):
        read(bytes(whole))


def test_a_member_that_claims_to_be_encrypted():
    whole = bytearray(archive(tensor([4], [1]), k0=MEMORY))
    whole[whole.rindex(b"archive/data/k0") - 46 + 8] |= 1  # in the directory at the end
    with pytest.raises(DataError, match="encrypted"):
        read(bytes(whole))


def test_two_members_of_one_name():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as z:
        z.writestr("archive/data.pkl", b"N.")
        with pytest.warns(UserWarning, match="Duplicate"):
            z.writestr("archive/data.pkl", b"K\x01.")
    with pytest.raises(DataError, match="one name"):
        read(file.getvalue())


def test_depth_without_recursion():
    deep = b"]" * 100_000 + b"a" * 99_999 + b"."
    found = read(archive(deep))
    depth = 0
    while found:
        (found,) = found
        depth += 1
    assert depth == 99_999


def test_a_legacy_file_that_claims_a_huge_storage():
    head = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.\x80\x02}."
    body = tensor([4], [1], numel=1 << 40)
    with pytest.raises(DataError, match="larger than the file"):
        read(head + body + b"](" + text("k0") + b"e." + struct.pack("<q", 1 << 40) + MEMORY)
    body = tensor([4], [1], numel=4)
    with pytest.raises(DataError, match="another length"):
        read(head + body + b"](" + text("k0") + b"e." + struct.pack("<q", 5) + MEMORY)
    found = read(head + body + b"](" + text("k0") + b"e." + struct.pack("<q", 4) + MEMORY)
    assert found.tolist() == [0, 0, 0, 0]


def test_an_archive_of_our_own_that_claims_a_huge_array(tmp_path):
    file = io.BytesIO()
    ag.save(ag.ones(3), file)
    with zipfile.ZipFile(io.BytesIO(file.getvalue())) as z:
        members = {name: z.read(name) for name in z.namelist()}
    members["0.npy"] = members["0.npy"].replace(b"(3,), }      ", b"(1234567,), }")
    damaged = io.BytesIO()
    with zipfile.ZipFile(damaged, "w") as z:
        for name, data in members.items():
            z.writestr(name, data)
    with pytest.raises(DataError, match=r"\(1234567,\)"):
        ag.load(io.BytesIO(damaged.getvalue()))
