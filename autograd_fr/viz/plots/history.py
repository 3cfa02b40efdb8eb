"""`plot_history`: what was measured in each epoch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .canvas import COLOURS, DASHES, above, axes, plain, pyplot

SETS = r"(?i:(?P<train>train(?:ing)?)|val(?:id(?:ation)?)?|(?P<test>test(?:ing)?)|dev)"
SEPARATOR, HUMP = r"[\s_./:-]", r"(?<=[a-z\d])(?=[A-Z])"  # as in val_loss, in valLoss
SET = re.compile(rf"(?:^|(?P<before>{SEPARATOR})|{HUMP}){SETS}(?:$|{SEPARATOR}|{HUMP})")
CLOCKS = ("epoch", "step", "number")  # what is measured along
RISING = ("acc", "score", "f1", "auc", "precision", "recall", "iou", "r2")
ROW = 3  # panels side by side
LETTER = 0.1  # inches, on an axis

Curve = tuple[Any, Any]  # when, and what was measured then


def plot_history(
    history: Mapping[str, Sequence[float]] | Iterable[Any], *, log: bool = False, ax: Any = None
) -> list[Any]:
    """Curves of what was measured in each epoch, one panel for each quantity.

    `history`: lists by name; one dictionary or named tuple per epoch; or the losses alone.
    `loss`, `train_loss` and `val_loss`, or `loss/train` and the like, are of one quantity and share
    a panel; of what was validated the best is marked. What is called epoch, step or number is the
    horizontal axis, else epochs count from 1. None is left out. `log`: a logarithmic axis for
    losses. `ax`: the axes to draw into, of several panels a list. Returns the list of axes.

    Raises TypeError, ValueError for what is no history, or empty; MissingExtra without matplotlib.

    >>> from autograd_fr import viz
    >>> history = {"loss": [1.0, 0.5], "val_loss": [1.1, 0.7], "accuracy": [0.6, 0.8]}
    >>> [ax.get_ylabel() for ax in viz.plot_history(history)]
    ['loss', 'accuracy']
    """
    pyplot()
    curves = _curves(history)
    panels: dict[str, dict[str, Curve]] = {}
    for name, curve in curves.items():
        panels.setdefault(_quantity(name).lower(), {})[name] = curve
    cells = _cells(ax, len(panels))
    for cell, shared in zip(cells, panels.values()):
        _fill(cell, shared, log)
    return cells


def _fill(cell: Any, shared: dict[str, Curve], log: bool) -> None:
    """One panel: the curves of a quantity."""
    quantity = _quantity(next(iter(shared)))
    for k, (name, curve) in enumerate(shared.items()):
        _draw(cell, name, curve, k)
    positive = any((values > 0).any() for _, values in shared.values())
    if log and positive and (not quantity or "loss" in quantity.lower()):
        cell.set_yscale("log")
    cell.set(xlabel="epoch", ylabel=plain(quantity))
    cell.grid(color="0.9")
    if cell.dataLim.width == 0:  # one epoch only
        cell.set_xlim(cell.dataLim.x0 - 0.5, cell.dataLim.x0 + 0.5)
    letters = len(f"{cell.get_xlim()[1]:.0f}") + 3
    room = cell.get_window_extent().width / cell.figure.dpi / (LETTER * letters)
    cell.xaxis.get_major_locator().set_params(integer=True, nbins=max(1, min(9, int(room))))
    if [*shared] != [quantity]:
        above(cell)


def _cells(ax: Any, n: int) -> list[Any]:
    """The axes of `n` panels: those given, or new ones."""
    if ax is None:
        columns, rows = min(n, ROW), -(-n // ROW)
        figure = pyplot().figure(figsize=(4.8 * columns, 3.5 * rows), layout="constrained")
        return [figure.add_subplot(rows, columns, k + 1) for k in range(n)]
    cells = [axes(cell) for cell in np.ravel(ax)]
    if len(cells) != n:
        raise ValueError(
            f"this history has {n} quantities, each in axes of its own, and ax holds {len(cells)}"
        )
    return cells


def _draw(ax: Any, name: str, curve: Curve, k: int) -> None:
    """The k-th curve of a panel, and its best point where it was validated."""
    when, values = curve
    colour = COLOURS[k % len(COLOURS)]
    ax.plot(
        when, values, DASHES[k % len(DASHES)], color=colour, linewidth=2, label=plain(name),
        marker="o" if len(when) <= 20 else None, markersize=4,
    )  # fmt: skip
    if _quantity(name) and _validated(name) and np.isfinite(values).sum() > 1:
        best = (np.nanargmax if _rises(name) else np.nanargmin)(values)
        label = f"best {values[best]:.3g}, epoch {when[best]:g}"
        ax.plot(when[best], values[best], "*", color=colour, markersize=13, label=label)


def _rises(name: str) -> bool:
    """Whether more is better, as of an accuracy or a score."""
    return any(word in name.lower() for word in RISING)


def _quantity(name: str) -> str:
    """What was measured, whether in training or in validation; "" where only that is said."""
    found = SET.search(name)
    if found is None:
        return name
    before, after = name[: found.start()], name[found.end() :]
    return before + ((found["before"] or "") if before and after else "") + after


def _validated(name: str) -> bool:
    """Whether this is of examples to choose by: not of those to train on, nor of those to test."""
    found = SET.search(name)
    return found is not None and found["train"] is found["test"] is None


def _curves(history: Any) -> dict[str, Curve]:
    """When each quantity was measured, and what it was."""
    columns = _columns(history)
    clock = next((columns.pop(name) for name in CLOCKS if name in columns), None)
    epochs = max(map(len, columns.values()), default=0)
    when = range(1, epochs + 1) if clock is None else clock
    curves = {}
    for name, values in columns.items():
        if len(when) != len(values) and (len(values) or clock is not None):
            raise ValueError(f"{name!r} has {len(values)} values for {len(when)} epochs: "
                             "give None for those where it was not measured")  # fmt: skip
        met = [(_number("epoch", t), _number(name, v)) for t, v in zip(when, values)
               if v is not None]  # fmt: skip
        if met:
            curves[name] = tuple(np.array(met).T)
    if not curves:
        raise ValueError("there is nothing in this history yet")
    return curves


def _columns(history: Any) -> dict[str, list[Any]]:
    """The values of each quantity, None where an epoch has none."""
    history = getattr(history, "history", history)  # as of Keras
    if isinstance(history, Mapping):
        return {str(name): _listed(values) for name, values in history.items()}
    rows = [row._asdict() if hasattr(row, "_asdict") else row for row in _listed(history)]
    if not any(isinstance(row, Mapping) for row in rows):
        return {"loss": rows}
    for epoch, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            raise TypeError(f"epoch {epoch} of this history is {row!r}, others are dictionaries: "
                            "give one for each")  # fmt: skip
    names = dict.fromkeys(name for row in rows for name in row)
    return {str(name): [row.get(name) for row in rows] for name in names}


def _listed(values: Any) -> list[Any]:
    try:
        return list(values)
    except TypeError:
        raise TypeError(
            "a history is lists of numbers by name, {'loss': [...]}, or one dictionary or named "
            f"tuple per epoch; {values!r} is none of them"
        ) from None


def _number(name: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name!r} has to hold one number per epoch, not {value!r}") from None
