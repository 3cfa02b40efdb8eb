"""Identifiers for a program: the user's own names where Python takes them, each used once."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from itertools import count

# What the program itself calls by name.
OWN = ("np", "math", "forward", "backward", "cache", "check")


def identifier(name: str) -> str:
    """`name` with what no identifier can have replaced, as `net.0.weight` is by `net_0_weight`.

    >>> [identifier(name) for name in ("W1", "net.0.weight", "ws[0]", "d['k']", "größe", "in")]
    ['W1', 'net_0_weight', 'ws_0', 'd_k', 'größe', 'in_']
    """
    plain = name if name.isidentifier() else re.sub(r"\W+", "_", name).strip("_") or "v"
    if plain[0].isdigit():
        plain = f"v{plain}"
    return f"{plain}_" if keyword.iskeyword(plain) else plain


class Identifiers:
    """The identifiers that are taken."""

    def __init__(self) -> None:
        self._taken = set(OWN)
        self._temporary: dict[str, str] = {}

    def take(self, name: str) -> str:
        """An identifier for `name`: itself, or with a number where that is taken."""
        plain = identifier(name)
        free = next(n for n in _numbered(plain) if n not in self._taken)
        self._taken.add(free)
        return free

    def temporary(self, name: str) -> str:
        """The same identifier for the same `name` every time, and no variable's."""
        if name not in self._temporary:
            self._temporary[name] = self.take(name)
        return self._temporary[name]

    def take_all(self, stem: str, n: int) -> Iterable[str]:
        """`n` identifiers that begin with `stem`: that alone for one, numbered for several."""
        if n == 1 and stem != "t" and stem not in self._taken:
            return [self.take(stem)]
        numbers = (f"{stem}{i}" for i in count(1))
        return [self.take(next(m for m in numbers if m not in self._taken)) for _ in range(n)]


def _numbered(name: str) -> Iterable[str]:
    yield name
    yield from (f"{name}_{i}" for i in count(2))
