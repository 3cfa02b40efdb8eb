"""What is to be said of values and gradients that are not what one takes them for."""

from __future__ import annotations

from collections.abc import Iterator

from ...autograd.record import KEPT_BYTES
from ..graph.model import Absent, Graph, Variable
from ..graph.summary import Summary


def of_value(variable: Variable) -> list[str]:
    """What stands under a value."""
    detached = [f"detached from {variable.detached}"] if variable.detached else []
    return [*detached, *["changed since"] * variable.changed]


def of_gradient(variable: Variable) -> list[str]:
    """What stands under a gradient that is not the derivative one takes it for."""
    there = isinstance(variable.gradient, Summary)
    return [variable.provenance] if there and variable.provenance else []


def footnotes(graph: Graph, closely: bool = True) -> Iterator[str]:
    """What stands under the picture of a graph, as an explanation of the words in it.

    `closely`: whether it shows gradients, and of large arrays more than the shape.
    """
    shown = [variable for variable in graph.variables if variable.repeats is None]
    if any(variable.changed for variable in shown):
        yield "changed since: the values are those of now, not those that were computed with"
    if closely and any(_is_gone(variable.value) for variable in shown):
        yield f"value not kept: more than {KEPT_BYTES} bytes; keep the tensor in a variable"
    if closely and any(v.gradient is Absent.NOT_KEPT for v in shown):
        yield (
            f"gradient not kept: more than {KEPT_BYTES} bytes; call retain_grad() on the tensor "
            "before backward()"
        )


def _is_gone(value: Summary) -> bool:
    """Whether nothing is known of an array but its shape."""
    unknown = value.entries is value.least is None and not value.nans + value.infs
    return unknown and 0 not in value.shape
