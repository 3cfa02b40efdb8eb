"""Nests of tuples, lists and dictionaries, taken apart into their leaves and put together again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Structure = Callable[[Sequence[Any]], Any]  # from leaves, in order, to the nest


def flatten(tree: Any) -> tuple[list[Any], Structure]:
    """The leaves of a nest in order, and the function that puts others in their places.

    Named tuples stay what they are; whatever is no tuple, list or dictionary is a leaf.

    >>> leaves, again = flatten({"w": 1, "rest": (2, [3])})
    >>> leaves
    [1, 2, 3]
    >>> again([10, 20, 30])
    {'w': 10, 'rest': (20, [30])}
    """
    if isinstance(tree, dict):
        parts, put = list(tree.values()), _dictionary(tree)
    elif isinstance(tree, (tuple, list)):
        parts, put = list(tree), _sequence(tree)
    else:
        return [tree], lambda leaves: leaves[0]
    flat = [flatten(part) for part in parts]
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


def _dictionary(tree: dict[Any, Any]) -> Structure:
    return lambda parts: dict(zip(tree, parts))


def _sequence(tree: tuple[Any, ...] | list[Any]) -> Structure:
    if hasattr(tree, "_fields"):
        return lambda parts: type(tree)(*parts)
    return type(tree)
