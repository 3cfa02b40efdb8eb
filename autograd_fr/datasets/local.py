"""MNIST and Fashion-MNIST from files that the user has, or wants to be fetched."""

from __future__ import annotations

import hashlib
import struct
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..errors import DataError, DownloadError
from .idx import read_idx
from .opening import as_path
from .published import FASHION_FILES, MNIST_FILES, Published

CLASSES = 10
SIDE = 28

Array = np.ndarray[Any, Any]


class MNIST(NamedTuple):
    """Handwritten digits: images (n, 28, 28) uint8, labels (n,) int64 in 0..9."""

    train_images: Array
    train_labels: Array
    test_images: Array
    test_labels: Array


class FashionMNIST(MNIST):
    """Pieces of clothing, as MNIST; `classes` has the names of the labels."""

    __slots__ = ()
    classes = (
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
        "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    )  # fmt: skip


def mnist(root: str | PathLike[str], *, download: bool = False) -> MNIST:
    """MNIST from its four IDX files, gzipped or not, in the folder `root` or in root/MNIST/raw.

    They go by the names they are published under: train-images-idx3-ubyte,
    train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, with or without
    .gz; a dot in place of the second hyphen (train-images.idx3-ubyte) will do too.
    `download`: fetch what is missing, 11.6 MB for all, and check that it is as published.

    Raises DataError, naming the file and what was expected, where a file is missing, damaged, or
    does not fit the others; DownloadError, with what to do by hand, where no mirror gives one.
    """
    return MNIST(*_read(root, MNIST_FILES, FASHION_FILES, download))


def fashion_mnist(root: str | PathLike[str], *, download: bool = False) -> FashionMNIST:
    """Fashion-MNIST, as `mnist`: the same names, in `root` or in root/FashionMNIST/raw, 30.9 MB.

    Source: H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST", 2017, arXiv:1708.07747.

    >>> FashionMNIST.classes[9]
    'Ankle boot'
    """
    return FashionMNIST(*_read(root, FASHION_FILES, MNIST_FILES, download))


def _read(
    root: str | PathLike[str], wanted: Published, other: Published, download: bool
) -> tuple[Array, Array, Array, Array]:
    root = as_path(root)
    try:
        folder = _folder(root, wanted, download)
        if download:
            _fetch_missing(folder, wanted)
        if not folder.is_dir():
            raise DataError(
                f"{root} is not a folder; one with the {wanted.name} files was expected"
            )
        paths = {stem: _find(folder, stem, wanted) for stem in _stems(wanted)}
        train, test = _part(paths, "train"), _part(paths, "t10k")
        _refuse_those_of(other, wanted, paths["t10k-labels"], test[1])
        return *train, *test
    except OSError as error:
        raise DataError(f"{root} cannot be read: {error.strerror or error}") from None


def _folder(root: Path, wanted: Published, download: bool) -> Path:
    """Where the files are or, if there are none and they are to be fetched, where they go."""
    nested = root / wanted.folder
    there, here = (any(_candidates(f, s) for s in _stems(wanted)) for f in (nested, root))
    return nested if there or (download and not here) else root


def _fetch_missing(folder: Path, wanted: Published) -> None:
    from .download import fetch  # not every program needs the network

    for name, (size, sha256) in wanted.files.items():
        if _candidates(folder, _stem(name)):
            continue
        urls = [mirror + name for mirror in wanted.mirrors]
        try:
            fetch(urls, folder / name, sha256=sha256, size=size)
        except DownloadError as error:
            raise DownloadError(
                f"{error}\n{wanted.name} is the four files {', '.join(wanted.files)}, "
                f"gzipped or not, in {folder}."
            ) from None


def _part(paths: dict[str, Path], part: str) -> tuple[Array, Array]:
    """The images and labels of one part, "train" or "t10k"."""
    images_path, labels_path = paths[f"{part}-images"], paths[f"{part}-labels"]
    images, labels = read_idx(images_path, 3), read_idx(labels_path, 1)
    if images.shape[1:] != (SIDE, SIDE):
        height, width = images.shape[1:]
        raise DataError(
            f"{images_path} holds images of {height}x{width} pixels; {SIDE}x{SIDE} was expected"
        )
    if labels.max() >= CLASSES:
        place = int(np.argmax(labels >= CLASSES))
        raise DataError(
            f"{labels_path} has the label {labels[place]} at place {place}; "
            f"0 to {CLASSES - 1} were expected"
        )
    if len(images) != len(labels):
        raise DataError(
            f"{labels_path} has {len(labels)} labels for the {len(images)} images of "
            f"{images_path.name}; one each was expected"
        )
    return images, labels.astype(np.int64)


def _refuse_those_of(other: Published, wanted: Published, path: Path, labels: Array) -> None:
    """Raises DataError where these are the other set's test labels: the names are the same."""
    plain = struct.pack(">4BI", 0, 0, 8, 1, len(labels)) + labels.astype(np.uint8).tobytes()
    found = {hashlib.sha256(content).hexdigest() for content in (plain, path.read_bytes())}
    if found & other.labels:
        raise DataError(
            f"{path} belongs to {other.name}, whose files have the names of {wanted.name}'s: "
            f"give each a folder of its own, {wanted.folder} and {other.folder} say"
        )


def _stem(name: str) -> str:
    """Of train-images-idx3-ubyte.gz train-images."""
    return "-".join(name.split("-")[:2])


def _stems(wanted: Published) -> list[str]:
    return [_stem(name) for name in wanted.files]


def _names(stem: str) -> list[str]:
    axes = 3 if stem.endswith("images") else 1
    return [f"{stem}{joint}idx{axes}-ubyte{end}" for joint in ("-", ".") for end in ("", ".gz")]


def _candidates(folder: Path, stem: str) -> list[Path]:
    return [folder / name for name in _names(stem) if (folder / name).exists()]


def _find(folder: Path, stem: str, wanted: Published) -> Path:
    if found := _candidates(folder, stem):
        return found[0]
    raise DataError(
        f"{folder} has no {_names(stem)[0]}, with or without .gz; {wanted.name} is four such files "
        "(download=True fetches them)"
    )
