"""From where on the doctor speaks: every threshold of its examinations, in one place."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Limits:
    """The thresholds; each can be given to `doctor` by its name."""

    # How long something must be seen before anything is said about it.
    repeats: int = 3  # mistakes in the order of calls: this many steps
    window: int = 20  # numbers: the median over this many steps, or that many batches in a row
    examples: int = 100  # units of a layer: that many examples in a row besides

    # The numbers themselves.
    dead: float = 0.5  # the part of a layer's ReLU units that give 0 only
    slope: float = 0.01  # a sigmoid or tanh is saturated below this part of its greatest slope
    saturated: float = 0.9  # the part of a layer's sigmoid or tanh values that are saturated
    vanishing: float = 1e-3  # gradient per weight of one layer, against that of another
    exploding: float = 1e2  # gradient per weight, in norms
    large_update: float = 0.5  # change per weight in one step, in norms, where the loss stays
    fall: float = 0.05  # by this part of the first loss it has fallen
    small_update: float = 1e-6  # the same; float32 loses changes below 6e-8
    diverged: float = 100.0  # the loss now, against the first losses
    inputs: float = 20.0  # root mean square of the inputs
    tiny_probability: float = 1e-7  # what log() should rather have from log_softmax
    kept: int = 10  # graphs of earlier steps still alive, or still part of this one


def limits_from(given: dict[str, Any]) -> Limits:
    """The limits with some of them replaced; raises TypeError for an unknown name."""
    known = [field.name for field in fields(Limits)]
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise TypeError(f"the doctor has no limit {name!r}{hint}; it has {', '.join(known)}")
    return Limits(**given)
