"""The table of operations: forward and backward, against PyTorch and the bare call of NumPy."""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import asdict

from .catalogue.elementwise import ELEMENTWISE
from .catalogue.layers import LAYERS
from .catalogue.reductions import REDUCTIONS
from .catalogue.shapes import SHAPES
from .operation import SIZES, Operation
from .timing import Times, time_operation
from .workload import fits

OPERATIONS: list[Operation] = [*ELEMENTWISE, *REDUCTIONS, *SHAPES, *LAYERS]
WORST = 12

_HEAD = (
    f"{'operation':18}{'size':>8}{'forward us':>12}{'/ PyTorch':>11}{'/ NumPy':>9}"
    f"{'backward us':>14}{'/ PyTorch':>11}"
)


def run(options: argparse.Namespace) -> int:
    """Measure those asked for; print the table and the worst of it."""
    print(f"{_HEAD}\n{'-' * len(_HEAD)}")
    table: dict[tuple[str, str], Times] = {}
    for operation in OPERATIONS:
        for size, shape in SIZES.items():
            if fits(options.only, f"{operation.name} {size}"):
                times = time_operation(operation, shape, options.rounds)
                table[operation.name, size] = times
                print(row(operation.name, size, times), flush=True)
    print(worst(table))
    if options.json:
        rows = [{"name": n, "size": s, **asdict(times)} for (n, s), times in table.items()]
        options.json.write_text(json.dumps(rows, indent=1) + "\n")
    return 0


def row(name: str, size: str, times: Times) -> str:
    return (
        f"{name:18}{size:>8}{times.forward * 1e6:12.1f}{times.forward_ratio:11.2f}"
        f"{times.bare_ratio:9.2f}{times.backward * 1e6:14.1f}{times.backward_ratio:11.2f}"
    )


def worst(table: dict[tuple[str, str], Times]) -> str:
    """Where we are slowest in relation to PyTorch, in each direction."""
    lines = []
    for way in ("forward", "backward"):
        ratios = {key: getattr(times, f"{way}_ratio") for key, times in table.items()}
        ratios = {key: ratio for key, ratio in ratios.items() if math.isfinite(ratio)}
        slowest = sorted(ratios, key=ratios.__getitem__, reverse=True)[:WORST]
        lines.append(f"\nslowest {way}, in relation to PyTorch:")
        lines += [f"  {ratios[key]:6.2f}  {key[0]}, {key[1]}" for key in slowest]
    return "\n".join(lines)
