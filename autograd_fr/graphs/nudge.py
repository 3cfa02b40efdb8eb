"""The definition of a derivative, tried out: move a leaf a little, and see how the result moves."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from ..autograd.forward_ad import dual_level, make_dual, unpack_dual
from ..autograd.modes import no_grad
from ..autograd.value import Value, wrap
from ..dtypes import fitting
from .decisions import check_decisions
from .places import Edge, Places
from .replay import values_of


@dataclass(frozen=True)
class Move:
    """What was moved: its name, and its value before and after."""

    name: str
    before: Any
    after: Any

    def __str__(self) -> str:
        if self.before.array.size == 1:
            return f"{self.name}: {_number(self.before)} → {_number(self.after)}"
        longest = np.max(np.abs(self.after.array - self.before.array), initial=0)
        shape = tuple(self.before.array.shape)
        return f"{self.name}, of shape {shape}: entries moved by up to {longest:.4g}"


@dataclass(frozen=True)
class Nudge:
    """How a result changed, and how its derivative said it would; prints as a sentence.

    `predicted` is f'(w) d, `actual` is f(w + d) - f(w), `error` their difference, each of the
    shape of the result. `value` is f(w).
    """

    name: str
    moves: tuple[Move, ...]
    value: Any
    predicted: Any
    actual: Any

    @property
    def error(self) -> Any:
        """The actual change less the predicted one: what the second derivatives and on make."""
        return self.actual - self.predicted

    def __str__(self) -> str:
        moved = ", ".join(map(str, self.moves))
        if self.value.array.size == 1:
            change, actual, error = self._figures()
            return f"{moved}; {self.name} predicted {change}, actual {actual}, difference {error}"
        change, _, error = self._figures()
        return (
            f"{moved}; {self.name}, of shape {tuple(self.value.array.shape)}: predicted changes "
            f"{change}, differences {error}"
        )

    __repr__ = __str__

    def _figures(self) -> tuple[str, ...]:
        """The predicted and the actual change and their difference; of many entries the largest."""
        changes = (self.predicted, self.actual, self.error)
        if self.value.array.size == 1:
            return tuple(map(_signed, changes))
        return tuple(f"up to {np.max(np.abs(t.array), initial=0):.4g}" for t in changes)

    def _repr_html_(self) -> str:
        heads = ("moved", f"{self.name} predicted", "actual", "difference")
        cells = (", ".join(map(str, self.moves)), *self._figures())
        rows = (
            f"<tr>{''.join(f'<{tag}>{escape(text)}</{tag}>' for text in row)}</tr>"
            for tag, row in (("th", heads), ("td", cells))
        )
        return f"<table>{''.join(rows)}</table>"


def nudge(root: Any, leaf: Any, delta: Any = None, *, force: bool = False) -> Nudge:
    """How `root` changes when `leaf` moves by `delta`: as predicted, f'(w) d, and in fact.

    `leaf`: a tensor of the graph, or its name; or, without `delta`, a dictionary of moves. `delta`:
    a number, by which every entry moves, or an array or tensor of the shape of the leaf. The
    prediction is made by forward mode, the actual change by `replay`, which see for `force`; both
    start from the present values of the leaves, and work after `backward()` too.

    Raises as `replay` does, and ValueError where nothing is moved.

    >>> import autograd_fr as ag
    >>> u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
    >>> f = (u + v) * w
    >>> ag.nudge(f, w, 0.5)
    w: 4 → 4.5; f predicted +2.5, actual +2.5, difference 0
    >>> ag.nudge(f, {u: 1, w: 1})
    u: 2 → 3, w: 4 → 5; f predicted +9, actual +10, difference +1
    """
    places = Places((root,), sys._getframe(1))
    if (delta is None) is not isinstance(leaf, Mapping):
        raise TypeError("nudge() takes a tensor and how far it moves, or a dictionary of moves")
    asked: Mapping[Any, Any] = leaf if isinstance(leaf, Mapping) else {leaf: delta}
    if not asked:
        raise ValueError("nudge() was given no moves: name a tensor and how far, as in {w: 0.1}")
    steps: dict[Edge, Any] = {}
    starts: dict[Edge, Any] = {}
    for key, step in asked.items():
        edge, there = places.at(key)
        starts[edge] = wrap(there.array)
        step = fitting(step.array if isinstance(step, Value) else step, there.dtype)
        _, steps[edge] = places.fitted(key, step if step.ndim else np.full(there.shape, step))
    moved = {edge: starts[edge] + step for edge, step in steps.items()}
    if not force:
        check_decisions(places, moved)
    value, after, predicted = _tried(places, starts, steps, moved)
    moves = tuple(
        Move(places.name(edge, "the tensor"), starts[edge], moved[edge]) for edge in steps
    )
    name = places.name(places.roots[0], "the result")
    return Nudge(name, moves, value, predicted, after - value)


def _tried(places: Places, starts: Any, steps: Any, moved: Any) -> tuple[Any, Any, Any]:
    """The value of the root before and after, and what its derivative says of the change."""
    with no_grad():
        (after,) = values_of(places, moved)
        with dual_level():
            duals = {edge: make_dual(starts[edge], step.detach()) for edge, step in steps.items()}
            value, predicted = unpack_dual(values_of(places, duals)[0])
    zero = wrap(np.zeros_like(value.array))
    return value.detach(), after.detach(), zero if predicted is None else predicted.detach()


def _number(t: Any) -> str:
    return f"{t.array.item():.6g}"


def _signed(t: Any) -> str:
    text = f"{t.array.item():+.4g}"
    return text[1:] if text in ("+0", "-0", "+nan") else text
