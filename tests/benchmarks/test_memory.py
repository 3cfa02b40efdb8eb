"""Peaks, costs per node, growth and import."""

from __future__ import annotations

import mmap
import sys

import pytest

import autograd_fr as ag
from tests.benchmarks import growth, importing, peaks
from tests.benchmarks.listing import WORKLOADS
from tests.benchmarks.workload import OURS

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_peaks_are_of_workloads_there_are():
    assert set(peaks.NAMES) <= {w.name for w in WORKLOADS}


@linux
def test_a_peak_is_seen_though_it_is_over():
    peaks.forget_peak()
    level = peaks.status("VmHWM")
    with mmap.mmap(-1, 2**25) as pages:  # 32 MiB, at once given back; none that were kept
        for start in range(0, len(pages), mmap.PAGESIZE):
            pages[start] = 1
    assert 30_000 < peaks.status("VmHWM") - level < 36_000


@linux
def test_the_peak_of_a_step_in_a_process_of_its_own():
    kibibytes = peaks.in_fresh_process("wide_step", OURS, 1)
    momenta = 4 * (784 * 512 + 512 * 512 + 512 * 10) / 1024  # as many again are the gradients
    assert 2 * momenta < kibibytes < 10 * momenta


def test_bytes_a_node_are_flat():
    small, large = (growth.bytes_per_node(ag, nodes) for nodes in (1_000, 10_000))
    assert 100 < large < 1.1 * small < 2000


def test_the_chain_has_as_many_nodes_as_it_says():
    node, names = growth.chain(ag, 10).grad_fn, []
    while node is not None:
        names.append(node.name().rpartition("::")[2].rstrip("0123456789"))
        node = node.next_functions[0][0] if node.next_functions else None
    assert names == ["SumBackward", *["MulBackward", "AddBackward"] * 5, "AccumulateGrad"]


@linux
def test_steps_leave_nothing_behind():
    objects, kibibytes = growth.over_steps(300)
    assert objects < 10
    assert kibibytes < 1000


def test_import_is_timed_in_a_fresh_process(tmp_path):
    (tmp_path / "slow.py").write_text("import time; time.sleep(0.05)")
    assert 0.05 <= importing.seconds("slow", tmp_path) < 5
