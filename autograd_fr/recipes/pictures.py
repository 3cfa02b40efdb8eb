"""Pictures of a training and of what it got wrong, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import MissingExtra
from ..nn import Module
from ..progress import say
from ..serialization.files import target
from ..training import History, predict
from ..viz import plot_confusion, plot_history, plot_misclassified
from .data import Array, Data
from .fitting import as_taken

CURVES, CONFUSION, WRONG = "learning-curves.png", "confusion.png", "misclassified.png"
DOTS = 120  # per inch


def save_pictures(folder: Path, model: Module, history: History, data: Data) -> list[Path]:
    """Learning curves and, of images, those taken for others; returns the paths.

    Where matplotlib is not installed it says so, and draws nothing.
    """
    try:
        written = [_saved(plot_history(history.history), folder / CURVES)] if len(history) else []
    except MissingExtra as error:
        say(f"no pictures: {error}")
        return []
    if data.images and data.classes:
        scores = predict(model, as_taken(model, data.test_x))
        written += save_misclassified(folder, data, data.test_x, data.test_y, scores)
    return written


def save_confusion(folder: Path, data: Data, y: Array, scores: Array) -> Path:
    """Which class was taken for which."""
    return _saved(plot_confusion(y, scores.argmax(1), labels=data.classes), folder / CONFUSION)


def save_misclassified(folder: Path, data: Data, x: Array, y: Array, scores: Array) -> list[Path]:
    """The images that were taken for others, if there are any; of a table nothing."""
    if not data.images or (scores.argmax(1) == y).all():
        return []
    return [_saved(plot_misclassified(x, y, scores, names=data.classes), folder / WRONG)]


def _saved(drawn: Any, path: Path) -> Path:
    """Write the figure of these axes to a file, whole or not at all, and close it."""
    import matplotlib.pyplot as plt  # only where something was drawn

    axes = drawn[0] if isinstance(drawn, list) else drawn
    with target(path) as file:
        axes.figure.savefig(file, dpi=DOTS, format="png")
    plt.close(axes.figure)
    return path
