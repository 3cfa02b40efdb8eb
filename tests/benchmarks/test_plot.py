"""The picture of the ratios."""

from __future__ import annotations

import pytest

from tests.benchmarks.measuring import Figures
from tests.benchmarks.workload import OURS, PYTORCH, Workload

pytest.importorskip("matplotlib")

from tests.benchmarks.plot import draw


def test_it_names_every_workload_and_its_ratio(tmp_path):
    rows = [Workload(n, f"title {n}", {PYTORCH: 0.5}, 1e-3) for n in ("a", "b", "other")]
    results = {
        "a": {OURS: Figures(1.0, 1.0), PYTORCH: Figures(4.0, 0.25)},
        "b": {OURS: Figures(1.0, 1.0), PYTORCH: Figures(0.5, 2.0)},
        "other": {OURS: Figures(1.0, 1.0)},
    }
    draw(rows, results, tmp_path / "ratios.svg", "on one thread")
    text = (tmp_path / "ratios.svg").read_text()
    assert all(
        part in text for part in ("title a", "title b", "0.25", "2.00", "target", "on one thread")
    )
    assert "title other" not in text
