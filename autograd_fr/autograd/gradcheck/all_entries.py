"""The full comparison: every entry of every output by every entry of every checked input."""

from __future__ import annotations

from typing import Any

import numpy as np

from .analytical import forward, reverse
from .comparison import Comparison
from .kinks import kinks
from .lost import lost
from .numerical import Differences, differences
from .problem import Problem
from .settings import Settings


def compared(problem: Problem, settings: Settings) -> list[Comparison]:
    """Per mode asked for, checked input and judged output, the two matrices side by side."""
    numerical = {i: differences(problem, i, settings.eps, problem.first) for i in problem.checked}
    modes = []
    if settings.check_backward_ad:
        fill = not settings.check_undefined_grad
        modes.append(("backward", reverse(problem, problem.first, fill)))
    if settings.check_forward_ad:
        modes.append(("forward", forward(problem)))
    return [
        _pair(problem, settings, numerical[i][o], found[o, i], (o, i), mode, (o, i) in joined)
        for mode, (found, joined) in modes
        for i in problem.checked
        for o in problem.judged
    ]


def _pair(
    problem: Problem, settings: Settings, found: Differences, analytical: Any,
    place: tuple[int, int], mode: str, joined: bool,
) -> Comparison:  # fmt: skip
    o, i = place
    central = found.central
    allowed = settings.atol + settings.rtol * np.abs(central)
    far = ~(np.abs(analytical - central) <= allowed)
    return Comparison(
        o, i, problem.output_name(o), problem.input_names[i],
        problem.first[o].shape, problem.inputs[i].shape,
        analytical, central, allowed, found.down, found.up,
        kinks(problem, i, o, found, analytical, far), mode, joined,
        lost=lost(problem, i, o, central),
    )  # fmt: skip
