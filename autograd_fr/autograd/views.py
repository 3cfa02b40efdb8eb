"""Values that share the memory of another, their base: so that a write through one reaches all.

A view knows its base and the operations that lead to it; the base knows its views, weakly. When
the history of a base changes, that of each view is made anew from it.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..batching.known import ARRAYS
from .memory import ndarray, owner
from .modes import is_grad_enabled
from .value import Value, new, share

if TYPE_CHECKING:
    from .op import Op

Path = tuple[tuple["Op", Mapping[str, Any]], ...]


class View:
    """Of which value another is a view, and by which operations, each with its parameters.

    `path` is None where that is not known. `barred`: why a graph cannot be told of a write into
    this view; None where it can.
    """

    __slots__ = ("barred", "base", "path")

    def __init__(self, base: Value, path: Path | None, barred: str | None = None) -> None:
        self.base, self.path, self.barred = base, path, barred


class Views:
    """The values that are views of one base and still in use."""

    __slots__ = ("_limit", "_links")

    def __init__(self) -> None:
        self._links: list[weakref.ref[Value]] = []
        self._limit = 16

    def add(self, view: Value) -> None:
        """Enter a view; from time to time the places of those gone are freed."""
        links = self._links
        links.append(weakref.ref(view))
        if len(links) > self._limit:
            self._links = [link for link in links if link() is not None]
            self._limit = 16 + 2 * len(self._links)

    def alive(self) -> list[Value]:
        """Those still in use, oldest first."""
        return [view for link in self._links if (view := link()) is not None]


def view_of(value: Value) -> View | None:
    """What `value` is a view of; None where it is not a view."""
    return getattr(value, "_view", None)


def base_of(value: Value) -> Value:
    """The value whose memory `value` shares: itself where it is not a view."""
    view = view_of(value)
    return value if view is None else view.base


def views_of(base: Value) -> list[Value]:
    """The views of `base` that are still in use."""
    views: Views | None = getattr(base, "_views", None)
    return [] if views is None else views.alive()


def enter(x: Value, y: Value, op: Op, params: Mapping[str, Any]) -> None:
    """Note that `op` made `y` of `x` without a copy, if that is so."""
    made, whole = y.array, x.array
    if type(made) is ndarray:
        # NumPy has most views know the owner, not the array they were made of.
        base = made.base
        if base is None:  # it is its own owner
            shared = made is owner(whole)
        else:
            shared = base is whole or base is whole.base or owner(made) is owner(whole)
    else:
        shared = isinstance(made, ARRAYS) and owner(made) is owner(whole)
    if not shared:
        return
    entered: View = new(View)  # without the calls of constructors: every view passes here
    view: View | None = getattr(x, "_view", None)
    if view is None:
        entered.base, entered.path, entered.barred = x, ((op, params),), None
    else:
        path = None if view.path is None else (*view.path, (op, params))
        entered.base, entered.path, entered.barred = view.base, path, view.barred
    if not is_grad_enabled():
        entered.barred = "was made under no_grad()"
    _enter(y, entered)


def enter_unknown(x: Value, y: Value, maker: str) -> None:
    """Note that `y` shares the memory of `x`, if it does, in a way that only its `maker` knows."""
    arrays = x.array, y.array
    if all(isinstance(array, ARRAYS) for array in arrays) and owner(x.array) is owner(y.array):
        _enter(y, View(base_of(x), None, f"is what the Function {maker} made of its input"))


def _enter(y: Value, view: View) -> None:
    y._view = view
    base = view.base
    views: Views | None = getattr(base, "_views", None)
    if views is None:
        base._views = views = Views()
    views.add(y)


def part_from(base: Value) -> None:
    """Have `base`, which is given other memory, and its views go separate ways."""
    for value in views_of(base):
        del value._view
    for name in ("_view", "_views"):
        if hasattr(base, name):
            delattr(base, name)


def hand_over(base: Value) -> None:
    """Make `base` a view of a new value, with the same memory and history, that is base to all."""
    core: Value = share(base.array)
    core.node, core._requires_grad = base.node, base._requires_grad
    core._views = base._views
    del base._views
    for value in views_of(core):
        value._view.base = core
    _enter(base, View(core, ()))


def follow(path: Path, x: Any) -> Any:
    """What the operations of a path make of an array, or recorded, of a value."""
    for op, params in path:
        x = op(x, **params)
    return x


def refresh(base: Value) -> None:
    """Make the history of every view of `base` anew from that of the base."""
    for value in views_of(base):
        path = value._view.path
        assert path is not None  # such a view bars every write into the base
        again = follow(path, base)
        value.node, value._requires_grad = again.node, again._requires_grad
