"""Where plots are drawn: matplotlib, loaded when first used, its axes and the colours on them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import dtypes
from ...autograd.value import Value
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


def beside(ax: Any, **options: Any) -> None:
    """A legend to the right of the axes, where it covers no data; many entries in columns."""
    columns = 1 + (len(ax.get_legend_handles_labels()[1]) - 1) // 20
    ax.legend(
        loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0, frameon=False,
        ncols=columns, **options,
    )  # fmt: skip


def above(ax: Any) -> None:
    """A legend above the axes, in one row where there is room."""
    widths = [len(label) + 6 for label in ax.get_legend_handles_labels()[1]]
    columns = len(widths) if sum(widths) <= 64 else max(1, 64 // max(widths))
    ax.legend(
        loc="lower left", bbox_to_anchor=(0.0, 1.0), borderaxespad=0.2, frameon=False,
        ncols=columns, columnspacing=1.2, handlelength=1.8, borderpad=0,
    )  # fmt: skip


def plain(text: Any) -> str:
    """Text that is shown as it is.

    matplotlib takes what is between two $ for mathematics, and leaves what begins with _ out of
    legends.

    >>> print(plain("$x$"))
    \\$x\\$
    """
    text = str(text).replace("$", r"\$")
    return f" {text}" if text.startswith("_") else text


def as_array(name: str, data: Any) -> Any:
    """`data`, a tensor or what makes one, as an array of numbers.

    Raises DtypeError, ShapeError where it is something else.
    """
    if isinstance(data, Value):
        return np.asarray(data.array)
    try:
        return np.asarray(dtypes.as_array(data))
    except AutogradError as error:
        raise type(error)(f"{name}: {error}") from None
