"""Data of our own for recipes and commands: IDX files of bands of light, a table of two kinds."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

DIGITS = {"train": np.tile(np.arange(10), 20), "t10k": np.tile(np.arange(10), 3)}
# Three test labels are wrong, so that nothing gets all of them right.
LABELS = {"train": DIGITS["train"], "t10k": np.r_[[9, 9, 9], DIGITS["t10k"][3:]]}


def images(digits: np.ndarray) -> np.ndarray:
    """A band of light at a height that tells the digit, in noise."""
    made = np.random.default_rng(len(digits)).integers(0, 60, (len(digits), 28, 28), dtype=np.uint8)
    for image, digit in zip(made, digits):
        image[2 * digit : 2 * digit + 3] += 150
    return made


def idx_files(folder: Path) -> Path:
    """The four files of MNIST in `folder`: 200 images to train on and 30 to test on."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, labels in LABELS.items():
        for name, array in (("images-idx3", images(DIGITS[part])), ("labels-idx1", labels)):
            head = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
            (folder / f"{part}-{name}-ubyte").write_bytes(head + array.astype(np.uint8).tobytes())
    return folder


def table(path: Path, rows: int = 100) -> Path:
    """A CSV file: height in millimetres and weight in tonnes tell cats from elephants."""
    rng = np.random.default_rng(0)
    lines = ["height,weight,animal"]
    for k in range(rows):
        big = k % 2
        height, weight = rng.normal(3000 if big else 250, 20), rng.normal(5 if big else 0.004, 1e-4)
        lines.append(f"{height:.1f},{weight:.5f},{'elephant' if big else 'cat'}")
    path.write_text("\n".join(lines) + "\n")
    return path
