"""What stays of large arrays in a graph, and how a long graph of them comes to its end."""

from __future__ import annotations

import autograd_fr as ag


def test_a_long_graph_ends_though_many_ghosts_of_one_array_wait_for_theirs():
    # Python puts the end of a long chain off, part by part. A weak link of a class of its own would
    # wait, too, and its array would find it in the list of its links when it is gone already.
    y = ag.zeros(200, requires_grad=True)
    for _ in range(300):
        z = y.tanh()
        y = ag.stack([z] * 5).sum(0)
    del z
    ghosts = y.node.parents[0].args
    assert [ghost.shape for ghost in ghosts] == [(200,)] * 5
    del y
    assert all(ghost.array is None for ghost in ghosts)
