"""The constants of a recorded graph: what its operations were given that is no part of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..autograd import memory
from ..autograd.node import Ghost, Node
from ..autograd.record import keeping
from ..errors import GraphError


@contextmanager
def keep() -> Iterator[None]:
    """Have the graphs recorded in a `with` block keep all that `replay` needs.

    A graph keeps what its derivatives need, and holds a large constant only for as long as somebody
    else does. Here it keeps a copy of every constant, and lets go of nothing in a backward pass.

    >>> import autograd_fr as ag
    >>> x = ag.tensor(2.0, requires_grad=True)
    >>> with ag.graphs.keep():
    ...     y = (x + ag.ones(1000)).sum()
    >>> ag.replay(y, {x: 3.0})
    tensor(4000.)
    """
    token = keeping.set(True)
    memory.watch(1)
    try:
        yield
    finally:
        memory.watch(-1)
        keeping.reset(token)


def constant(node: Node, i: int) -> Any:
    """The i-th argument of `node`, an array or a number, as it was when it was recorded.

    Raises GraphError where the graph has not kept it, or where it was written into since.
    """
    arg = node.args[i]
    if node.extras is not None and node.extras.packed is not None:
        arg = node.extras.packed()[0][i]
    if type(arg) is Ghost:
        if arg.array is None:
            raise GraphError(
                f"a constant that `{node.op.name}` ({node.line}) was given, of shape {arg.shape}, "
                "is gone, for no derivative needs it: keep it in a variable, or record the graph "
                "within `with ag.graphs.keep():`"
            )
        arg = arg.array
    writes = memory.writes_to(arg) if isinstance(arg, np.ndarray) else None
    if writes is not None and writes.last > node.number:
        raise GraphError(
            f"a constant that `{node.op.name}` ({node.line}) was given was written into since, by "
            f"{writes}: write into a clone(), or record the graph within `with ag.graphs.keep():`"
        )
    return arg
