"""Paths and what they bring: as data, as a table of text, as a table in a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import log10
from typing import Any, overload

import numpy as np

from ..graph.text import number

LONGEST = 6  # operations written out between two names, and names of a path
LARGEST = 10**9  # number of paths written out
BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class GradPath:
    """One way from the root back to a tensor.

    `variables`: the names along it, the root first; `operations`: what lies between them.
    `contribution`: the product of the local derivatives along it, an array shaped as the tensor,
    or a number. `share`: its part of the gradient, as c·g / g·g; None where the gradient is 0.

    `named`: which of the variables have a name of their own; `places`: where an operation took one
    variable several times, which of its arguments the path goes through, else None.
    """

    variables: tuple[str, ...]
    operations: tuple[str, ...]
    contribution: Any
    share: float | None
    named: tuple[bool, ...]
    places: tuple[int | None, ...]

    def __str__(self) -> str:
        """The variables that have names of their own, and between them the operations."""
        found, between = [self.variables[0]], list[str]()
        steps = zip(self.variables[1:], self.operations, self.places, self.named[1:])
        for n, (variable, operation, place, named) in enumerate(steps, 2):
            at = "" if place is None else str(place + 1).translate(BELOW)
            between.append(operation + at)
            if named or n == len(self.variables):
                found.append(f"{_cut(between, ' · ')} ← {variable}")
                between = []
        return _cut(found, " ← ")


def _cut(names: list[str], sign: str, longest: int = LONGEST) -> str:
    """Names in a row, without the middle of a long one."""
    if len(names) > longest + 1:
        half = longest // 2
        names = [*names[:half], f"… {len(names) - 2 * half} more …", *names[-half:]]
    return sign.join(names)


class GradPaths(Sequence[GradPath]):
    """The paths with the largest contributions, and what all others bring together.

    `gradient` is the sum of the contributions and of `rest`, what the paths not listed bring;
    `n_paths` is the number of all paths. `exact`: whether those listed are certainly the largest.
    `title` and `derivative` name the gradient, in text and in LaTeX; `remarks` say what is left
    out.
    """

    def __init__(
        self,
        title: str,
        derivative: str,
        paths: Sequence[GradPath],
        gradient: Any,
        rest: Any,
        n_paths: int,
        exact: bool,
        remarks: Sequence[str] = (),
    ) -> None:
        self.title, self.derivative, self.gradient, self.rest = title, derivative, gradient, rest
        self.n_paths, self.exact = n_paths, exact
        self._paths, self.remarks = tuple(paths), tuple(remarks)

    @overload
    def __getitem__(self, k: int) -> GradPath: ...
    @overload
    def __getitem__(self, k: slice) -> tuple[GradPath, ...]: ...
    def __getitem__(self, k: Any) -> Any:
        return self._paths[k]

    def __len__(self) -> int:
        return len(self._paths)

    @property
    def rest_share(self) -> float | None:
        """The part of the gradient that the paths not listed bring together."""
        return share(self.rest, self.gradient)

    def __repr__(self) -> str:
        return "\n".join([self.text, *self.remarks])

    @property
    def text(self) -> str:
        """The table without the remarks."""
        rows = list(self._rows())
        widths = [max(len(row[i]) for row in rows) for i in range(2)]
        lines = [f"  {a:>{widths[0]}}  {b:>{widths[1]}}  {c}" for a, b, c in rows]
        return "\n".join([self._caption(), *lines])

    def _repr_html_(self) -> str:
        left, right = (f' style="text-align: {side}"' for side in ("left", "right"))
        head = f"<tr><th{right}>contribution</th><th{right}>share</th><th{left}>path</th></tr>"
        rows = [
            f"<tr><td{right}>{escape(a)}</td><td{right}>{escape(b)}</td><td{left}>{escape(c)}</td></tr>"
            for a, b, c in self._rows()
        ]
        rows += [f'<tr><td colspan="3"{left}>{escape(words)}</td></tr>' for words in self.remarks]
        return "\n".join(
            ["<table>", f"<caption>{escape(self._caption())}</caption>", head, *rows, "</table>"]
        )

    def _caption(self) -> str:
        plural = "path" if self.n_paths == 1 else "paths"
        return f"{self.title} = {_shown(self.gradient)} over {counted(self.n_paths)} {plural}"

    def _rows(self) -> Iterator[tuple[str, str, str]]:
        """What each path brings, its share, and where it goes."""
        told = list(map(str, self))
        if len(set(told)) < len(told):  # operations do not tell them apart, other names may
            told = [_cut(list(path.variables), " ← ", 2 * LONGEST) for path in self]
        for path, text in zip(self, told):
            yield _shown(path.contribution), _percent(path.share), text
        if left := self.n_paths - len(self):
            kind = "other" if left == 1 else "others"
            doubt = "" if self.exact else ", some perhaps larger than these"
            yield _shown(self.rest), _percent(self.rest_share), f"{counted(left)} {kind}{doubt}"


def share(part: Any, whole: Any) -> float | None:
    """The part c of a gradient g, c·g / g·g; None where there is none."""
    square = float(np.vdot(whole, whole))
    found = float(np.vdot(part, whole)) / square if square else None
    return found if found is not None and np.isfinite(found) else None


def counted(n: int) -> str:
    """A number of paths, which may be larger than anything that can be written.

    >>> counted(1048576), counted(2**20000)
    ('1048576', 'about 10^6020')
    """
    return str(n) if n < LARGEST else f"about 10^{int(n.bit_length() * log10(2))}"


def _shown(x: Any) -> str:
    if not getattr(x, "shape", ()):
        return number(float(x))
    return f"{tuple(x.shape)}, norm {number(float(np.linalg.norm(np.ravel(x))))}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.3g} %"
