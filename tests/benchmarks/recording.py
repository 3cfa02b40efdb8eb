"""Results in a file, and whether new ones are worse."""

from __future__ import annotations

import importlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .measuring import Figures
from .workload import PYTORCH, Workload

Results = dict[str, dict[str, Figures]]
"""By the name of the workload and the contender."""

SLACK = 1.5  # how many times the recorded ratio to PyTorch may be


def setting(threads: int) -> dict[str, Any]:
    """How it is measured: what is to be compared must have this in common."""
    fast = importlib.import_module("autograd_fr.backends").fast
    return {"threads": threads, "compiled": bool(fast.enabled and fast.is_available())}


def save(path: Path, threads: int, workloads: list[Workload], results: Results) -> None:
    """All figures as JSON, in the order of the table."""
    rows = {
        w.name: {
            "title": w.title,
            "targets": w.targets,
            "figures": {name: asdict(f) for name, f in results[w.name].items()},
        }
        for w in workloads
    }
    path.write_text(json.dumps({**setting(threads), "workloads": rows}, indent=1) + "\n")


def load(path: Path) -> dict[str, Any]:
    """What `save` wrote."""
    return json.loads(path.read_text())


def recorded_ratios(record: dict[str, Any]) -> dict[str, float]:
    """Ours over PyTorch's time, of every workload that PyTorch took part in."""
    return {
        name: row["figures"][PYTORCH]["ratio"]
        for name, row in record["workloads"].items()
        if PYTORCH in row["figures"]
    }


def slower(results: Results, recorded: dict[str, float]) -> dict[str, str]:
    """The workloads that have become slower in relation to PyTorch, and how much."""
    found = {}
    for name, before in recorded.items():
        now = results.get(name, {}).get(PYTORCH)
        if now and now.ratio > SLACK * before:
            found[name] = (
                f"{now.ratio:.2f} of PyTorch's time, recorded {before:.2f}, "
                f"at most {SLACK * before:.2f}"
            )
    return found


def missing(results: Results, recorded: dict[str, float]) -> dict[str, str]:
    """The workloads that are on record and were not compared with PyTorch."""
    return {
        name: "on record, but not measured against PyTorch"
        for name in recorded
        if PYTORCH not in results.get(name, {})
    }
