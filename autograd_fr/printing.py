"""Tensors as text, the way PyTorch prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import dtypes

if TYPE_CHECKING:
    from .tensor import Tensor

DIGITS = 4


def to_text(t: Tensor) -> str:
    """`tensor(...)` with the entries to four digits, the dtype where it is not the usual one."""
    array = np.asarray(t.array)
    prefix = "tensor("
    entries = np.array2string(
        array,
        separator=", ",
        prefix=prefix,
        threshold=1000,
        edgeitems=3,
        max_line_width=80,
        formatter={"float_kind": _float_format(array)},
    )
    notes = [entries]
    if array.dtype not in (dtypes.get_default_dtype(), dtypes.int64, dtypes.bool_):
        notes.append(f"dtype={array.dtype}")
    if not array.size and array.shape != (0,):
        notes.append(f"size={array.shape}")
    if t.node is not None:
        notes.append(f"grad_fn={t.node!r}")
    elif t.requires_grad:
        notes.append("requires_grad=True")
    return prefix + ", ".join(notes) + ")"


def _float_format(array: np.ndarray[Any, Any]) -> Any:
    """One format for all entries: whole, fixed or scientific, aligned to the widest."""
    if array.dtype.kind != "f":
        return None
    finite = array[np.isfinite(array)]
    sizes = np.abs(finite[finite != 0]).astype(np.float64)
    if not (finite != np.floor(finite)).any() and not (sizes >= 1e8).any():
        write = "{:.0f}.".format
    elif sizes.size and (
        sizes.max() / sizes.min() > 1000 or sizes.max() >= 1e8 or sizes.min() < 1e-4
    ):
        write = f"{{:.{DIGITS}e}}".format
    else:
        write = f"{{:.{DIGITS}f}}".format
    width = max((len(write(x)) for x in finite), default=0) if array.ndim else 0
    return lambda x: (write(x) if np.isfinite(x) else str(x)).rjust(width)
