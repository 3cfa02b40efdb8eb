"""Whether costs grow: per node with the size of a graph, and over many steps."""

from __future__ import annotations

import gc
import time
import tracemalloc
from typing import Any

from .listing import WORKLOADS
from .peaks import status
from .workload import LIBRARIES, OURS, imported, installed

NODES = (10**3, 10**4, 10**5, 10**6)
BEFORE, STEPS = 1500, 10_000  # the engine keeps notes of the last 1000 backward passes


def chain(lib: Any, nodes: int) -> Any:
    """A graph of so many nodes, one behind the other."""
    x = lib.tensor([0.5, 0.25], requires_grad=True)
    y = x
    for _ in range(nodes // 2):
        y = (y + x) * x
    return y.sum()


def per_node(lib: Any, nodes: int) -> float:
    """Seconds a node, forward and backward; the median where it is soon done."""
    times = []
    for _ in range(max(1, min(9, 10**5 // nodes))):
        start = time.perf_counter()
        chain(lib, nodes).backward()
        times.append((time.perf_counter() - start) / nodes)
    return sorted(times)[len(times) // 2]


def bytes_per_node(lib: Any, nodes: int) -> float:
    """Bytes a node at the worst moment, as Python counts them."""
    gc.collect()
    tracemalloc.start()
    chain(lib, nodes).backward()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / nodes


def over_steps(steps: int = STEPS) -> tuple[int, int]:
    """How many objects and KiB there are more after so many steps of a small net."""
    step = next(w for w in WORKLOADS if w.name == "tanh_net").builders[OURS]().step
    for _ in range(BEFORE):
        step()
    gc.collect()
    objects, level = len(gc.get_objects()), status("VmRSS")
    for _ in range(steps):
        step()
    gc.collect()
    return len(gc.get_objects()) - objects, status("VmRSS") - level


def report_nodes() -> None:
    """Print what a node costs in graphs of all sizes."""
    contenders = {name: imported(m) for name, m in LIBRARIES.items() if installed(m)}
    names = "".join(f"{f'us a node, {name}':>24}" for name in contenders)
    print(f"\n{'nodes':>10}{names}{f'bytes a node, {OURS}':>28}")
    for nodes in NODES:
        times = "".join(f"{per_node(lib, nodes) * 1e6:24.2f}" for lib in contenders.values())
        print(f"{nodes:10}{times}{bytes_per_node(contenders[OURS], nodes):28.0f}", flush=True)


def report_steps() -> None:
    """Print what is left of many steps."""
    objects, kibibytes = over_steps()
    print(f"\nafter {STEPS} steps: {objects:+} objects, {kibibytes:+} KiB")
