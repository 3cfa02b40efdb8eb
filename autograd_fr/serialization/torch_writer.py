"""Files that torch.load of PyTorch reads, its default `weights_only=True` included."""

from __future__ import annotations

import struct
from collections import Counter, OrderedDict
from collections.abc import Iterator
from typing import Any

import numpy as np

from .. import devices, dtypes
from ..autograd.value import Value
from ..errors import AutogradError
from ..tensor.size import Size
from .files import finite, pack
from .storages import Storages, as_bytes
from .torch_reader import DTYPES


def save_torch(obj: Any, f: Any) -> None:
    """Write `obj` to `f`, a path or a file opened for writing bytes, for `torch.load` of PyTorch.

    `obj`: tensors, parameters, numbers, text, bytes, None, dtypes, sizes, devices, and dicts,
    lists, tuples and sets of them, such as the `state_dict()` of modules and optimizers. Tensors
    over the same memory are so there too. A file under that path is replaced once all is written.

    Raises AutogradError for anything else, naming its place; nothing is written then.

    >>> import autograd_fr as ag, io
    >>> file = io.BytesIO()
    >>> ag.save_torch({"w": ag.tensor([1.0, 2.0])}, file)
    >>> _ = file.seek(0); ag.load_torch(file)
    {'w': tensor([1., 2.])}
    """
    storages = Storages((t.array for t in _tensors(obj)), backwards=False)
    with finite():
        pickled = Pickle(storages).of(obj)
    rows = ((f"archive/data/{k}", [_little(row)]) for k, row in enumerate(storages.rows()))
    pack(f, [("archive/data.pkl", [pickled]), ("archive/byteorder", [b"little"]),
             *rows, ("archive/version", [b"3\n"])])  # fmt: skip


def _little(row: Any) -> Any:
    """Numbers in a row as bytes, the last digits first."""
    swapped = row.dtype.newbyteorder("<") != row.dtype
    return as_bytes(row.byteswap() if swapped else row)


def _tensors(obj: Any) -> Iterator[Any]:
    """The tensors in a nest, but for those that are keys or in sets, which are not written."""
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
        elif type(x) is bytes:
            self.call("_codecs", "encode", x.decode("latin1"), "latin1")
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
            self.tensor(x, False, place)
            self.write(x.requires_grad, place)
            self.call("collections", "OrderedDict")
            self.add(b"tR")
        elif type(x).__name__ == "Tensor":
            self.tensor(x, x.requires_grad, place)
        else:
            raise AutogradError(
                f"{place} is a {type(x).__name__}, which save_torch() does not know"
            )
        self.memo[id(x)] = len(self.memo)
        self.add(b"r", struct.pack("<I", self.memo[id(x)]))

    def tensor(self, x: Any, requires_grad: bool, name: str) -> None:
        """Write where the numbers of a tensor lie."""
        if x.array not in self.storages:
            raise AutogradError(f"{name} is a tensor, which can be no key and in no set here")
        place = self.storages.place(x.array)
        self.name("torch._utils", "_rebuild_tensor_v2")
        self.add(b"((")
        self.write("storage", "")
        self.name("torch", f"{DTYPES[place.dtype.name]}Storage")
        self.write(str(place.number), "")
        self.write("cpu", "")
        self.write(place.length, "")
        self.add(b"tQ")
        self.write(place.offset, "")
        self.write(tuple(place.shape), "")
        self.write(place.strides, "")
        self.write(requires_grad, "")
        self.call("collections", "OrderedDict")
        self.add(b"tR")
