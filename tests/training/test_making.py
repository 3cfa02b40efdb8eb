"""What tells losses, data and transforms from others, in text."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, transforms
from autograd_fr.training.making import made_of
from autograd_fr.utils.data import Dataset, Subset, TensorDataset

X = np.arange(200.0).reshape(50, 4)


class Files(Dataset):
    """As users write them: parts of it are read only when asked for."""

    def __init__(self, root, size=3, **options):
        self.root, self._size, self.parent, self.reads = root, size, self, 0

    def __len__(self):
        return 5

    def __getitem__(self, k):
        raise AssertionError("no example is read, which may draw random numbers")


DIFFERENT = [
    (nn.MSELoss(), nn.MSELoss(reduction="sum")),
    (nn.CrossEntropyLoss(), nn.CrossEntropyLoss(label_smoothing=0.1)),
    (nn.CrossEntropyLoss(weight=ag.ones(3)), nn.CrossEntropyLoss(weight=ag.arange(3.0))),
    (nn.functional.mse_loss, nn.functional.l1_loss),
    (partial(nn.functional.mse_loss, reduction="sum"), nn.functional.mse_loss),
    (transforms.RandomRotation(10), transforms.RandomRotation(20)),
    (transforms.Compose([transforms.RandomShift(1)]), transforms.Compose([])),
    (TensorDataset(X), TensorDataset(X + 1)), (TensorDataset(X), TensorDataset(X[:, ::-1])),
    (TensorDataset(X), TensorDataset(X.astype(np.float32))),
    (Subset(TensorDataset(X), range(20)), Subset(TensorDataset(X), range(1, 21))),
    (Files("a"), Files("b")), (Files("a"), Files("a", size=4)),
    ("a" * 1000, "a" * 999 + "b"), ({"a": 1}, {"a": 2}), (list(zip(X)), list(zip(X + 1))),
]  # fmt: skip


@pytest.mark.parametrize("pair", DIFFERENT, ids=lambda pair: type(pair[0]).__name__)
def test_what_differs_differs_and_what_is_alike_is_alike(pair):
    one, other = map(made_of, pair)
    assert one != other and [one, other] == [*map(made_of, pair)]
    assert max(len(one), len(other)) < 300


def test_it_is_the_same_elsewhere():
    code = (
        "from autograd_fr import nn, transforms; from autograd_fr.training.making import made_of\n"
        "print(made_of([nn.HuberLoss(delta=2.0), transforms.RandomRotation(10), lambda x: x]))"
    )
    told = {subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                           check=True).stdout for _ in range(2)}  # fmt: skip
    assert len(told) == 1 and " at 0x" not in told.pop()


def test_what_is_learnt_or_goes_round_in_a_circle():
    weight = nn.Parameter(ag.ones(3))
    before = made_of(weight)
    with ag.no_grad():
        weight.add_(1.0)
    assert made_of(weight) == before
    circle = Files(root := [])
    root.append(circle)
    assert made_of(circle).startswith("Files(root=[Files(root=")


def test_large_arrays_are_looked_at_here_and_there():
    large = np.lib.stride_tricks.as_strided(np.ones(1), (10**12,), (0,))
    assert made_of(large).startswith("(1000000000000,) float64 ")
    assert made_of(np.zeros((0, 3))) != made_of(np.zeros((0, 4)))
