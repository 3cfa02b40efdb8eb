"""What stays of large arrays in a graph, and how a long graph of them comes to its end."""

from __future__ import annotations

import autograd_fr as ag


def test_a_long_graph_of_large_values_ends_though_nobody_used_it():
    # Python defers the end of a long chain, and meets the arrays' links on the way.
    x = ag.zeros(200, requires_grad=True)
    for _ in range(3):
        y = x
        for _ in range(20_000):
            y = y * x + x.expand(2, 200)[0]
        del y
    assert x.grad is None
