"""Tensors as text, the way PyTorch prints them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from . import dtypes

if TYPE_CHECKING:
    from .tensor import Tensor

DIGITS = 4
WIDTH = 80
THRESHOLD = 1000  # more entries than this are summarised,
EDGE = 3  # showing this many at each end of an axis

Write = Callable[[Any], str]


def to_text(t: Tensor) -> str:
    """`tensor(...)` with the entries to four digits, the dtype where it is not the usual one."""
    array, prefix = np.asarray(t.array), "tensor("
    notes = []
    if not array.size and array.shape != (0,):
        notes.append(f"size={array.shape}")
    if array.dtype not in (dtypes.get_default_dtype(), dtypes.int64, dtypes.bool_) or (
        not array.size and array.dtype != dtypes.get_default_dtype()
    ):
        notes.append(f"dtype={array.dtype}")
    if t.node is not None:
        notes.append(f"grad_fn={t.node!r}")
    elif t.requires_grad:
        notes.append("requires_grad=True")
    return _joined(prefix + (_entries(array, len(prefix)) if array.size else "[]"), notes)


def _joined(text: str, notes: list[str]) -> str:
    """The notes behind the entries, on a new line where the last one is full."""
    room = len(text) - text.rfind("\n")
    for note in notes:
        if room + len(note) + 2 > WIDTH:
            text, room = f"{text},\n       {note}", 7 + len(note)
        else:
            text, room = f"{text}, {note}", room + len(note) + 2
    return text + ")"


def _entries(array: np.ndarray[Any, Any], indent: int) -> str:
    summarised = array.size > THRESHOLD
    shown = array
    if summarised:
        for axis, n in enumerate(array.shape):
            if n > 2 * EDGE:
                ends = [*range(EDGE), *range(n - EDGE, n)]
                shown = np.take(shown, ends, axis)
    return _nested(array, _writer(shown), indent, summarised)


def _nested(array: np.ndarray[Any, Any], write: Write, indent: int, summarised: bool) -> str:
    """Brackets around brackets; the recursion is over axes, of which there are few."""
    if not array.ndim:
        return write(array[()]).strip()
    cut = summarised and len(array) > 2 * EDGE
    items: list[Any] = [*array[:EDGE], None, *array[-EDGE:]] if cut else list(array)
    if array.ndim == 1:
        words = [" ..." if item is None else write(item) for item in items]
        per_line = max(1, (WIDTH - indent) // (max(map(len, words), default=1) + 2))
        lines = [", ".join(words[i : i + per_line]) for i in range(0, len(words), per_line)]
        return "[" + f",\n{' ' * (indent + 1)}".join(lines) + "]"
    blocks = ["..." if i is None else _nested(i, write, indent + 1, summarised) for i in items]
    return "[" + ("," + "\n" * (array.ndim - 1) + " " * (indent + 1)).join(blocks) + "]"


def _writer(shown: np.ndarray[Any, Any]) -> Write:
    """One format for all entries: whole, fixed or scientific, aligned to the widest."""
    if shown.dtype.kind != "f":
        width = max(len(str(x)) for x in shown.flat)
        return lambda x: str(x).rjust(width)
    nonzero = shown[np.isfinite(shown) & (shown != 0)].astype(np.float64)
    sizes = np.abs(nonzero)
    write: Write = "{:.0f}.".format
    if sizes.size:
        whole = not (nonzero != np.ceil(nonzero)).any()
        spread = sizes.max() / sizes.min() > 1000 or sizes.max() > 1e8
        if spread or (not whole and sizes.min() < 1e-4):
            write = f"{{:.{DIGITS}e}}".format
        elif not whole:
            write = f"{{:.{DIGITS}f}}".format
    width = max((len(write(x)) for x in nonzero), default=1)
    return lambda x: (write(x) if np.isfinite(x) else str(x)).rjust(width)
