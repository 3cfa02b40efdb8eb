"""Which variable of a recording a tensor is."""

from __future__ import annotations

from typing import Any

from ...autograd.value import Value
from ...errors import GraphError
from ..graph.recording import Recording


def number_of(recording: Recording, t: Any) -> int:
    """The number of `t` among the sources of a recording.

    Raises TypeError where it is no tensor, GraphError where no gradient flows to it.
    """
    if not isinstance(t, Value):
        raise TypeError(f"a gradient is that of a tensor, not of {type(t).__name__}")
    if not t.requires_grad:
        raise GraphError("this tensor requires no gradient: make it with requires_grad=True")
    edge = t if t.node is None else t.node
    for number, source in enumerate(recording.sources):
        if source is edge:
            return number
    raise GraphError(
        "the root was not computed from this tensor (perhaps it was made anew since, detached, or "
        "computed under no_grad): no path leads from one to the other"
    )
