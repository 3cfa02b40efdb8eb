"""Freed memory is kept where glibc can be asked to, and the environment has the last word."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

import autograd_fr as ag
from autograd_fr.kernels import allocation

glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="it is glibc that is asked")

PROGRAM = """
import resource
import numpy as np
import autograd_fr as ag

def step():
    for _ in range(2):
        held = [np.ones(1_000_000, np.float32) for _ in range(10)]

faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt
step(), step()
before = faults()
step()
print(ag.get_memory_kept(), faults() - before)
"""


def ran(**environment: str) -> list[int]:
    out = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={"PYTHONPATH": ":".join(sys.path), **environment},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return [int(number) for number in out.stdout.split()]


@glibc
def test_a_step_takes_the_memory_of_the_one_before():
    kept, faults = ran()
    assert kept == 1 << 28
    assert faults < 1000


@glibc
def test_the_environment_has_the_last_word():
    kept, faults = ran(MALLOC_TRIM_THRESHOLD_="100000")
    assert kept == 0
    assert faults > 5000


@glibc
def test_how_much_is_kept_can_be_set():
    before = ag.get_memory_kept()
    try:
        assert ag.set_memory_kept(1 << 29)
        assert ag.get_memory_kept() == 1 << 29
    finally:
        allocation.keep(before or 1 << 28)
    with pytest.raises(ValueError, match="-1"):
        ag.set_memory_kept(-1)
