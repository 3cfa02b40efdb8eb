"""`fast_mode`: one number per output and input, along random directions."""

from __future__ import annotations

from typing import Any

import numpy as np

from .all_entries import compared
from .analytical import pulled, pushed
from .comparison import Comparison
from .lost import lost
from .numerical import along
from .problem import Problem
from .settings import Settings

# The largest Jacobian that is computed in full where a projection differs.
LARGEST = 1_000_000


def projected(problem: Problem, settings: Settings) -> list[Comparison]:
    """Per output y and input x, the number v · (∂y/∂x) u for random unit vectors u and v.

    A wrong entry shows in it for all but a few u and v. Where one differs, every entry is compared
    instead, as long as there are not too many.
    """
    rng = np.random.default_rng(0)
    u = {i: _direction(rng, problem.inputs[i].array) for i in problem.checked}
    v = {o: _direction(rng, problem.first[o].array) for o in problem.judged}
    numerical = {i: along(problem, i, u[i], settings.eps) for i in problem.checked}
    pairs = []
    for mode, found in _modes(problem, settings, u, v).items():
        for (o, i), number in found.items():
            found_by = number, numerical[i][o]
            pairs.append(_pair(problem, settings, (o, i), mode, found_by, u[i], v[o]))
    entries = sum(u[i].size * v[o].size for i in u for o in v)
    if any(p.differs.any() for p in pairs) and entries <= LARGEST:
        return compared(problem, settings)
    return pairs


def _direction(rng: np.random.Generator, like: Any) -> Any:
    """A random direction of length 1, with no entry near 0."""
    direction = rng.uniform(0.5, 1.5, like.shape)
    length = np.linalg.norm(direction)
    return direction / length if like.size else direction


def _modes(problem: Problem, settings: Settings, u: Any, v: Any) -> dict[str, Any]:
    """By the chain rule, per mode asked for: a number, or None without a path, per pair."""
    found: dict[str, Any] = {}
    if settings.check_backward_ad:
        fill = not settings.check_undefined_grad
        found["backward"] = numbers = {}
        for o in problem.judged:
            y = problem.first[o]
            ds: Any = [None] * len(problem.checked)
            if y._requires_grad:
                weight = v[o].astype(y.array.dtype)
                ds = pulled(problem, problem.first, {o: weight}, fill)
            for i, d in zip(problem.checked, ds):
                numbers[o, i] = None if d is None else float(np.sum(d.array * u[i]))
    if settings.check_forward_ad:
        found["forward"] = numbers = {}
        for i in problem.checked:
            tangents = pushed(problem, {i: u[i].astype(problem.inputs[i].array.dtype)})
            for o in problem.judged:
                t = tangents.get(o)
                numbers[o, i] = None if t is None else float(np.sum(t * v[o]))
    return found


def _pair(
    problem: Problem, settings: Settings, place: tuple[int, int], mode: str,
    found_by: tuple[float | None, Any], u: Any, v: Any,
) -> Comparison:  # fmt: skip
    o, i = place
    number, slopes = found_by
    numerical = np.full((1, 1), np.ravel(v) @ slopes)
    # If each entry were off by atol, this number would be off by so much.
    allowed = settings.atol * np.abs(u).sum() * np.abs(v).sum() + settings.rtol * np.abs(numerical)
    return Comparison(
        o, i, problem.output_name(o), problem.input_names[i], (), (),
        np.full((1, 1), 0.0 if number is None else number), numerical, allowed,
        numerical, numerical, np.zeros((1, 1), bool), mode, number is not None, along=True,
        lost=lost(problem, i, o, slopes[None]).any(),
    )  # fmt: skip
