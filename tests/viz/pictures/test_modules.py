"""Drawings by modules, read back: frames within frames, layers, shapes between them."""

from __future__ import annotations

import re
import time
from xml.etree import ElementTree

import pytest

import autograd_fr as ag
from autograd_fr import nn, viz
from tests.viz.reading import arrows, boxes, groups, legend, written

WICKED = "<script>alert('é\"&')</script>\n\\N{}$%_#"


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(5, 5), nn.ReLU())
        self.scale = nn.Parameter(ag.full((1,), 2.0))

    def forward(self, x):
        return self.body(x) * self.scale + x


def net():
    ag.manual_seed(0)
    return nn.Sequential(Residual(), nn.Linear(5, 2))


def drawn(model=None, **options):
    model = model or net()
    x = ag.ones(7, 5)
    logits = model(x)
    loss = nn.MSELoss()(logits, ag.zeros(7, 2))
    return viz.draw(loss, style="modules", **options)


def frames(svg):
    """The texts of each frame by its title."""
    return {title: written(elements) for title, elements in groups(svg, "cluster")}


def nesting(dot):
    """Which frame each node and frame of a DOT file is written in."""
    within, around = {}, [None]
    for line in map(str.strip, dot.splitlines()):
        if found := re.match(r"subgraph (\w+) \{", line):
            within[found[1]] = around[-1]
            around.append(found[1])
        elif line == "}":
            around.pop()
        elif (found := re.match(r"([vo]\d+) \[", line)) and "->" not in line:
            assert found[1] not in within  # a node stands in one place only
            within[found[1]] = around[-1]
    return within


def test_frames_lie_in_each_other():
    drawing = drawn()
    assert list(frames(drawing.svg).values()) == [
        ["model", " Sequential"], ["0", " Residual"], ["body", " Sequential"],
    ]  # fmt: skip
    within = nesting(drawing.dot)
    assert (within["cluster_0"], within["cluster_1"], within["cluster_2"]) == (
        None, "cluster_0", "cluster_1",
    )  # fmt: skip


def test_operations_and_tensors_stand_in_the_frame_they_belong_to():
    drawing = drawn()
    graph, within = drawing.graph, nesting(drawing.dot)
    places = {
        op.symbol: within[f"o{op.number}"] for op in graph.operations if op.symbol != "Linear"
    }
    assert places == {
        "ReLU": "cluster_2", "×": "cluster_1", "+": "cluster_1", "MSELoss": None,
    }  # fmt: skip
    linears = [within[f"o{op.number}"] for op in graph.operations if op.symbol == "Linear"]
    assert linears == ["cluster_2", "cluster_0"]
    tensors = {v.name: within[f"v{v.number}"] for v in graph.variables}
    assert tensors["x"] is tensors["logits"] is tensors["loss"] is None
    assert tensors["model.0.scale"] == "cluster_1"
    made = {k: op for op in graph.operations for k in op.outputs}
    inner = {
        made[v.number].symbol: within[f"v{v.number}"]
        for v in graph.variables
        if not v.named and v.number in made
    }
    assert inner == {
        "Linear": "cluster_2", "ReLU": "cluster_1", "×": "cluster_1", "+": "cluster_0",
    }  # fmt: skip


def test_layers_tell_their_class_options_and_parameters():
    texts = list(boxes(drawn().svg).values())
    assert [
        "0",
        " Linear",
        "in_features=5, out_features=5,",
        "bias=True",
        "30 parameters",
    ] in texts
    assert ["1", " ReLU"] in texts


def test_tensors_are_shown_by_shape_or_by_their_numbers():
    drawing = drawn()
    texts = boxes(drawing.svg)
    of = {v.name: texts[f"v{v.number}"] for v in drawing.graph.variables}
    assert of["x"] == ["x", "(7, 5)"]
    assert of["logits"] == ["logits", "(7, 2)"]
    assert of["t1"] == ["(7, 5)"]  # a name that was made up tells nothing here
    assert of["model.0.scale"] == ["model.0.scale", "2"]
    assert of["loss"][0] == "loss"
    assert of["loss"][1].startswith(" = ")


def test_arrows_join_what_the_graph_joins():
    drawing = drawn()
    expected = [
        arrow
        for op in drawing.graph.operations
        for arrow in (
            *(f"v{k}->o{op.number}" for k in op.inputs),
            *(f"o{op.number}->v{k}" for k in op.outputs),
        )
    ]
    assert sorted(arrows(drawing.svg)) == sorted(expected)


@pytest.mark.parametrize(
    ("depth", "seen"),
    [
        (0, [["model", " Sequential", "43 parameters"]]),
        (1, [["0", " Residual", "31 parameters"]]),
        (2, [["body", " Sequential", "30 parameters"]]),
    ],
)
def test_depth_closes_what_lies_deeper(depth, seen):
    drawing = drawn(depth=depth)
    assert len(frames(drawing.svg)) == depth
    assert all(box in boxes(drawing.svg).values() for box in seen)
    assert drawn(depth=3).dot == drawn().dot


def test_depth_in_the_other_styles():
    model, x = net(), ag.ones(1, 5)
    f = model(x).sum()
    slide = viz.draw(f, depth=1)
    assert [op.symbol for op in slide.graph.operations] == ["Residual", "Linear", "Σ"]
    assert ["Residual", "model.0", "31 parameters"] in boxes(slide.svg).values()
    assert ["Residual", "model.0", "31 parameters"] in boxes(
        viz.draw(f, depth=1, style="operations").svg
    ).values()


def test_the_same_program_gives_the_same_drawing():
    first = drawn()
    nn.ReLU()(ag.ones(1, requires_grad=True))
    assert drawn().dot == first.dot
    assert drawn().svg == first.svg


def test_from_top_to_bottom():
    drawing = drawn(direction="TB")
    assert "rankdir=TB" in drawing.dot
    assert len(frames(drawing.svg)) == 3


def test_the_legend():
    assert legend(drawn().svg) == ["parameter", "input", "output"]


def test_nothing_in_a_name_is_taken_for_markup():
    class Wicked(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(2, 2)

        def forward(self, x):
            return self.layer(x) * 2

        def extra_repr(self):
            return WICKED

    Wicked.__name__ = WICKED
    model, x = Wicked(), ag.ones(1, 2)
    y = model(x)
    for depth in (0, 1):
        drawing = viz.draw(
            y, style="modules", depth=depth, names={"!" + WICKED: model, "<b>": x, "y": y}
        )
        root = ElementTree.fromstring(drawing.svg)
        assert not [e for e in root.iter() if e.tag.endswith("script")]
        texts = [e.text for e in root.iter() if e.text]
        said = "".join(texts)
        assert said.count("<script>alert('é\"&')</script>") == 3  # name, class, options
        assert "\\N{}$%_#" in said


def test_a_layer_alone_and_no_module_at_all():
    layer, x = nn.Linear(2, 2), ag.ones(1, 2, requires_grad=True)
    y = layer(x)
    drawing = viz.draw(y, style="modules")
    assert [op.module for op in drawing.graph.operations] == ["layer"]
    assert not frames(drawing.svg)
    f = (x * 2).sum()
    assert [op.symbol for op in viz.draw(f, style="modules").graph.operations] == ["×", "Σ"]


def test_many_layers():
    model = nn.Sequential(*(nn.Sequential(nn.Linear(2, 2), nn.Tanh()) for _ in range(1000)))
    y = model(ag.ones(5, 2)).sum()
    start = time.perf_counter()
    drawing = viz.draw(y, style="modules", limit=None)
    assert drawing.dot.count("subgraph") == 1001
    assert time.perf_counter() - start < 10
    assert viz.draw(y, style="modules").svg


def test_what_a_module_is_called_with_lies_outside_of_it():
    model = net()
    inputs = {
        "a constant": lambda: ag.ones(7, 5),
        "cut from a graph": lambda: (ag.ones(7, 5, requires_grad=True) * 2).detach(),
    }
    for data in inputs.values():
        drawing = viz.draw(model(data()).sum(), style="modules")
        within = nesting(drawing.dot)
        (first,) = (v for v in drawing.graph.variables if v.kind is viz.Kind.CONSTANT)
        assert within[f"v{first.number}"] is None


def test_the_constants_of_a_module_lie_in_it():
    class Shifted(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer, self.shift = nn.Linear(5, 5), ag.full((5,), 2.0)

        def forward(self, x):
            return (self.layer(x) + self.shift) * ag.full((5,), 3.0)

    model, x = nn.Sequential(Shifted()), ag.ones(7, 5)
    drawing = viz.draw(model(x).sum(), style="modules")
    within = nesting(drawing.dot)
    places = {v.name: within[f"v{v.number}"] for v in drawing.graph.variables if v.value.shape}
    assert places["x"] is None
    three = next(v for v in drawing.graph.variables if v.kind is viz.Kind.CONSTANT)
    assert within[f"v{three.number}"] == "cluster_1"


def test_views_of_what_has_a_name_are_data():
    image = ag.randn(2, 1, 5, 1)
    model = nn.Sequential(nn.Flatten(), nn.Linear(5, 2))
    drawing = viz.draw(model(image), style="modules")
    (view,) = (v for v in drawing.graph.variables if v.name == "image (view)")
    assert nesting(drawing.dot)[f"v{view.number}"] is None
