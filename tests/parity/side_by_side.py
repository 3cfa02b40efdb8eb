"""Two small nets trained side by side with PyTorch: `python -m tests.parity.side_by_side`.

From the same weights, on the same batches, with the same optimizer and schedule; printed are the
losses of both at the start and at the end, and their largest difference on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

import autograd_fr as ag

STEPS = 100


def conv_net(package: Any) -> Any:
    """Two convolutions with batch norm and pooling, for images of 8 x 8 pixels."""
    nn = package.nn
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding="same", bias=False), nn.GroupNorm(4, 16), nn.SiLU(),
        nn.AvgPool2d(2), nn.Flatten(), nn.Linear(64, 10),
    )  # fmt: skip


def transformer(package: Any) -> Any:
    """Two encoder layers over embedded tokens and places, which say each token's successor."""
    nn = package.nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tokens, self.places = nn.Embedding(12, 32), nn.Embedding(16, 32)
            layer = nn.TransformerEncoderLayer(
                32, 4, 64, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
            )
            self.encoder = nn.TransformerEncoder(
                layer, 2, norm=nn.LayerNorm(32), enable_nested_tensor=False
            )
            self.out = nn.Linear(32, 12)

        def forward(self, x: Any) -> Any:
            length = x.shape[1]
            mask = nn.Transformer.generate_square_subsequent_mask(length)
            h = self.tokens(x) + self.places(package.arange(length))
            h = self.encoder(h, mask=mask.to(h.dtype), is_causal=True)
            return self.out(h).transpose(1, 2)

    return Net()


def images() -> Iterator[tuple[Any, Any]]:
    """Random batches of the digits that ship with the package."""
    x, labels = ag.datasets.digits()[:2]
    x = np.asarray(x, np.float64).reshape(-1, 1, 8, 8) / 16
    rng = np.random.default_rng(0)
    while True:
        chosen = rng.integers(0, len(x), 32)
        yield x[chosen], np.asarray(labels)[chosen].astype(np.int64)


def sequences() -> Iterator[tuple[Any, Any]]:
    """Batches of rows that count on, mod 12, by steps of 1, 2 or 3, from a random start."""
    rng = np.random.default_rng(0)
    while True:
        start, step = rng.integers(0, 12, (16, 1)), rng.integers(1, 4, (16, 1))
        whole = (start + step * np.arange(17)) % 12
        yield whole[:, :-1], whole[:, 1:]


@dataclass
class Task:
    """A net, its batches, and how it is trained."""

    net: Any
    batches: Any
    optimizer: str
    options: dict[str, Any]


TASKS = {
    "ConvNet": Task(conv_net, images, "SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    "Transformer": Task(transformer, sequences, "AdamW", {"lr": 1e-2, "weight_decay": 0.01}),
}


def losses(package: Any, net: Any, task: Task, dtype: str, steps: int) -> list[float]:
    """The losses of `steps` steps of training."""
    optimizer = getattr(package.optim, task.optimizer)(net.parameters(), **task.options)
    schedule = package.optim.lr_scheduler.OneCycleLR(optimizer, task.options["lr"], steps)
    batches, found = task.batches(), []
    for _ in range(steps):
        x, target = (package.from_numpy(array) for array in next(batches))
        x = x.to(getattr(package, dtype)) if x.dtype == package.float64 else x
        loss = package.nn.functional.cross_entropy(net(x), target)
        optimizer.zero_grad()
        loss.backward()
        package.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        found.append(loss.item())
    return found


def both(name: str, dtype: str, steps: int = STEPS) -> tuple[list[float], list[float]]:
    """The losses of our training and of PyTorch's, from the same weights."""
    task = TASKS[name]
    torch.manual_seed(0)
    theirs = task.net(torch).to(getattr(torch, dtype))
    ours = task.net(ag).to(getattr(ag, dtype))
    ours.load_state_dict({key: ag.tensor(t.numpy()) for key, t in theirs.state_dict().items()})
    return losses(ag, ours, task, dtype, steps), losses(torch, theirs, task, dtype, steps)


def main() -> None:
    for name in TASKS:
        for dtype in ("float64", "float32"):
            ours, theirs = both(name, dtype)
            apart = max(abs(a - b) for a, b in zip(ours, theirs))
            print(
                f"{name}, {dtype}, {STEPS} steps: loss from {ours[0]:.6f} to {ours[-1]:.6f}, "
                f"PyTorch from {theirs[0]:.6f} to {theirs[-1]:.6f}; at most {apart:.1e} apart"
            )


if __name__ == "__main__":
    main()
