"""Modules made of modules."""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

from .lengths import connects, handed_on
from .module import Module, in_lines

S = TypeVar("S", bound="_Numbered")


class Identity(Module):
    """The input as it is; accepts any arguments and ignores them.

    >>> import autograd_fr as ag
    >>> ag.nn.Identity(54, unused=True)(ag.ones(2))
    tensor([1., 1.])
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Any) -> Any:
        """The input."""
        return input


class _Numbered(Module):
    """Modules in order, called "0", "1", and so on; but they may have other names."""

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._modules.values())

    def __getitem__(self, idx: Any) -> Any:
        if isinstance(idx, slice):
            return self._of(list(self._modules.items())[idx])
        return self._modules[self._key(idx)]

    def _of(self, items: list[tuple[str, Any]]) -> Any:
        """Such a container of these modules only."""
        raise NotImplementedError

    def _key(self, idx: Any) -> str:
        """The name of the module at a place, which may be counted from the end."""
        place, length = operator.index(idx), len(self)
        if not -length <= place < length:
            raise IndexError(f"index {place} in a {type(self).__name__} of {length} modules")
        return next(islice(self._modules, place % length, None))

    def __setitem__(self, idx: int, module: Module) -> None:
        setattr(self, self._key(idx), module)

    def __delitem__(self, idx: int | slice) -> None:
        for key in list(self._modules)[idx] if isinstance(idx, slice) else [self._key(idx)]:
            del self._modules[key]
        _number(self, list(self))

    def append(self: S, module: Module) -> S:
        """Add a module at the end; returns the container."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self: S, modules: Iterable[Module]) -> S:
        """Add modules at the end; returns the container. Raises TypeError for a single one."""
        if not isinstance(modules, Iterable):
            raise TypeError(f"extend takes several modules, not one {type(modules).__name__}")
        for module in list(modules):
            self.append(module)
        return self

    def insert(self: S, index: int, module: Module) -> S:
        """Add a module before the one at `index`; returns the container."""
        if not isinstance(module, Module):
            raise TypeError(f"insert takes a Module, got {type(module).__name__}")
        modules: list[Module] = list(self)
        if not -len(modules) <= index <= len(modules):
            raise IndexError(f"insert at {index} in a {type(self).__name__} of {len(modules)}")
        modules.insert(index, module)
        _number(self, modules)
        return self

    def pop(self, key: int) -> Any:
        """Take the module at a place out, and return it."""
        module = self[key]
        del self[key]
        return module


def _number(container: _Numbered, modules: list[Any]) -> None:
    """Have a container hold these modules, and number them."""
    container._modules.clear()
    container._modules.update((str(i), module) for i, module in enumerate(modules))


class Sequential(_Numbered):
    """Modules applied one after another; given one by one, or as an ordered dict with names.

    It is indexed, sliced and changed as a list is, and `+` joins two, `*` repeats one, with the
    same parameters each time.

    >>> import autograd_fr as ag
    >>> from autograd_fr import nn
    >>> net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    >>> net(ag.zeros(5, 2)).shape
    torch.Size([5, 1])
    >>> net[1], len(net[:2])
    (ReLU(), 2)
    """

    def __init__(self, *args: Any) -> None:
        super().__init__()
        named = (
            args[0].items()
            if len(args) == 1 and isinstance(args[0], dict)
            else ((str(i), module) for i, module in enumerate(args))
        )
        for name, module in named:
            self.add_module(name, module)

    def add_module(self, name: str, module: Module | None) -> None:
        """Register a module after the others; a `Dense` takes from them how long its inputs are."""
        super().add_module(name, module)
        if connects(module):
            self._connect(None)

    def _connect(self, length: int | None) -> int | None:
        return handed_on(self, length)

    def _of(self, items: list[tuple[str, Any]]) -> Any:
        return type(self)(OrderedDict(items))

    def forward(self, input: Any) -> Any:
        """The input passed through every module in turn."""
        for module in self._modules.values():
            input = module(input)  # type: ignore[misc]
        return input

    def add(self, layer: Module) -> Sequential:
        """Keras's name for `append`, but that None is refused.

        >>> from autograd_fr import nn
        >>> nn.Sequential().add(nn.Linear(2, 1)).add(nn.Tanh())
        Sequential(
          (0): Linear(in_features=2, out_features=1, bias=True)
          (1): Tanh()
        )
        """
        if layer is None:
            raise TypeError(
                "add takes a Module, not None: a function that makes one may lack its `return`"
            )
        return self.append(layer)

    def __add__(self, other: Any) -> Sequential:
        return Sequential(*self, *_sequential(other))

    def __iadd__(self, other: Any) -> Sequential:
        return self.extend(_sequential(other))

    def __mul__(self, other: Any) -> Sequential:
        return Sequential(*list(self) * _times(other))

    __rmul__ = __mul__

    def __imul__(self, other: Any) -> Sequential:
        return self.extend(list(self) * (_times(other) - 1))


def _sequential(other: Any) -> Sequential:
    if not isinstance(other, Sequential):
        raise ValueError(
            f"+ joins a Sequential to another one, not to a {type(other).__name__}: append() adds "
            "a module, extend() several"
        )
    return other


def _times(other: Any) -> int:
    if not isinstance(other, int):
        raise TypeError(f"a Sequential is repeated by an integer, not by a {type(other).__name__}")
    if other < 1:
        raise ValueError(f"a Sequential is repeated once at least, not {other} times")
    return other


class ModuleList(_Numbered):
    """Modules in a list: indexed, sliced and changed as one. What is done with them, `forward`
    of the module that has them says.

    >>> from autograd_fr import nn
    >>> nn.ModuleList(nn.Linear(2, 2) for _ in range(3)) + [nn.ReLU()]
    ModuleList(
      (0-2): 3 x Linear(in_features=2, out_features=2, bias=True)
      (3): ReLU()
    )
    """

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.extend(modules)

    def _of(self, items: list[tuple[str, Any]]) -> Any:
        return type(self)([module for _, module in items])

    def _key(self, idx: Any) -> str:
        name = str(operator.index(idx))  # there, however long the list is, but from the end
        return name if name in self._modules else super()._key(idx)

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList([*self, *other])

    def __iadd__(self, modules: Iterable[Module]) -> ModuleList:
        return self.extend(modules)

    def __repr__(self) -> str:
        runs: list[list[Any]] = []  # number of the first one, how many there are, their text
        for i, text in enumerate(map(repr, self)):
            if runs and runs[-1][2] == text:
                runs[-1][1] += 1
            else:
                runs.append([i, 1, text])
        return in_lines(
            self._get_name(),
            [f"({i}): {text}" if n == 1 else f"({i}-{i + n - 1}): {n} x {text}"
             for i, n, text in runs],
        )  # fmt: skip


class ModuleDict(Module):
    """Modules under keys, in the order in which they came; used as a dict.

    >>> import autograd_fr as ag
    >>> from autograd_fr import nn
    >>> heads = nn.ModuleDict({"mean": nn.Linear(2, 1), "sign": nn.Linear(2, 2)})
    >>> heads["sign"](ag.zeros(5, 2)).shape, list(heads)
    (torch.Size([5, 2]), ['mean', 'sign'])
    """

    def __init__(self, modules: Any = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __getitem__(self, key: str) -> Any:
        if key not in self._modules:
            raise KeyError(f"{key!r} is not among the modules {', '.join(self._modules)}")
        return self._modules[key]

    def __setitem__(self, key: str, module: Module) -> None:
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, key: str) -> bool:
        return key in self._modules

    def clear(self) -> None:
        """Have no modules any more."""
        self._modules.clear()

    def pop(self, key: str) -> Any:
        """Take a module out, and return it."""
        module = self[key]
        del self[key]
        return module

    def keys(self) -> Any:
        """The keys."""
        return self._modules.keys()

    def items(self) -> Any:
        """Pairs of key and module."""
        return self._modules.items()

    def values(self) -> Any:
        """The modules."""
        return self._modules.values()

    def update(self, modules: Any) -> None:
        """Add modules, from a mapping or from pairs of key and module."""
        for key, module in pairs("ModuleDict", modules):
            self[key] = module


def pairs(name: str, given: Any) -> list[tuple[str, Any]]:
    """What a mapping has, or pairs of key and value themselves.

    Raises TypeError for anything else, ValueError for a pair that is none.
    """
    if isinstance(given, (Mapping, ModuleDict)):
        return list(given.items())
    if not isinstance(given, Iterable):
        raise TypeError(f"{name}.update takes a mapping or pairs, got {type(given).__name__}")
    listed = list(given)
    for i, pair in enumerate(listed):
        if not isinstance(pair, (tuple, list)):
            raise TypeError(f"{name}.update: item {i} is a {type(pair).__name__}, not a pair")
        if len(pair) != 2:
            raise ValueError(f"{name}.update: item {i} has {len(pair)} parts, not key and value")
    return [(key, value) for key, value in listed]
