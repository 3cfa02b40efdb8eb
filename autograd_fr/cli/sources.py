"""What `--data` and MODEL stand for."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..datasets import FashionMNIST, digits, fashion_mnist, mnist
from ..errors import DataError
from ..models import load_model
from ..recipes.data import NAMED, Data, as_images, divided
from ..recipes.table import read_table
from ..recipes.tabular import Tabular

DIGITS = "digits"
CLASSES = tuple(map(str, range(10)))


def read(options: argparse.Namespace, model: Any = None, holes: bool = False) -> Data:
    """The data that the options name, read as those that the model was trained on.

    `holes`: whether values of a table may be missing. Raises DataError for what is none, and for
    options that the data have no use for.
    """
    path = Path(options.data)
    table = path.exists() and not path.is_dir()
    _refuse_useless(options, table)
    if options.data == DIGITS and not path.exists():
        images, labels = digits()
        return divided(DIGITS, as_images(images), labels, CLASSES)
    if path.is_dir() or (options.download and not path.exists()):
        return _published(path, options.download)
    if not table:
        raise DataError(
            f"{path} is not a folder, and no file: a folder of IDX files, a table FILE.csv, or the "
            f"word {DIGITS} was expected"
        )
    return _table(path, options, model, holes)


def _refuse_useless(options: argparse.Namespace, table: bool) -> None:
    """Raises DataError for an option that says nothing of such data."""
    for name, unsaid in {"target": None, "header": None, "numbers": False, "encode": None}.items():
        if not table and getattr(options, name) is not unsaid:
            raise DataError(f"--{name} is for tables; {options.data} is none")
    if options.download and (table or options.data == DIGITS):
        raise DataError(f"--download is for folders of images; {options.data} is none")


def _table(path: Path, options: argparse.Namespace, model: Any, holes: bool) -> Data:
    """A table read as the options say and, where they say nothing, as it was for the model."""
    target, numbers, encode = options.target, options.numbers, options.encode
    if isinstance(model, Tabular):
        target = target or model.origin.target or None
        encode = encode or model.origin.encode
        numbers = numbers or not model.classes
    return read_table(path, target, numbers, options.header, encode, holes)


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
            raise error from None
    classes = getattr(found, "classes", CLASSES)
    name = "Fashion-MNIST" if isinstance(found, FashionMNIST) else "MNIST"
    x, y, test_x, test_y = found
    return Data(name, as_images(x), y, as_images(test_x), test_y, classes)


def model_of(options: argparse.Namespace) -> Any:
    """The model in the file MODEL. Raises DataError, OSError where there is none."""
    return load_model(options.model, classes={Tabular.__name__: Tabular})


def fitting(model: Any, data: Data) -> Data:
    """The data in the terms of the model: its own names of classes in its own order.

    Raises DataError where the model was trained on other columns, or other classes.
    """
    if not isinstance(model, Tabular):
        return data
    if data.images:
        raise DataError(
            f"the model was trained on the columns {_listed(model.columns)}; {data.name} has images"
        )
    if model.columns != data.columns:
        raise DataError(
            f"the model was trained on the columns {_listed(model.columns)}; {data.name} has "
            f"{_listed(data.columns)} beside the target"
        )
    return data.in_terms_of(model.classes)


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
