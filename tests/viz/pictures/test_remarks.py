"""What is said under values, gradients and pictures, in every style."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, viz
from autograd_fr.viz.drawing import STYLES
from tests.viz.programs import leaf
from tests.viz.reading import boxes, legend


def foreign(style="slide"):
    x = leaf(3.0)
    y = x * 2
    l1, l2 = y * y, y * 3
    l1.backward(retain_graph=True)
    l2.backward()
    return viz.draw(l1, style=style, names={"x": x, "y": y, "l1": l1, "l2": l2})


def stepped(style="slide"):
    w = leaf([1.0, 2.0])
    f = (w * w).sum()
    f.backward()
    ag.optim.SGD([w], lr=0.1).step()
    return viz.draw(f, style=style, names={"w": w, "f": f})


def large(style="slide"):
    x = leaf(np.ones(1000))
    f = (x * 2).exp().sum()
    f.backward()
    return viz.draw(f, style=style, names={"x": x, "f": f})


@pytest.mark.parametrize("style", ["slide", "variables", "operations"])
def test_a_gradient_of_another_tensor_says_whose_it_is(style):
    found = boxes(foreign(style).svg)
    assert found["v2"][-1] == "of l2"
    assert found["v0"][-1] == "the sum of several backward passes"
    assert found["v3"][-1] in ("1", "∂l1/∂l1 = 1")
    under = "gradient with words: not the derivative of l1"
    assert (under in legend(foreign(style).svg)) == (style == "operations")


def test_in_tikz_and_mermaid_too():
    assert "gradient = 3<br/>of l2" in foreign().mermaid
    assert r"\emph{of l2}" in foreign().tikz


def test_the_derivative_says_nothing():
    x = leaf(3.0)
    f = x * x
    f.backward()
    for style in STYLES:
        assert " of " not in "".join(legend(viz.draw(f, style=style).svg))


@pytest.mark.parametrize("style", STYLES)
def test_values_that_were_written_into_say_so(style):
    assert "changed since" in boxes(stepped(style).svg)["v0"]
    assert "those of now" in " ".join(legend(stepped(style).svg))


def test_so_do_closed_modules():
    net = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
    f = net(ag.ones(1, 2)).sum()
    f.backward()
    assert "changed since" not in viz.draw(f, style="modules").dot
    ag.optim.SGD(net.parameters(), lr=0.1).step()
    assert "9 parameters, changed since" in viz.draw(f, style="modules").dot


@pytest.mark.parametrize("style", STYLES)
def test_what_was_not_kept_says_how_to_keep_it(style):
    under = " ".join(legend(large(style).svg))
    said = style != "modules"  # which shows of a large array the shape alone
    assert ("value not kept: more than 512 bytes; keep the tensor in a variable" in under) == said
    assert ("retain_grad() on the tensor before backward()" in under) == said


def test_the_remedies_help():
    x = leaf(np.ones(1000))
    h = x * 2
    h.retain_grad()
    f = h.sum()
    f.backward()
    assert "not kept" not in viz.draw(f, names={"x": x, "f": f, "h": h}).dot


def test_hostile_names_in_remarks():
    x = leaf(3.0)
    y = x * 2
    other, f = y * 3, y * y
    other.backward()
    names = {'<b>"\\N\n': other, "y": y, "x": x, "f": f}
    drawing = viz.draw(f, names=names, style="operations")
    assert "".join(boxes(drawing.svg)["v2"][-1:]) == 'of <b>"\\N'
