"""`plot_history`: what was measured in each epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .canvas import pyplot

PREFIXES = ("train_", "val_", "valid_", "test_")


def plot_history(
    history: Mapping[str, Sequence[float]] | Sequence[Mapping[str, float]], *, log: bool = False
) -> Any:
    """Curves of what was measured in each epoch, one panel for each quantity.

    `history`: lists by name, or a list of one dictionary per epoch. `loss`, `train_loss` and
    `val_loss` are of one quantity and share a panel; the best epoch of what was validated is
    marked. `log`: a logarithmic axis for the losses. Returns the figure.

    Raises ValueError where it is empty; MissingExtra without matplotlib.

    >>> from autograd_fr import viz
    >>> _ = viz.plot_history({"loss": [1.0, 0.5], "val_loss": [1.1, 0.7]})  # doctest: +SKIP
    """
    curves = _curves(history)
    panels: dict[str, list[str]] = {}
    for name in curves:
        panels.setdefault(_quantity(name), []).append(name)
    figure, cells = pyplot().subplots(
        1, len(panels), figsize=(4.6 * len(panels), 3.4), squeeze=False, layout="constrained"
    )
    for cell, (quantity, names) in zip(cells.flat, panels.items()):
        for name in names:
            values = curves[name]
            epochs = np.arange(1, len(values) + 1)
            (line,) = cell.plot(epochs, values, "." if len(values) == 1 else "-", label=name)
            if name.startswith(PREFIXES[1:]) and np.isfinite(values).any():
                best = int(_best(quantity)(values))
                cell.plot(epochs[best], values[best], "o", color=line.get_color(),
                          label=f"best: {values[best]:.4g} in epoch {best + 1}")  # fmt: skip
        if log and "loss" in quantity:
            cell.set_yscale("log")
        cell.set(xlabel="epoch", title=quantity)
        cell.xaxis.get_major_locator().set_params(integer=True)
        cell.legend()
    return figure


def _curves(history: Any) -> dict[str, Any]:
    """The measurements by name; where an epoch has none, nan."""
    if not isinstance(history, Mapping):
        rows = list(history)
        if any(not isinstance(row, Mapping) for row in rows):
            raise TypeError("give lists by name, or a list of one dictionary per epoch")
        names = dict.fromkeys(name for row in rows for name in row)
        history = {name: [row.get(name, np.nan) for row in rows] for name in names}
    curves = {name: np.asarray(values, float).ravel() for name, values in history.items()}
    if not any(len(values) for values in curves.values()):
        raise ValueError("there is nothing in this history yet")
    return curves


def _quantity(name: str) -> str:
    return next((name.removeprefix(p) for p in PREFIXES if name.startswith(p)), name)


def _best(quantity: str) -> Any:
    """Which of several values is the best: of an accuracy or a score the largest."""
    rises = any(word in quantity for word in ("acc", "score", "f1", "auc", "precision", "recall"))
    return np.nanargmax if rises else np.nanargmin
