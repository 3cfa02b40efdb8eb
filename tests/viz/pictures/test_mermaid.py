"""The picture in Mermaid."""

from __future__ import annotations

import re

import numpy as np

import autograd_fr as ag
from autograd_fr import viz
from tests.viz.programs import leaf, lecture


def labels(mermaid):
    """The lines in every node, the codes for signs read again."""
    found = re.findall(r'^ +(\w+)[\[(/]+"(.*)"[\])/]+:::(\w+)$', mermaid, re.MULTILINE)
    return {node: [read(line) for line in text.split("<br/>")] for node, text, _ in found}


def read(text):
    return re.sub("#([0-9]+);", lambda code: chr(int(code[1])), text)


def arrows(mermaid):
    return re.findall(r'^ +(\w+) -->(?:\|"(.*)"\|)? (\w+)$', mermaid, re.MULTILINE)


def test_the_example_of_the_lecture():
    mermaid = lecture().mermaid
    assert mermaid.startswith("flowchart LR\n")
    assert labels(mermaid) == {
        "v0": ["u = 2", "∂f/∂u = 4"],
        "v1": ["v = 3", "∂f/∂v = 4"],
        "v2": ["t1 = 5", "∂f/∂t1 = 4"],
        "v3": ["w = 4", "∂f/∂w = 5"],
        "v4": ["f = 20", "∂f/∂f = 1"],
        "o0": ["+"],
        "o1": ["×"],
    }
    assert arrows(mermaid) == [
        ("v0", "", "o0"), ("v1", "", "o0"), ("o0", "", "v2"),
        ("v2", "", "o1"), ("v3", "", "o1"), ("o1", "", "v4"),
    ]  # fmt: skip
    assert "style v4 stroke-width:3px" in mermaid


def test_calls_of_modules_are_frames():
    class Around(ag.nn.Module):
        def __init__(self):
            super().__init__()
            self.block = ag.nn.Sequential(ag.nn.Linear(2, 9), ag.nn.Linear(9, 2))

        def forward(self, x):
            return self.block(x) + x

    net, x = ag.nn.Sequential(Around()), ag.ones(3, 2)
    drawing = viz.draw(net(x).sum(), names={"net": net, "x": x}, style="modules")
    mermaid = drawing.mermaid
    frames, homes = [], {}
    for line in map(str.strip, mermaid.splitlines()):
        if line.startswith("subgraph"):
            frames.append(line.split('"')[1])
        elif line == "end":
            frames.pop()
        elif found := re.match(r'(\w+)[\[(/]+"(.*?)(<br/>|")', line):
            homes[found[2]] = tuple(frames)
    assert not frames
    block = ("net Sequential", "0 Around", "block Sequential")
    assert homes["0 Linear"] == homes["1 Linear"] == homes["(3, 9)"] == block
    assert homes["#43;"] == block[:2]
    assert homes["x ="] == homes["Σ"] == ()
    assert len(arrows(mermaid)) == sum(
        len(o.inputs) + len(o.outputs) for o in drawing.graph.operations
    )
    assert "∂" not in mermaid
    assert len(re.findall(r"style s\d fill:", mermaid)) == len(drawing.graph.scopes) == 3


def test_without_frames_a_closed_call_tells_its_path():
    net, x = ag.nn.Sequential(ag.nn.Linear(2, 2)), ag.ones(3, 2)
    drawing = viz.draw(net(x).sum(), names={"net": net, "x": x}, depth=1)
    (call,) = [o for o in drawing.graph.operations if o.module]
    assert labels(drawing.mermaid)[f"o{call.number}"] == [call.symbol, *call.parameters]


def test_from_top_to_bottom():
    assert lecture(direction="TB").mermaid.startswith("flowchart TB\n")


def test_gradients_that_are_not_there():
    assert labels(lecture(backward=False).mermaid)["v0"] == ["u = 2", "∂f/∂u = –"]
    u, c = leaf(2.0), ag.tensor(3.0)
    f = u * c
    assert labels(viz.draw(f).mermaid)["v1"] == ["c = 3", "no gradient"]
    f = u * 3
    assert labels(viz.draw(f).mermaid)["v1"] == ["3"]
    g = u * 0
    g.backward()
    assert labels(viz.draw(g).mermaid)["v0"] == ["u = 2", "∂g/∂u = 0"]


def test_arrays():
    W, x = leaf([[1.0, 2.0], [0.25, 1e-7]]), leaf(np.arange(100, dtype=np.float32).reshape(2, 50))
    f = (W @ x).sum()
    found = labels(viz.draw(f).mermaid)
    assert found["v0"] == ["W =", "[1, 2]", "[0.25, 1e-07]", "∂f/∂W = –"]
    assert found["v1"][:3] == ["x", "(2, 50) float32", "min 0, max 99"]


def test_arguments_and_parameters():
    x, y = leaf([[3.0, 1.0]]), leaf(2.0)
    f = ag.log_softmax(x - y, dim=1)
    mermaid = viz.draw(f).mermaid
    assert [(tail, name) for tail, name, head in arrows(mermaid) if head == "o0"] == [
        ("v0", "a"), ("v1", "b"),
    ]  # fmt: skip
    assert labels(mermaid)["o1"] == ["log_softmax", "dim=1"]


def test_local_derivatives_stand_beside_the_arrows():
    x, y = leaf(3.0), leaf(2.0)
    f = x / y
    mermaid = viz.draw(f, local=True).mermaid
    assert [name.split("<br/>") for _, name, head in arrows(mermaid) if head == "o0"] == [
        ["a", "∂f/∂x = 0.5"], ["b", "∂f/∂y = -0.75"],
    ]  # fmt: skip


def test_kinds_have_shapes_of_their_own():
    net, x, c = ag.nn.Linear(1, 1), ag.tensor([1.0]), leaf(2.0)
    f = (net(x) * c + 1).sum()
    mermaid = viz.draw(f, names={"net": net, "x": x, "c": c}).mermaid
    shapes = dict(re.findall(r'^ +v[0-9]+(\W+)".*":*.*:::(\w+)$', mermaid, re.MULTILINE))
    assert {"[[": "parameter", "[/": "input", "[": "result"}.items() <= shapes.items()
    assert "classDef number fill:#f1f2f4,stroke:none" in mermaid


def test_far_uses_are_references():
    y = x = leaf(1.0)
    w = leaf(2.0)
    for _ in range(20):
        y = (y * w).sin()
    drawing = viz.draw(y * x, limit=None)
    assert any(variable.repeats is not None for variable in drawing.graph.variables)
    repeated = [lines for lines in labels(drawing.mermaid).values() if lines == ["→ w"]]
    assert len(repeated) > 3
    assert drawing.tikz.count(r"$\to w$") == len(repeated)


def test_a_formula_is_none():
    u = leaf(2.0, name="$$x$$")
    f = u * u
    assert labels(viz.draw(f).mermaid)["v0"][0] == "$\u200b$x$\u200b$ = 2"
