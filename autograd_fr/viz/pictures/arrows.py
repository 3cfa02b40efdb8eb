"""What joins the boxes: arrows through the nodes of operations, or operations that are arrows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..graph.model import Operation
from ..graph.text import shortened

# Operations whose inputs may change places, so that it need not be told which is which.
SYMMETRIC = frozenset(("add", "mul", "maximum", "minimum"))


class Arrow(NamedTuple):
    """From a node to another: it brings the operand in a `slot`, if any; `ends`: its variables."""

    tail: str
    head: str
    slot: int | None
    ends: tuple[int, ...]


def is_node(operation: Operation, literal: bool) -> bool:
    """Whether an operation is drawn as a node. `literal`: operations are arrows from each operand
    to the result; nodes are only what stands for many that are not shown, and where an array is
    taken apart and put together again."""
    folded = operation.count > 1 and not operation.module
    opening = operation.opened and operation.name in ("entries", "stack")
    return not literal or folded or bool(opening) or not operation.inputs


def arrows(operation: Operation, literal: bool = False) -> Iterator[Arrow]:
    """The arrows of an operation in the order of its arguments."""
    if is_node(operation, literal):
        node = f"o{operation.number}"
        for slot, source in enumerate(operation.inputs):
            yield Arrow(f"v{source}", node, slot, (source,))
        for output in operation.outputs:
            yield Arrow(node, f"v{output}", None, (output,))
        return
    for slot, source in enumerate(operation.inputs):
        for output in operation.outputs:
            yield Arrow(f"v{source}", f"v{output}", slot, (source, output))


def argument(operation: Operation, slot: int) -> str:
    """The name of an argument that must not change places with others."""
    alone = len(operation.inputs) < 2 or operation.name in SYMMETRIC
    return "" if alone else operation.arguments[slot]


def sign(operation: Operation, slot: int) -> str:
    """An operation as it stands at the arrow from an operand: +, where that may change places with
    the other; "a −" and "− b", where it may not; "linear: weight", where it is a function's."""
    name, symbol = argument(operation, slot), shortened(operation.symbol)
    if not name:
        return symbol
    if len(symbol) > 2 or len(operation.inputs) > 2:
        return f"{symbol}: {name}"
    return f"{symbol} {name}" if slot else f"{name} {symbol}"
