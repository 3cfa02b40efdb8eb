"""The format of `save`: tensors, and what dicts and lists hold of them, as npz without pickle.

A file is a ZIP archive of arrays, `0.npy`, `1.npy`, ..., and of `structure.json`, which says what
they are parts of. NumPy can read it too: `numpy.load(path)["0"]`.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter, OrderedDict
from typing import Any

import numpy as np

from .. import devices
from ..autograd.value import Value, share
from ..errors import AutogradError, DataError
from ..tensor.size import Size
from .files import Archive, as_array, target

STRUCTURE = "structure.json"
_FORMAT = "autograd_fr 1"

# The first part of a file of NumPy's, in which its header is: it says a shape and a dtype.
_HEADER = 1 << 12

# What JSON has itself, and sequences that it has not, by the word that stands for them.
_PLAIN = (bool, int, float, str, type(None))
_SEQUENCES = {"list": list, "tuple": tuple, "size": Size, "set": set}
_MAPPINGS = {"dict": dict, "ordered": OrderedDict, "counter": Counter}


def save(obj: Any, f: Any) -> None:
    """Write `obj` to the file `f`, a path or a file opened for writing bytes.

    `obj`: tensors, parameters, arrays, numbers, strings, None, dtypes, devices, and dicts, lists
    and tuples of them, such as the `state_dict()` of modules and optimizers. Tensors over the same
    memory are so after loading too. A file under that path is replaced once all is written.

    Raises AutogradError for what cannot be saved, naming its place; nothing is written then.

    >>> import autograd_fr as ag, io
    >>> file = io.BytesIO()
    >>> ag.save({"step": 3, "w": ag.tensor([1.0, 2.0])}, file)
    >>> _ = file.seek(0); ag.load(file)
    {'step': 3, 'w': tensor([1., 2.])}
    """
    arrays: dict[Any, tuple[int, Any]] = {}
    text = json.dumps({"format": _FORMAT, "content": _described(obj, arrays, "the object")})
    with target(f) as file, zipfile.ZipFile(file, "w", allowZip64=True) as archive:
        archive.writestr(STRUCTURE, text)
        for number, array in arrays.values():
            with archive.open(f"{number}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)


def read_native(file: Any) -> Any:
    """What `save` wrote into a file."""
    with Archive(file) as archive:
        told = json.loads(archive.read(STRUCTURE))
        if not isinstance(told, dict) or told.get("format") != _FORMAT:
            raise DataError("it is of a format this version does not read")
        return _Reader(archive).made(told["content"])


def _described(thing: Any, arrays: dict[Any, tuple[int, Any]], place: str) -> Any:
    """`thing` in words of JSON, with numbers for the arrays that are put into `arrays`."""
    if type(thing) in _PLAIN:
        return thing
    if isinstance(thing, Value):
        if type(thing).__name__ not in ("Tensor", "Parameter"):
            raise AutogradError(f"{place} is a {type(thing).__name__}, which save() does not know")
        kind = type(thing).__name__.lower()
        return {kind: _number(thing.array, arrays), "requires_grad": thing.requires_grad}
    if isinstance(thing, np.ndarray) and thing.dtype.kind in "biuf":
        return {"array": _number(thing, arrays)}
    if isinstance(thing, np.generic) and thing.dtype.kind in "biuf":
        return {"scalar": _number(thing, arrays)}
    if isinstance(thing, np.dtype):
        return {"dtype": str(thing)}
    if isinstance(thing, devices.device):
        return {"device": str(thing)}
    for word, sequence in _SEQUENCES.items():
        if type(thing) is sequence:
            return {word: [_described(x, arrays, f"{place}[{i}]") for i, x in enumerate(thing)]}
    for word, mapping in _MAPPINGS.items():
        if type(thing) is mapping:
            return {word: [[_described(key, arrays, f"a key of {place}"),
                            _described(x, arrays, f"{place}[{key!r}]")]
                           for key, x in thing.items()]}  # fmt: skip
    raise AutogradError(
        f"{place} is a {type(thing).__name__}, which save() does not know; "
        "of a module or an optimizer save its state_dict()"
    )


def _number(array: Any, arrays: dict[Any, tuple[int, Any]]) -> int:
    """The number of an array in the file; the same for the same memory in the same arrangement."""
    held = np.asarray(array)
    memory = held.__array_interface__["data"][0] if isinstance(array, np.ndarray) else id(array)
    key = (memory, held.shape, held.strides, str(held.dtype))
    return arrays.setdefault(key, (len(arrays), held))[0]


class _Reader:
    """Makes things of their descriptions and of the arrays in an archive, each read once."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.arrays: dict[int, Any] = {}

    def made(self, told: Any) -> Any:
        if type(told) in _PLAIN:
            return told
        word, content = next(iter(told.items()))
        if word in _SEQUENCES:
            return _SEQUENCES[word](map(self.made, content))
        if word in _MAPPINGS:
            return _MAPPINGS[word]({self.made(key): self.made(x) for key, x in content})
        if word == "dtype":
            return np.dtype(content)
        if word == "device":
            return devices.device(content)
        array = self.array(content)
        if word in ("array", "scalar"):
            return array if word == "array" else array[()]
        return self.tensor(word, array, told["requires_grad"])

    def tensor(self, word: str, array: Any, requires_grad: bool) -> Any:
        if word == "parameter":
            from ..nn import Parameter  # built of tensors, as this module is not

            return Parameter(share(array), requires_grad)
        if word != "tensor":
            raise DataError(f"it holds a {word}")
        made = share(array)
        made.requires_grad = requires_grad
        return made

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
