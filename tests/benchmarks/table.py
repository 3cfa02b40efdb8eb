"""The table on the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from .measuring import Figures
from .workload import OURS, PYTORCH, Workload

_HEAD = f"{'workload':48}{'ours us':>10}{'PyTorch us':>12}{'ratio':>7}{'target':>8}   others"


def heading() -> str:
    return f"{_HEAD}\n{'-' * (len(_HEAD) + 30)}"


def legend(results: Iterable[dict[str, Figures]]) -> str:
    """What the columns are."""
    absent = "" if any(PYTORCH in figures for figures in results) else "; PyTorch is not installed"
    return (
        "ratio, others: our time over that of PyTorch and of each other, median of the rounds"
        f"{absent}; !: above its target"
    )


def row(workload: Workload, figures: dict[str, Figures]) -> str:
    """Times in microseconds, ours over theirs, and `!` where a target is missed."""
    torch = figures.get(PYTORCH)
    others = [name for name in figures if name not in (OURS, PYTORCH)]
    return (
        f"{workload.title:48}{figures[OURS].seconds * 1e6:10.1f}"
        f"{f'{torch.seconds * 1e6:.1f}' if torch else '-':>12}"
        f"{f'{torch.ratio:.2f}' if torch else '-':>7}"
        f"{_target(workload, figures, PYTORCH):>8}   "
        + "  ".join(f"{name} {_other(workload, figures, name)}" for name in others)
    ).rstrip()


def missed(workload: Workload, figures: dict[str, Figures]) -> list[str]:
    """The contenders against whom the target is missed."""
    return [
        name
        for name, most in workload.targets.items()
        if name in figures and figures[name].ratio > most
    ]


def _target(workload: Workload, figures: dict[str, Figures], name: str) -> str:
    if name not in workload.targets:
        return ""
    mark = "!" if name in missed(workload, figures) else " "
    return f"{workload.targets[name]:.2f}{mark}"


def _other(workload: Workload, figures: dict[str, Figures], name: str) -> str:
    target = _target(workload, figures, name).strip()
    return f"{figures[name].ratio:.2f}" + (f" (at most {target})" if target else "")
