"""Which calls of modules made what: left with the nodes of their results, for drawings.

A call is the time from its start to its end, on the clock that numbers the nodes, so that no
operation has to say in which one it happens. The module is held by a weak link: it may itself hold
the result.
"""

from __future__ import annotations

from itertools import islice
from typing import Any
from weakref import ref

from ..autograd.memory import tick
from ..autograd.node import Node
from ..autograd.value import Value

MOST = 1000  # things that a result is made up of; what goes beyond is not looked at


def note_call(module: Any, start: int, node: Node) -> None:
    """Leave with a node that it is a result of a call of `module`, begun at `start`.

    `Module.__call__` does the same for itself, where the result is one tensor.
    """
    node.calls = (ref(module), type(module).__name__, start, tick(), getattr(node, "calls", None))


def note_calls(module: Any, start: int, result: Any) -> None:
    """Leave that with the nodes of all tensors in a nest, or in attributes of other objects."""
    things = [result]
    for thing in islice(things, MOST):  # grows while it is walked
        if isinstance(thing, Value):
            if thing.node is not None and thing.node.number > start:
                note_call(module, start, thing.node)
        elif isinstance(thing, (tuple, list)):
            things.extend(thing)
        elif isinstance(thing, dict):
            things.extend(thing.values())
        elif thing is not None:
            parts = getattr(thing, "__dict__", {}).values()
            things.extend(part for part in parts if isinstance(part, Value))
