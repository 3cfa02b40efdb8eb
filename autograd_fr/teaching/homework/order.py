"""The order in which gradients go back through a graph that is given by parents."""

from __future__ import annotations

from typing import Any


def backward_order(parents: dict[str, Any], output: str) -> list[str]:
    """The nodes that lead to `output`, each after all that it is used for."""
    uses = {output: 0}
    found = [output]
    for node in found:  # grows while it is walked
        for parent in parents.get(node, ()):
            if parent not in uses:
                found.append(parent)
            uses[parent] = uses.get(parent, 0) + 1
    order = [output]
    for node in order:
        for parent in parents.get(node, ()):
            uses[parent] -= 1
            if not uses[parent]:
                order.append(parent)
    return order
