"""The colours of the pictures. None says anything that shape, line or place does not say too."""

from __future__ import annotations

INK, FAINT, LINE, GRID = "#1f2933", "#6b7280", "#7b8494", "#d5dae1"
BLUE, GREY, SLATE, ORANGE = "#3b6fb6", "#9aa1ab", "#4b5563", "#e8590c"
PALE_BLUE, PALE_GREY, PALE_ORANGE = "#dbe9fb", "#f1f2f4", "#ffe8d9"
GREEN, RED, VIOLET = "#15803d", "#c2255c", "#6741b8"
ODD = "#f5c400"  # a cell of a heat map that is no number

_ABOVE, _BELOW = (178, 24, 43), (33, 102, 172)
_GROUND, _DARK = (255, 255, 255), (31, 41, 51)


def shade(x: float | None, limit: float, signed: bool) -> str:
    """The colour of `x` in a heat map: white at 0, full at `limit`.

    Of signed values red is above 0 and blue below; where none is negative, dark is far from 0.

    >>> [shade(x, 2.0, signed=True) for x in (-2.0, 0.0, 1.0)]
    ['#2166ac', '#ffffff', '#d88c95']
    """
    if x is None:
        return ODD
    part = min(1.0, abs(x) / limit) if limit else 0.0
    full = _BELOW if x < 0 else _ABOVE if signed else _DARK
    mixed = (round(a + part * (b - a)) for a, b in zip(_GROUND, full))
    return "#" + "".join(f"{c:02x}" for c in mixed)
