"""Nodes are variables, edges are operations: the signs at the arrows, and what stays a node."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, viz
from autograd_fr.viz.pictures.layout import layout
from tests.viz.programs import after, leaf, local, matrices
from tests.viz.reading import arrows, beside_arrows, boxes, groups, written
from tests.viz.test_large import unrolled


def literal(f, **options):
    return viz.draw(f, style="variables", **options)


def signs(drawing):
    """What stands at the arrows, several of the same ends in their order."""
    return [(re.sub(":[a-z]+", "", ends), written(e)) for ends, e in groups(drawing.svg, "edge")]


def test_the_lecture_has_five_boxes_and_four_arrows():
    drawing = after(style="variables")
    assert boxes(drawing.svg) == {
        node: box for node, box in boxes(after().svg).items() if node[0] == "v"
    }
    assert beside_arrows(drawing.svg) == {
        "v0->v2": ["+"], "v1->v2": ["+"], "v2->v4": ["×"], "v3->v4": ["×"],
    }  # fmt: skip
    assert len(arrows(drawing.svg)) == 4


def test_what_is_used_twice_has_two_arrows():
    x = leaf(3.0)
    assert signs(literal(x * x)) == [("v0->v1", ["×"])] * 2
    assert signs(literal(x - x)) == [("v0->v1", ["a −"]), ("v0->v1", ["− b"])]


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (lambda a, b: a + b, ["+", "+"]),
        (lambda a, b: a / b, ["a ÷", "÷ b"]),
        (lambda a, b: b @ a, ["a @", "@ b"]),
        (lambda a, b: ag.atan2(a, b), ["atan2: a", "atan2: b"]),
        (lambda a, b: a.tanh(), ["tanh"]),
    ],
)
def test_the_sign_tells_which_operand_it_is_of(f, said):
    a, b = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    assert [text for _, (text,) in signs(literal(f(a, b)))] == said


def test_options_stand_at_the_first_arrow():
    image, kernel = leaf(np.ones((1, 1, 3, 3))), leaf(np.ones((1, 1, 2, 2)))
    found = signs(literal(nn.functional.conv2d(image, kernel, stride=2)))
    assert [texts for _, texts in found] == [["conv: x", "stride=2"], ["conv: weight"]]


def test_each_arrow_has_its_own_local_derivative():
    assert beside_arrows(local(style="variables").svg) == {
        "v0->v2": ["+", "∂t1/∂u = 1"], "v1->v2": ["+", "∂t1/∂v = 1"],
        "v2->v4": ["×", "∂f/∂t1 = 4"], "v3->v4": ["×", "∂f/∂w = 5"],
    }  # fmt: skip


def test_an_operation_with_two_results_is_an_arrow_to_each():
    A = leaf([[1.0, 2.0], [3.0, 4.0]])
    q, r = ag.linalg.qr(A)
    found = signs(literal((q * r).sum()))
    assert [texts for _, texts in found] == [["qr"], ["qr"], ["×"], ["×"], ["Σ"]]


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("program", [after, matrices])
def test_boxes_do_not_overlap(program, direction):
    svg = program(style="variables", direction=direction).svg
    frames = []
    for _, elements in groups(svg, "node"):
        points = " ".join(e.get("points", "") + e.get("d", "") for e in elements)
        x, y = zip(*[map(float, p) for p in re.findall(r"(-?[\d.]+),(-?[\d.]+)", points)])
        frames.append((min(x), min(y), max(x), max(y)))
    for i, a in enumerate(frames):
        for b in frames[:i]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_what_is_folded_is_no_operation_and_stays_a_node():
    drawing = literal(unrolled(200))
    nodes = {node: box for node, box in boxes(drawing.svg).items() if node[0] == "o"}
    ((first, *_),) = nodes.values()
    assert first == "… 197 more steps"
    assert len(boxes(drawing.svg)) == len(drawing.graph.variables) + 1
    for text in ("mermaid", "tikz"):
        assert (
            len(re.findall(r"^ +(?:o\d+\(|\\node\[operation)", getattr(drawing, text), re.M)) == 1
        )


def test_an_array_is_taken_apart_by_nodes():
    x = leaf([1.0, 2.0], name="x")
    y = x.exp()
    drawing = literal(y.sum(), expand=y)
    nodes = [box for node, box in boxes(drawing.svg).items() if node[0] == "o"]
    assert nodes == [["entries"], ["stack"]]
    assert [texts for _, texts in signs(drawing) if texts] == [["exp"], ["exp"], ["Σ"]]


def test_a_closed_module_is_an_arrow():
    ag.manual_seed(0)
    model, x = nn.Sequential(nn.Linear(2, 3), nn.Tanh()), ag.ones(1, 2)
    found = signs(literal(model(x), depth=0))
    assert [texts[0] for _, texts in found] == ["Sequential"]
    assert "9 parameters" in found[0][1]


def test_without_operands_words_have_a_node():
    """Nothing that a stretch was made of is left to start an arrow."""
    graph = after().graph
    plus, times = graph.operations
    made = replace(plus, inputs=(), arguments=())
    drawing = viz.Drawing(replace(graph, operations=(made, times)), style="variables")
    assert sorted(arrows(drawing.svg)) == ["o0->v2", "v2->v4", "v3->v4"]


def test_tikz_draws_the_same():
    tikz = local(style="variables").tikz
    assert r"\node[operation" not in tikz
    assert tikz.count(r"\draw[arrow]") == 4
    assert re.findall(r"\\node\[local\].*\\selectfont (.*)};", tikz) == [
        r"+\,$\partial t_{1}/\partial u = 1$", r"+\,$\partial t_{1}/\partial v = 1$",
        r"$\times$\,$\partial f/\partial t_{1} = 4$", r"$\times$\,$\partial f/\partial w = 5$",
    ]  # fmt: skip
    assert after(style="variables").tikz.count(r"\node[sign]") == 4


def test_mermaid_draws_the_same():
    lines = after(style="variables").mermaid.splitlines()
    assert [line.strip() for line in lines if "-->" in line] == [
        'v0 -->|"#43;"| v2', 'v1 -->|"#43;"| v2', 'v2 -->|"×"| v4', 'v3 -->|"×"| v4',
    ]  # fmt: skip
    assert not any(line.strip().startswith("o") for line in lines)


@pytest.mark.parametrize("suffix", [".svg", ".png", ".dot", ".tex", ".mmd", ".md", ".html"])
def test_every_kind_of_file(suffix, tmp_path):
    assert after(style="variables").save(tmp_path / f"f{suffix}").stat().st_size > 500


def test_large_graphs_are_drawn_whole_on_request():
    drawing = literal(unrolled(50), limit=None)
    assert set(layout(drawing.dot).centres) == {f"v{v.number}" for v in drawing.graph.variables}
