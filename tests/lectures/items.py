"""What the five lectures teach, item by item: what is given, what must come out, what computes it.

`tests/data/lectures.json` holds the items; the modules beside this one hold a program for each:

    @computes("S002-30")
    def values_of_f(given):
        u, v, w = (float64(given[name]) for name in "uvw")
        return {"t1": u + v, "f": (u + v) * w}

It takes what is given and returns what is expected, under the same names. Where a lecture makes a
claim, or asks for behaviour, the program asserts it and returns nothing.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import autograd_fr as ag
from autograd_fr import nn

DATA = Path(__file__).parent.parent / "data" / "lectures.json"

Program = Callable[[dict[str, Any]], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Item:
    """One item of a lecture."""

    name: str  # S002-30
    title: str
    priority: str  # P0 (the engine) to P3 (context: nothing to compute)
    kind: str  # exact, threshold, api, claim, figure or doc
    given: dict[str, Any]
    expected: dict[str, Any]
    rtol: float
    trap: bool  # an error or an ambiguity of the slides, or a common mistake, is told with it

    def __str__(self) -> str:
        return self.name


def _read() -> dict[str, Item]:
    entries = json.loads(DATA.read_text(encoding="utf-8"))
    return {
        name: Item(
            name,
            entry["title"],
            entry["priority"],
            entry["kind"],
            entry["inputs"] or {},
            entry["expected"] or {},
            entry.get("tol", 1e-8),
            entry.get("trap", False),
        )
        for name, entry in entries.items()
        if name != "_meta"
    }


ITEMS = _read()
PROGRAMS: dict[str, Program] = {}


def computes(name: str) -> Callable[[Program], Program]:
    """The program below computes this item."""
    assert name in ITEMS, f"no lecture has an item {name}"
    assert name not in PROGRAMS, f"{name} has two programs"

    def register(program: Program) -> Program:
        PROGRAMS[name] = program
        return program

    return register


def taught(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is given, and what is expected, of another item."""
    return ITEMS[name].given, ITEMS[name].expected


def float64(values: Any, requires_grad: bool = False) -> ag.Tensor:
    """The numbers of a lecture as a tensor of double precision."""
    return ag.tensor(values, dtype=ag.float64, requires_grad=requires_grad)


def leaf(values: Any) -> ag.Tensor:
    """The same, and gradients are asked for."""
    return float64(values, requires_grad=True)


def linear(weight: Any, bias: Any = None) -> nn.Linear:
    """A layer with these weights, in double precision."""
    weight = float64(weight)
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None, dtype=ag.float64)
    layer.load_state_dict({"weight": weight} | ({} if bias is None else {"bias": float64(bias)}))
    return layer


def rosenbrock(x: ag.Tensor) -> ag.Tensor:
    """Rosenbrock's valley, with its minimum at (1, 1)."""
    return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2


def size(module: nn.Module) -> int:
    """How many parameters there are."""
    return sum(p.numel() for p in module.parameters())


def load() -> None:
    """Import all programs."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        importlib.import_module(f"tests.lectures.{path.stem}")
