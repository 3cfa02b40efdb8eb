"""What an entry of a result was made of, and how it moves with that: the local derivative."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..autograd.engine import fit
from ..autograd.node import Parts
from ..autograd.op import PUBLIC_NAMES
from ..batching.known import ARRAYS, entries, levels_of
from .flat import index_of, lengths, refilled, spread
from .provenance import Call

Index = tuple[int | slice, ...]
ENTRYWISE = ".ops.elementwise."


@dataclass(frozen=True, eq=False)
class Operand:
    """The entries of one argument that an entry of a result was made of.

    `index`: where they are in the argument. `derivative`: of the entry of the result with respect
    to them; None where there is none. `name`: what the program calls the argument.
    """

    argument: str
    name: str | None
    index: Index
    value: Any
    derivative: Any
    maker: str | None

    @property
    def single(self) -> bool:
        """Whether this is one entry."""
        return not np.ndim(self.value)


def is_entrywise(op: Any) -> bool:
    """Whether every entry of the result is made of one entry of each argument."""
    return bool(op.elementwise) or ENTRYWISE in getattr(
        getattr(op, "forward", None), "__module__", ""
    )


def argument_name(op: Any, k: int) -> str:
    """What the operation itself calls its `k`-th argument."""
    name = op.arguments[0 if op.variadic else k]
    return f"{PUBLIC_NAMES.get(name, name)}[{k}]" if op.variadic else PUBLIC_NAMES.get(name, name)


def operands(call: Call, entry: int, k: int | None = None) -> tuple[Operand, ...]:
    """What the entry, of the `k`-th result, was made of."""
    y = call.y if k is None else call.y[k]
    index = index_of(entry, y)
    ds = derivatives(call, one_hot(call.y, entry, k))
    found = []
    for i, (x, d) in enumerate(zip(call.args, ds)):
        at = _place(call.op, x, d, y, index)
        if at is not None:
            value = np.asarray(entries(x))[at]
            local = None if d is None else spread(d, x).reshape(lengths(x))[at]
            name = argument_name(call.op, i)
            found.append(Operand(name, call.names[i], at, value, local, call.makers[i]))
    return tuple(found)


def one_hot(y: Any, entry: int, k: int | None = None) -> Any:
    """A gradient that is 1 at one entry, of the `k`-th of several results, and 0 elsewhere."""
    if k is not None:
        return Parts(one_hot(part, entry) if i == k else None for i, part in enumerate(y))
    g = np.zeros(math.prod(lengths(y)), y.dtype)
    g[entry] = 1
    return refilled(y, g)


def derivatives(call: Call, g: Any) -> list[Any]:
    """What the rules of the operation make of `g`, per argument; None where there is no rule."""
    return [
        None if getattr(x, "dtype", None) is None or x.dtype.kind != "f"
        or (d := ruled(call, g, k)) is None
        else fit(d, x)
        for k, x in enumerate(call.args)
    ]  # fmt: skip


def ruled(call: Call, g: Any, k: int) -> Any:
    """The same for argument `k`, before it is summed to its shape; None if there is no answer."""
    if not hasattr(call.op, "forward"):  # a Function: its backward is asked once per pass
        return None
    with np.errstate(all="ignore"):
        try:
            rule = call.op.rules_for(call.args)[k]
            return rule(g, call.y, call.args, call.params, call.args[k])
        except Exception:  # what it reads is gone
            return None


def _place(op: Any, x: Any, d: Any, y: Any, index: Index) -> Index | None:
    """Where in the argument `x` the entries are that the one of `y` was made of, if any."""
    shape = np.shape(x)
    if x is None or not isinstance(x, (int, float, np.generic, *ARRAYS)):
        return None
    if is_entrywise(op):
        samples = dict(zip(levels_of(y), index))
        tail = index[len(index) - len(shape) :]
        own = tuple(0 if n == 1 else i for i, n in zip(tail, shape))
        return (*(samples[level] for level in levels_of(x)), *own)
    if d is None:
        return None
    local = spread(d, x).reshape(lengths(x))
    moving = (local != 0) | np.isnan(local)
    return box(moving) if moving.any() else None


def box(chosen: Any) -> Index:
    """The smallest part of an array that holds all entries that are `chosen`."""
    index: list[int | slice] = []
    for places, n in zip(chosen.nonzero(), chosen.shape):
        low, high = int(places.min()), int(places.max()) + 1
        whole = (low, high) == (0, n) and n > 1
        index.append(slice(None) if whole else low if high == low + 1 else slice(low, high))
    return tuple(index)
