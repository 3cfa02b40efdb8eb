"""The safetensors format: a header that says names, dtypes, shapes and places, then the numbers.

Eight bytes, little-endian, give the length of the header, which is JSON:
{"weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, "__metadata__": {...}}. The
offsets count from the end of the header; the parts follow each other without gaps.
See https://github.com/huggingface/safetensors.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..autograd.value import Value, share
from ..errors import AutogradError, DataError, DtypeError
from .files import as_array, filled, reading, size_of, source, target, widened

_HEADER_LIMIT = 100_000_000
_METADATA = "__metadata__"
_DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2",
           "I8": "i1", "U8": "u1", "BOOL": "?"}  # fmt: skip
_NAMES = {np.dtype(code): name for name, code in _DTYPES.items()}
_ITEMSIZES = {"BF16": 2} | {name: np.dtype(code).itemsize for name, code in _DTYPES.items()}


def save_safetensors(
    tensors: Mapping[str, Any], path: Any, metadata: Mapping[str, str] | None = None
) -> None:
    """Write a dict of tensors, such as the `state_dict()` of a module, as safetensors.

    `metadata`: text to go with them. Tensors over the same memory are written each on its own. A
    file under that path is replaced once all is written.

    Raises AutogradError for what is no tensor or has no name, DtypeError for a dtype that the
    format has not; nothing is written then.

    >>> import autograd_fr as ag, io
    >>> file = io.BytesIO()
    >>> ag.save_safetensors({"w": ag.tensor([1.0, 2.0])}, file, {"epoch": "3"})
    >>> _ = file.seek(0); ag.load_safetensors(file)
    {'w': tensor([1., 2.])}
    """
    if not isinstance(tensors, Mapping):
        raise AutogradError(f"tensors are a dict, by their names, not {type(tensors).__name__}")
    arrays = {name: _to_write(name, t) for name, t in tensors.items()}
    told: dict[str, Any] = {}
    if metadata is not None:
        if not all(isinstance(text, str) for pair in metadata.items() for text in pair):
            raise AutogradError("metadata is text by text: a dict of strings")
        told[_METADATA] = dict(metadata)
    end = 0
    # The widest first, so that every number lies at a multiple of its size.
    order = sorted(arrays, key=lambda name: (-arrays[name].dtype.itemsize, name))
    for name in order:
        a = arrays[name]
        start, end = end, end + a.nbytes
        told[name] = {"dtype": _NAMES[a.dtype], "shape": a.shape, "data_offsets": [start, end]}
    try:
        header = json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise AutogradError(f"names and metadata are text that UTF-8 can write: {error}") from None
    header += b" " * (-len(header) % 8)
    if len(header) > _HEADER_LIMIT:
        raise AutogradError(f"a header of {len(header)} bytes; the format allows {_HEADER_LIMIT}")
    with target(path) as file:
        file.write(len(header).to_bytes(8, "little") + header)
        for name in order:
            file.write(_dense(name, arrays[name]).data)


def _to_write(name: Any, t: Any) -> Any:
    """The array of a tensor with the numbers little-endian."""
    if not isinstance(name, str) or name == _METADATA:
        raise AutogradError(f"a tensor needs a name, text other than {_METADATA!r}, not {name!r}")
    if not isinstance(t, Value) and type(t) not in (np.ndarray, np.memmap):
        raise AutogradError(
            f"{name!r} is a {type(t).__name__}; safetensors are a flat dict of tensors, and save() "
            "takes more"
        )
    array = np.asarray(t.array if isinstance(t, Value) else t)
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    if array.dtype not in _NAMES:
        raise DtypeError(f"{name!r} is {array.dtype}; safetensors have {', '.join(_DTYPES)}")
    return array


def _dense(name: str, array: Any) -> Any:
    """An array entry by entry, though they may lie otherwise."""
    try:
        return np.ascontiguousarray(array)
    except MemoryError:
        raise AutogradError(
            f"{name!r} of shape {array.shape} takes {array.nbytes} bytes when written out, more "
            "than there is memory for; save() keeps entries that share their memory so"
        ) from None


def load_safetensors(path: Any) -> dict[str, Any]:
    """The tensors of a safetensors file by name; BF16, which NumPy has not, as float32.

    `path`: a path or a file opened for reading bytes. Raises DataError for a file that is damaged
    or of another format, FileNotFoundError for none.
    """
    with source(path) as (file, name), reading(name, "safetensors"):
        return read_safetensors(file)


class safe_open:
    """A safetensors file whose tensors are read one by one, when they are asked for.

    `framework`, `device`: accepted, as the library of that name has them. Raises what
    `load_safetensors` does.

    >>> import autograd_fr as ag, os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "w.safetensors")
    >>> ag.save_safetensors({"w": ag.ones(2)}, path)
    >>> with ag.safe_open(path) as file:
    ...     print(file.keys(), file.get_tensor("w"))
    ['w'] tensor([1., 1.])
    """

    def __init__(self, filename: Any, framework: str = "np", device: str = "cpu") -> None:
        self._name = str(filename)
        self._file = open(filename, "rb")  # noqa: SIM115 (open for as long as this is)
        try:
            with reading(self._name, "safetensors"):
                self._parts, self._metadata, self._start = _header(self._file)
        except DataError:
            self._file.close()
            raise

    def __enter__(self) -> safe_open:
        return self

    def __exit__(self, *_: Any) -> None:
        self._file.close()

    def keys(self) -> list[str]:
        """The names of the tensors."""
        return list(self._parts)

    def metadata(self) -> dict[str, str] | None:
        """The text that goes with them; None for none."""
        return self._metadata

    def get_tensor(self, name: str) -> Any:
        """The tensor of that name. Raises KeyError for none."""
        if name not in self._parts:
            raise KeyError(f"{self._name} has no tensor {name!r}; it has {', '.join(self._parts)}")
        with reading(self._name, "safetensors"):
            return _tensor(self._file, self._start, self._parts[name])


def looks_like_safetensors(head: bytes) -> bool:
    """Whether a file may be one, by its first bytes."""
    length = int.from_bytes(head[:8], "little")
    return len(head) > 8 and 2 <= length <= _HEADER_LIMIT and head[8:9] == b"{"


def read_safetensors(file: Any) -> dict[str, Any]:
    """All tensors of a file."""
    parts, _, start = _header(file)
    return {name: _tensor(file, start, part) for name, part in parts.items()}


def _tensor(file: Any, start: int, part: dict[str, Any]) -> Any:
    first, last = part["data_offsets"]
    file.seek(start + first)
    data, shape = filled(file, last - first), tuple(part["shape"])
    if part["dtype"] == "BF16":
        return share(widened(data).reshape(shape))
    dtype = np.dtype(_DTYPES[part["dtype"]])
    return share(as_array(data, dtype, shape).astype(dtype.newbyteorder("="), copy=False))


def _header(file: Any) -> tuple[dict[str, Any], dict[str, str] | None, int]:
    """What the header says, once it is known to be right, and where the numbers begin."""
    begin, size = file.tell(), size_of(file)
    length = int.from_bytes(file.read(8), "little")
    room = size - begin - 8
    if room < 0 or length > min(room, _HEADER_LIMIT):
        raise DataError(f"its header would have {length} bytes, in a file of {size}")
    told = json.loads(file.read(length).decode(), object_pairs_hook=_unique)
    if not isinstance(told, dict):
        raise DataError("its header is no object of JSON")
    metadata = told.pop(_METADATA, None)
    if metadata is not None and not (
        isinstance(metadata, dict) and all(isinstance(text, str) for text in metadata.values())
    ):
        raise DataError(f"{_METADATA} is no dict of text")
    for name, part in told.items():
        _check_part(name, part)
    end = 0
    for name, part in sorted(told.items(), key=lambda item: item[1]["data_offsets"]):
        first, last = part["data_offsets"]
        if first != end:
            raise DataError(f"{name!r} begins at {first}, where {end} bytes are taken")
        end = last
    if end != room - length:
        raise DataError(f"its tensors take {end} bytes, the file has {room - length} for them")
    return told, metadata, begin + 8 + length


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DataError("a name stands in its header twice")
    return found


def _check_part(name: str, part: Any) -> None:
    """Raise DataError where the description of a tensor is no such thing, or contradicts itself."""
    if not isinstance(part, dict) or part.keys() != {"dtype", "shape", "data_offsets"}:
        raise DataError(f"{name!r} has no dtype, shape and data_offsets, or more than that")
    if part["dtype"] not in _ITEMSIZES:
        raise DataError(f"{name!r} is {part['dtype']!r}, one of {', '.join(_ITEMSIZES)} is read")
    shape, offsets = part["shape"], part["data_offsets"]
    for numbers in (shape, offsets):
        if not isinstance(numbers, list) or any(type(n) is not int or n < 0 for n in numbers):
            raise DataError(f"{name!r} has lengths or offsets that are no lists of whole numbers")
    if len(shape) > 64 or len(offsets) != 2:
        raise DataError(f"{name!r} has {len(shape)} axes and {len(offsets)} offsets")
    if math.prod(filter(None, shape)) >= 1 << 60:  # where there are no entries, too
        raise DataError(f"{name!r} has a shape that no memory has room for, {tuple(shape)}")
    nbytes = math.prod(shape) * _ITEMSIZES[part["dtype"]]
    if offsets[1] - offsets[0] != nbytes:
        raise DataError(
            f"{name!r} of shape {tuple(shape)} in {part['dtype']} takes {nbytes} bytes, not from "
            f"{offsets[0]} to {offsets[1]}"
        )
