"""Tensors as text, the way PyTorch prints them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import indent
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import dtypes
from ..autograd.value import share
from ..batching.known import levels_of

if TYPE_CHECKING:
    from .tensor import Tensor

Write = Callable[[Any], str]


class Writer(NamedTuple):
    """Writes entries aligned to a width, which the longest may exceed where it is nan or inf."""

    write: Write
    width: int

    def __call__(self, x: Any) -> str:
        return self.write(x).rjust(self.width)


@dataclass
class Options:
    """How tensors are shown."""

    precision: int = 4  # digits behind the point
    threshold: float = 1000  # more entries than this are summarised,
    edgeitems: int = 3  # showing this many at each end of an axis
    linewidth: int = 80
    sci_mode: bool | None = None  # with powers of ten: always, never, or as the numbers ask for it
    graph: bool = True  # whether notebooks draw what a tensor was computed from


OPTIONS = Options()

_PROFILES = {
    "default": Options(),
    "short": Options(precision=2, edgeitems=2),
    "full": Options(threshold=math.inf),
}


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
    graph: bool | None = None,
) -> None:
    """Choose how tensors are shown; what is left out stays, but `sci_mode`, which becomes None.

    `precision`: digits behind the point. `threshold`: the number of entries above which only
    `edgeitems` at each end of an axis are shown. `linewidth`: characters in a line.
    `profile`: "default", "short" or "full" first sets all of them. `sci_mode`: powers of ten
    always, never, or as the numbers ask for it (None). `graph`: whether a notebook draws the graph
    of a tensor under its text, where it is small. Raises ValueError for another profile.

    >>> import autograd_fr as ag
    >>> ag.set_printoptions(precision=2); ag.tensor(1 / 3)
    tensor(0.33)
    >>> ag.set_printoptions(profile="default")
    """
    given = {
        "precision": precision, "threshold": threshold, "edgeitems": edgeitems,
        "linewidth": linewidth, "graph": graph,
    }  # fmt: skip
    if profile is not None:
        if profile not in _PROFILES:
            raise ValueError(f"profile is one of {', '.join(_PROFILES)}, not {profile!r}")
        vars(OPTIONS).update(vars(_PROFILES[profile]))
    vars(OPTIONS).update({name: value for name, value in given.items() if value is not None})
    OPTIONS.sci_mode = sci_mode


def to_text(t: Tensor) -> str:
    """`tensor(...)` with the entries to four digits, the dtype where it is not the usual one."""
    if levels_of(t):
        return _batch(t)
    array, prefix = np.asarray(t.array), "tensor("
    notes = []
    if not array.size and array.shape != (0,):
        notes.append(f"size={array.shape}")
    if array.dtype not in (dtypes.get_default_dtype(), dtypes.int64, dtypes.bool_) or (
        not array.size and array.dtype != dtypes.get_default_dtype()
    ):
        notes.append(f"dtype={array.dtype}")
    if t.requires_grad and t.node is not None:
        notes.append(f"grad_fn={t.node!r}")
    elif t.requires_grad:
        notes.append("requires_grad=True")
    return _joined(prefix + (_entries(array, len(prefix)) if array.size else "[]"), notes)


def _batch(t: Tensor) -> str:
    """A batch inside `vmap`: the innermost of its levels, and what it holds for all samples."""
    inner = levels_of(t)[-1]
    from ..batching.array import unbatched  # only where there are batches

    whole = share(unbatched(t.array, inner, 0))
    text = indent(to_text(whole), "    ")
    return f"BatchedTensor(lvl={inner.depth}, bdim=0, value=\n{text}\n)"


def _joined(text: str, notes: list[str]) -> str:
    """The notes behind the entries, on a new line where the last one is full."""
    room = len(text) - text.rfind("\n") + 1  # as if two characters more stood there already
    for note in notes:
        if room + len(note) + 2 > OPTIONS.linewidth:
            text, room = f"{text},\n       {note}", 7 + len(note)
        else:
            text, room = f"{text}, {note}", room + len(note) + 2
    return text + ")"


def _entries(array: np.ndarray[Any, Any], indent: int) -> str:
    summarised = array.size > OPTIONS.threshold
    shown, edge = array, OPTIONS.edgeitems
    if summarised:
        for axis, n in enumerate(array.shape):
            if n > 2 * edge:
                ends = [*range(edge), *range(n - edge, n)]
                shown = shown[(slice(None),) * axis + (ends,)]  # no copy of what is not shown
    return _nested(array, _writer(shown), indent, summarised)


def _nested(array: np.ndarray[Any, Any], write: Writer, indent: int, summarised: bool) -> str:
    """Brackets around brackets; the recursion is over axes, of which there are few."""
    if not array.ndim:
        return write(array[()]).strip()
    edge = OPTIONS.edgeitems
    cut = summarised and len(array) > 2 * edge
    items: list[Any] = [*array[:edge], None, *array[-edge:]] if cut else list(array)
    if array.ndim == 1:
        words = [" ..." if item is None else write(item) for item in items]
        per_line = max(1, (OPTIONS.linewidth - indent) // (write.width + 2))
        lines = [", ".join(words[i : i + per_line]) for i in range(0, len(words), per_line)]
        return "[" + f",\n{' ' * (indent + 1)}".join(lines) + "]"
    blocks = ["..." if i is None else _nested(i, write, indent + 1, summarised) for i in items]
    return "[" + ("," + "\n" * (array.ndim - 1) + " " * (indent + 1)).join(blocks) + "]"


def _writer(shown: np.ndarray[Any, Any]) -> Writer:
    """One format for all entries: whole, fixed or scientific, aligned to the widest."""
    if shown.dtype.kind != "f":
        width = max(len(str(x)) for x in shown.flat)
        return Writer(str, width)
    nonzero = shown[np.isfinite(shown) & (shown != 0)].astype(np.float64)
    sizes = np.abs(nonzero)
    write: Write = "{:.0f}.".format
    if sizes.size:
        whole = not (nonzero != np.ceil(nonzero)).any()
        powers = OPTIONS.sci_mode
        if powers is None:
            spread = sizes.max() / sizes.min() > 1000 or sizes.max() > 1e8
            powers = bool(spread or (not whole and sizes.min() < 1e-4))
        if powers:
            write = f"{{:.{OPTIONS.precision}e}}".format
        elif not whole:
            write = f"{{:.{OPTIONS.precision}f}}".format
    width = max((len(write(x)) for x in nonzero), default=1)
    return Writer(lambda x: write(x) if np.isfinite(x) else str(x), width)
