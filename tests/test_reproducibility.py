"""The same seed gives the same run, bit for bit: in one process, in another, and resumed."""

from __future__ import annotations

import copy
import hashlib
import os
import subprocess
import sys

import autograd_fr as ag
from autograd_fr import nn, optim


def parts():
    """A net with dropout, drawn from the package's stream, and its optimizer."""
    net = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Dropout(0.3), nn.Linear(8, 3))
    return net, optim.Adam(net.parameters(), lr=0.05)


def train(net, optimizer, steps, generator=None):
    """Steps on batches that are drawn, noise and all; a digest of all losses and weights."""
    bits = hashlib.sha256()
    for _ in range(steps):
        x = ag.randn(16, 6, generator=generator)
        order = ag.randperm(16, generator=generator)
        target = ag.randint(0, 3, (16,), generator=generator)[order]
        loss = nn.functional.cross_entropy(net(x + 0.1 * ag.rand(16, 6)), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        bits.update(loss.detach().numpy().tobytes())
    for p in net.parameters():
        bits.update(p.detach().numpy().tobytes())
    return bits.hexdigest()


def run(seed, steps=5):
    """A whole run from its seed."""
    ag.manual_seed(seed)
    return train(*parts(), steps, ag.Generator().manual_seed(seed + 1))


def test_the_same_seed_gives_the_same_run():
    assert run(3) == run(3)
    assert run(3) != run(4)


def test_in_another_process_too():
    code = "from tests.test_reproducibility import run; print(run(3))"
    for hashes in ("0", "1"):  # nothing hangs on the order of sets
        other = subprocess.run(
            [sys.executable, "-W", "error", "-c", code],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": hashes},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert other.stdout.strip() == run(3)


def test_a_run_goes_on_from_its_states():
    ag.manual_seed(0)
    batches = ag.Generator().manual_seed(1)
    net, optimizer = parts()
    train(net, optimizer, 3, batches)
    states = copy.deepcopy((net.state_dict(), optimizer.state_dict()))
    kept = *states, ag.get_rng_state(), batches.get_state()
    whole = train(net, optimizer, 4, batches)

    ag.manual_seed(99)
    net, optimizer = parts()
    net.load_state_dict(kept[0])
    optimizer.load_state_dict(kept[1])
    ag.set_rng_state(kept[2])
    batches = ag.Generator()
    batches.set_state(kept[3])
    assert train(net, optimizer, 4, batches) == whole
