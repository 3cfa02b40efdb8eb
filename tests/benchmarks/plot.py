"""The ratios as a picture."""

from __future__ import annotations

from pathlib import Path

from .recording import Results
from .workload import PYTORCH, Workload

BAR, MARK, FAINT, INK = "#2f6fb2", "#d1495b", "#8a8f98", "#24292f"


def draw(workloads: list[Workload], results: Results, path: Path, how: str) -> None:
    """Our time over PyTorch's, a bar a workload from 1 on a log axis; targets are marks.

    `how` it was measured stands below.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    rows = [w for w in workloads if PYTORCH in results[w.name]]
    ratios = [results[w.name][PYTORCH].ratio for w in rows]
    places = range(len(rows))
    figure, axes = plt.subplots(figsize=(9, 1.4 + 0.3 * len(rows)), layout="constrained")
    axes.barh(places, [r - 1 for r in ratios], left=1, height=0.62, color=BAR)
    aimed = [(k, w.targets[PYTORCH]) for k, w in enumerate(rows) if PYTORCH in w.targets]
    axes.scatter(
        [most for _, most in aimed], [k for k, _ in aimed],
        marker="|", s=130, linewidths=2, color=MARK, zorder=3, label="target, at most",
    )  # fmt: skip
    axes.axvline(1, color=INK, linewidth=1)
    _axes(axes, rows, ratios)
    axes.set_xlabel(f"time of a step over PyTorch's: left of 1 is faster ({how})", color=INK)
    figure.legend(loc="outside lower right", frameon=False, fontsize=9)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def _axes(axes, rows: list[Workload], ratios: list[float]) -> None:
    """Titles on the left, figures on the right, powers of two below."""
    most = max([1.0, *ratios, *(w.targets.get(PYTORCH, 1) for w in rows)])
    least = min([1.0, *ratios, *(w.targets.get(PYTORCH, 1) for w in rows)])
    axes.set_xscale("log", base=2)
    axes.set_xlim(least / 1.2, most * 1.2)
    axes.xaxis.set_major_formatter(lambda ratio, _: f"{ratio:g}")
    axes.grid(axis="x", color=FAINT, alpha=0.25)
    axes.set_axisbelow(True)
    axes.set_yticks(range(len(rows)), [w.title for w in rows])
    axes.invert_yaxis()
    right = axes.secondary_yaxis("right")
    right.set_yticks(range(len(rows)), [f"{ratio:.2f}" for ratio in ratios])
    for side in (axes, right):
        side.tick_params(length=0, labelcolor=INK, labelsize=9)
        side.spines[:].set_visible(False)
