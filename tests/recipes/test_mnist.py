"""Learning MNIST: on made-up files for the form, on the real ones for the result."""

from __future__ import annotations

import csv
import re
import struct
from pathlib import Path

import numpy as np
import pytest
from autograd_fr.recipes.mnist import as_rows, run_mnist

from autograd_fr.errors import DataError
from autograd_fr.training import accuracy, perceptron

REAL = Path(__file__).parents[3] / "shared/data/mnist"
needs_files = pytest.mark.skipif(
    not REAL.is_dir(), reason="the MNIST files are not beside the repository"
)
DIGITS = {"train": np.tile(np.arange(10), 20), "t10k": np.tile(np.arange(10), 3)}
# Three test labels are wrong, so that nothing gets all of them right.
LABELS = {"train": DIGITS["train"], "t10k": np.r_[[9, 9, 9], DIGITS["t10k"][3:]]}


def images(digits: np.ndarray) -> np.ndarray:
    """A band of light at a height that tells the digit, in noise."""
    made = np.random.default_rng(0).integers(0, 60, (len(digits), 28, 28), dtype=np.uint8)
    for image, digit in zip(made, digits):
        image[2 * digit : 2 * digit + 3] += 150
    return made


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for part, labels in LABELS.items():
        for name, array in (("images-idx3", images(DIGITS[part])), ("labels-idx1", labels)):
            head = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
            (folder / f"{part}-{name}-ubyte").write_bytes(head + array.astype(np.uint8).tobytes())
    return folder


def test_form_and_files(folder, tmp_path, capsys):
    out = tmp_path / "results/here"
    score = run_mnist(folder, out, epochs=3, batch_size=8, hidden=16)
    assert score == 27 / 30
    head, *epochs, last, parameters, history = capsys.readouterr().out.splitlines()
    assert head == "784-16-10, 200 images to train on, 30 to test"
    line = r"epoch (\d)/3  loss (\d+\.\d{4})  accuracy (\d\.\d{4})  \d+\.\d s"
    told = [re.fullmatch(line, epoch).groups() for epoch in epochs]
    assert re.fullmatch(r"test accuracy 0\.9000 after 3 epochs, \d+\.\d s of training", last)

    assert parameters == f"written: {out / 'mnist-parameters.npz'}"
    assert history == f"written: {out / 'mnist-history.csv'}"
    assert len(list(out.iterdir())) == 2
    model = perceptron(784, 16, 10)
    with np.load(out / "mnist-parameters.npz", allow_pickle=False) as stored:
        model.load_state_dict(stored)
    assert accuracy(model, as_rows(images(DIGITS["t10k"])), LABELS["t10k"]) == score
    with (out / "mnist-history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [
        (row["epoch"], f"{float(row['loss']):.4f}", f"{float(row['test_accuracy']):.4f}")
        for row in rows
    ] == told


def test_nothing_is_written_unless_asked_for(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    run_mnist(folder, epochs=1)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
    assert "written" not in capsys.readouterr().out


def test_the_seed_settles_the_run(folder, capsys):
    losses = []
    for seed in (1, 1, 2):
        run_mnist(folder, seed=seed, epochs=1, hidden=8)
        losses.append(re.search(r"loss \S+", capsys.readouterr().out)[0])
    assert losses[0] == losses[1] != losses[2]


def test_bad_data_is_found_before_anything_is_made(folder, tmp_path):
    (folder / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match="t10k-labels"):
        run_mnist(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@needs_files
def test_two_passes_over_the_real_images(capsys):
    assert run_mnist(REAL, seed=1, epochs=2) >= 0.965
    assert "784-100-10, 60000 images to train on, 10000 to test" in capsys.readouterr().out


@needs_files
@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_real_images_with_the_defaults(seed):
    assert run_mnist(REAL, seed=seed) >= 0.975
