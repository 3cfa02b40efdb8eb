"""The reader of IDX files: right on good ones, plain about bad ones, frugal with memory."""

from __future__ import annotations

import gzip
import os
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from autograd_fr.datasets import read_idx
from autograd_fr.errors import DataError

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 4, 5), dtype=np.uint8)


def header(*shape: int, code: int = 8) -> bytes:
    return struct.pack(f">BBBB{len(shape)}I", 0, 0, code, len(shape), *shape)


def idx(array: np.ndarray) -> bytes:
    return header(*array.shape) + array.tobytes()


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "some-file"


def refused(path: Path, ndim: int | None = None) -> str:
    """What the reader has against the file; the message is one line and names it."""
    with pytest.raises(DataError) as caught:
        read_idx(path, ndim)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
@pytest.mark.parametrize("name", ["images", "images.gz"])
def test_the_content_tells_whether_it_is_gzipped_not_the_name(tmp_path, pack, name):
    (tmp_path / name).write_bytes(pack(idx(IMAGES)))
    found = read_idx(tmp_path / name, 3)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, IMAGES)
    found[0] = 7  # the caller's own memory


def test_files_longer_than_one_chunk_of_reading(path):
    long = np.random.default_rng(0).integers(0, 256, (5, 1 << 19), dtype=np.uint8)
    for content in (idx(long), gzip.compress(idx(long), 1)):
        path.write_bytes(content)
        np.testing.assert_array_equal(read_idx(str(path)), long)


def test_a_missing_file(path):
    assert "does not exist" in refused(path)


def test_a_folder(path):
    path.mkdir()
    assert "is a folder" in refused(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_a_pipe_is_not_waited_for(path):
    os.mkfifo(path)
    assert "not a regular file" in refused(path)


def test_a_file_that_may_not_be_read(path, monkeypatch):
    path.write_bytes(idx(IMAGES))

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", denied)
    assert refused(path).endswith("cannot be read: Permission denied")


@pytest.mark.parametrize("content", [b"", gzip.compress(b"")], ids=["plain", "gzipped"])
def test_an_empty_file(path, content):
    path.write_bytes(content)
    assert "is empty" in refused(path)


@pytest.mark.parametrize(
    "content", [b"<!DOCTYPE html>", b"\0\0\x08", b"\0\1\x08\1\0\0\0\1x", b"\0\0\x07\1\0\0\0\1x"],
    ids=["a web page", "three bytes", "no zeros in front", "an unknown type"],
)  # fmt: skip
def test_another_magic_number(path, content):
    path.write_bytes(content)
    message = refused(path, 1)
    assert content[:4].hex(" ") in message
    assert "00 00 08 01 was expected" in message


@pytest.mark.parametrize(("code", "name"), [(0x09, "int8"), (0x0D, "float32"), (0x0E, "float64")])
def test_entries_of_another_type(path, code, name):
    path.write_bytes(header(2, code=code) + bytes(16))
    assert f"holds {name} entries; uint8 was expected" in refused(path)


def test_labels_where_images_are_expected_and_the_other_way_round(path):
    path.write_bytes(idx(np.arange(5, dtype=np.uint8)))
    assert "holds labels (1 axis); images (3 axes) was expected" in refused(path, 3)
    path.write_bytes(idx(IMAGES))
    assert "holds images (3 axes); labels (1 axis) was expected" in refused(path, 1)


@pytest.mark.parametrize("axes", [0, 9, 255])
def test_too_few_or_too_many_axes(path, axes):
    path.write_bytes(header(*[1] * axes) + b"x")
    assert f"has {axes} axes" in refused(path)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_cut_short_anywhere_or_longer_than_promised(path, pack):
    whole = idx(IMAGES)
    for length in range(4, len(whole)):
        path.write_bytes(pack(whole[:length]))
        assert "is cut short" in refused(path)
    path.write_bytes(pack(whole[:-1]))
    assert "promises 60 bytes (shape (3, 4, 5)), 59 are there" in refused(path)
    path.write_bytes(pack(whole + b"x"))
    assert "longer than its header promises" in refused(path)


@pytest.mark.parametrize("shape", [(0,), (0, 28, 28), (0, 2**32 - 1, 2**32 - 1)])
def test_no_entries(path, shape):
    path.write_bytes(header(*shape))
    assert "holds no entries" in refused(path)


def test_a_gzip_file_cut_short_anywhere(path):
    packed = gzip.compress(idx(IMAGES))
    for length in range(2, len(packed)):
        path.write_bytes(packed[:length])
        assert "damaged or incomplete gzip" in refused(path)


def test_no_damage_to_a_gzip_file_goes_unnoticed(path):
    packed = bytearray(gzip.compress(idx(IMAGES), mtime=0))
    for place in range(10, len(packed)):  # after the gzip header, which says nothing of the content
        damaged = packed.copy()
        damaged[place] ^= 0x55
        path.write_bytes(damaged)
        refused(path)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
@pytest.mark.parametrize(
    ("shape", "fault"),
    [((10**6, 10**3, 10**3), "are not read"), ((2**32 - 1,) * 8, "are not read"),
     ((1 << 26,), "is cut short")],
)  # fmt: skip
def test_a_header_that_promises_the_moon_takes_no_memory(path, pack, shape, fault):
    path.write_bytes(pack(header(*shape) + b"x"))
    assert fault in measured(path)


def test_two_gibibytes_are_read_of_a_file_that_is_not_packed(path):
    path.write_bytes(header(1 << 31) + b"x")
    assert "is cut short" in measured(path)
    path.write_bytes(header((1 << 31) + 1) + b"x")
    assert "more than 2147483648 are not read" in measured(path)


def test_a_gzip_bomb_takes_no_memory(path):
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(header(10))
        for _ in range(64):
            file.write(bytes(1 << 20))
    assert path.stat().st_size < 1 << 17
    assert "longer than its header promises" in measured(path)


def test_a_gzip_bomb_with_an_honest_header_takes_no_memory(path):
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(header(65 << 20))
        for _ in range(65):
            file.write(bytes(1 << 20))
    assert path.stat().st_size < 1 << 17
    assert "more than 67108864 are not read" in measured(path)


def test_what_packs_well_is_no_bomb_while_it_is_small(path):
    blank = np.zeros((2000, 28, 28), np.uint8)
    path.write_bytes(gzip.compress(idx(blank)))
    np.testing.assert_array_equal(read_idx(path, 3), blank)


@pytest.mark.parametrize("ndim", ["a", -1, 0, 9, 1.0])
def test_a_number_of_axes_that_is_none(path, ndim):
    path.write_bytes(idx(np.zeros(3, np.uint8)))
    with pytest.raises(ValueError, match="ndim is a number of axes, 1 to 8, got") as caught:
        read_idx(path, ndim)
    assert not isinstance(caught.value, DataError)


def test_a_path_of_bytes_and_one_with_a_nul(path):
    path.write_bytes(idx(np.zeros(3, np.uint8)))
    assert read_idx(os.fsencode(path)).tolist() == [0, 0, 0]
    with pytest.raises(DataError, match="cannot have a NUL"):
        read_idx("a\0b")


def measured(path: Path) -> str:
    """What the reader has against the file, found with a few megabytes of memory."""
    tracemalloc.start()
    try:
        message = refused(path)
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()
    return message
