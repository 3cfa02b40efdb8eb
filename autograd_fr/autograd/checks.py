"""What must hold before a rule reads what its node has kept: else its gradient would be wrong."""

from __future__ import annotations

from ..batching.known import ARRAYS
from ..errors import OverwrittenError, ReleasedError
from . import memory
from .node import Node
from .record import RESULT
from .value import Value

Edge = Node | Value

# What to do, where nothing better is known of the pass.
TWICE = "; to go through the same graph twice, give retain_graph=True the first time"
BEFORE = ": call backward() before that, or write into a clone()"


def check_not_released(node: Node) -> None:
    """Raise ReleasedError where a backward pass has let go of what `node` kept."""
    if node.released:
        raise ReleasedError(
            f"backward passed here before, and what `{node.op.name}` ({node.line}) kept for it was "
            f"released{TWICE}"
        )


def check_kept(node: Node, useful: set[Edge] | None, together: bool = False) -> None:
    """Raise ReleasedError where what `node` kept was released, OverwrittenError where written into.

    `useful`: the parents whose gradient is asked for; None for all. `together`: whether the rules
    will compute together, as in an ordinary pass.
    """
    if node.op.reads_any:
        check_not_released(node)
    check_unwritten(node, useful, together)


def check_unwritten(node: Node, useful: set[Edge] | None, together: bool = False) -> None:
    """Raise OverwrittenError where what `node` kept was written into since."""
    extras = node.extras
    seals = extras.seals if extras is not None else None
    broken = () if seals is None else [i for i, sealed in seals.items() if memory.broken(sealed)]
    packed = extras is not None and extras.packed is not None  # it is as the hooks have kept it
    written = {} if packed or memory.last_write <= node.number else _written_since(node)
    if not broken and not written:
        return
    for place in _about_to_be_read(node, useful) - (_spared(node) if together else set()):
        if place in written:
            raise OverwrittenError(
                f"what `{node.op.name}` ({node.line}) saved for backward was written into since "
                f"by {written[place]}{BEFORE}"
            )
        if place in broken:
            raise OverwrittenError(
                f"an array that `{node.op.name}` ({node.line}) saved for backward was written into "
                "since, by NumPy code that shares its memory: give the tensor a copy of the array"
            )


def _written_since(node: Node) -> dict[int, memory.Writes]:
    """By place, the writes into arguments of `node`, and into its result, since it was recorded."""
    ys = node.y if type(node.y) is tuple else (node.y,)
    saved = [*enumerate(zip(node.args, node.parents)), *((RESULT, (y, node)) for y in ys)]
    found = {}
    for place, (array, of) in saved:
        thing = array if isinstance(array, ARRAYS) else of  # of a scalar, what it is the value of
        writes = None if thing is None else memory.writes_to(thing)
        if writes is not None and writes.last > node.number:
            found[place] = writes
    return found


def _about_to_be_read(node: Node, useful: set[Edge] | None) -> set[int]:
    """The places of the arguments, and of the result, that rules are going to read."""
    needed = [p is not None and (useful is None or p in useful) for p in node.parents]
    reads_by = node.op.reads_by(len(node.parents))
    return {i for need, reads in zip(needed, reads_by, strict=True) if need for i in reads}


def _spared(node: Node) -> set[int]:
    """The places of arguments that rules need not read, for what they need of them was kept."""
    op, saved = node.op, getattr(node, "saved", None)
    if op.together is None or saved is None or any(part is None for part in saved):
        return set()
    return set(map(op.arguments.index, op.together.spares))
