"""The circuit: operations as nodes, values above and gradients below the edges."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.viz.pictures import operations
from autograd_fr.viz.pictures.colours import GREEN, LINE, RED
from autograd_fr.viz.pictures.render import render
from tests.viz.programs import after, before, leaf, matrices, neuron, silent
from tests.viz.reading import SVG, arrows, beside_arrows, boxes, groups, legend


def drawn(graph, direction="LR"):
    return render(operations.to_dot(graph, direction), "svg").decode()


def place(svg, node, colour):
    """Where the text of a colour stands in a node."""
    elements = dict(groups(svg, "node"))[node]
    (found,) = (e for e in elements if e.tag == f"{SVG}text" and e.get("fill") == colour)
    return float(found.get("x")), float(found.get("y")), found.text.strip()


def line(svg, node):
    """The corners of the line in a node: left, top, right, bottom."""
    shapes = [e for e in dict(groups(svg, "node"))[node] if e.get("fill") == LINE]
    corners = [tuple(map(float, p.split(","))) for e in shapes for p in e.get("points").split()]
    across, down = zip(*corners)
    return min(across), min(down), max(across), max(down)


def ends(svg, arrow):
    """The first and the last point of an edge."""
    ((_, elements),) = [g for g in groups(svg, "edge") if g[0] == arrow]
    path = next(e for e in elements if e.tag == f"{SVG}path").get("d")
    points = path.replace("M", " ").replace("C", " ").split()
    return [tuple(map(float, p.split(","))) for p in (points[0], points[-1])]


def test_edges_go_from_names_by_operations_to_the_output():
    svg = drawn(after().graph)
    assert sorted(arrows(svg)) == [
        "n0->v0", "n1->v1", "n3->v3", "o0->v2", "o1->v4", "v0->o0", "v1->o0", "v2->o1", "v3->o1",
        "v4->n4",
    ]  # fmt: skip
    assert boxes(svg) == {
        "n0": ["u"], "n1": ["v"], "n3": ["w"], "n4": ["f"], "o0": ["+"], "o1": ["×"],
        "v0": ["2", "4"], "v1": ["3", "4"], "v2": ["t1", " = 5", "4"], "v3": ["4", "5"],
        "v4": ["20", "1"],
    }  # fmt: skip


def test_before_backward_there_are_dashes_below():
    found = boxes(drawn(before().graph))
    assert [found[f"v{k}"][-1] for k in range(5)] == ["–"] * 5


@pytest.mark.parametrize("node", ["v0", "v2", "v4"])
def test_values_stand_above_the_line_and_gradients_below(node):
    svg = drawn(after().graph)
    _, top, _, bottom = line(svg, node)
    assert place(svg, node, GREEN)[1] < top < bottom < place(svg, node, RED)[1]


@pytest.mark.parametrize("node", ["v0", "v2", "v4"])
def test_from_top_to_bottom_values_stand_to_the_left_and_gradients_to_the_right(node):
    svg = drawn(after().graph, "TB")
    left, _, right, _ = line(svg, node)
    assert place(svg, node, GREEN)[0] < left < right < place(svg, node, RED)[0]


@pytest.mark.parametrize("program", [neuron, matrices])
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_the_lines_are_parts_of_the_edges(program, direction):
    svg = drawn(program().graph, direction)
    along, across = (0, 1) if direction == "LR" else (1, 0)
    for title, _ in groups(svg, "edge"):
        start, end = ends(svg, title)
        tail, head = (end_of.partition(":")[0] for end_of in title.split("->"))
        for node, point, side in ((tail, start, along + 2), (head, end, along)):
            if node.startswith("v"):
                corners = line(svg, node)
                assert point[along] == pytest.approx(corners[side], abs=0.6)
                assert corners[across] - 0.6 < point[across] < corners[across + 2] + 0.6


def test_what_is_used_twice_has_one_gradient_at_the_branch():
    x = leaf(3.0)
    f = x * x
    f.backward()
    svg = drawn(viz.trace(f))
    assert sorted(arrows(svg)) == ["n0->v0", "o0->v1", "v0->o0", "v0->o0", "v1->n1"]
    assert boxes(svg)["v0"] == ["3", "6"]


def test_a_computed_zero_and_no_gradient():
    graph = silent().graph
    found = boxes(drawn(graph))
    below = {v.name: found[f"v{v.number}"][-1] for v in graph.variables}
    assert [below[name] for name in ("w1", "w2", "w3", "b")] == ["0"] * 4
    assert [below[name] for name in ("x1", "x2")] == ["no gradient"] * 2


def test_a_number_has_neither_name_nor_gradient():
    u = leaf(2.0)
    svg = drawn(viz.trace(u * 3))
    assert boxes(svg)["v1"] == ["3"]
    assert "n1" not in boxes(svg)


def test_the_legend_tells_what_stands_where():
    assert legend(drawn(after().graph)) == ["value", " above, ", "gradient", " below"]
    assert "".join(legend(drawn(after().graph, "TB"))) == "value to the left, gradient to the right"
    assert legend(drawn(neuron().graph))[4:] == ["variable", "input", "output"]


@pytest.mark.parametrize("name", ["<b>", 'say "hi"', "a\\N", "日本", "x & y", "{r|s}", "\n"])
def test_names_survive(name):
    u = leaf(2.0, name=name)
    v = (u * u).exp()
    found = boxes(drawn(viz.trace(v, names={name + "2": v})))
    assert "".join(found["n0"]) == name.strip("\n")
    assert ElementTree.fromstring(drawn(viz.trace(v))) is not None


def test_one_tensor_only():
    x = ag.tensor(2.0)
    assert boxes(drawn(viz.trace(x, names={"x": x}))) == {"n0": ["x"], "v0": ["2", "no gradient"]}


def test_a_reference_is_a_box_that_edges_leave():
    graph = after().graph
    *rest, w, f = graph.variables
    again = replace(w, number=5, repeats=3)
    plus, times = graph.operations
    graph = replace(
        graph,
        variables=(*rest, w, f, again),
        operations=(plus, replace(times, inputs=(2, 5))),
    )
    svg = drawn(graph)
    assert boxes(svg)["v5"] == ["→ w"]
    assert "v5->o1" in arrows(svg)
    assert "n5" not in boxes(svg)


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_draw_knows_the_style(direction):
    u, w = leaf(2.0), leaf(3.0)
    f = u * w
    drawing = viz.draw(f, style="operations", direction=direction, local=True)
    assert drawing.dot == operations.to_dot(drawing.graph, direction)
    assert beside_arrows(drawing.svg) == {"v0->o0": ["∂f/∂u = 3"], "v1->o0": ["∂f/∂w = 2"]}
