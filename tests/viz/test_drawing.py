"""The picture: what stands in its boxes, what joins them, and the files it is saved to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.viz.pictures import colours
from tests.viz.processes import printed
from tests.viz.reading import SVG, arrows, beside_arrows, boxes, fills, groups, texts


def leaf(value, **kwargs):
    return ag.tensor(value, requires_grad=True, **kwargs)


def lecture(backward=True):
    u, v, w = leaf(2.0), leaf(3.0), leaf(4.0)
    f = (u + v) * w
    if backward:
        f.backward()
    return viz.draw(f)


def test_the_example_of_the_lecture():
    svg = lecture().svg
    assert boxes(svg) == {
        "v0": ["u", " = 2", "∂f/∂u = 4"],
        "v1": ["v", " = 3", "∂f/∂v = 4"],
        "v2": ["t1", " = 5", "∂f/∂t1 = 4"],
        "v3": ["w", " = 4", "∂f/∂w = 5"],
        "v4": ["f", " = 20", "∂f/∂f = 1"],
        "o0": ["+"],
        "o1": ["×"],
    }
    assert sorted(arrows(svg)) == ["o0->v2", "o1->v4", "v0->o0", "v1->o0", "v2->o1", "v3->o1"]


def test_before_backward_the_box_of_the_gradient_is_there_and_has_a_dash():
    svg = lecture(backward=False).svg
    assert boxes(svg)["v0"] == ["u", " = 2", "∂f/∂u = –"]
    assert [text for text in texts(svg) if text.endswith("= –")] == [
        f"∂f/∂{name} = –" for name in ("u", "v", "t1", "w", "f")
    ]
    assert "0" not in "".join(texts(svg)).replace(" = 20", "")
    assert fills(svg, "v0") == fills(lecture().svg, "v0") >= {colours.PALE_ORANGE}


def test_it_is_drawn_from_left_to_right_or_from_top_to_bottom():
    def corners(direction):
        u, v = leaf(2.0), leaf(3.0)
        f = u * v
        nodes = dict(groups(viz.draw(f, direction=direction).svg, "node"))
        first = [next(e for e in nodes[n] if e.tag == f"{SVG}text") for n in ("v0", "v2")]
        return [(float(e.get("x")), float(e.get("y"))) for e in first]

    (x, _), (further, _) = corners("LR")
    assert further > x + 50
    (_, y), (_, lower) = corners("TB")
    assert lower > y + 50
    with pytest.raises(ValueError, match="'RL'"):
        viz.draw(leaf(1.0), direction="RL")


def test_where_no_gradient_is_required_the_boxes_are_grey():
    u, c = leaf(2.0), ag.tensor([1.0, 2.0])
    f = (u * c * 3).sum()
    f.backward()
    svg = viz.draw(f).svg
    assert boxes(svg)["v1"] == ["c", "1", "2", "no gradient"]
    (number,) = [node for node, text in boxes(svg).items() if text == ["3"]]
    assert fills(svg, "v1") == {"white", colours.PALE_GREY}
    assert fills(svg, number) == {colours.PALE_GREY}
    assert fills(svg, "v0") == {"white", colours.PALE_ORANGE}


def test_a_computed_zero_is_shown():
    u = leaf(2.0)
    f = u * 0
    f.backward()
    assert "∂f/∂u = 0" in texts(viz.draw(f).svg)


def test_a_gradient_too_large_to_keep():
    x = leaf(np.ones((10, 100)))
    f = (x * 2).sum()
    f.backward()
    assert boxes(viz.draw(f).svg)["v2"] == [
        "t1", "(10, 100) float64", "not kept", "∂f/∂t1 ", "not kept",
    ]  # fmt: skip


def test_gradients_of_another_output_are_not_called_derivatives_of_this_one():
    u = leaf(2.0)
    f = u * 3
    g = f * 5
    g.backward()
    assert "gradient = 15" in texts(viz.draw(f).svg)
    assert "∂g/∂u = 15" in texts(viz.draw(g).svg)


def test_small_arrays_are_shown_as_matrices():
    W, x = leaf([[1.0, -0.76159], [0.25, 1e-7]]), ag.tensor([1.0, 2.0])
    f = (W @ x).sum()
    f.backward()
    svg = viz.draw(f).svg
    assert boxes(svg)["v0"] == [
        "W", "1", "-0.7616", "0.25", "1e-07", "∂f/∂W", "1", "2", "1", "2",
    ]  # fmt: skip
    place = {e.text: e for e in dict(groups(svg, "node"))["v0"] if e.tag == f"{SVG}text"}
    top, middle, bottom = (float(place[text].get("y")) for text in ("-0.7616", "0.25", "1e-07"))
    assert top < middle == bottom


def test_a_vector_is_shown_as_one_row():
    x = ag.tensor([1.0, 2.0, 3.0])
    elements = [e for e in dict(groups(viz.draw(x).svg, "node"))["v0"] if e.tag == f"{SVG}text"]
    assert [e.text for e in elements] == ["x", "1", "2", "3", "no gradient"]
    assert len({e.get("y") for e in elements[1:4]}) == 1


def test_larger_arrays_are_shown_by_their_range():
    x = leaf(np.arange(100, dtype=np.float32).reshape(4, 25))
    f = x.sum()
    f.backward()
    assert boxes(viz.draw(f).svg)["v0"] == [
        "x", "(4, 25) float32", "min 0, max 99", "mean 49.5",
        "∂f/∂x", "(4, 25) float32", "all 1",
    ]  # fmt: skip


def test_an_empty_array():
    x = leaf(np.zeros((0, 3)))
    f = x.sum()
    f.backward()
    assert "empty" in boxes(viz.draw(f).svg)["v0"]


def test_parameters_stand_under_the_symbol():
    x = leaf([[1.0, 2.0]])
    f = ag.log_softmax(x, dim=1)
    assert boxes(viz.draw(f).svg)["o0"] == ["log_softmax", "dim=1"]


def test_a_product_of_a_leaf_with_itself_has_two_arrows():
    x = leaf(3.0)
    f = x * x
    assert sorted(arrows(viz.draw(f).svg)) == ["o0->v1", "v0->o0", "v0->o0"]


def test_arguments_that_must_not_change_places_are_named():
    x, y = leaf(3.0), leaf(2.0)
    assert beside_arrows(viz.draw(x - y).svg) == {"v0->o0": ["a"], "v1->o0": ["b"]}
    assert not beside_arrows(viz.draw((x * y).exp()).svg)


NAMES = [
    "é", "naïve çà", "日本", "a<b>c", "<b>", "x & y", "&amp;", 'say "hi"', "it's", "a\\nb",
    "\\N \\G", "C:\\dir\\", "</TD>", "]]>", "--", "v0:x", "%d", "{r}", "<!-- x -->",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names_survive_and_inject_nothing(name):
    u = leaf(2.0, name=name)
    f = u * u
    f.backward()
    drawing = viz.draw(f)
    stripped = {node: [text.strip() for text in box] for node, box in boxes(drawing.svg).items()}
    assert stripped == {
        "v0": [name, "= 2", f"∂f/∂{name} = 4"], "v1": ["f", "= 4", "∂f/∂f = 1"], "o0": ["×"],
    }  # fmt: skip
    assert len(arrows(drawing.svg)) == 3


def test_a_name_of_two_lines_is_shown_in_two():
    u = leaf(2.0, name="one\ntwo")
    f = u * u
    assert boxes(viz.draw(f).svg)["v0"] == ["one", "two", " = 2", "∂f/∂one", "two = –"]


@pytest.mark.parametrize("name", ["a\x00b", "a\x1bb", "a\ud800b", "a\x7fb"])
def test_what_cannot_be_shown_is_replaced(name):
    u = leaf(2.0, name=name)
    f = u * u
    assert boxes(viz.draw(f).svg)["v0"] == ["a�b", " = 2", "∂f/∂a�b = –"]


def test_the_same_program_draws_the_same():
    program = (
        "import autograd_fr as ag; from autograd_fr import viz; ag.manual_seed(0)\n"
        "W = ag.randn(3, 2).requires_grad_(); x = ag.randn(40, 2)\n"
        "f = ag.linear(x, W).relu().sum(); f.backward()\n"
        "d = viz.draw(f, names={'f': f}); print(ascii(d.dot)); print(ascii(d.svg))"
    )
    runs = printed(program)
    assert runs[0] == runs[1]
    assert b"W" in runs[0]
    assert not re.search(rb"0x[0-9a-f]{6}", runs[0])


def test_the_svg_is_one_element_no_wider_than_its_page():
    root = ElementTree.fromstring(lecture().svg)
    assert root.tag == f"{SVG}svg"
    assert "max-width: 100%" in root.get("style")
    _, _, width, height = map(float, root.get("viewBox").split())
    assert (width, height) == tuple(
        pytest.approx(float(root.get(side).removesuffix("pt")), abs=1)
        for side in ("width", "height")
    )
    page = next(root.iter(f"{SVG}polygon"))
    assert page.get("fill") == "white"


def test_a_notebook_shows_the_picture():
    drawing = lecture()
    assert drawing._repr_svg_() == drawing.svg
    assert drawing._repr_mimebundle_(include=None, exclude=None) == {
        "image/svg+xml": drawing.svg,
        "text/plain": "<Drawing of f: 5 variables, 2 operations>",
    }


def test_drawing_tells_what_is_not_a_tensor():
    with pytest.raises(TypeError, match="list"):
        viz.draw([1, 2])


def test_a_picture_of_one_tensor_only():
    x = ag.tensor([1.0, 2.0])
    assert boxes(viz.draw(x).svg) == {"v0": ["x", "1", "2", "no gradient"]}


def test_graphviz_is_not_imported_before_something_is_drawn():
    program = (
        "import sys, autograd_fr as ag; from autograd_fr import viz\n"
        "d = viz.draw(ag.tensor(1.0)); assert 'graphviz' not in sys.modules\n"
        "d.dot; assert 'graphviz' in sys.modules"
    )
    cwd = os.path.dirname(os.path.dirname(ag.__file__))
    subprocess.run([sys.executable, "-c", program], check=True, cwd=cwd)
