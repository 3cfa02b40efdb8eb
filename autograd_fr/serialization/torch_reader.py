"""Files of torch.save read without PyTorch: tensors, and what stands around them.

Such a file is a ZIP archive: `NAME/data.pkl`, a pickle of everything but the numbers, and
`NAME/data/0`, `NAME/data/1`, ..., the memory of the tensors. Before PyTorch 1.6 it was several
pickles, one after the other, and the numbers behind them; these are read too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import devices, dtypes
from ..autograd.value import Value, share
from ..errors import AutogradError, DataError
from ..tensor.size import Size
from .files import Archive, Unsupported, as_array, filled, reading, size_of, source, widened
from .pickles import PYTHON, Allowed, Machine, Tool
from .storages import part

TORCH = "file of torch.save() in PyTorch"
_MAGIC = 0x1950A86A20F9469CFC6C
LEGACY_START = b"\x80\x02\x8a\x0a" + _MAGIC.to_bytes(10, "little")

DTYPES = {"float64": "Double", "float32": "Float", "float16": "Half", "int64": "Long",
          "int32": "Int", "int16": "Short", "int8": "Char", "uint8": "Byte", "bool": "Bool",
          "bfloat16": "BFloat16"}  # fmt: skip


def load_torch(f: Any, map_location: Any = None) -> Any:
    """What `torch.save` of PyTorch wrote to `f`, a path or a file opened for reading bytes.

    Tensors, parameters, numbers, text, dtypes, sizes, devices, and dicts, lists, tuples and sets of
    them, such as the `state_dict()` of a module or an optimizer. Tensors over the same memory stay
    so. bfloat16 becomes float32. Nothing in the file is executed: what asks for any other function
    or class, as a whole saved module does, is refused by its name. `map_location`: the CPU.

    Raises DataError for that, and for a file that is damaged, FileNotFoundError for none.
    """
    if isinstance(map_location, (str, devices.device)):
        devices.on_cpu(map_location)
    with source(f) as (file, name), reading(name, TORCH):
        start = file.tell()
        legacy = file.read(len(LEGACY_START)) == LEGACY_START
        file.seek(start)
        return read_legacy(file) if legacy else read_zip(file)


def is_torch(members: list[str]) -> bool:
    """Whether an archive of these members may be one of PyTorch's."""
    return any(name == "data.pkl" or name.endswith("/data.pkl") for name in members)


class Kind(Tool):
    """The dtype of a storage, as its class has it; None for one of bytes."""

    told = "a class of storages"

    def __init__(self, dtype: Any) -> None:
        self.dtype = dtype

    @property
    def itemsize(self) -> int:
        """The bytes of a number."""
        return 1 if self.dtype is None else _itemsize(self.dtype)


class Storage:
    """The memory of tensors: bytes, and the arrays over all of it, one for each dtype."""

    def __init__(self, data: Any, swapped: bool) -> None:
        self.data, self.swapped = data, swapped
        self.arrays: dict[Any, Any] = {}

    def typed(self, dtype: Any) -> Any:
        """All of it as one array."""
        if dtype not in self.arrays:
            if self.data.nbytes % _itemsize(dtype):
                raise DataError(f"a storage of {self.data.nbytes} bytes cannot hold {dtype}")
            self.arrays[dtype] = self._made(dtype)
        return self.arrays[dtype]

    def _made(self, dtype: Any) -> Any:
        n = _itemsize(dtype)
        data = self.data.reshape(-1, n)[:, ::-1].ravel() if self.swapped else self.data
        if dtype is dtypes.bfloat16:
            return widened(data)
        return as_array(data, dtype, (data.nbytes // n,))


def _itemsize(dtype: Any) -> int:
    return 2 if dtype is dtypes.bfloat16 else int(dtype.itemsize)


class Typed(Tool):
    """A storage as a pickle speaks of it: with a dtype, or with None."""

    told = "a storage"

    def __init__(self, storage: Storage, kind: Kind) -> None:
        self.storage, self.kind = storage, kind


# What a pickle may build


def _tensor(storage: Any, offset: Any, size: Any, stride: Any) -> Any:
    return _viewed(storage, getattr(storage, "kind", Kind(None)).dtype, offset, size, stride)


def _tensor_v2(
    storage: Any, offset: Any, size: Any, stride: Any, requires_grad: Any, _: Any = None,
    notes: Any = None,
) -> Any:  # fmt: skip
    return _finished(_tensor(storage, offset, size, stride), requires_grad, notes)


def _tensor_v3(
    storage: Any, offset: Any, size: Any, stride: Any, requires_grad: Any, _: Any, dtype: Any,
    notes: Any = None,
) -> Any:  # fmt: skip
    return _finished(_viewed(storage, dtype, offset, size, stride), requires_grad, notes)


def _finished(made: Any, requires_grad: Any, notes: Any) -> Any:
    """A tensor with what else is said of it: that its numbers are to be negated, say."""
    if not isinstance(notes, (dict, type(None))) or (notes or {}).keys() - {"neg", "conj"}:
        raise Unsupported(f"holds a tensor with the notes {notes!r}, which are not known here")
    if notes and notes.get("neg"):
        made = share(-made.array)
    made.requires_grad = _flag(requires_grad)
    return made


def _flag(requires_grad: Any) -> bool:
    if type(requires_grad) is not bool:
        raise DataError(f"it has a tensor whose requires_grad is {requires_grad!r}")
    return requires_grad


def _viewed(storage: Any, dtype: Any, offset: Any, size: Any, stride: Any) -> Any:
    """A tensor over a part of a storage, which it must not leave."""
    if not isinstance(storage, Typed) or not (
        isinstance(dtype, np.dtype) or dtype is dtypes.bfloat16
    ):
        raise DataError("it makes a tensor of what is no storage, or of a dtype that is not read")
    if any(type(step) is int and step < 0 for step in stride):
        raise DataError(f"it has a tensor of stride {stride}")
    return share(part(storage.storage.typed(dtype), offset, size, stride))


def _parameter(data: Any, requires_grad: Any, *_: Any) -> Any:
    from ..nn import Parameter  # built of tensors, as this module is not

    if not isinstance(data, Value):
        raise DataError("it makes a parameter of what is no tensor")
    return Parameter(share(data.array), _flag(requires_grad))


def _size(lengths: Any = ()) -> Size:
    if any(type(n) is not int or n < 0 for n in lengths):
        raise DataError("it has a size that is not made of lengths")
    return Size(lengths)


def _device(*place: Any) -> Any:
    try:
        return devices.device(":".join(map(str, place)))
    except AutogradError as error:
        raise DataError(str(error)) from error


def _dtype(name: str) -> Any:
    return dtypes.bfloat16 if name == "bfloat16" else np.dtype(name)


_BUILT: dict[str, Callable[..., Any]] = {
    "torch._utils._rebuild_tensor": _tensor,
    "torch._utils._rebuild_tensor_v2": _tensor_v2,
    "torch._utils._rebuild_tensor_v3": _tensor_v3,
    "torch._utils._rebuild_parameter": _parameter,
    "torch.Size": _size,
    "torch.device": _device,
}
KNOWN: dict[str, Any] = {
    **PYTHON,
    **{f"torch.{name}": _dtype(name) for name in DTYPES},
    **{f"torch.{word}Storage": Kind(_dtype(name)) for name, word in DTYPES.items()},
    **dict.fromkeys(("torch.UntypedStorage", "torch.storage.UntypedStorage"), Kind(None)),
    **{name: Allowed(name, build) for name, build in _BUILT.items()},
}


# The archive


def read_zip(file: Any) -> Any:
    """The object in an archive."""
    with Archive(file) as archive:
        pickles = [name for name in archive.members if is_torch([name])]
        if not pickles:
            raise DataError("it has no data.pkl")
        pickled = min(pickles, key=len)
        root = pickled.removesuffix("data.pkl")
        order = archive.read(f"{root}byteorder") if f"{root}byteorder" in archive.members else b""
        found: dict[str, Storage] = {}

        def stored(place: Any) -> Typed:
            kind, key, n = _place(place)
            if key not in found:
                found[key] = Storage(archive.data(f"{root}data/{key}"), order == b"big")
            return _checked(found[key], kind, n)

        return Machine(archive.read(pickled), 0, KNOWN, stored).run()


def _place(place: Any) -> tuple[Kind, str, int]:
    """The kind, the key and the length of a storage that a pickle speaks of."""
    if not isinstance(place, tuple) or len(place) not in (5, 6) or place[0] != "storage":
        raise DataError("it speaks of a storage in words that are not read")
    _, kind, key, _, n, *_ = place
    if not isinstance(kind, Kind) or not isinstance(key, str) or type(n) is not int or n < 0:
        raise DataError(f"it speaks of a storage {key!r} of length {n!r}")
    return kind, key, n


def _checked(storage: Storage, kind: Kind, n: int) -> Typed:
    if n * kind.itemsize != storage.data.nbytes:
        raise DataError(f"a storage of {storage.data.nbytes} bytes is said to have {n} numbers")
    return Typed(storage, kind)


# Before there were archives


def read_legacy(file: Any) -> Any:
    """The object in a file of the older form: pickles, and the numbers behind them."""
    data = filled(file, size_of(file) - file.tell()).tobytes()
    start = Machine(data, 0, {}, _nothing)
    if start.run() != _MAGIC or start.run() != 1001:
        raise DataError("it is of a version that is not read")
    system = start.run()
    big = isinstance(system, dict) and system.get("little_endian") is False
    kinds: dict[str, tuple[Kind, int]] = {}
    room = [len(data)]

    def measured(place: Any) -> Typed:
        kind, key, n = _place(place)
        if key not in kinds:
            kinds[key] = kind, n
            room[0] -= n * kind.itemsize
        if room[0] < 0:
            raise DataError("its storages are larger than the file")
        return Typed(Storage(np.zeros(n * kind.itemsize, np.uint8), big), kind)

    # Once to learn how long the pickle is and what lies behind it, and once with that in hand.
    first = Machine(data, start.at, KNOWN, measured)
    first.run()
    last = Machine(data, first.at, {}, _nothing)
    keys = last.run()
    if not isinstance(keys, list) or set(keys) != set(kinds) or len(keys) != len(kinds):
        raise DataError("its list of storages is not that of its tensors")
    found = {}
    for key in keys:
        kind, n = kinds[key]
        if last.number(">q" if big else "<q") != n:
            raise DataError(f"its storage {key} has another length than it is said to have")
        memory = np.frombuffer(bytearray(last.take(n * kind.itemsize)), np.uint8)
        found[key] = Storage(memory, big)
    return Machine(data, start.at, KNOWN, _finder(found)).run()


def _finder(found: dict[str, Storage]) -> Callable[[Any], Typed]:
    def stored(place: Any) -> Typed:
        kind, key, n = _place(place)
        if len(place) == 6 and place[5] is not None:
            raise Unsupported("holds storages that are parts of others, which are not read")
        return _checked(found[key], kind, n)

    return stored


def _nothing(place: Any) -> Any:
    raise DataError("its head speaks of a storage")
