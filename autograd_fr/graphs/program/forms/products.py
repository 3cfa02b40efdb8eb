"""Forms of matrix products."""

from __future__ import annotations

import string

from ..call import Call
from .form import Form

LETTERS = string.ascii_lowercase


def _ndims(c: Call) -> tuple[int, int]:
    return len(c.like(0).shape), len(c.like(1).shape)


def _turned(matrix: str, ndim: int) -> str:
    return f"{matrix}.T" if ndim == 2 else f"{matrix}.mT"


def _of_left(c: Call) -> str:
    m, n = _ndims(c)
    if n == 1:
        return c.fill("{g} * {b}" if m == 1 else "np.outer({g}, {b})" if m == 2
                      else "{g}[..., None] * {b}")  # fmt: skip
    if m == 1:
        return c.fill("{b} @ {g}") if n == 2 else c.fill("({b} @ {g}[..., None])[..., 0]")
    return f"{c.g} @ {_turned(c.args[1], n)}"


def _of_right(c: Call) -> str:
    m, n = _ndims(c)
    if m == 1:
        return c.fill("{g} * {a}" if n == 1 else "np.outer({a}, {g})" if n == 2
                      else "{a}[:, None] * {g}[..., None, :]")  # fmt: skip
    if n == 1:
        return c.fill("{a}.T @ {g}" if m == 2 else "{a} * {g}[..., None]")
    if n == 2 and m > 2:
        return f"{_rows(c, 0)}.T @ {_rows_of_g(c)}"
    return f"{_turned(c.args[0], m)} @ {c.g}"


def _rows(c: Call, k: int) -> str:
    """An argument as one matrix, whatever axes count its rows."""
    return f"{c.args[k]}.reshape(-1, {c.like(k).shape[-1]})"


def _rows_of_g(c: Call) -> str:
    return f"{c.g}.reshape(-1, {c.result.shape[-1]})"


def _linear(c: Call) -> str:
    absent = len(c.args) < 3 or c.args[2] == "None"
    return c.fill("{x} @ {weight}.T" if absent else "{x} @ {weight}.T + {bias}")


def _of_weight(c: Call) -> str | None:
    ndim = len(c.like(0).shape)
    if ndim == 1:
        return c.fill("np.outer({g}, {x})")
    if 0 in c.like(0).shape or 0 in c.result.shape:
        return None
    return c.fill("{g}.T @ {x}") if ndim == 2 else f"{_rows_of_g(c)}.T @ {_rows(c, 0)}"


def _letters(labels: tuple[int, ...]) -> str:
    return "".join(LETTERS[i] for i in labels)


def _contraction(c: Call) -> str | None:
    labels, result = c.params["labels"], c.params["result"]
    if not _plain(c):
        return None
    terms = ",".join(map(_letters, labels))
    return f"np.einsum('{terms}->{_letters(result)}', {', '.join(c.args)})"


def _plain(c: Call) -> bool:
    """Whether every label of every argument is once in it, and everywhere of one length."""
    lengths: dict[int, int] = {}
    for k, own in enumerate(c.params["labels"]):
        if len(set(own)) < len(own) or max(own, default=0) >= len(LETTERS):
            return False
        for label, n in zip(own, c.like(k).shape):
            if lengths.setdefault(label, n) != n or not n:
                return False
    return True


def _of_factor(c: Call) -> str | None:
    if not _plain(c):
        return None
    own = c.params["labels"][c.k]
    others = [j for j in range(len(c.args)) if j != c.k]
    given = [c.params["result"], *(c.params["labels"][j] for j in others)]
    terms, factors = ",".join(map(_letters, given)), [c.g, *(c.args[j] for j in others)]
    known = tuple(label for label in own if any(label in labels for labels in given))
    product = f"np.einsum('{terms}->{_letters(known)}', {', '.join(factors)})"
    if known == own:
        return product
    spread = ", ".join(":" if label in known else "None" for label in own)
    return f"np.broadcast_to({product}[{spread}], {c.like(c.k).shape})"


PRODUCTS = {
    "matmul": Form("{a} @ {b}", a=_of_left, b=_of_right),
    "linear": Form(_linear, x="{g} @ {weight}", weight=_of_weight, bias="{g}"),
    "contraction": Form(_contraction, tensors=_of_factor),
}
