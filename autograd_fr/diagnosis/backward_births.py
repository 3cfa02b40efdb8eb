"""Watching a backward pass for the first derivative that is not finite, and the report of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..autograd.hooked import raw_of
from ..autograd.node import Ghost, Node, Parts
from ..autograd.watching import Pass
from .births import BACKWARD, OUTSIDE, Birth
from .feeding import is_entrywise, one_hot, operands, ruled
from .flat import flat, index_of, lengths, not_finite, spread
from .provenance import Call

if TYPE_CHECKING:
    from .debug import Session

MANY = 1000  # entries of a result that are tried one after the other


class BackwardWatch(Pass):
    """Follows what is not finite from the rule that made it to where the pass arrives."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._reaching: dict[Any, Birth] = {}  # by node or leaf: what its gradient suffers from

    def after(self, node: Node, computed: tuple[Any, ...], grads: tuple[Any, ...]) -> None:
        ds = [None if d is None else raw_of(d) for d in computed]
        if not any(map(_bad, ds)):
            return
        birth = self._reaching.get(node)
        if birth is None:
            g = tuple(None if d is None else raw_of(d) for d in grads)
            birth = _arrived(node, g) if any(map(_bad, g)) else self._born(node, ds, g)
        if self._session.eager:
            self._session.report(birth)
        for parent, d in zip(node.parents, ds):
            if _bad(d):
                self._reaching.setdefault(_whole(parent), birth)

    def arrived(self, found: Mapping[Any, Any]) -> None:
        for edge, g in found.items():
            d = raw_of(g)
            if _bad(d):
                birth = self._reaching.get(_whole(edge))
                self._session.report(_arrived(edge, (d,)) if birth is None else birth)

    def _born(self, node: Node, ds: list[Any], grads: tuple[Any, ...]) -> Birth:
        k = next(k for k, d in enumerate(ds) if _bad(d))
        g = Parts(grads) if isinstance(node.y, tuple) else grads[0]
        return birth_at(self._call(node), k, ds[k], g)

    def _call(self, node: Node) -> Call:
        """The operation with all that is still known of what it was given."""
        from .debug import makers

        args, y = node.args, node.y
        names: tuple[str | None, ...] = (None,) * len(args)
        if node.extras is not None and node.extras.packed is not None:
            args, y = node.extras.packed()
        known = self._session.known.get(node)
        if known is not None:
            names = known.names
            args = tuple(k if isinstance(x, Ghost) else x for x, k in zip(args, known.args))
        return Call(node.op, node.params, args, y, node.line, names, makers(node, len(args)))


def birth_at(call: Call, k: int, d: Any, g: Any) -> Birth:
    """The report of a call whose rules made of the finite `g` the derivative `d` of argument `k`.

    Where single entries of the result and the derivative belong together, it tells what happened
    there: the incoming gradient, times the local derivative.
    """
    bad = not_finite(d)
    facts: dict[str, Any] = {
        "op": call.op.name, "direction": BACKWARD, "line": call.line,
        "count": int(bad.sum()), "size": flat(d).size, "dtype": d.dtype,
    }  # fmt: skip
    j = int(np.argmax(bad))
    facts |= {"index": index_of(j, d), "value": float(flat(d)[j])}
    entry = _responsible(call, k, d, j, g)
    if entry is None:
        return Birth(**facts)
    y = None if isinstance(call.y, Ghost) else flat(call.y)[entry]
    gradient = spread(g, call.y)[entry]
    return Birth(**facts, inputs=operands(call, entry), y=y, gradient=gradient)


def _responsible(call: Call, k: int, d: Any, j: int, g: Any) -> int | None:
    """The entry of the result through which entry `j` of `d` became what it is, if one can tell."""
    if isinstance(g, Parts):
        return None
    if is_entrywise(call.op):
        if lengths(d) == lengths(call.y):
            return j
        raw = ruled(call, g, k)
        bad = not_finite(raw)
        return int(np.argmax(bad)) if bad.any() and lengths(raw) == lengths(call.y) else None
    numbers = spread(g, call.y)
    if numbers.size > MANY:
        return None
    for entry, number in enumerate(numbers):
        found = ruled(call, one_hot(call.y, entry) * number, k)
        if lengths(found) == lengths(d) and not_finite(found)[j]:
            return entry
    return None


def _arrived(edge: Any, grads: tuple[Any, ...]) -> Birth:
    """The report of a gradient that no rule made: given, returned by a hook, or a sum."""
    d = next(d for d in grads if _bad(d))
    bad = not_finite(d)
    j = int(np.argmax(bad))
    node = edge if isinstance(edge, Node) else None
    what = "the gradient of a leaf" if node is None else f"the gradient of what {node.op.name} made"
    return Birth(
        op="backward", direction=OUTSIDE, value=float(flat(d)[j]),
        index=index_of(j, d),
        line=None if node is None else node.line, count=int(bad.sum()), size=flat(d).size,
        name=f"{what} (given to backward(), returned by a hook, or a sum that overflowed)",
    )  # fmt: skip


def _bad(d: Any) -> bool:
    if isinstance(d, tuple):
        return any(map(_bad, d))
    return bool(not_finite(d).any())


def _whole(edge: Any) -> Any:
    return edge.whole if isinstance(edge, Node) else edge
