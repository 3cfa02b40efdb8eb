"""The functions that formulas may name, and how operations lay out their values for formulas.

Every file `operators_TOPIC.py` beside this one has a table `OPERATORS`: plain NumPy functions by
the names that formulas give them. It may have another, `READINGS`, by the names of operations:
functions that take the values of an operation (arguments, parameters, results, gradients) and give
them as its formulas mean them, a vector as a column, say, or with a further symbol.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

TOPICS = [
    import_module(f"tests.ops.formulas.{path.stem}")
    for path in sorted(Path(__file__).parent.glob("operators_*.py"))
]

OPERATORS: dict[str, Callable[..., Any]] = {}
READINGS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {}
for topic in TOPICS:
    twice = OPERATORS.keys() & topic.OPERATORS.keys()
    assert not twice, f"{topic.__name__} defines {twice} a second time"
    OPERATORS |= topic.OPERATORS
    READINGS |= getattr(topic, "READINGS", {})
