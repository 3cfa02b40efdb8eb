"""The lectures' drawing: kinds, gradients, local derivatives, the legend."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.viz import Kind
from autograd_fr.viz.pictures import slide
from autograd_fr.viz.pictures.colours import PALE_GREY, PALE_ORANGE
from autograd_fr.viz.pictures.labels import FRAMES, WORDS, variable_label
from autograd_fr.viz.pictures.render import render
from tests.viz.programs import after, before, leaf, neuron, silent
from tests.viz.reading import beside_arrows, boxes, fills, legend


def drawn(graph, direction="LR"):
    return render(slide.to_dot(graph, direction), "svg").decode()


def of_kinds(graph, **kinds):
    variables = (replace(v, kind=kinds.get(v.name, v.kind)) for v in graph.variables)
    return replace(graph, variables=tuple(variables))


def every_kind():
    w, v, x, c = leaf(2.0), leaf(3.0), ag.tensor(4.0), ag.tensor(5.0)
    f = w * x * c + v * 6
    graph = viz.trace(f, names={"w": w, "v": v, "x": x, "c": c, "f": f})
    return of_kinds(graph, w=Kind.PARAMETER, c=Kind.CONSTANT)


def test_each_variable_has_its_value_and_under_it_its_gradient():
    assert {name: box for name, box in boxes(drawn(before().graph)).items() if name[0] == "v"} == {
        "v0": ["u", " = 2", "∂f/∂u = –"], "v1": ["v", " = 3", "∂f/∂v = –"],
        "v2": ["t1", " = 5", "∂f/∂t1 = –"], "v3": ["w", " = 4", "∂f/∂w = –"],
        "v4": ["f", " = 20", "∂f/∂f = –"],
    }  # fmt: skip
    gradients = [box[-1] for name, box in boxes(drawn(after().graph)).items() if name[0] == "v"]
    assert gradients == ["∂f/∂u = 4", "∂f/∂v = 4", "∂f/∂t1 = 4", "∂f/∂w = 5", "∂f/∂f = 1"]


def test_a_computed_zero_a_dash_and_no_gradient_are_three_things():
    graph = silent().graph
    svg = drawn(graph)
    number = {variable.name: f"v{variable.number}" for variable in graph.variables}
    assert boxes(svg)[number["w1"]] == ["w1", " = 2", "∂f/∂w1 = 0"]
    assert boxes(svg)[number["x1"]] == ["x1", " = 3", "no gradient"]
    assert fills(svg, number["x1"]) == {"white", PALE_GREY}
    assert boxes(drawn(before().graph))["v0"] == ["u", " = 2", "∂f/∂u = –"]
    assert fills(drawn(before().graph), "v0") == {"white", PALE_ORANGE}


def test_a_number_has_no_second_box():
    u = leaf(2.0)
    assert boxes(drawn(viz.trace(u * 3)))["v1"] == ["3"]


def test_every_kind_has_a_frame_and_a_word():
    assert set(FRAMES) == set(WORDS) == set(Kind)


def test_kinds_are_told_apart_without_colours():
    graph = every_kind()
    assert {v.kind for v in graph.variables} == set(Kind)
    lines = {}
    for variable in graph.variables:
        label = re.sub('(BG)?COLOR="[^"]*"', "", variable_label(variable, graph))
        box = label[: label.index("∂")] if "∂" in label else label
        lines[variable.kind, variable.number == graph.output] = re.sub(">[^<]*<", "><", box)
    assert len(lines) == len(Kind) + 1
    assert len(set(lines.values())) == len(lines)


def test_the_legend_names_the_kinds_where_they_are_more_than_two():
    assert legend(drawn(after().graph)) == []
    assert legend(drawn(neuron().graph)) == ["variable", "input", "result", "output"]
    assert legend(drawn(every_kind())) == [
        "parameter", "variable", "input", "constant", "number", "result", "output",
    ]  # fmt: skip


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_local_derivatives_stand_at_the_arrows(direction):
    u, v, w = leaf(2.0), leaf(3.0), leaf(4.0)
    f = (u + v) * w
    assert beside_arrows(
        drawn(viz.trace(f, names={"u": u, "v": v, "w": w, "f": f}, local=True), direction)
    ) == {
        "v0->o0": ["∂t1/∂u = 1"],
        "v1->o0": ["∂t1/∂v = 1"],
        "v2->o1": ["∂f/∂t1 = 4"],
        "v3->o1": ["∂f/∂w = 5"],
    }


def test_the_name_of_the_argument_stands_beside_the_local_derivative():
    x, y = leaf(6.0), leaf(2.0)
    f = x / y
    assert beside_arrows(drawn(viz.trace(f, local=True))) == {
        "v0->o0": ["a:", "∂f/∂x = 0.5"],
        "v1->o0": ["b:", "∂f/∂y = -1.5"],
    }


def test_local_derivatives_of_small_arrays_are_matrices():
    x = leaf([1.0, 2.0])
    f = x**2
    assert beside_arrows(drawn(viz.trace(f, local=True)))["v0->o0"] == ["a:", "∂f/∂x", "2", "4"]
    x = leaf(np.ones(50))
    f = x**2
    assert "∂" not in str(beside_arrows(drawn(viz.trace(f, local=True))))


def test_no_arrow_has_a_label_where_there_is_nothing_to_say():
    assert beside_arrows(drawn(after().graph)) == {}


def test_a_reference_has_the_name_alone():
    graph = after().graph
    *rest, w, f = graph.variables
    again = replace(w, number=5, repeats=3)
    box = boxes(drawn(replace(graph, variables=(*rest, w, f, again))))["v5"]
    assert box == ["→ w"]


def test_links_mark_the_boxes():
    svg = render(slide.to_dot(after().graph, links=True), "svg").decode()
    assert svg.count('xlink:href="value"') == svg.count('xlink:href="gradient"') == 5
    assert "xlink:href" not in drawn(after().graph)
