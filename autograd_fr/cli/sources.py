"""What `--data` and MODEL stand for."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from ..datasets import FashionMNIST, digits, fashion_mnist, mnist
from ..errors import DataError
from ..models import load_model
from ..recipes.data import Data, as_images, divided
from ..recipes.table import read_table
from ..recipes.tabular import Tabular

DIGITS = "digits"
CLASSES = tuple(map(str, range(10)))
ADVICE = {  # what is advised to those who call functions, and what the command line has for it
    r"download=True": "--download",
    r"header=True or header=False": "--header or --no-header",
    r"encode=.* columns out$": "make numbers of words first, one column for each that occurs",
    r"(mend it), or .* encode=.*": r"\1",
    r"give the file's encoding.*": "save it as UTF-8",
}


def read(options: argparse.Namespace) -> Data:
    """The data that the options name. Raises DataError for what is none."""
    path = Path(options.data)
    if options.data == DIGITS and not path.exists():
        images, labels = digits()
        return divided(DIGITS, as_images(images), labels, CLASSES)
    if path.is_dir() or (options.download and not path.exists()):
        return _published(path, options.download)
    if not path.exists():
        raise DataError(
            f"{path} is not a folder, and no file: a folder of IDX files, a table FILE.csv, or the "
            f"word {DIGITS} was expected"
        )
    try:
        return read_table(path, options.target, options.numbers, options.header)
    except DataError as error:
        raise DataError(_advice(str(error))) from None


def _published(folder: Path, download: bool) -> Data:
    """MNIST or, of files and folders that say so, Fashion-MNIST."""
    fashion = "fashion" in folder.name.lower() or (folder / "FashionMNIST").is_dir()
    first, second = (fashion_mnist, mnist) if fashion else (mnist, fashion_mnist)
    try:
        found = first(folder, download=download)
    except DataError as error:
        try:
            found = second(folder)
        except DataError:
            raise DataError(_advice(str(error))) from None
    classes = getattr(found, "classes", CLASSES)
    name = "Fashion-MNIST" if isinstance(found, FashionMNIST) else "MNIST"
    x, y, test_x, test_y = found
    return Data(name, as_images(x), y, as_images(test_x), test_y, classes)


def _advice(message: str) -> str:
    """The message with the advice that the command line can follow."""
    for called, typed in ADVICE.items():
        message = re.sub(called, typed, message)
    return message


def model_of(options: argparse.Namespace) -> Any:
    """The model in the file MODEL. Raises DataError, OSError where there is none."""
    return load_model(options.model, classes={Tabular.__name__: Tabular})


def fitting(model: Any, data: Data) -> Data:
    """The data in the terms of the model: its own names of classes in its own order.

    Raises DataError where the model was trained on other columns, or other classes.
    """
    if not isinstance(model, Tabular):
        return data
    if model.columns != data.columns:
        raise DataError(
            f"the model was trained on the columns {', '.join(model.columns)}; {data.name} has "
            f"{', '.join(data.columns)} beside the target"
        )
    return data.in_terms_of(model.classes)
