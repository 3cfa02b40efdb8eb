"""Random programs of views and in-place changes, the same in PyTorch and here."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag

torch = pytest.importorskip("torch", reason="PyTorch is what the results are compared with")

VIEWS = {
    "row": lambda t: t[1],
    "rows": lambda t: t[1:],
    "column": lambda t: t[..., 0],
    "every other": lambda t: t[::2],
    "entry": lambda t: t[(0,) * t.ndim],
    "transposed": lambda t: t.transpose(0, -1),
    "flat": lambda t: t.view(-1),
    "long": lambda t: t.unsqueeze(0),
    "diagonal": lambda t: t.diagonal(1, 0, -1),
    "windows": lambda t: t.unfold(-1, 2, 2),
    "moved": lambda t: t.movedim(0, -1).squeeze(0),
    "chunk": lambda t: t.tensor_split(2)[0],
    "repeated": lambda t: t.unsqueeze(0).expand(2, *t.shape)[1],
    "detached and back": lambda t: t.clone(),
}
CHANGES = {
    "add": lambda t, w: t.add_(2.0),
    "scale": lambda t, w: t.mul_(1.5),
    "scale by leaf": lambda t, w: t.mul_(w),
    "add leaf": lambda t, w: t.add_(w),
    "+=": lambda t, w: t.__iadd__(w * 2),
    "zero": lambda t, w: t.zero_(),
    "fill": lambda t, w: t.fill_(0.5),
    "copy": lambda t, w: t.copy_(w),
    "first": lambda t, w: t.__setitem__(0, w),
    "last": lambda t, w: t.__setitem__((..., -1), w * w),
    "listed": lambda t, w: t.__setitem__([0], 3.0),
    "masked": lambda t, w: t.__setitem__(t > 1, w),
}


def program(seed: int) -> list[tuple[str, str, int]]:
    """Steps: what kind, which one, and to which of the tensors made so far."""
    rng = np.random.default_rng(seed)
    steps = []
    for _ in range(rng.integers(3, 10)):
        kind = "view" if rng.random() < 0.45 else "change"
        name = rng.choice(list(VIEWS if kind == "view" else CHANGES))
        steps.append((kind, str(name), int(rng.integers(1000))))
    return steps


def run(m, seed: int, skip: set[int], trials: set[int] | None = None):
    """The final values and the gradients; `trials` collects the steps that raise."""
    rng = np.random.default_rng(seed)
    x = m.tensor(rng.uniform(-1, 2, (3, 4)), requires_grad=True)
    w = m.tensor(rng.uniform(0.5, 1.5), dtype=m.float64, requires_grad=True)
    tensors = [x * 1.0 if rng.random() < 0.7 else m.tensor(rng.uniform(-1, 2, (3, 4)))]
    for number, (kind, name, which) in enumerate(program(seed)):
        if number in skip:
            continue
        t = tensors[which % len(tensors)]
        try:
            if kind == "view":
                tensors.append(VIEWS[name](t))
            else:
                CHANGES[name](t, w)
        except (RuntimeError, IndexError):
            if trials is None:
                raise
            trials.add(number)
            return None
    loss = (x * 1e-3).sum() + w * 1e-3
    for k, t in enumerate(tensors):
        loss = loss + (t * t * (k + 1)).sum()
    loss.backward()
    return [loss, x.grad, w.grad, *tensors]


@pytest.mark.parametrize("seed", range(300))
def test_a_random_program(seed: int):
    skip: set[int] = set()
    while True:  # leave out what PyTorch refuses
        refused: set[int] = set()
        expected = run(torch, seed, skip, refused)
        if not refused:
            break
        skip |= refused
    found = run(ag, seed, skip)
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.requires_grad == theirs.requires_grad
        np.testing.assert_allclose(ours.array, theirs.numpy(force=True), rtol=1e-9, atol=1e-9)
