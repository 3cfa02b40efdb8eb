"""Where plots are drawn: matplotlib, loaded when first used, its axes and the colours on them."""

from __future__ import annotations

import math
import operator
from typing import Any

from ...errors import AutogradError, MissingExtra

# The colours of Okabe and Ito, which colour-blind readers too can tell apart.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442", "#000000")
BLUE, VERMILION, *_ = COLOURS
DASHES = ("-", "--", ":", "-.")  # for who sees no colours at all


def pyplot() -> Any:
    """matplotlib.pyplot. Raises MissingExtra where it is not installed."""
    try:
        import matplotlib.pyplot as plt  # only when something is plotted
    except ImportError:
        raise MissingExtra("matplotlib", "plots") from None
    return plt


def axes(ax: Any, size: tuple[float, float] = (5.5, 4.0), **options: Any) -> Any:
    """The axes given, or those of a new figure of `size` in inches.

    Raises TypeError where something else is given.
    """
    plt = pyplot()
    if ax is None:
        return plt.subplots(figsize=size, layout="constrained", subplot_kw=options)[1]
    if not isinstance(ax, plt.Axes):
        raise TypeError(
            f"ax is one Axes of matplotlib, as plt.subplots() makes, not {type(ax).__name__}"
        )
    return ax


def beside(ax: Any) -> None:
    """A legend to the right of the axes, where it covers no data; many entries in columns."""
    if _inside(ax):
        return
    columns = 1 + (len(ax.get_legend_handles_labels()[1]) - 1) // 20
    ax.legend(
        loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0, frameon=False, ncols=columns,
    )  # fmt: skip


def above(ax: Any) -> None:
    """A legend above the axes, in one row where there is room."""
    if _inside(ax):
        return
    widths = [len(label) + 6 for label in ax.get_legend_handles_labels()[1]]
    columns = len(widths) if sum(widths) <= 64 else max(1, 64 // max(widths))
    ax.legend(
        loc="lower left", bbox_to_anchor=(0.0, 1.0), borderaxespad=0.2, frameon=False,
        ncols=columns, columnspacing=1.2, handlelength=1.8, borderpad=0,
    )  # fmt: skip


def _inside(ax: Any) -> bool:
    """A legend within the axes, where nothing makes room beside them; whether it was so.

    Figures that lay themselves out give their axes less, so that legends find room. In others,
    as plt.subplots() makes by default, a neighbour stands there, or the edge.
    """
    if ax.figure.get_layout_engine() is not None:
        return False
    columns = 1 + (len(ax.get_legend_handles_labels()[1]) - 1) // 10
    ax.legend(loc="best", fontsize="small", ncols=columns)
    return True


def plain(text: Any) -> str:
    """Text that is shown as it is.

    matplotlib takes what is between two $ for mathematics, and leaves what begins with _ out of
    legends.

    >>> print(plain("$x$"))
    \\$x\\$
    """
    text = str(text).replace("$", r"\$")
    return f" {text}" if text.startswith("_") else text


def number(name: str, value: Any, above: float = -math.inf) -> float:
    """An argument that is a finite number `above` another one. Raises TypeError, ValueError."""
    if isinstance(value, str | bytes):
        raise TypeError(f"{name} is a number, not {value!r}")
    try:
        given = float(value)
    except (TypeError, ValueError, AutogradError):
        raise TypeError(f"{name} is one number, not {type(value).__name__}") from None
    if not (math.isfinite(given) and given > above):
        limit = "" if above == -math.inf else f" above {above:g}"
        raise ValueError(f"{name} is a finite number{limit}, not {given:g}")
    return given


def whole(name: str, value: Any, least: int = 1) -> int:
    """An argument that is a whole number, `least` or more. Raises TypeError, ValueError."""
    try:
        given = operator.index(value)
    except (TypeError, AutogradError):
        raise TypeError(f"{name} is a whole number, not {value!r}") from None
    if given < least:
        raise ValueError(f"{name} is {least} or more, not {given}")
    return given
