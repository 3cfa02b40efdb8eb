"""Where plots are drawn: matplotlib, loaded when first used, and its axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.value import Value
from ...errors import MissingExtra


def pyplot() -> Any:
    """matplotlib.pyplot. Raises MissingExtra where it is not installed."""
    try:
        import matplotlib.pyplot as plt  # only when something is plotted
    except ImportError:
        raise MissingExtra("matplotlib", "plots") from None
    return plt


def axes(ax: Any, size: tuple[float, float] = (5.5, 4.0), **options: Any) -> Any:
    """The axes given, or those of a new figure of `size` in inches."""
    if ax is not None:
        return ax
    _, ax = pyplot().subplots(figsize=size, layout="constrained", subplot_kw=options)
    return ax


def as_array(name: str, data: Any) -> Any:
    """`data` as a NumPy array of numbers: a tensor's own, else whatever NumPy makes of it.

    Raises TypeError where it holds something else.
    """
    array = data.detach().numpy() if isinstance(data, Value) else np.asarray(data)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} has to hold numbers, not {array.dtype}")
    return array
