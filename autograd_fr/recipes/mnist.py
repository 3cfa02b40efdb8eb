"""Learning MNIST from local files."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from ..creation import random
from ..datasets import MNIST, mnist
from ..nn import CrossEntropyLoss, Module
from ..optim import SGD
from ..training.files import replacing, writable_folder
from ..training.loop import Epoch, accuracy, train
from ..training.perceptron import perceptron
from ..training.progress import Display, say, silent
from ..training.schedule import LinearDecay
from ..training.threads import one_blas_thread

EPOCHS = 10
BATCH_SIZE = 64
LEARNING_RATE = 0.1
MOMENTUM = 0.9
HIDDEN = 100

Array = np.ndarray[Any, Any]
Scored = tuple[Epoch, float]  # an epoch, and the test accuracy after it


def run_mnist(
    data: str | PathLike[str],
    out: Path | None = None,
    *,
    seed: int = 0,
    epochs: int = EPOCHS,
    batch_size: int = BATCH_SIZE,
    lr: float = LEARNING_RATE,
    hidden: int = HIDDEN,
    progress: Display = silent,
) -> float:
    """Train 784-hidden-10 on the images in the folder `data`; returns the test accuracy.

    Prints loss, test accuracy and time of every epoch; what counts is the last one, nothing is
    chosen by the test images. With `out`, leaves the parameters and the history in that folder.
    Raises DataError as `datasets.mnist` does, OSError where `out` cannot be written to.
    """
    images = mnist(data)
    folder = None if out is None else writable_folder(out)
    n = len(images.train_labels)
    say(f"784-{hidden}-10, {n} images to train on, {len(images.test_labels)} to test")
    random.manual_seed(seed)
    model = perceptron(28 * 28, hidden, 10)
    history = learn(model, images, epochs, batch_size, lr, progress)
    last = history[-1][1]
    seconds = sum(epoch.seconds for epoch, _ in history)
    say(f"test accuracy {last:.4f} after {epochs} epochs, {seconds:.1f} s of training")
    if folder is not None:
        for path in (save_parameters(model, folder), save_history(history, folder)):
            say(f"written: {path}")
    return last


@one_blas_thread()
def learn(
    model: Module, data: MNIST, epochs: int, batch_size: int, lr: float, progress: Display = silent
) -> list[Scored]:
    """Train `model` on the training images, and try it on the test images after every epoch."""
    x, test_x = as_rows(data.train_images), as_rows(data.test_images)
    optimizer = SGD(model.parameters(), lr=lr, momentum=MOMENTUM)
    history: list[Scored] = []

    def tell(epoch: Epoch) -> None:
        score = accuracy(model, test_x, data.test_labels)
        history.append((epoch, score))
        say(
            f"epoch {epoch.number:{len(str(epochs))}}/{epochs}  loss {epoch.loss:.4f}  "
            f"accuracy {score:.4f}  {epoch.seconds:.1f} s"
        )

    train(
        model, x, data.train_labels, loss=CrossEntropyLoss(), optimizer=optimizer, epochs=epochs,
        batch_size=batch_size, rng=random.stream(), progress=progress, after_epoch=tell,
        scheduler=LinearDecay(optimizer, epochs * math.ceil(len(x) / batch_size)),
    )  # fmt: skip
    return history


def as_rows(images: Array) -> Array:
    """Images of bytes as rows of float32 from 0 to 1.

    >>> as_rows(np.array([[[0, 255]]], np.uint8))
    array([[0., 1.]], dtype=float32)
    """
    return images.reshape(len(images), -1) / np.float32(255)


def save_parameters(model: Module, folder: Path) -> Path:
    """The parameters of `model` under their names in mnist-parameters.npz; returns the path."""
    path = folder / "mnist-parameters.npz"
    with replacing(path) as unfinished:
        arrays: dict[str, Any] = {name: p.numpy() for name, p in model.state_dict().items()}
        np.savez(unfinished, **arrays)
    return path


def save_history(history: Sequence[Scored], folder: Path) -> Path:
    """Loss, test accuracy and seconds of every epoch in mnist-history.csv; returns the path."""
    path = folder / "mnist-history.csv"
    with replacing(path) as unfinished, unfinished.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("epoch", "loss", "test_accuracy", "seconds"))
        rows.writerows((e.number, e.loss, score, round(e.seconds, 3)) for e, score in history)
    return path
