"""Watching what a program computes: who is told of every operation, every write and every pass.

While somebody watches, `memory.watched` is up, so that nobody else pays for it. Watchers are kept
in a context variable: a thread is watched by those that it was given.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any

from . import memory
from .node import Node

if TYPE_CHECKING:
    from .hooks import RemovableHandle
    from .op import Op
    from .value import Value


class Watcher:
    """Somebody who watches; what a kind of watcher has no use for, it leaves as it is here."""

    strict = False  # whether what is only warned of shall be an error

    def operated(
        self, op: Op, params: Mapping[str, Any], args: tuple[Any, ...], y: Any, node: Node | None
    ) -> None:
        """`op` has made `y` of `args`, arrays all; `node` remembers it, where it was recorded."""

    def written(self, array: Any, values: Any, name: str) -> None:
        """`name` has written `values` into `array`, or into a part of it."""

    def moved(self, former: Any, array: Any) -> None:
        """A scalar stands in `array` from now on."""

    def backward(self, outputs: Sequence[Value], seeds: Mapping[Any, Any]) -> Pass | None:
        """A backward pass from `outputs` begins; returns what watches it, if anything."""


class Pass:
    """Watches one backward pass, by hooks on all its nodes that last as long as the pass."""

    def __init__(self) -> None:
        self.now: Node | None = None  # whose rules are computing
        self._thread = threading.get_ident()
        self._handles: list[RemovableHandle] = []

    def before(self, node: Node, grads: tuple[Any, ...]) -> None:
        """The gradients `grads` of the results of `node` are complete."""

    def after(self, node: Node, computed: tuple[Any, ...], grads: tuple[Any, ...]) -> None:
        """The rules of `node` have made `computed`, a tensor or None per argument, of `grads`."""

    def arrived(self, found: Mapping[Any, Any]) -> None:
        """The pass is over; `found` is what it was for."""

    def failed(self, error: Exception) -> None:
        """The pass ends with an error."""

    def begin(self, order: Sequence[Node]) -> None:
        """Hang the hooks on the nodes of `order`, those of single results left out."""
        for node in order:
            if node.whole is node:
                self._handles.append(node.register_prehook(partial(self._before, node)))
                self._handles.append(node.register_hook(partial(self._after, node)))

    def end(self) -> None:
        """Take the hooks off again."""
        for handle in self._handles:
            handle.remove()

    # Another thread may be passing through the same nodes, and is no business of ours.

    def _before(self, node: Node, grads: tuple[Any, ...]) -> None:
        if threading.get_ident() == self._thread:
            self.now = node
            self.before(node, grads)

    def _after(self, node: Node, computed: tuple[Any, ...], grads: tuple[Any, ...]) -> None:
        if threading.get_ident() == self._thread:
            self.after(node, computed, grads)
            self.now = None


_watchers: ContextVar[tuple[Watcher, ...]] = ContextVar("watchers", default=())

watchers = _watchers.get


def watch(watcher: Watcher) -> None:
    """Tell `watcher` what happens from now on."""
    _watchers.set((*_watchers.get(), watcher))
    memory.watch(1)


def unwatch(watcher: Watcher) -> None:
    """Tell `watcher` no more."""
    _watchers.set(tuple(w for w in _watchers.get() if w is not watcher))
    memory.watch(-1)


def is_strict() -> bool:
    """Whether what is otherwise warned of shall be an error."""
    return any(watcher.strict for watcher in watchers())


def operated(
    op: Op, params: Mapping[str, Any], args: tuple[Any, ...], y: Any, node: Node | None = None
) -> None:
    """Tell all watchers of an operation."""
    for watcher in watchers():
        watcher.operated(op, params, args, y, node)


def written(array: Any, values: Any, name: str) -> None:
    """Tell all watchers of a write."""
    for watcher in watchers():
        watcher.written(array, values, name)


def moved(former: Any, array: Any) -> None:
    """Tell all watchers that a scalar has become an array."""
    for watcher in watchers():
        watcher.moved(former, array)


@contextmanager
def passing(
    outputs: Sequence[Value], seeds: Mapping[Any, Any], order: Sequence[Node]
) -> Iterator[Callable[[Mapping[Any, Any]], None]]:
    """While it lasts, a backward pass over the nodes of `order` is watched by who wants to.

    Gives a function to call with what the pass has found.
    """
    passes = [p for watcher in watchers() if (p := watcher.backward(outputs, seeds)) is not None]

    def arrived(found: Mapping[Any, Any]) -> None:
        for one in passes:
            one.arrived(found)

    try:
        for one in passes:
            one.begin(order)
        yield arrived
    except Exception as error:
        for one in passes:
            one.failed(error)
        raise
    finally:
        for one in passes:
            one.end()
