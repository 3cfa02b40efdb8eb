"""How far to go along a direction: a search for a point that fulfils the strong Wolfe conditions.

    f(x + t d) ≤ f(x) + c₁ t f'(x)·d        far enough down
    |f'(x + t d)·d| ≤ c₂ |f'(x)·d|          and hardly falling any more

First steps grow until a minimum is between two of them, then the gap between these shrinks. Source:
Nocedal & Wright, "Numerical optimization", algorithms 3.5 and 3.6; with the safeguards of Mark
Schmidt's minFunc, as in PyTorch.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

C1, C2 = 1e-4, 0.9


class Point(NamedTuple):
    """A step along the direction: its length, and there the loss, its gradient and its slope."""

    t: float
    f: float
    gradient: Any
    slope: float


class Search:
    """One search: from `start` on, a point at 0, with at most `most` steps after the first."""

    def __init__(
        self, at: Callable[[float], Point], start: Point, most: int, size: float, tolerance: float
    ) -> None:
        self.start, self.most, self._at = start, most, at
        self.size, self.tolerance = size, tolerance  # a gap of steps times size is closed below
        self.evaluations = self.steps = 0

    def at(self, t: float) -> Point:
        """Evaluate the loss at another step."""
        self.evaluations += 1
        return self._at(t)

    def found(self, t: float) -> Point:
        """The point to go to, with `t` the first step tried."""
        best, bracket = self._bracketed(self.at(t))
        return best if bracket is None else self._narrowed(bracket)

    def too_high(self, point: Point) -> bool:
        return point.f > self.start.f + C1 * point.t * self.start.slope

    def flat(self, point: Point) -> bool:
        return abs(point.slope) <= -C2 * self.start.slope

    def _bracketed(self, point: Point) -> tuple[Point, list[Point] | None]:
        """The point, where it will do; or two points with a minimum between them."""
        before = self.start
        while self.steps < self.most:
            if self.too_high(point) or (self.steps > 1 and point.f >= before.f):
                return point, [before, point]
            if self.flat(point):
                return point, None
            if point.slope >= 0:
                return point, [before, point]
            least, most = point.t + 0.01 * (point.t - before.t), 10 * point.t
            before, point = point, self.at(interpolated(before, point, least, most))
            self.steps += 1
        return point, [self.start, point]

    def _narrowed(self, bracket: list[Point]) -> Point:
        """The better end of the gap, when it is small or one end will do."""
        low = 0 if bracket[0].f <= bracket[1].f else 1
        stalled = False
        while self.steps < self.most:
            left, right = sorted(point.t for point in bracket)
            if (right - left) * self.size < self.tolerance:
                break
            t = interpolated(bracket[0], bracket[1], left, right)
            t, stalled = inside(t, left, right, stalled)
            point = self.at(t)
            self.steps += 1
            if self.too_high(point) or point.f >= bracket[low].f:
                bracket[1 - low] = point
                low = 0 if bracket[0].f <= bracket[1].f else 1
                continue
            if self.flat(point):
                return point
            if point.slope * (bracket[1 - low].t - bracket[low].t) >= 0:
                bracket[1 - low] = bracket[low]
            bracket[low] = point
        return bracket[low]


def interpolated(a: Point, b: Point, least: float, most: float) -> float:
    """Where the cubic through two points with these slopes is least, within bounds.

    In the middle where it has no minimum. Source: Nocedal & Wright, equation 3.59.
    """
    if a.t > b.t:
        a, b = b, a
    with np.errstate(all="ignore"):
        rise = np.float64(3 * (a.f - b.f)) / (a.t - b.t)
        d1 = a.slope + b.slope - rise
        square = d1 * d1 - np.float64(a.slope) * b.slope
        if not square >= 0:
            return (least + most) / 2
        d2 = math.sqrt(square)
        t = b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
    return min(max(float(t), least), most)


def inside(t: float, left: float, right: float, stalled: bool) -> tuple[float, bool]:
    """A step kept off the ends of a gap when it comes near them twice; and whether it did once."""
    margin = 0.1 * (right - left)
    if min(right - t, t - left) >= margin:
        return t, False
    if not (stalled or t >= right or t <= left):
        return t, True
    return (right - margin if abs(t - right) < abs(t - left) else left + margin), False
