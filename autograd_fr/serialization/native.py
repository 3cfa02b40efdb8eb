"""The format of `save`: tensors, and what dicts and lists hold of them, as npz without pickle.

A file is a ZIP archive of arrays, `0.npy`, `1.npy`, ..., and of `structure.json`, which says what
they are parts of. NumPy can read it too: `numpy.load(path)["0"]`. Where several tensors share their
memory, or one is a part of it, the array is that memory in a row, and the structure says which
entries are theirs.
"""

from __future__ import annotations

import io
import json
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import devices
from ..autograd.value import Value, share
from ..errors import AutogradError, DataError
from ..tensor.size import Size
from .files import Archive, as_array, finite, pack
from .storages import Storages, as_bytes, part

STRUCTURE = "structure.json"
_FORMAT = "autograd_fr 2"
_FORMATS = (_FORMAT, "autograd_fr 1")  # that had no parts of arrays

# The first part of a file of NumPy's, in which its header is: it says a shape and a dtype.
_HEADER = 1 << 12

# Integers beyond this are written as text: readers of JSON have limits of their own.
_LARGE = 1 << 64

# What JSON has itself, and sequences that it has not, by the word that stands for them.
_PLAIN = (bool, int, float, str, type(None))
_SEQUENCES = {"list": list, "tuple": tuple, "size": Size, "set": set}
_MAPPINGS = {"dict": dict, "ordered": OrderedDict, "counter": Counter}


def save(obj: Any, f: Any) -> None:
    """Write `obj` to the file `f`, a path or a file opened for writing bytes.

    `obj`: tensors, parameters, arrays, numbers, text, bytes, None, dtypes, devices, and dicts,
    lists, tuples and sets of them, such as the `state_dict()` of modules and optimizers. Tensors
    over the same memory, or parts of it, are so after loading too. A file under that path is
    replaced once all is written.

    Raises AutogradError for what cannot be saved, naming its place; nothing is written then.

    >>> import autograd_fr as ag, io
    >>> file = io.BytesIO()
    >>> ag.save({"step": 3, "w": ag.tensor([1.0, 2.0])}, file)
    >>> _ = file.seek(0); ag.load(file)
    {'step': 3, 'w': tensor([1., 2.])}
    """
    descriptions = _Descriptions()
    with finite():
        content = descriptions.of(obj, "the object")
    arrays = descriptions.arrays()
    text = json.dumps({"format": _FORMAT, "content": content})
    members = ((f"{number}.npy", (_header(a), as_bytes(a))) for number, a in enumerate(arrays))
    pack(f, [(STRUCTURE, [text.encode()]), *members])


def read_native(file: Any) -> Any:
    """What `save` wrote into a file."""
    with Archive(file) as archive:
        told = json.loads(archive.read(STRUCTURE))
        if not isinstance(told, dict) or told.get("format") not in _FORMATS:
            raise DataError("it is of a format this version does not read")
        return _Reader(archive).made(told["content"])


class _Descriptions:
    """Describes things in words of JSON, with numbers for the arrays in them."""

    def __init__(self) -> None:
        self.held: list[tuple[Any, str, dict[str, Any]]] = []

    def of(self, thing: Any, place: str) -> Any:
        """The description of a thing, whose place an error names."""
        if type(thing) is int and abs(thing) >= _LARGE:
            return {"integer": hex(thing)}
        if type(thing) in _PLAIN:
            return thing
        if type(thing) is bytes:
            return {"bytes": thing.hex()}
        if isinstance(thing, np.dtype):
            return {"dtype": str(thing)}
        if isinstance(thing, devices.device):
            return {"device": str(thing)}
        for word, sequence in _SEQUENCES.items():
            if type(thing) is sequence:
                return {word: [self.of(x, f"{place}[{i}]") for i, x in enumerate(thing)]}
        for word, mapping in _MAPPINGS.items():
            if type(thing) is mapping:
                return {word: [[self.of(key, f"a key of {place}"), self.of(x, f"{place}[{key!r}]")]
                               for key, x in thing.items()]}  # fmt: skip
        return self.of_numbers(thing, place)

    def of_numbers(self, thing: Any, place: str) -> Any:
        """The description of a tensor, a parameter, an array or a scalar of NumPy's."""
        kind = type(thing).__name__
        if isinstance(thing, Value) and kind in ("Tensor", "Parameter"):
            return self.held_as(kind.lower(), thing.array, requires_grad=thing.requires_grad)
        if type(thing) in (np.ndarray, np.memmap) and thing.dtype.kind in "biuf":
            return self.held_as("array", thing)
        if isinstance(thing, np.generic) and thing.dtype.kind in "biuf":
            return self.held_as("scalar", thing)
        raise AutogradError(
            f"{place} is a {kind}, which save() does not know; of a module or an optimizer save "
            "its state_dict()"
        )

    def held_as(self, word: str, array: Any, **more: Any) -> dict[str, Any]:
        told = {word: None, **more}
        self.held.append((array, word, told))
        return told

    def arrays(self) -> list[Any]:
        """The arrays to write, once the descriptions say where in them everything is."""
        storages = Storages([array for array, _, _ in self.held], backwards=True)
        written = list(storages.rows())
        shapes: dict[int, tuple[int, ...]] = {}
        for array, word, told in self.held:
            place = storages.place(array)
            told[word] = place.number
            if place.whole and shapes.setdefault(place.number, place.shape) == place.shape:
                written[place.number] = written[place.number].reshape(place.shape)
            else:
                told.update(offset=place.offset, shape=place.shape, strides=place.strides)
        return written


def _header(array: Any) -> bytes:
    """What stands before the numbers of an array in a file of NumPy's."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(array))
    return file.getvalue()


class _Reader:
    """Makes things of their descriptions and of the arrays in an archive, each read once."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.arrays: dict[int, Any] = {}

    def made(self, told: Any) -> Any:
        if type(told) in _PLAIN:
            return told
        if not isinstance(told, dict) or not told:
            raise DataError("its structure is not one that save() writes")
        word, content = next(iter(told.items()))
        if word in _MADE:
            return _MADE[word](content)
        if word in _SEQUENCES:
            return _SEQUENCES[word](map(self.made, content))
        if word in _MAPPINGS:
            return _MAPPINGS[word]({self.made(key): self.made(x) for key, x in content})
        array = self.array(content)
        if "strides" in told:
            array = part(array.reshape(-1), told["offset"], told["shape"], told["strides"])
        if word in ("array", "scalar"):
            return array if word == "array" else array[()]
        return _tensor(word, array, told["requires_grad"])

    def array(self, number: int) -> Any:
        if number not in self.arrays:
            data = self.archive.data(f"{number}.npy")
            header = io.BytesIO(data[:_HEADER].tobytes())
            if np.lib.format.read_magic(header) != (1, 0):
                raise DataError(f"array {number} has a header of another version")
            shape, fortran, dtype = np.lib.format.read_array_header_1_0(header)
            if dtype.kind not in "biuf":
                raise DataError(f"array {number} holds {dtype}, no numbers")
            found = as_array(data[header.tell() :], dtype, shape[::-1] if fortran else shape)
            found = found.astype(dtype.newbyteorder("="), copy=False)
            self.arrays[number] = found.T if fortran else found
        return self.arrays[number]


# How what has no numbers is made of its description.
_MADE: dict[str, Callable[[Any], Any]] = {
    "integer": lambda text: int(text, 16),
    "bytes": bytes.fromhex,
    "dtype": np.dtype,
    "device": devices.device,
}


def _tensor(word: str, array: Any, requires_grad: Any) -> Any:
    if type(requires_grad) is not bool:
        raise DataError(f"it has a tensor whose requires_grad is {requires_grad!r}")
    if word not in ("tensor", "parameter"):
        raise DataError(f"it holds a {word}")
    if word == "parameter":
        from ..nn import Parameter  # built of tensors, as this module is not

        return Parameter(share(array), requires_grad)
    made = share(array)
    made.requires_grad = requires_grad
    return made
