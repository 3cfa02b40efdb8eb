"""The exercises by name, and their table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib import import_module

from ...messages.suggestions import meant
from .cards import framed
from .exercise import Exercise
from .task import STARS

# The files of the catalogue, in the order of the table.
FILES = (
    "rules_arithmetic", "rules_activations", "rules_losses", "rules_layers", "layers", "steps",
    "engine", "bugs",
)  # fmt: skip


class Exercises(Sequence[Exercise]):
    """The exercises in order, which show themselves as a table."""

    def __init__(self, listed: Sequence[Exercise]) -> None:
        self._listed = list(listed)

    def __getitem__(self, k: int) -> Exercise:  # type: ignore[override]
        return self._listed[k]

    def __len__(self) -> int:
        return len(self._listed)

    def __str__(self) -> str:
        wide = max(len(e.name) for e in self)
        return "\n".join(
            f"{e.name:<{wide}}  {e.kind:<6}  {STARS[e.level]}  {e.brief}" for e in self
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td><code>{escape(e.name)}</code></td><td>{escape(e.brief)}</td>"
            f"<td>{e.kind}</td><td>{STARS[e.level]}</td></tr>"
            for e in self
        )
        head = '<th>name</th><th class="wide">what is asked</th><th>kind</th><th>level</th>'
        return framed(f"<table><tr>{head}</tr>{rows}</table>")


def exercises() -> Exercises:
    """All exercises: name, what is asked, kind and level, in a table that shows itself.

    >>> from autograd_fr import teaching
    >>> for e in teaching.exercises()[:3]:
    ...     print(e.name, e.kind, e.level)
    add.backward rule 2
    mul.backward rule 1
    matmul.backward rule 2
    """
    files = (import_module(f"{__package__}.catalogue.{name}") for name in FILES)
    return Exercises([e for file in files for e in vars(file).values() if isinstance(e, Exercise)])


def exercise(name: str) -> Exercise:
    """The exercise of this name; printed, or at the end of a cell, it shows its task.

    It remembers the hints that it has given. Raises KeyError, with the nearest names, where there
    is none.

    >>> from autograd_fr import teaching
    >>> e = teaching.exercise("relu.backward")
    >>> print(e.asks)
    Pull the gradient of y = relu(x) back to x; at x = 0 take 0.
    >>> @e
    ... def backward(x, grad):
    ...     return grad * (x > 0)
    relu.backward: all 4 samples pass
    """
    known = {e.name: e for e in exercises()}
    if name in known:
        return known[name]
    found = meant(str(name), known)
    topics = {str(name).partition(".")[0], (found or "").partition(".")[0]}
    near = [k for k in known if k == found or k.partition(".")[0] in topics] or list(known)
    raise Unknown(f"there is no exercise {name!r}; near it: {', '.join(near)}")


class Unknown(KeyError):
    """A name that no exercise has; its text is shown as it is."""

    def __str__(self) -> str:
        return str(self.args[0])
