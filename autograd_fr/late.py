"""What is loaded at first use: a program pays at its start for the modules that it needs.

A package has a table of homes, `{"older": "svd qr"}`: which of its modules has which late names;
the home "" is that of names which are modules themselves. Its `__getattr__`, which Python asks for
what is not there, goes to `found`; a class has late methods by `late`. Both put what they find
into its place, so that only the first who asks waits. Two threads may be the first together.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def by_name(homes: Mapping[str, str]) -> dict[str, str]:
    """The home of every name.

    >>> by_name({"older": "svd qr"})
    {'svd': 'older', 'qr': 'older'}
    """
    return {name: home for home, names in homes.items() for name in names.split()}


def found(
    package: str,
    homes: Mapping[str, str],
    name: str,
    finish: Callable[[str, Any], Any] = lambda name, there: there,
) -> Any:
    """The late `name` of a package, which has it from now on; `homes`: see `by_name`.

    `finish(name, there)` gives what the package has for what is `there` in the home. Raises
    AttributeError, with the name that was meant, where the package has no such name.
    """
    if name not in homes:
        from .messages.suggestions import missing_from

        return missing_from(package, homes)(name)
    home = homes[name]
    module = import_module(f"{package}.{home or name}")
    made = finish(name, getattr(module, name)) if home else module
    return vars(sys.modules[package]).setdefault(name, made)


class _Late:
    """The place of a method that is made when it is first asked for."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self.owner, self.name = owner, name

    def __get__(self, instance: Any, owner: type) -> Any:
        made = self.make()
        setattr(self.owner, self.name, made)
        return made.__get__(instance, owner)


def late(make: Callable[[], Any]) -> Any:
    """In the body of a class: the function that `make` gives when it is first asked for."""
    return _Late(make)
