"""`autograd-fr evaluate`: how good a saved model is."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from .. import metrics
from ..errors import MissingExtra
from ..kernels.blas import one_thread
from ..progress import say
from ..recipes.data import Data, complete
from ..recipes.fitting import as_taken, check_outputs
from ..recipes.folders import writable_folder
from ..recipes.pictures import save_confusion, save_misclassified
from ..recipes.tabular import Tabular
from ..training import predict
from ..viz.plots.canvas import pyplot
from .arguments import DEFAULT, add_command, add_data, add_model, place, whole
from .sources import fitting, model_of, read
from .table import table

EXAMPLES = """  autograd-fr evaluate r/model.npz --data FOLDER
  autograd-fr evaluate r/model.npz --data digits --top 3 --out pictures
  autograd-fr evaluate model.npz --data new.csv --part all"""
PARTS = {"test": "to test on", "train": "to train on", "all": "all there are"}

Array = np.ndarray[Any, Any]


def add(commands: Any) -> None:
    """Add the command to the program."""
    command = add_command(
        commands, run, "evaluate", "tell how good a saved model is",
        "Count the errors of a saved model: accuracy, which class is taken for which, precision, "
        "recall and F1 of each class; of a model that predicts amounts, the errors' size.",
        EXAMPLES,
    )  # fmt: skip
    add_model(command)
    add_data(command)
    command.add_argument(
        "--part", choices=PARTS, default="test",
        help="which examples: those to test on, those to train on, all; of digits and tables a "
        "fifth, always the same, is to test on" + DEFAULT,
    )  # fmt: skip
    command.add_argument(
        "--top", type=whole(1), metavar="K", default=5,
        help="how often the true class is among the K first" + DEFAULT,
    )  # fmt: skip
    command.add_argument(
        "--out", type=place, metavar="FOLDER",
        help="where pictures of errors and confusions go, if wanted",
    )  # fmt: skip


def run(options: argparse.Namespace) -> None:
    """Print how good the model is; with --out, draw its errors."""
    model = model_of(options)
    data = complete(fitting(model, read(options, model)))
    x, y = data.some(options.part)
    with one_thread():
        scores = predict(model, as_taken(model, x))
    check_outputs(model, data, scores)
    print(f"{data.name}: {len(y)} examples, {_which(model, data, options.part)}")
    if not data.classes:
        print(_amounts(scores, y))
        if options.out is not None:
            say("no pictures: there are some of classes only")
        return
    print(_classes(data, scores, y, min(options.top, data.outputs)))
    if options.out is not None:
        _draw(options.out, data, x, y, scores)


def _draw(out: Path, data: Data, x: Array, y: Array, scores: Array) -> None:
    """Draw the errors; where matplotlib is not installed, say so."""
    try:
        pyplot()
    except MissingExtra as error:
        say(f"no pictures: {error}")
        return
    folder = writable_folder(out)
    saved = save_misclassified(folder, data, x, y, scores)
    for path in (save_confusion(folder, data, y, scores), *saved):
        say(f"written: {path}")


def _which(model: Any, data: Data, part: str) -> str:
    """Which examples these are; of those trained on only what is known."""
    if part == "all" or not isinstance(model, Tabular):
        return PARTS[part]
    if model.origin.checksum != data.origin.checksum:
        share = "a fifth" if part == "test" else "four fifths"
        return f"{share} of this table, which is not the one trained on"
    return "held out of training" if part == "test" else PARTS[part]


def _amounts(scores: Array, y: Array) -> str:
    named = ("mean_squared_error", "mean_absolute_error", "r2")
    return table(("", "value"), [(name, getattr(metrics, name)(scores, y)) for name in named])


def _classes(data: Data, scores: Array, y: Array, k: int) -> str:
    """Errors, accuracy and top-k; the confusion matrix; a line per class."""
    wrong = metrics.errors(scores, y)
    lines = [f"errors {wrong}", f"accuracy {metrics.accuracy(scores, y):.4f}"]
    if 1 < k < data.outputs:
        lines.append(f"among the first {k} {metrics.topk(scores, y, k):.4f}")
    return "\n\n".join(("  ".join(lines), _confusion(data, scores, y), _each(data, scores, y)))


def _confusion(data: Data, scores: Array, y: Array) -> str:
    counts = metrics.confusion_matrix(scores, y, num_classes=data.outputs)
    rows = [(name, *map(int, row)) for name, row in zip(data.classes, counts)]
    return "true class (row) taken for (column)\n" + table(("", *data.classes), rows)


def _each(data: Data, scores: Array, y: Array) -> str:
    found = metrics.precision_recall_f1(scores, y)
    mean = metrics.precision_recall_f1(scores, y, average="macro")
    counts = np.bincount(y, minlength=data.outputs)
    rows = [
        (name, *map(float, own), int(n))
        for name, *own, n in zip(data.classes, *found, counts)
    ]  # fmt: skip
    rows.append(("mean", *map(float, mean), len(y)))
    return table(("class", "precision", "recall", "F1", "examples"), rows)
