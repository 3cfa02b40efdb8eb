"""Files that torch.load of PyTorch reads, its default `weights_only=True` included."""

from __future__ import annotations

import struct
import zipfile
from collections import Counter, OrderedDict
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.array_utils import byte_bounds

from .. import devices, dtypes
from ..autograd.value import Value
from ..errors import AutogradError
from ..tensor.size import Size
from .files import target
from .torch_reader import DTYPES


def save_torch(obj: Any, f: Any) -> None:
    """Write `obj` to `f`, a path or a file opened for writing bytes, for `torch.load` of PyTorch.

    `obj`: tensors, parameters, numbers, text, None, dtypes, sizes, devices, and dicts, lists,
    tuples and sets of them, such as the `state_dict()` of modules and optimizers. Tensors over the
    same memory are so there too. A file under that path is replaced once all is written.

    Raises AutogradError for anything else, naming its place; nothing is written then.

    >>> import autograd_fr as ag, io
    >>> file = io.BytesIO()
    >>> ag.save_torch({"w": ag.tensor([1.0, 2.0])}, file)
    >>> _ = file.seek(0); ag.load_torch(file)
    {'w': tensor([1., 2.])}
    """
    storages = Storages(obj)
    try:
        pickled = Pickle(storages).of(obj)
    except RecursionError:
        raise AutogradError("the object is nested too deeply, or contains itself") from None
    with target(f) as file, zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", pickled)
        archive.writestr("archive/byteorder", b"little")
        for number, data in enumerate(storages.datas()):
            with archive.open(
                f"archive/data/{number}", "w", force_zip64=data.nbytes >> 31 > 0
            ) as m:
                m.write(data.data)
        archive.writestr("archive/version", b"3\n")


class Storages:
    """The memory of all tensors in an object: of those over the same array, one stretch."""

    def __init__(self, obj: Any) -> None:
        self.arrays = {id(t): _plain(t.array) for t in _tensors(obj)}
        # By array owned and dtype: that array, where the stretch begins and ends, and its number.
        self.stretches: dict[Any, list[Any]] = {}
        for array in self.arrays.values():
            owner, (low, high) = _owner(array), _bounds(array)
            key = id(owner), array.dtype
            stretch = self.stretches.setdefault(key, [owner, low, high, len(self.stretches)])
            stretch[1:3] = min(low, stretch[1]), max(high, stretch[2])

    def place(self, tensor: Any) -> tuple[Any, int, int, int]:
        """The array of a tensor, the number and the length of its storage, and its place there."""
        array = self.arrays[id(tensor)]
        _, low, high, number = self.stretches[id(_owner(array)), array.dtype]
        n = array.itemsize
        return array, number, (high - low) // n, (_bounds(array)[0] - low) // n

    def datas(self) -> Iterator[Any]:
        """The bytes of each storage."""
        for (_, dtype), (owner, low, high, _) in self.stretches.items():
            memory = owner.ravel(order="K").view(np.uint8)
            start = low - _bounds(owner)[0]
            data = memory[start : start + high - low]
            swap = dtype.newbyteorder("<") != dtype
            yield data.view(dtype).byteswap().view(np.uint8) if swap else data


def _plain(array: Any) -> Any:
    """`array`, or a copy where PyTorch could not see it as a part of what it lies in."""
    array = np.asarray(array)
    owner, n = _owner(array), array.itemsize
    whole = owner.flags.c_contiguous or owner.flags.f_contiguous
    steps = [array.ctypes.data - _bounds(owner)[0], *array.strides]
    regular = whole and array.size and all(step >= 0 and step % n == 0 for step in steps)
    return array if regular else array.copy(order="C")


def _bounds(array: Any) -> tuple[int, int]:
    """Where the numbers of an array begin and end in memory."""
    return byte_bounds(array) if array.size else (array.ctypes.data,) * 2


def _owner(array: Any) -> Any:
    """The array that has the memory of this one."""
    while isinstance(array, np.ndarray):
        owner, array = array, array.base
        if not isinstance(array, np.ndarray):  # NumPy may put a holder of its own between them
            array = getattr(array, "base", None)
    return owner


def _tensors(obj: Any) -> Iterator[Any]:
    """The tensors in a nest."""
    pending, seen = [obj], set()
    while pending:
        thing = pending.pop()
        if isinstance(thing, Value):
            yield thing
        elif isinstance(thing, (dict, list, tuple)) and id(thing) not in seen:
            seen.add(id(thing))
            pending.extend(thing.values() if isinstance(thing, dict) else thing)


class Pickle:
    """Writes the pickle of an object, in the instructions of version 2."""

    def __init__(self, storages: Storages) -> None:
        self.storages = storages
        self.parts = [b"\x80\x02"]
        self.memo: dict[int, int] = {}

    def of(self, obj: Any) -> bytes:
        """The whole of it."""
        self.write(obj, "the object")
        return b"".join([*self.parts, b"."])

    def add(self, *parts: bytes) -> None:
        """Write instructions."""
        self.parts.extend(parts)

    def name(self, module: str, name: str) -> None:
        """Write the name of something of PyTorch's or Python's."""
        self.add(f"c{module}\n{name}\n".encode())

    def call(self, module: str, name: str, *args: Any) -> None:
        """Write the call of it."""
        self.name(module, name)
        self.write(args, name)
        self.add(b"R")

    def write(self, x: Any, place: str) -> None:
        """Write one thing, whose place an error names."""
        if x is None or isinstance(x, (bool, np.bool_)):
            self.add({None: b"N", True: b"\x88", False: b"\x89"}[x if x is None else bool(x)])
        elif type(x) is int or isinstance(x, np.integer):
            self.integer(int(x), place)
        elif type(x) is float or isinstance(x, np.floating):
            self.add(b"G", struct.pack(">d", x))
        elif type(x) is str:
            text = x.encode("utf-8", "surrogatepass")
            self.add(b"X", struct.pack("<I", len(text)), text)
        elif isinstance(x, Value):
            self.value(x, place)
        elif isinstance(x, np.dtype) and x.name in DTYPES:
            self.name("torch", x.name)
        elif x is dtypes.bfloat16:
            self.name("torch", "bfloat16")
        elif isinstance(x, devices.device):
            self.call("torch", "device", str(x))
        else:
            self.container(x, place)

    def container(self, x: Any, place: str) -> None:
        """Write a dict, a list, a tuple or a set."""
        if type(x) in (dict, OrderedDict):
            if type(x) is dict:
                self.add(b"}")
            else:
                self.call("collections", "OrderedDict")
            self.add(b"(")
            for key, value in x.items():
                self.write(key, f"a key of {place}")
                self.write(value, f"{place}[{key!r}]")
            self.add(b"u")
            if notes := getattr(x, "_metadata", None):
                self.write({"_metadata": notes}, f"{place}._metadata")
                self.add(b"b")
        elif type(x) in (list, tuple):
            self.add(b"](" if type(x) is list else b"(")
            for k, part in enumerate(x):
                self.write(part, f"{place}[{k}]")
            self.add(b"e" if type(x) is list else b"t")
        elif type(x) is Size:
            self.call("torch", "Size", tuple(x))
        elif type(x) is Counter:
            self.call("collections", "Counter", dict(x))
        elif type(x) is set:
            self.call("__builtin__", "set", list(x))
        else:
            raise AutogradError(
                f"{place} is a {type(x).__name__}, which save_torch() does not know; "
                "of a module or an optimizer save its state_dict()"
            )

    def integer(self, n: int, place: str) -> None:
        """Write an integer."""
        if -(1 << 31) <= n < 1 << 31:
            self.add(b"J", struct.pack("<i", n))
            return
        data = n.to_bytes(n.bit_length() // 8 + 1, "little", signed=True)
        if len(data) > 255:
            raise AutogradError(f"{place} is an integer of {len(data)} bytes; 255 are written")
        self.add(b"\x8a", bytes([len(data)]), data)

    def value(self, x: Any, place: str) -> None:
        """Write a tensor or a parameter; one that was written already, by its number."""
        if id(x) in self.memo:
            self.add(b"j", struct.pack("<I", self.memo[id(x)]))
            return
        if type(x).__name__ == "Parameter":
            self.name("torch._utils", "_rebuild_parameter")
            self.add(b"(")
            self.tensor(x, False)
            self.write(x.requires_grad, place)
            self.call("collections", "OrderedDict")
            self.add(b"tR")
        elif type(x).__name__ == "Tensor":
            self.tensor(x, x.requires_grad)
        else:
            raise AutogradError(
                f"{place} is a {type(x).__name__}, which save_torch() does not know"
            )
        self.memo[id(x)] = len(self.memo)
        self.add(b"r", struct.pack("<I", self.memo[id(x)]))

    def tensor(self, x: Any, requires_grad: bool) -> None:
        """Write where the numbers of a tensor lie."""
        array, number, length, offset = self.storages.place(x)
        self.name("torch._utils", "_rebuild_tensor_v2")
        self.add(b"((")
        self.write("storage", "")
        self.name("torch", f"{DTYPES[array.dtype.name]}Storage")
        self.write(str(number), "")
        self.write("cpu", "")
        self.write(length, "")
        self.add(b"tQ")
        strides = tuple(step // array.itemsize for step in array.strides)
        self.write(offset, "")
        self.write(tuple(array.shape), "")
        self.write(strides, "")
        self.write(requires_grad, "")
        self.call("collections", "OrderedDict")
        self.add(b"tR")
