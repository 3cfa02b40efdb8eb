"""What makes a training this one: a checkpoint of another is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import AutogradError
from .run import Run


def identity(run: Run, seed: int | None) -> dict[str, Any]:
    """What has to be the same where a training goes on, in lines of text and numbers."""
    groups = run.optimizer.param_groups
    return {
        "model": str(run.model).splitlines() + [
            f"{name}: {tuple(p.shape)} {p.dtype}" for name, p in run.model.named_parameters()
        ],
        "optimizer": [
            type(run.optimizer).__name__,
            *(f"{name}={value}" for name, value in sorted(run.optimizer.defaults.items())),
            *(f"a group of {len(group['params'])}" for group in groups),
        ],
        "scheduler": type(run.scheduler).__name__,
        "number of examples": examples(run.loader),
        "batch size": getattr(run.loader, "batch_size", None),
        "seed": seed,
        "number of examples to validate on": examples(run.validation),
        "metrics": list(run.metrics),
        "callbacks": [type(callback).__name__ for callback in run.callbacks],
    }  # fmt: skip


def examples(loader: Any) -> int | None:
    """How many examples a loader goes through, if it tells."""
    try:
        return len(loader.dataset)
    except (AttributeError, TypeError):
        return None


def check_same(there: Mapping[str, Any], here: Mapping[str, Any], path: Any) -> None:
    """Raise AutogradError where a checkpoint is one of another training, saying what differs."""
    faults = [line for name in here for line in _difference(name, there.get(name), here[name])]
    if faults:
        raise AutogradError(
            f"{path} is a checkpoint of another training: {'; '.join(faults)}. Resume with what it "
            "was made with, or give another path"
        )


def _difference(name: str, there: Any, here: Any) -> Iterator[str]:
    if there == here:
        return
    if isinstance(there, list) and isinstance(here, list):
        pairs = zip(there + [None] * len(here), here + [None] * len(there))
        there, here = next((a, b) for a, b in pairs if a != b)
        there, here = (x.strip() if isinstance(x, str) else "nothing" for x in (there, here))
    yield f"the {name} is {there} there, {here} here"
