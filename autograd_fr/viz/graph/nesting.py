"""How the module calls of a graph lie in each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .model import Graph

Chains = Mapping[int | None, tuple[int, ...]]


def chains(graph: Graph) -> Chains:
    """For each scope those from the outermost to it; nothing for what lies in none."""
    found: dict[int | None, tuple[int, ...]] = {None: ()}
    for scope in graph.scopes:  # each after its parent
        found[scope.number] = (*found[scope.parent], scope.number)
    return found


def common(chains: Chains, scopes: Iterable[int | None]) -> int | None:
    """The innermost scope that all of these lie in, or are."""
    shared = None
    for level in zip(*(chains[scope] for scope in dict.fromkeys(scopes))):
        if len(set(level)) > 1:
            break
        shared = level[0]
    return shared
