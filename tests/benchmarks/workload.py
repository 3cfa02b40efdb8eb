"""A task that is measured: how each contender sets it up, and what its times may be."""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

OURS, PYTORCH, NUMPY = "autograd_fr", "PyTorch", "NumPy"
LIBRARIES = {OURS: "autograd_fr", PYTORCH: "torch"}


@dataclass(frozen=True)
class Run:
    """What a contender has set up: `step` does the task once; its results are compared, and so
    is how it moves the `weights`."""

    step: Callable[[], Any]
    weights: Sequence[Any] = ()


@dataclass
class Workload:
    """One task; `builders` maps a contender to the function that sets it up afresh.

    `targets` says how many times a contender's time ours may be. Results may differ by
    `tolerance`, in relation to their norm.
    """

    name: str
    title: str
    targets: dict[str, float]
    tolerance: float
    builders: dict[str, Callable[[], Run]] = field(default_factory=dict)

    def by(self, contender: str, module: str = "numpy") -> Callable[..., Callable[[], Run]]:
        """Decorator: set up by `contender` in another way, where its `module` is installed."""

        def add(build: Callable[[], Run]) -> Callable[[], Run]:
            if installed(module):
                self.builders[contender] = build
            return build

        return add


def fits(pattern: str, *names: str) -> bool:
    """Whether the regular expression is found in one of them."""
    return any(re.search(pattern, name, re.IGNORECASE) for name in names)


def installed(module: str) -> bool:
    """Whether it can be imported."""
    return importlib.util.find_spec(module) is not None


def imported(module: str) -> Any:
    """The module, or None where it is not installed."""
    return importlib.import_module(module) if installed(module) else None


def workload(
    title: str, targets: dict[str, float], tolerance: float = 1e-3
) -> Callable[[Callable[[Any], Run]], Workload]:
    """Decorator: `set_up(lib)` becomes a workload of both libraries, as names are shared."""

    def make(set_up: Callable[[Any], Run]) -> Workload:
        made = Workload(set_up.__name__, title, targets, tolerance)
        for name, module in LIBRARIES.items():
            if installed(module):
                made.builders[name] = lambda module=module: set_up(importlib.import_module(module))
        return made

    return make
