"""Loading: which of the formats a file has, and its reader."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from typing import Any

from .. import devices
from ..errors import DataError
from .files import reading, source
from .native import STRUCTURE, read_native
from .safetensors import looks_like_safetensors, read_safetensors
from .torch_reader import LEGACY_START, TORCH, is_torch, read_legacy, read_zip


def load(
    f: Any, map_location: Any = None, *, weights_only: bool = True, mmap: bool | None = None
) -> Any:
    """What `save` wrote to `f`, a path or a file opened for reading bytes.

    Files of `torch.save` are read as well, as `load_torch` does, and safetensors, as
    `load_safetensors` does; the content tells which it is, not the name. `map_location`: where
    tensors go, the CPU. `weights_only`, `mmap`: accepted; nothing but numbers and text is ever
    read, and all of it at once.

    Raises DataError for a file that is damaged or that something else wrote, FileNotFoundError for
    none, AutogradError for another device.
    """
    if isinstance(map_location, (str, devices.device)):
        devices.on_cpu(map_location)
    with source(f) as (file, name):
        with reading(name, "file of save()"):
            read, kind = _recognised(file)
        with reading(name, kind):
            return read(file)


def _recognised(file: Any) -> tuple[Callable[[Any], Any], str]:
    """The reader of a file, and what it reads."""
    start = file.tell()
    head = file.read(16)
    file.seek(start)
    if head.startswith(LEGACY_START):
        return read_legacy, TORCH
    if looks_like_safetensors(head):
        return read_safetensors, "safetensors"
    with zipfile.ZipFile(file) as archive:
        members = archive.namelist()
    file.seek(start)
    if is_torch(members):
        return read_zip, TORCH
    if STRUCTURE not in members:
        other = "; an archive of NumPy's is read by numpy.load" if members else ""
        raise DataError(f"it was not written by save(){other}")
    return read_native, "file of save()"
