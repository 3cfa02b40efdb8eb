"""The longest way, which is drawn straight."""

from __future__ import annotations

import re

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.viz.pictures.spine import spine
from autograd_fr.viz.views.repeat import repeat
from tests.viz.views.examples import unrolled


def test_the_longest_way_of_the_lecture():
    u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
    graph = viz.trace(w * (u + v))
    names = [v.name for v in graph.variables]
    way = {graph.operations[o].symbol: tuple(map(names.__getitem__, ends))
           for o, ends in spine(graph).items()}  # fmt: skip
    assert way == {"+": ("u", "t1"), "×": ("t1", names[graph.output])}


def test_a_graph_without_operations():
    assert spine(viz.trace(ag.tensor(1.0))) == {}


def test_a_loop_is_drawn_flat():
    graph = unrolled(12)
    assert len(spine(graph)) == 12 * 4 + 1
    svg = viz.Drawing(repeat(graph)).svg
    width, height = map(float, re.search(r'viewBox="\S+ \S+ (\S+) (\S+)"', svg).groups())
    assert width > 20 * height
