"""The parameters and buffers of a module as they were, for when something fails."""

from __future__ import annotations

from typing import Any

from ..tensor.inplace import assign
from .parameter import is_lazy
from .walking import Walkable


class Snapshot:
    """Copies of all parameters and buffers of a module, and which tensors it had."""

    def __init__(self, module: Walkable) -> None:
        self._tables: list[tuple[dict[str, Any], dict[str, Any]]] = [
            (table, dict(table))
            for part in module.modules()
            for table in (part._parameters, part._buffers)
        ]
        held = {id(t): t for _, table in self._tables for t in table.values() if t is not None}
        self._lazy = [(t, type(t), t.dtype) for t in held.values() if is_lazy(t)]
        self._kept = [(t, t.array.copy(), t._version) for t in held.values() if not is_lazy(t)]

    def restore(self) -> None:
        """Have the same tensors again, with the same entries."""
        for table, before in self._tables:
            table.clear()
            table.update(before)
        for t, array, version in self._kept:
            if t._version != version:
                assign(t, array, name="load_state_dict")
        lazy: Any
        for lazy, kind, dtype in self._lazy:
            lazy.__class__ = kind
            lazy._wait(dtype, lazy._requires_grad)
