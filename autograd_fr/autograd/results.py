"""Results with several named parts, such as the values and the indices of a sort."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any, ClassVar

from .node import Parts


class _Named(tuple[Any, ...]):
    """A tuple whose parts have names."""

    __slots__ = ()
    _fields: ClassVar[tuple[str, ...]]

    def __new__(cls, *parts: Any) -> Any:
        return tuple.__new__(cls, parts)

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)

    def __repr__(self) -> str:
        parts = ",\n".join(f"{field}={part!r}" for field, part in zip(self._fields, self))
        return f"torch.return_types.{type(self).__name__}(\n{parts})"


def named_result(name: str, *fields: str) -> Any:
    """A class of tuples whose parts have names, one line for each when printed, as in PyTorch.

    >>> import autograd_fr as ag
    >>> named_result("sort", "values", "indices")(ag.tensor([1.0, 2.0]), ag.tensor([1, 0]))
    torch.return_types.sort(
    values=tensor([1., 2.]),
    indices=tensor([1, 0]))
    """
    # Not `namedtuple`, which compiles source for every class: imports pay for that.
    parts = {field: property(itemgetter(i)) for i, field in enumerate(fields)}
    return type(name, (_Named,), {"__slots__": (), "_fields": fields, **parts})


def pulled_once(g: Any, pull: Callable[..., Any], *given: Any) -> Any:
    """`pull(g, *given)`, computed once for all rules of an operation that need a part of it.

    The engine hands the rules of a node the same `g`, and what was computed goes as that goes.
    """
    if not isinstance(g, Parts):
        return pull(g, *given)
    if g.pulled is None:
        g.pulled = pull(g, *given)
    return g.pulled
