"""The arguments that a derivative is taken for, while the function runs.

A derivative of a function is one for the function's arguments, wherever else the same tensors may
stand: in the function's closure, in another argument, in the graph of an outer derivative. So the
function is run on values of its own that stand in for them, and these alone are differentiated by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..errors import DtypeError
from . import passes
from .hooks import Extras
from .memory import tick
from .modes import is_grad_enabled
from .node import Node
from .readings import peek
from .record import alias, levels
from .value import Value, share, wrap
from .views import View, base_of


class _Fresh(Extras):
    """What tells a leaf that stands in for something from the user's own: since when it does."""

    __slots__ = ("since",)

    def __init__(self) -> None:
        super().__init__()
        self.since = tick()


class Primals:
    """What stands in for `given` tensors while a function runs.

    `place(k)`: how to call the k-th in a message.
    """

    def __init__(self, given: Sequence[Any], place: Callable[[int], str]) -> None:
        for k, x in enumerate(given):
            _check(x, place, k)
        self._since = tick()
        self.values = [_stand_in(x) for x in given]

    def gradients(
        self, outputs: Sequence[Value], weights: Sequence[Any], create_graph: bool, retain: bool
    ) -> list[Any]:
        """The derivatives of weighted outputs for each of the values; None where there are none."""
        pairs = [(y, w) for y, w in zip(outputs, weights, strict=True) if y._requires_grad]
        if not pairs or not self.values:
            return [None] * len(self.values)
        ys, weights = zip(*pairs)
        found, _ = passes.differentiate(ys, weights, self.values, retain, create_graph)
        return [found.get(v.node or v) for v in self.values]

    def filled(self, gradients: Sequence[Any]) -> list[Any]:
        """The derivatives with zeros for None."""
        return [
            wrap(np.zeros_like(x.array)) if g is None else g
            for x, g in zip(self.values, gradients, strict=True)
        ]

    def reach_out(self, results: Iterable[Any], moving: bool = True) -> bool:
        """Whether results depend on anything that requires a gradient, besides these values.

        `moving`: or on what has a tangent in forward mode.
        """
        edges = [r.node or r for r in results if isinstance(r, Value) and r._requires_grad]
        seen = set(edges)
        for edge in edges:  # grows while it is walked
            if type(edge) is not Node:
                if not self._is_inside(edge):
                    return True
            elif moving and any(level.moves(edge) for level in levels.get()):
                return True
            elif edge.number < self._since:
                if edge.tracked:
                    return True
            else:
                for parent in edge.parents:
                    if parent is not None and parent not in seen:
                        seen.add(parent)
                        edges.append(parent)
        return False

    def _is_inside(self, end: Any) -> bool:
        """Whether a leaf stands in for something, here or in a derivative within the function."""
        extras = getattr(end, "_extras", None)
        return isinstance(extras, _Fresh) and extras.since >= self._since

    def outward(self, result: Any) -> Any:
        """A result as it is seen from outside: in no graph if it depends on these values alone.

        Nor is it in one where nothing is recorded. What moves in forward mode goes on moving.
        """
        if not isinstance(result, Value) or not result._requires_grad:
            return result
        recording = is_grad_enabled()
        if not recording:
            peek("a derivative", result)
        elif self.reach_out([result], moving=False):
            return result
        cut = share(result.array)
        for level in levels.get() if recording else ():
            t = level.tangent_of(result)
            if t is not None:
                cut = level.dual(cut, self.outward(t))
        return cut


def _check(x: Any, place: Callable[[int], str], k: int) -> None:
    if not isinstance(x, Value):
        raise TypeError(f"{place(k)} must be a tensor, not {type(x).__name__}")
    if x.array.dtype.kind != "f":
        raise DtypeError(
            f"{place(k)} is {x.array.dtype}, and only floating tensors have derivatives: "
            "convert it, e.g. with .float()"
        )


def _stand_in(x: Value) -> Any:
    """A value in the place of `x`: in the graph that `x` is in, else a leaf."""
    if not x._requires_grad:
        return _leaf(x.array)
    stand_in = alias(x)
    stand_in.node.parents = (x.node or x,)  # which forward mode lets go of where it is alone
    why = "is an argument that a derivative is being taken for"
    stand_in._view = View(base_of(x), None, why)
    return stand_in


def _leaf(array: Any) -> Any:
    """A leaf that is no user's: what depends on it alone is in no graph as it is seen outside."""
    made = wrap(array)
    made._requires_grad = True
    made._extras = _Fresh()
    return made
