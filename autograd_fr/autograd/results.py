"""Results with several named parts, such as the values and the indices of a sort."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from typing import Any

from .node import Parts


def named_result(name: str, *fields: str) -> Any:
    """A class of tuples whose parts have names, one line for each when printed, as in PyTorch.

    >>> import autograd_fr as ag
    >>> named_result("sort", "values", "indices")(ag.tensor([1.0, 2.0]), ag.tensor([1, 0]))
    torch.return_types.sort(
    values=tensor([1., 2.]),
    indices=tensor([1, 0]))
    """
    return type(name, (namedtuple(name, fields),), {"__slots__": (), "__repr__": _listed})


def _listed(self: Any) -> str:
    parts = ",\n".join(f"{field}={part!r}" for field, part in zip(self._fields, self))
    return f"torch.return_types.{type(self).__name__}(\n{parts})"


def pulled_once(g: Any, pull: Callable[..., Any], *given: Any) -> Any:
    """`pull(g, *given)`, computed once for all rules of an operation that need a part of it.

    The engine hands the rules of a node the same `g`, and what was computed goes as that goes.
    """
    if not isinstance(g, Parts):
        return pull(g, *given)
    if g.pulled is None:
        g.pulled = pull(g, *given)
    return g.pulled
