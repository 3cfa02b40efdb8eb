"""Modules, losses, optimizers, schedules against PyTorch: `python -m tests.parity.totals`.

A line for each kind: how many there are, in how many cases they were compared, and what came of it.
Of modules and losses the table modules.md says it one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import torch

from . import optimdb, scheduledb
from .module_table import columns, tally
from .moduledb import names


def main() -> None:
    print(f"Compared with PyTorch {torch.__version__.split('+')[0]}, in float64\n")
    print(f"{'':12} {'kinds':>6} {'cases':>6} {'equal':>6} {'wrong':>6} {'second order':>13}")
    for title, wanted in (("modules", False), ("losses", True)):
        chosen = [n for n in names() if n.endswith(("Loss", "Loss2d")) is wanted]
        found = [tally(name, "float64") for name in chosen if "float64" in columns(name)]
        equal, wrong = sum(t.equal for t in found), sum(len(t.wrong) for t in found)
        _line(title, len(found), equal, wrong, f"{sum(t.second for t in found):13}")
    _counted("optimizers", optimdb.results())
    _counted("schedules", scheduledb.results())


def _counted(title: str, results: Iterable[tuple[str, str, str]]) -> None:
    found = list(results)
    ends = Counter(end == "equal" for _, _, end in found)
    _line(title, len({name for name, _, _ in found}), ends[True], ends[False])
    for name, setting, end in found:
        if end != "equal":
            print(f"    {name}, {setting}: {end}")


def _line(title: str, kinds: int, equal: int, wrong: int, second: str = "") -> None:
    print(f"{title:12} {kinds:6} {equal + wrong:6} {equal:6} {wrong:6} {second}")


if __name__ == "__main__":
    main()
