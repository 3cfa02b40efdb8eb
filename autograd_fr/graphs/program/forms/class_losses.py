"""Forms of losses against class numbers: one class for each row, and no weights."""

from __future__ import annotations

import numpy as np

from ..call import Call, Lines
from .exponentials import log_softmax, softmax
from .form import Form


def _place(c: Call) -> str | None:
    """Which entries are chosen: `np.arange(n), targets`; None where more is to be said."""
    index = c.params["index"]
    plain = c.params["weights"] is None and len(index) == 2 and len(index[-1])
    return c.index(index) if plain and all(isinstance(part, np.ndarray) for part in index) else None


def _reduced(c: Call, chosen: str) -> str:
    """Minus the chosen entries, their sum, or their mean."""
    ends = {"none": "", "sum": ".sum()", "mean": f".sum() / {c.like(0).shape[0]}"}
    return f"-{chosen}{ends[c.params['reduction']]}"


def _shared(c: Call) -> str:
    """What each row has of the gradient."""
    return f"{c.g} / {c.like(0).shape[0]}" if c.params["reduction"] == "mean" else c.g


def _nll(c: Call) -> str | None:
    place = _place(c)
    return place and _reduced(c, f"{c.args[0]}[{place}]")


def _of_nll(c: Call) -> Lines | None:
    place = _place(c)
    if place is None:
        return None
    return Lines([
        f"{{}} = np.zeros_like({c.args[0]})",
        f"{{}}[{place}] = -{_shared(c)}",
    ])  # fmt: skip


def _cross_entropy(c: Call) -> str | None:
    place = _place(c)
    return place and _reduced(c, f"{c.library.function(log_softmax)}({c.args[0]}, 1)[{place}]")


def _of_cross_entropy(c: Call) -> Lines | None:
    """The gradient of the scores, (softmax - one-hot) / n."""
    place = _place(c)
    if place is None or c.params["reduction"] == "none":
        return None
    return Lines([
        f"{{}} = {c.library.function(softmax)}({c.args[0]}, 1)",
        f"{{}}[{place}] -= 1",
        f"{{}} *= {_shared(c)}",
    ])  # fmt: skip


CLASS_LOSSES = {
    "nll_loss": Form(_nll, x=_of_nll),
    "cross_entropy": Form(_cross_entropy, x=_of_cross_entropy),
}
