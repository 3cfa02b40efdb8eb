"""A training that is killed, again and again, and resumed, ends as the one that was not."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import autograd_fr as ag

from .problem import same

ROOT = Path(__file__).parents[2]
PATIENCE = 600  # seconds, on a machine that has other things to do
WRITING = ("member", "fsync", "replace", "replaced")

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")


def started(*args) -> subprocess.Popen:
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        [sys.executable, "-m", "tests.training.resumed", *map(str, args)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip


def finished(*args) -> dict:
    process = started(*args)
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, told
    return ag.load(args[1])


@pytest.mark.slow
def test_killed_twenty_times(tmp_path):
    whole = finished(tmp_path / "whole.npz", tmp_path / "whole-result.npz")
    at, result = tmp_path / "killed.npz", tmp_path / "killed-result.npz"
    draw = random.Random(0)
    moments = [*WRITING, *[None] * 16]
    draw.shuffle(moments)
    for moment in moments:
        process = started(at, result, *filter(None, [moment]))
        if moment is None:
            for _ in range(draw.randint(1, 4)):
                assert process.stdout.readline().startswith("step")
            time.sleep(draw.uniform(0, 0.02))
            process.kill()
        _, told = process.communicate(timeout=PATIENCE)
        assert process.returncode == -signal.SIGKILL, told
    assert not result.exists(), "it was done before it was killed often enough"
    assert same(finished(at, result), whole)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "killed-result.npz", "killed.npz", "whole-result.npz", "whole.npz",
    ]  # fmt: skip
