"""Padding: what stands beyond the ends of the last axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.composites import composite
from ...errors import RangeError, ShapeError
from ...ops.neural.padding import constant_pad_nd as constant_pad_nd
from ...ops.neural.padding import extended
from .options import integers

_MODES = ("constant", "reflect", "replicate", "circular")


@composite
def pad(input: Any, pad: Any, mode: str = "constant", value: float | None = None) -> Any:
    """The input with its last axes continued at both ends, or cut off by negative numbers.

    `pad`: two numbers per axis, before and after it, the last axis first. `mode`: "constant" (with
    `value`, 0 unless given, for any axes), "reflect" (mirrored at the last entry, without it),
    "replicate" (the last entry again), "circular" (from the other end); these three for one axis of
    a tensor with 2 or 3, two of 3 or 4, three of 4 or 5. Raises ShapeError where that does not
    fit, RangeError for an unknown mode, or a value where none is used.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([[1.0, 2.0, 3.0]])
    >>> ag.nn.functional.pad(x, (1, 2)), ag.nn.functional.pad(x, (1, 2), mode="circular")
    (tensor([[0., 1., 2., 3., 0., 0.]]), tensor([[3., 1., 2., 3., 1., 2.]]))
    """
    pad = integers("pad", "pad", pad)
    if mode not in _MODES:
        raise RangeError(f"mode is one of {', '.join(_MODES)}, not {mode!r}")
    if mode == "constant":
        return constant_pad_nd(input, pad, _entry(value or 0, input))
    if value:
        raise RangeError(f"mode {mode!r} takes the entries themselves, and no value: got {value}")
    _check(input, pad, mode)
    cut, added = tuple(min(p, 0) for p in pad), tuple(max(p, 0) for p in pad)
    if min(cut) == 0:
        return extended(input, pad, mode)
    if mode == "circular":  # the other end is where it is after the cut
        return extended(constant_pad_nd(input, cut), added, mode)
    return constant_pad_nd(extended(input, added, mode), cut)


def _entry(value: Any, input: Any) -> Any:
    """`value`, which must be one that entries of the input can have."""
    kind = input.dtype.kind
    if kind in "iu" and not np.iinfo(input.dtype).min <= value <= np.iinfo(input.dtype).max:
        raise RangeError(f"value {value} is none of {input.dtype}: convert the input first")
    return value


def _check(input: Any, pad: tuple[int, ...], mode: str) -> None:
    """Raise ShapeError where the entries of the axes are not enough for this padding."""
    n = len(pad) // 2
    if len(pad) % 2 or not 1 <= n <= 3 or input.ndim not in (n + 1, n + 2):
        raise ShapeError(
            f"mode {mode!r} takes two numbers for each of the last axes: 2 with an input of 2 or 3 "
            f"axes, 4 with 3 or 4, 6 with 4 or 5; got {pad} and shape {tuple(input.shape)}"
        )
    for axis in range(n):
        length, ends = input.shape[-1 - axis], pad[2 * axis : 2 * axis + 2]
        left = length + sum(min(p, 0) for p in ends)
        most = {"reflect": length - 1, "circular": left}.get(mode)
        if (most is not None and max(ends) > most) or length == 0:
            limit = "no entries" if most is None or length == 0 else f"entries for {most} at most"
            raise ShapeError(
                f"mode {mode!r} by {ends} on axis {input.ndim - 1 - axis}: there are {limit} in an "
                f"input of shape {tuple(input.shape)}"
            )
        if length + sum(ends) < 1:
            raise ShapeError(
                f"{ends} leaves nothing of axis {input.ndim - 1 - axis} of an input of shape "
                f"{tuple(input.shape)}"
            )
