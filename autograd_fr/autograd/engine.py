"""The chain rule: the backward pass over recorded nodes.

This module knows no operation. A `Node` carries its operation's rules; the pass visits the nodes
newest first, which is a reverse topological order because an operation is always younger than the
values it was applied to. Nothing here recurses, however deep the graph.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable
from typing import Any

import numpy as np

from ..batching import known
from ..errors import NotBatchable
from ..kernels.sums import total
from . import memory
from . import value as values
from .checks import check_kept
from .hooked import hooked, places, posted, prepared, raw_of
from .hooks import Extras
from .memory import ndarray
from .modes import enable_grad, no_grad
from .node import Ghost, Node, Parts, Whose, ghost_of
from .record import KEPT_BYTES, part, release, standing_for
from .sums import Sum
from .value import Value, connect

_SCALARS = frozenset((np.float16, np.float32, np.float64))

_by_number = operator.attrgetter("number")

# What a node's `grad` is after a backward pass whose gradient was too large to keep.
NOT_KEPT = ghost_of(np.empty(0))

Edge = Node | Value
Gradients = dict[Edge, Any]


def propagate(
    seeds: Gradients,
    wanted: set[Edge] | None,
    retain_graph: bool,
    create_graph: bool,
    keep: bool,
    origin: int | Whose | None,
) -> Gradients:
    """Carry `seeds`, the gradients of the outputs, back through the graph.

    Returns the gradient of every leaf reached and of every node asked to retain it, or of the
    `wanted` nodes and leaves only. Ordinarily the rules compute on raw arrays; with `create_graph`
    on values, so that they are recorded too. `keep`: leave small gradients with their nodes, for
    drawings, as derivatives of the node with the number `origin`, of a leaf with 0, or of more.
    """
    flowing, found, order = dict(seeds), Gradients(), newest_first(seeds)
    useful = None if wanted is None else leading_to(wanted, order)
    if useful is not None and _all_in(useful, order):
        useful = None
    fitted = _fit_batch if known.used and _batched(order, seeds) else fit
    kept_of = origin if keep else None
    visit(order, flowing, found, wanted, useful, retain_graph, create_graph, kept_of, fitted)
    _finish(flowing, wanted, found, kept_of)
    return found


def visit(
    order: list[Node],
    flowing: Gradients,
    found: Gradients,
    wanted: set[Edge] | None,
    useful: set[Edge] | None,
    retain_graph: bool,
    create_graph: bool,
    kept_of: int | Whose | None,
    fitted: Callable[[Any, Any], Any],
) -> None:
    """Have each node of `order` take what is flowing into it, and pass it on to its parents.

    `kept_of`: whose derivatives are left with the nodes; None for none. `fitted` gives a gradient
    the shape and dtype of its argument.
    """
    masked: set[Edge] = set()  # where zeros flow that mean "not at all"
    plain = useful is None and not create_graph and fitted is fit
    ghosts: dict[int, Ghost] = {}
    pop = flowing.pop
    for node in order:
        g = pop(node, None)
        if g is None:
            continue
        if type(g) is Sum:
            g = g.array
        op, extras = node.op, node.extras
        if extras is not None or (wanted is not None and node in wanted):
            g = _noticed(node, g, wanted, found, kept_of)
        if kept_of is not None:
            node.grad, node.grad_of = g if type(g) in _SCALARS else _keepable(g), kept_of
        usual = plain and not masked and (extras is None or not extras.between)
        pull = op.pull if usual else None
        if node.released or extras is not None or memory.last_write > node.number:
            check_kept(node, useful, pull is not None)
        if pull is not None:
            pull(g, node, flowing)
        else:
            _pull_each(node, g, flowing, masked, useful, create_graph, kept_of, fitted)
        if not retain_graph:
            if not node.light and (op.reads_any or extras is not None):  # else it kept nothing
                release(node, ghosts)
            node.released = True


def _pull_each(
    node: Node,
    g: Any,
    flowing: Gradients,
    masked: set[Edge],
    useful: set[Edge] | None,
    create_graph: bool,
    kept_of: int | Whose | None,
    fitted: Callable[[Any, Any], Any],
) -> None:
    """Have the rules of a node pass `g` on to its parents, one by one, where more is to be seen to
    than in the usual case: hooks, recording, batches, or gradients that are not asked for."""
    op, args, y, params, extras = node.op, node.args, node.y, node.params, node.extras
    if extras is not None or create_graph:
        g, args, y = _prepared(node, g, create_graph, kept_of)
    clean = masked and node in masked and op.elementwise
    posts = extras is not None and extras.post_hooks
    parents, into = (places(node, useful), {}) if posts else (node.parents, flowing)
    always = create_graph or fitted is not fit
    for rule, parent, like in zip(op.rules or op.rules_for(args), parents, args):
        if parent is None or (useful is not None and parent not in useful):
            continue
        try:
            d = rule(g, y, args, params, like)
        except NotBatchable:
            d = known.by_sample(rule, (g, y, args, params, like), {})
        if clean:
            d = _cleaned(d, g)
        if always or type(d) is ndarray or type(d) is not type(like):
            if d is None:
                continue
            d = fitted(d, like)  # else a scalar for a scalar of the same type
        into[parent] = into[parent] + d if parent in into else d
    if posts:
        _add(flowing, posted(node, into, g, kept_of))
    if op.masks or (masked and node in masked):
        masked.update(p for p in node.parents if p is not None)


def _noticed(
    node: Node, g: Any, wanted: set[Edge] | None, found: Gradients, kept_of: int | Whose | None
) -> Any:
    """The gradient of a node after the hooks on its result; kept in `found` where asked for."""
    extras = node.extras
    if extras is not None:
        g = _altered(extras, kept_of, g, hooked(g, extras.tensor_hooks, node.y))
    if (wanted is not None and node in wanted) or (extras is not None and extras.retained):
        found[node] = g
    return g


def _altered(extras: Extras, kept_of: int | Whose | None, before: Any, after: Any) -> Any:
    """A gradient `after` hooks; whether they have changed it is noted, where it is kept."""
    if kept_of is not None:
        extras.altered = None if after is before else kept_of
    return after


def _finish(
    flowing: Gradients, wanted: set[Edge] | None, found: Gradients, kept_of: int | Whose | None
) -> None:
    """Keep in `found` what has arrived at leaves, after the hooks on them."""
    if wanted is None and not values.with_extras:  # the usual case
        for edge, g in flowing.items():
            found[edge] = g.array if type(g) is Sum else g
        return
    for edge, g in flowing.items():
        if wanted is None or edge in wanted:
            g = g.array if type(g) is Sum else g
            extras = getattr(edge, "_extras", None)
            if extras is not None:
                g = _altered(extras, kept_of, g, hooked(g, extras.tensor_hooks, edge))
            found[edge] = g


def _keepable(g: Any) -> Any:
    """The gradient as its node keeps it for drawings: the array where it is small."""
    if type(g) is ndarray:
        return g if g.nbytes <= KEPT_BYTES else NOT_KEPT
    raw = raw_of(g)
    small = type(raw) is not Parts and raw.nbytes <= KEPT_BYTES
    return raw if small else NOT_KEPT


def _prepared(
    node: Node, g: Any, create_graph: bool, kept_of: int | Whose | None
) -> tuple[Any, tuple[Any, ...], Any]:
    """What the rules of a node are given: the gradient after the node's hooks, and what it kept."""
    if node.extras is not None:
        arrived, g = g, prepared(node, node.extras, g)
        if kept_of is not None:
            node.extras.passed_on = None if g is arrived else kept_of
    return (g, *kept(node, create_graph))


def kept(node: Node, create_graph: bool) -> tuple[tuple[Any, ...], Any]:
    """What a node kept for rules: its arguments and its result, with `create_graph` as values."""
    args, y = node.args, node.y
    if node.extras is not None and node.extras.packed is not None:
        with enable_grad() if create_graph else no_grad():
            args, y = node.extras.packed()
    return as_values(node, node.parents, args, y) if create_graph else (args, y)


def _add(flowing: Gradients, more: Iterable[tuple[Edge, Any]]) -> None:
    for edge, d in more:
        flowing[edge] = flowing[edge] + d if edge in flowing else d


def newest_first(roots: Iterable[Edge], without: Collection[Edge] = ()) -> list[Node]:
    """Every node that `roots` depend on: each once, and before all the nodes it was made from.

    `roots`: all different. `without`: nodes that do not count, nor what leads only to them.
    """
    nodes = [root for root in roots if type(root) is Node and root not in without]
    seen: set[Edge] = set(nodes)
    seen.update(without)
    for node in nodes:  # grows while it is walked
        left, right = node.left, node.right
        if type(left) is Node and left not in seen:
            seen.add(left)
            nodes.append(left)
        elif type(left) is tuple:
            for parent in left:
                if type(parent) is Node and parent not in seen:
                    seen.add(parent)
                    nodes.append(parent)
        if type(right) is Node and right not in seen:
            seen.add(right)
            nodes.append(right)
    nodes.sort(key=_by_number, reverse=True)
    return nodes


def leading_to(wanted: set[Edge], order: list[Node]) -> set[Edge]:
    """The nodes of `order` (newest first) through which a wanted node or leaf is reached."""
    useful = set(wanted)
    for node in reversed(order):
        if not useful.isdisjoint(node.parents):
            useful.add(node)
    return useful


def _all_in(useful: set[Edge], order: list[Node]) -> bool:
    """Whether nothing is reached but what is useful."""
    within = {None, *useful}
    return all(within.issuperset(node.parents) for node in order)


def fit(g: Any, like: Any) -> Any:
    """`g` summed over the axes along which an argument shaped as `like` was broadcast."""
    if like is None:  # the gradients of several results, for the node that made them all
        return g
    shape = like.shape
    if g.shape != shape:
        lead = g.ndim - len(shape)
        if lead == 1 and g.shape[1:] == shape:  # such as of a bias, by far the most frequent
            g = total(g, (0,))
            return g if g.dtype == like.dtype else g.astype(like.dtype)
        axes = tuple(range(lead)) + tuple(
            lead + i for i, n in enumerate(shape) if n == 1 and g.shape[lead + i] != 1
        )
        if axes:
            g = total(g, axes, True)
        g = g.reshape(shape)
    if g.dtype != like.dtype:
        g = g.astype(like.dtype)
    return g if type(g) is not ndarray or g.ndim else g[()]


def _batched(order: list[Node], seeds: Gradients) -> bool:
    """Whether gradients of batches may flow in a pass."""
    return any(map(known.levels_of, map(raw_of, seeds.values()))) or any(
        known.levels_of(node.y) or "level" in node.params for node in order
    )


def _fit_batch(g: Any, like: Any) -> Any:
    """`fit` for batches: besides, the samples of batches that ended are summed for what is none."""
    if like is None:
        return g
    ended = [level for level in known.levels_of(g) if not level.active]
    if ended:
        own = known.levels_of(like)
        ended = [level for level in ended if level not in own]
    return fit(known.total(g, tuple(ended)) if ended else g, like)


def _cleaned(d: Any, g: Any) -> Any:
    """`d`, a multiple of `g` entry by entry, without the nan of 0 times inf where `g` is 0."""
    raw = raw_of(d)
    if not known.anywhere(np.isnan(raw)):
        return d
    return np.where(raw_of(g) == 0, raw.dtype.type(0), d)


def as_values(
    node: Node, parents: tuple[Any, ...], args: tuple[Any, ...], y: Any
) -> tuple[tuple[Any, ...], Any]:
    """What a node saved as values in the graph, for rules to be recorded."""
    args = tuple(
        arg
        if parent is None or arg is None or isinstance(arg, Ghost)
        else standing_for(arg, parent)
        for parent, arg in zip(parents, args, strict=True)
    )
    if type(y) is tuple:
        return args, tuple(part(node, k, y[k]) for k in range(len(y)))
    return args, y if isinstance(y, Ghost) else connect(y, node)
