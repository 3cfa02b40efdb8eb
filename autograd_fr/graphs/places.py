"""Places in a recorded graph, named by tensors or by text, and what is to be put there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from types import FrameType
from typing import Any

import numpy as np

from .. import dtypes
from ..autograd.engine import newest_first
from ..autograd.node import Node
from ..autograd.value import Value, share, show_shape
from ..errors import GraphError, ShapeError
from ..messages.namespaces import sightings
from ..viz.graph.names import Names

Edge = Node | Value


class Places:
    """The nodes and leaves that some tensors were computed from, and the names they go by."""

    def __init__(self, roots: Iterable[Any], frame: FrameType | None) -> None:
        self.roots: list[Edge] = [_edge(root) for root in roots]
        order = newest_first(set(self.roots))
        self.nodes = set(order)
        self.first_use: dict[Value, int] = {}  # per leaf, the number of the first node it went into
        for node in reversed(order):
            for parent in node.parents:
                if isinstance(parent, Value):
                    self.first_use.setdefault(parent, node.number)
        for root in self.roots:
            if isinstance(root, Value):
                self.first_use.setdefault(root, 0)
        self._frame = frame
        self._known: Names | None = None

    def name(self, edge: Edge, other: str) -> str:
        """What the caller calls a node or a leaf; `other` where it has no name."""
        return self._names.by_id.get(id(edge), other)

    def at(self, key: Any) -> tuple[Edge, Value]:
        """The place that a tensor or a name stands for, and the tensor there.

        Raises GraphError where the graph does not have it, TypeError for any other key.
        """
        if isinstance(key, str):
            return self._named(key)
        if not isinstance(key, Value):
            raise TypeError(
                f"a place in a graph is a tensor, or the name of one, not {type(key).__name__}"
            )
        edge = key.node or key
        if edge in self.nodes or edge in self.first_use:
            return edge, key
        why = "" if key._requires_grad else _constant(key)
        raise GraphError(f"the graph does not depend on this tensor{why}; it has {self._leaves()}")

    def fitted(self, key: Any, value: Any) -> tuple[Edge, Value]:
        """A place, and what is to be put there as a tensor of its dtype.

        Raises ShapeError where it has not the shape of what is there.
        """
        edge, there = self.at(key)
        if isinstance(value, Value):
            new: Any = value.to(there.dtype)  # type: ignore[attr-defined]
        else:
            new = share(np.array(dtypes.fitting(value, there.dtype)))
        if new.shape != there.shape:
            raise ShapeError(
                f"{self.name(edge, 'this tensor')} is {show_shape(there)}, and the graph was "
                f"recorded for that: what takes its place cannot be {show_shape(new)}"
            )
        return edge, new

    def _named(self, name: str) -> tuple[Edge, Value]:
        names = self._names
        ids = [key for key, known in names.by_id.items() if known == name]
        if ids:
            there = names.held[ids[0]]
            return there.node or there, there
        near = difflib.get_close_matches(name, names.by_id.values(), 1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; it has {self._leaves()}"
        raise GraphError(f"the graph has nothing that goes by the name {name!r}{hint}")

    def _leaves(self) -> str:
        found = [self.name(leaf, "one without a name") for leaf in self.first_use]
        return f"the leaves {', '.join(found)}" if found else "no leaves"

    @property
    def _names(self) -> Names:
        if self._known is None:
            names = self._known = Names({*map(id, self.first_use), *map(id, self.nodes)})
            for leaf in self.first_use:
                names.hold(leaf)
            names.add_given(self.first_use)
            names.add_found(sightings(self._frame))
        return self._known


def given_at(places: Places, values: Mapping[Any, Any]) -> dict[Edge, Value]:
    """What is to be put where.

    Raises TypeError for what is no dictionary, GraphError for two values in one place.
    """
    if not isinstance(values, Mapping):
        raise TypeError(
            f"new values are a dictionary, such as {{w: 3.0}}, not {type(values).__name__}"
        )
    given: dict[Edge, Value] = {}
    for key, value in values.items():
        edge, new = places.fitted(key, value)
        if edge in given:
            name = places.name(edge, "one of the tensors")
            raise GraphError(f"{name} is given two values: as a tensor and by name, say")
        given[edge] = new
    return given


def _constant(t: Value) -> str:
    """Why a tensor that requires no gradient is in no graph, and what to do."""
    how = (
        "create it with requires_grad=True" if t.array.dtype.kind == "f"
        else f"only floating tensors can be told to, and this is {t.array.dtype}: record the graph "
        "with a floating one, or run the program again"
    )  # fmt: skip
    return (
        ": it does not require a gradient, and graphs do not know what was made of constants; "
        + how
    )


def _edge(root: Any) -> Edge:
    if not isinstance(root, Value):
        raise TypeError(f"only a tensor has a graph, not {type(root).__name__}")
    if not root._requires_grad:
        raise GraphError(
            "this tensor has no graph: it depends on nothing that requires a gradient, or was "
            "computed under no_grad()"
        )
    return root.node or root
