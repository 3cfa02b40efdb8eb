"""A recorded graph evaluated again, with other values: what if?"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from ..autograd.value import Value
from .decisions import check_decisions
from .evaluation import values_at
from .places import Places, given_at


def replay(root: Any, values: Mapping[Any, Any] | None = None, *, force: bool = False) -> Any:
    """`root` as its recorded operations compute it with other `values`: f(w') for f(w).

    `root`: a tensor, or several for a tuple of results. `values` has numbers, arrays or tensors for
    tensors of the graph, or for their names; each of the shape it was recorded for. What stands for
    an intermediate result hides what that was computed from. Leaves left out have their present
    values, and random numbers (dropout) are those drawn before.

    The result is recorded where that is on: tensors given here, and the leaves that stay, can be
    differentiated with respect to. It works after `backward()` too.

    A graph holds the operations that ran, not the program. Where the program has looked at a value
    before `root` was computed (`if x > 0`, `x.item()`, `x.argmax()`, `x.detach()`, `sort(x)`, any
    operation under `no_grad()`), that is looked at again; GraphError is raised where something else
    is found now, or where that cannot be known, as after a backward pass: its gradients may have
    decided. `force` goes on nevertheless, and what was computed under `no_grad()` is then constant,
    gradients too. Printing a tensor, or formatting it, does no harm.

    Raises ShapeError for another shape, GraphError for a tensor that is not in the graph, and for a
    constant that is gone (see `graphs.keep`).

    >>> import autograd_fr as ag
    >>> u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
    >>> f = (u + v) * w
    >>> ag.replay(f, {w: 3.0}).item(), ag.replay(f, {"u": 0, "v": 1}).item()
    (15.0, 4.0)
    """
    several = isinstance(root, (list, tuple))
    places = Places(root if several else (root,), sys._getframe(1))
    given = given_at(places, {} if values is None else values)
    if not force:
        check_decisions(places, given)
    results = values_of(places, given)
    return tuple(results) if several else results[0]


def values_of(places: Places, given: Mapping[Any, Value]) -> list[Any]:
    """The values of the roots, where `given` is so."""
    found = values_at(places.roots, given)
    return [found[root] for root in places.roots]
