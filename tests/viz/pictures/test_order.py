"""The entries of an opened array stand in their order."""

from __future__ import annotations

import re

import pytest

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.viz.pictures.layout import layout


def product():
    A = ag.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True, name="A")
    B = ag.tensor([[5.0, 6.0], [7.0, 8.0]], requires_grad=True, name="B")
    C = A @ B
    C.name = "C"
    return C.sum(), C


@pytest.mark.parametrize("style", ["slide", "variables", "operations"])
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_rows_run_from_top_to_bottom_or_left_to_right(style, direction):
    root, C = product()
    drawing = viz.draw(root, expand=C, style=style, direction=direction)
    found = layout(drawing.dot).centres
    for name in "ABC":
        numbers = [v.number for v in drawing.graph.variables if (v.name or "")[:2] == f"{name}["]
        places = [found[f"v{k}"] for k in numbers]
        along = [-y for _, y in places] if direction == "LR" else [x for x, _ in places]
        assert len(along) == 4
        assert along == sorted(along), (name, along)


@pytest.mark.parametrize("style", ["slide", "variables"])
def test_in_tikz_too(style):
    root, C = product()
    tikz = viz.draw(root, expand=C, style=style).tikz
    for name in "ABC":
        found = re.findall(rf"\(v\d+\) at \(.*?,(.*?)\) {{\$\\text{{{name}\[", tikz)
        places = list(map(float, found))
        assert len(places) == 4
        assert places == sorted(places, reverse=True), name
