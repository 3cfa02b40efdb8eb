"""MNIST and Fashion-MNIST from local files, and all that may be wrong with a folder."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from autograd_fr import datasets
from autograd_fr.datasets import local
from autograd_fr.datasets.published import File
from autograd_fr.errors import DataError, DownloadError
from tests.datasets.mirror import Answer, Mirror, mirror, status

REAL = Path(__file__).parents[3] / "shared/data/mnist"
COUNTS = {"train": 6, "t10k": 4}


def idx(array: np.ndarray) -> bytes:
    axes = array.ndim
    return struct.pack(f">BBBB{axes}I", 0, 0, 8, axes, *array.shape) + array.tobytes()


def parts() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    made = {}
    for part, n in COUNTS.items():
        made[f"{part}-images-idx3-ubyte"] = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8)
        made[f"{part}-labels-idx1-ubyte"] = rng.integers(0, 10, n, dtype=np.uint8)
    return made


@pytest.fixture
def folder(tmp_path) -> Path:
    for name, array in parts().items():
        (tmp_path / name).write_bytes(idx(array))
    return tmp_path


@pytest.fixture
def published(monkeypatch):
    """A function that opens a mirror of small files, which MNIST is then said to be."""

    @contextlib.contextmanager
    def opened(*answers: Answer) -> Iterator[Mirror]:
        files = {f"{name}.gz": gzip.compress(idx(array)) for name, array in parts().items()}
        known = {
            name: File(len(content), hashlib.sha256(content).hexdigest())
            for name, content in files.items()
        }
        with mirror(files, *answers) as server:
            source = local.MNIST_FILES._replace(mirrors=(server.base,), files=known)
            monkeypatch.setattr(local, "MNIST_FILES", source)
            yield server

    return opened


def refused(folder: Path) -> str:
    with pytest.raises(DataError) as caught:
        datasets.mnist(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.skipif(not REAL.is_dir(), reason="the MNIST files are not beside the repository")
def test_the_real_files():
    data = datasets.mnist(REAL)
    assert data.train_images.shape == (60_000, 28, 28)
    assert data.test_images.shape == (10_000, 28, 28)
    assert data.train_images.dtype == data.test_images.dtype == np.uint8
    assert data.train_labels.dtype == data.test_labels.dtype == np.int64
    assert data.train_labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert data.test_labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert np.bincount(data.test_labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
    # As published: the mean and the spread that everybody normalises by.
    pixels = data.train_images / np.float32(255)
    assert (round(float(pixels.mean()), 4), round(float(pixels.std()), 4)) == (0.1307, 0.3081)


@pytest.mark.skipif(not REAL.is_dir(), reason="the MNIST files are not beside the repository")
def test_fashion_mnist_is_not_taken_for_mnist_nor_the_other_way_round(tmp_path, folder):
    with pytest.raises(DataError, match="belongs to MNIST, whose files have the names of Fashion"):
        datasets.fashion_mnist(REAL)
    labels = folder / "t10k-labels-idx1-ubyte"
    known = hashlib.sha256(labels.read_bytes()).hexdigest()
    other = local.FASHION_FILES._replace(labels=frozenset({known}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local, "FASHION_FILES", other)
        assert "belongs to Fashion-MNIST, whose files have the names of MNIST's" in refused(folder)


@pytest.mark.parametrize("dotted", [False, True])
@pytest.mark.parametrize("gzipped", [False, True])
def test_files_under_each_of_their_names(tmp_path, dotted, gzipped):
    for name, array in parts().items():
        name = name.replace("-idx", ".idx") if dotted else name
        content = idx(array)
        (tmp_path / (name + ".gz" * gzipped)).write_bytes(
            gzip.compress(content) if gzipped else content
        )
    data = datasets.mnist(str(tmp_path))
    for found, expected in zip(data, parts().values(), strict=True):
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == (np.uint8 if found.ndim == 3 else np.int64)


def test_a_folder_that_is_missing_or_a_file(tmp_path):
    assert "is not a folder" in refused(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    assert "is not a folder" in refused(tmp_path / "file")


@pytest.mark.parametrize("name", parts())
def test_each_file_is_missed(folder, name):
    (folder / name).unlink()
    assert f"{folder} has no {name}" in refused(folder)


@pytest.mark.parametrize("name", parts())
def test_each_file_is_checked(folder, name):
    (folder / name).write_bytes((folder / name).read_bytes()[:-1])
    assert refused(folder).startswith(f"{folder / name} is cut short")


@pytest.mark.parametrize("part", COUNTS)
def test_labels_renamed_to_images(folder, part):
    images, labels = folder / f"{part}-images-idx3-ubyte", folder / f"{part}-labels-idx1-ubyte"
    images.write_bytes(labels.read_bytes())
    message = refused(folder)
    assert message.startswith(str(images))
    assert "holds labels" in message


@pytest.mark.parametrize("part", COUNTS)
def test_images_of_another_size(folder, part):
    path = folder / f"{part}-images-idx3-ubyte"
    path.write_bytes(idx(np.zeros((COUNTS[part], 28, 32), np.uint8)))
    assert refused(folder) == f"{path} holds images of 28x32 pixels; 28x28 was expected"


@pytest.mark.parametrize("part", COUNTS)
@pytest.mark.parametrize("label", [10, 255])
def test_labels_that_are_no_digits(folder, part, label):
    path = folder / f"{part}-labels-idx1-ubyte"
    labels = np.arange(COUNTS[part], dtype=np.uint8)
    labels[2] = label
    path.write_bytes(idx(labels))
    assert refused(folder) == f"{path} has the label {label} at place 2; 0 to 9 were expected"


@pytest.mark.parametrize("part", COUNTS)
def test_more_labels_than_images(folder, part):
    path, n = folder / f"{part}-labels-idx1-ubyte", COUNTS[part]
    path.write_bytes(idx(np.zeros(n + 1, np.uint8)))
    message = refused(folder)
    assert message.startswith(f"{path} has {n + 1} labels for the {n} images")


def test_a_folder_that_may_not_be_looked_into(folder, monkeypatch):
    def denied(self: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "is_dir", denied)
    assert refused(folder) == f"{folder} cannot be read: Permission denied"


def test_fashion_mnist_has_names_for_its_classes(folder):
    data = datasets.fashion_mnist(folder)
    for found, expected in zip(data, datasets.mnist(folder), strict=True):
        np.testing.assert_array_equal(found, expected)
    assert len(data.classes) == 10
    assert data.classes[0] == "T-shirt/top"
    (folder / "t10k-images-idx3-ubyte").unlink()
    with pytest.raises(DataError, match="Fashion-MNIST is four such files"):
        datasets.fashion_mnist(folder)


@pytest.mark.parametrize("load", [datasets.mnist, datasets.fashion_mnist])
def test_the_folders_of_torchvision_are_looked_into(folder, load):
    nested = {datasets.mnist: "MNIST/raw", datasets.fashion_mnist: "FashionMNIST/raw"}[load]
    (folder / nested).mkdir(parents=True)
    load(folder)  # an empty one is passed by
    for name in parts():
        (folder / name).rename(folder / nested / name)
    assert len(load(folder).test_labels) == COUNTS["t10k"]


def test_a_set_is_downloaded(tmp_path, published):
    with published() as server:
        data = datasets.mnist(tmp_path / "data", download=True)
        for found, expected in zip(data, parts().values(), strict=True):
            np.testing.assert_array_equal(found, expected)
        here = tmp_path / "data/MNIST/raw"
        assert sorted(path.name for path in here.iterdir()) == sorted(server.files)
        (here / "t10k-labels-idx1-ubyte.gz").unlink()
        datasets.mnist(tmp_path / "data", download=True)
        asked = [path.removeprefix("/") for path, _ in server.requests]
        assert asked == [*server.files, "t10k-labels-idx1-ubyte.gz"]


def test_files_that_are_there_are_not_downloaded(folder, published):
    with published() as server:
        datasets.mnist(folder, download=True)
        assert not server.requests
        (folder / "train-images-idx3-ubyte").unlink()
        datasets.mnist(folder, download=True)
    assert (folder / "train-images-idx3-ubyte.gz").exists()
    assert not (folder / "MNIST").exists()


def test_a_download_that_fails_says_what_to_do_by_hand(tmp_path, published):
    with published(status(404)) as server, pytest.raises(DownloadError) as caught:
        datasets.mnist(tmp_path, download=True)
    here = tmp_path / "MNIST/raw"
    message = str(caught.value)
    assert f"{server.base}train-images-idx3-ubyte.gz: 404 Not Found" in message
    assert message.endswith(
        "MNIST is the four files train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, "
        f"t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz, gzipped or not, in {here}."
    )
    assert not list(here.iterdir())
    for name, array in parts().items():
        (here / name).write_bytes(idx(array))
    assert len(datasets.mnist(tmp_path).train_labels) == COUNTS["train"]


def test_what_is_published_has_four_files_of_one_kind():
    for known in (local.MNIST_FILES, local.FASHION_FILES):
        assert [name.removesuffix(".gz") for name in known.files] == list(parts())
        assert all(len(file.sha256) == 64 for file in known.files.values())
        assert all(mirror.endswith("/") for mirror in known.mirrors)
        assert known.files["t10k-labels-idx1-ubyte.gz"].sha256 in known.labels
