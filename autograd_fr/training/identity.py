"""What makes a training this one: a checkpoint of another is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import AutogradError
from ..utils.data import TransformedDataset
from .making import made_of
from .run import Run, stateful

MOVING = ("params", "param_names", "lr", "momentum", "betas")  # in the course of a training


def identity(run: Run, loss: Any, clipping: Mapping[str, float], seed: Any) -> dict[str, Any]:
    """What has to be the same where a training goes on, in lines of text and numbers."""
    data, transform = _apart(getattr(run.loader, "dataset", None))
    return {
        "model": str(run.model).splitlines() + [
            f"{name}: {tuple(p.shape)} {p.dtype}" for name, p in run.model.named_parameters()
        ],
        "loss": made_of(loss),
        "optimizer": _optimizer(run.optimizer),
        "clipping": made_of(dict(clipping)),
        "scheduler": made_of(run.scheduler),
        "number of examples": examples(run.loader),
        "data": made_of(data),
        "transform": made_of(transform),
        "batch size": getattr(run.loader, "batch_size", None),
        "seed": seed,
        "number of examples to validate on": examples(run.validation),
        "data to validate on": made_of(getattr(run.validation, "dataset", None)),
        "metrics": list(run.metrics),
        "callbacks": [made_of(callback) for callback in stateful(run.callbacks)],
    }  # fmt: skip


def _apart(dataset: Any) -> tuple[Any, Any]:
    """A dataset, and the transform it is seen through."""
    if isinstance(dataset, TransformedDataset):
        return dataset.dataset, dataset.transform
    return dataset, None


def _optimizer(optimizer: Any) -> list[str]:
    """Its kind, its options, and of each group how many parameters and what else it has."""
    told = [type(optimizer).__name__]
    told += [f"{name}={value}" for name, value in sorted(optimizer.defaults.items())]
    for k, group in enumerate(optimizer.param_groups):
        told.append(f"{len(group['params'])} parameters in group {k}")
        told += [
            f"{name}={made_of(value)} in group {k}" for name, value in sorted(group.items())
            if name not in MOVING and (name, value) not in optimizer.defaults.items()
        ]  # fmt: skip
    return told


def examples(loader: Any) -> int | None:
    """How many examples a loader goes through, if it tells."""
    try:
        return len(loader.dataset)
    except (AttributeError, TypeError):
        return None


def check_same(there: Mapping[str, Any], here: Mapping[str, Any], path: Any) -> None:
    """Raise AutogradError where a checkpoint is one of another training, saying what differs."""
    faults = [text for name in here for text in _difference(name, there.get(name), here[name])]
    if faults:
        raise AutogradError(
            f"{path} is a checkpoint of another training, by its {', '.join(faults)}. Resume with "
            "what it was made with, or give another path"
        )


def _difference(name: str, there: Any, here: Any) -> Iterator[str]:
    if there == here:
        return
    if isinstance(there, list) and isinstance(here, list):
        gone, new = (
            [line for line in a if line not in b] for a, b in ((there, here), (here, there))
        )
        if not gone and not new:
            yield f"{name} (in another order)"
            return
        there, here = (lines[0].strip() if lines else "nothing" for lines in (gone, new))
    yield f"{name} ({there} there, {here} here)"
