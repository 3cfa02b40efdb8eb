"""Walks over the parts of a module: each is visited once, however often it is used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from ..tensor import Tensor
from .parameter import Parameter
from .registration import Registered

if TYPE_CHECKING:
    from .module import Module


class Walkable(Registered):
    """What is asked for its parts, those of its parts among them."""

    def named_modules(
        self,
        memo: set[Module] | None = None,
        prefix: str = "",
        remove_duplicate: bool = True,
    ) -> Iterator[tuple[str, Module]]:
        """This module (under the name "") and all below it, parents first, with dotted names.

        `memo`: those visited already. Without `remove_duplicate`, one that is used in several
        places comes under each of its names.

        >>> from autograd_fr import nn
        >>> [name for name, _ in nn.Sequential(nn.ReLU(), nn.Sequential(nn.Tanh())).named_modules()]
        ['', '0', '1', '1.0']
        """
        seen = set() if memo is None else memo
        pending = [(prefix, cast("Module", self))]
        while pending:
            path, module = pending.pop()
            if module in seen:
                continue
            if remove_duplicate:
                seen.add(module)
            yield path, module
            children = [
                (joined(path, name), child)
                for name, child in module._modules.items()
                if child is not None
            ]
            pending.extend(reversed(children))

    def modules(self) -> Iterator[Module]:
        """This module and all below it, parents first."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The submodules set on this very module."""
        seen = set()
        for name, child in self._modules.items():
            if child is not None and child not in seen:
                seen.add(child)
                yield name, child

    def children(self) -> Iterator[Module]:
        """The submodules set on this very module."""
        return (child for _, child in self.named_children())

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """All parameters with their dotted names; of this very module only without `recurse`."""
        return _members(self, "_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """All parameters, for an optimizer."""
        return (param for _, param in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """All buffers with their dotted names; of this very module only without `recurse`."""
        return _members(self, "_buffers", prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """All buffers."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    # By a dotted path

    def get_submodule(self, target: str) -> Module:
        """The submodule at a dotted path, e.g. "encoder.0"; "" is this module itself.

        Raises AttributeError for a path that leads nowhere, or not to a module.
        """
        module: Any = self
        for part in target.split(".") if target else []:
            module = _of_kind(part, getattr(module, part), Registered)
        return cast("Module", module)

    def get_parameter(self, target: str) -> Parameter:
        """The parameter at a dotted path, e.g. "encoder.0.weight"; errors as `get_submodule`."""
        path, _, name = target.rpartition(".")
        found: Parameter = _of_kind(name, getattr(self.get_submodule(path), name), Parameter)
        return found

    def get_buffer(self, target: str) -> Tensor:
        """The buffer at a dotted path; errors as `get_submodule`."""
        path, _, name = target.rpartition(".")
        holder = self.get_submodule(path)
        found = getattr(holder, name)
        if name not in holder._buffers:
            raise AttributeError(f"{name!r} is not a buffer, but of type {type(found).__name__}")
        return cast("Tensor", found)

    def set_submodule(self, target: str, module: Module, strict: bool = False) -> None:
        """Put `module` at a dotted path, in the place of one or, unless `strict`, as a new one.

        Raises ValueError for an empty path or what is no module, AttributeError for a path that
        leads nowhere, or to something else than a module.

        >>> from autograd_fr import nn
        >>> net = nn.Sequential(nn.Sequential(nn.ReLU()))
        >>> net.set_submodule("0.0", nn.Tanh()); net[0][0]
        Tanh()
        """
        if not target:
            raise ValueError("set_submodule: a module cannot be put in its own place, give a path")
        if not isinstance(module, Registered):
            raise ValueError(f"set_submodule: {type(module).__name__} is not a Module")
        path, _, name = target.rpartition(".")
        holder = self.get_submodule(path)
        if strict or hasattr(holder, name):
            _of_kind(name, getattr(holder, name), Registered)
        setattr(holder, name, module)


def joined(path: str, name: str) -> str:
    """The dotted name of a part of what is at `path`."""
    return f"{path}.{name}" if path else name


def _members(
    module: Walkable, table: str, prefix: str, recurse: bool, remove_duplicate: bool
) -> Iterator[tuple[str, Any]]:
    """What stands in a table of a module and, with `recurse`, of those below it."""
    holders: Any = [(prefix, module)]
    if recurse:
        holders = module.named_modules(prefix=prefix, remove_duplicate=remove_duplicate)
    seen: set[int] = set()
    for path, holder in holders:
        for name, t in getattr(holder, table).items():
            if t is not None and id(t) not in seen:
                if remove_duplicate:
                    seen.add(id(t))
                yield joined(path, name), t


def _of_kind(name: str, found: Any, kind: type) -> Any:
    if not isinstance(found, kind):
        word = "Module" if kind is Registered else kind.__name__
        raise AttributeError(f"{name!r} is not a {word}, but of type {type(found).__name__}")
    return found
