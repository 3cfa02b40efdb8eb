"""Parts of modules found as quickly as methods are."""

from __future__ import annotations

from typing import Any


class Part:
    """What stands in a class for the parts of a name that its modules have.

    Python asks `__getattr__` only after a search that ends in an error: that takes four times as
    long as a descriptor, and a net looks for its parts in every step. The tables of the module are
    read at each access, so that nothing can be out of date. To a module without such a part, to
    those of subclasses, and to the class itself, it is as if this were not there.
    """

    __slots__ = ("_name", "_owner")

    def __init__(self, owner: type, name: str) -> None:
        self._owner, self._name = owner, name

    def __get__(self, module: Any, kind: type) -> Any:
        name = self._name
        if module is None:
            if hasattr(beyond := super(self._owner, kind), name):
                return getattr(beyond, name)
            raise AttributeError(f"type object {kind.__name__!r} has no attribute {name!r}")
        if kind is self._owner:  # a subclass may have a way of its own to attributes
            if name in (found := module._parameters):
                return found[name]
            if name in (found := module._modules):
                return found[name]
            if name in (found := module._buffers):
                return found[name]
        return getattr(super(self._owner, module), name)


def show(kind: Any, name: str, slow: Any) -> None:
    """Have parts of this name found in modules of a class, unless it has something of that name.

    `slow`: the `__getattr__` that finds them as well; a class with another one has its own ways.
    """
    if name in kind.__dict__ or name.startswith("__") or not name.isidentifier():
        return
    if kind.__getattr__ is slow and not hasattr(kind, name):
        setattr(kind, name, Part(kind, name))
