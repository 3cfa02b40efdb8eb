"""Nests of tuples, lists and dictionaries, taken apart into their leaves and put together again."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

Structure = Callable[[Sequence[Any]], Any]  # from leaves, in order, to the nest


def flatten(tree: Any, is_leaf: Callable[[Any], bool] | None = None) -> tuple[list[Any], Structure]:
    """The leaves of a nest in order, and the function that puts others in their places.

    Named tuples stay what they are; whatever is no tuple, list or dictionary is a leaf, and what
    `is_leaf` says is one.

    >>> leaves, again = flatten({"w": 1, "rest": (2, [3])})
    >>> leaves
    [1, 2, 3]
    >>> again([10, 20, 30])
    {'w': 10, 'rest': (20, [30])}
    """
    if is_leaf is not None and is_leaf(tree):
        return [tree], lambda leaves: leaves[0]
    if isinstance(tree, dict):
        parts, put = list(tree.values()), _dictionary(tree)
    elif isinstance(tree, (tuple, list)):
        parts, put = list(tree), _sequence(tree)
    else:
        return [tree], lambda leaves: leaves[0]
    flat = [flatten(part, is_leaf) for part in parts]
    leaves = [leaf for part, _ in flat for leaf in part]

    def together(given: Sequence[Any]) -> Any:
        made, start = [], 0
        for part, again in flat:
            made.append(again(given[start : start + len(part)]))
            start += len(part)
        return put(made)

    return leaves, together


def tree_map(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """`function` of every leaf of a nest, and of those in the same places of the others.

    >>> tree_map(lambda a, b: a + b, (1, [2]), (10, [20]))
    (11, [22])
    """
    leaves, again = flatten(tree)
    return again([function(*same) for same in zip(leaves, *(flatten(o)[0] for o in others))])


def aligned(tree: Any, like: Any) -> list[Any] | None:
    """The leaves of a nest in the order of those of another; None where the nests differ.

    >>> aligned({"b": 1, "w": [2]}, {"w": [0], "b": 0})
    [2, 1]
    >>> aligned((1, 2), [0, 0]) is None
    True
    """
    kind = _kind(like)
    if kind is not _kind(tree):
        return None
    if kind is None:
        return [tree]
    if len(tree) != len(like) or (kind is dict and tree.keys() != like.keys()):
        return None
    keys = like if kind is dict else range(len(like))
    parts = [aligned(tree[key], like[key]) for key in keys]
    return None if None in parts else [leaf for part in parts if part for leaf in part]


def paths(tree: Any, is_leaf: Callable[[Any], bool] | None = None) -> list[str]:
    """How each leaf of a nest is reached, as Python writes it; `is_leaf`: as for `flatten`.

    >>> paths({"w": 1, "rest": (2, [3])})
    ["['w']", "['rest'][0]", "['rest'][1][0]"]
    """
    if _kind(tree) is None or (is_leaf is not None and is_leaf(tree)):
        return [""]
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    return [f"[{key!r}]{rest}" for key, part in items for rest in paths(part, is_leaf)]


def _kind(tree: Any) -> type | None:
    """Which sort of nest this is; None for a leaf."""
    return next((kind for kind in (dict, tuple, list) if isinstance(tree, kind)), None)


def _dictionary(tree: dict[Any, Any]) -> Structure:
    def again(parts: Sequence[Any]) -> Any:
        made = copy.copy(tree)  # of its own class, such as an OrderedDict
        made.update(zip(tree, parts))
        return made

    return again


def _sequence(tree: tuple[Any, ...] | list[Any]) -> Structure:
    if hasattr(tree, "_fields"):
        return lambda parts: type(tree)(*parts)
    return type(tree)
