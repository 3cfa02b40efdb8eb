"""How long the import takes, NumPy's beside it."""

from __future__ import annotations

import compileall
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

MOST, ROUNDS = 1.5, 11  # times NumPy's
ROOT = Path(__file__).parents[2]
_TIMED = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"


def seconds(module: str, folder: Path) -> float:
    """How long a fresh process takes to import it."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    run = subprocess.run(
        [sys.executable, "-c", _TIMED.format(module)],
        cwd=folder, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(run.stdout)


def compare(rounds: int = ROUNDS) -> tuple[float, float, float]:
    """Medians of the seconds of NumPy's and our import, and of ours over NumPy's in a round.

    Ours is a copy with compiled files, as an installed one has them.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "autograd_fr")
        shutil.copytree(ROOT / "autograd_fr", copy, ignore=shutil.ignore_patterns("__pycache__"))
        compileall.compile_dir(copy, quiet=2)
        pairs = [
            [seconds(m, copy.parent) for m in ("numpy", "autograd_fr")] for _ in range(rounds + 1)
        ]
    numpy, ours = zip(*pairs[1:])
    ratio = statistics.median(b / a for a, b in pairs[1:])
    return statistics.median(numpy), statistics.median(ours), ratio


def report() -> None:
    """Print it in milliseconds."""
    numpy, ours, ratio = compare()
    mark = "!" if ratio > MOST else ""
    print(f"\nimport: NumPy {numpy * 1e3:.1f} ms, autograd_fr {ours * 1e3:.1f} ms, "
          f"ratio {ratio:.2f}, target {MOST:.2f}{mark}")  # fmt: skip
