"""What notebooks show of tensors: their text, and the graph where it is small."""

from __future__ import annotations

import base64
import copy
import json
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import display
from autograd_fr.autograd import readings

ROOT = Path(ag.__file__).parents[1]
SVG = "{http://www.w3.org/2000/svg}"


def leaf(value, **kwargs):
    return ag.tensor(value, requires_grad=True, **kwargs)


def texts(svg):
    found = [e.text for e in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    return [text.replace("\xa0", " ") for text in found]


def chain(n):
    y = x = leaf(1.0)
    for _ in range(n):
        y = y * x
    return y


def test_the_text_stands_above_the_graph():
    u, v, w = leaf(2.0), leaf(3.0), leaf(4.0)
    f = (u + v) * w
    f.backward()
    shown = texts(f._repr_svg_())
    assert shown[0] == repr(f) == "tensor(20., grad_fn=<MulBackward0>)"
    assert "∂f/∂u = 4" in shown and "×" in shown


def test_the_lines_of_a_matrix_stay_aligned():
    x = leaf([[1.0, -2.5], [3.25, 4.0]])
    y = x * 2
    lines = repr(y).splitlines()
    assert len(lines) == 2
    assert texts(y._repr_svg_())[:2] == lines


def test_what_was_not_computed_is_text_alone():
    for t in (leaf(1.0), ag.tensor([1.0]) * 2, ag.nn.Parameter(ag.ones(2)), leaf(2.0).detach()):
        assert t._repr_svg_() is None


def test_large_graphs_are_text_alone():
    assert chain(display.MOST)._repr_svg_() is not None
    assert chain(display.MOST + 1)._repr_svg_() is None
    x = leaf([1.0])
    assert ag.cat([x] * (2 * display.MOST))._repr_svg_() is not None
    assert ag.cat([x] * (2 * display.MOST + 1))._repr_svg_() is None


def test_long_texts_stand_alone_so_that_they_can_be_copied():
    x = ag.ones(display.LINES, 3, requires_grad=True)
    assert len(texts((x * 2)._repr_svg_())) > display.LINES
    assert (ag.ones(display.LINES + 1, 3, requires_grad=True) * 2)._repr_svg_() is None


def test_large_arrays_are_not_looked_at():
    x = ag.zeros(display.LARGEST // 2, dtype=ag.float16).requires_grad_()
    assert (x[:5] * 2)._repr_svg_() is not None
    assert (x * 2)._repr_svg_() is None


def test_no_more_of_a_graph_is_walked_than_is_shown(monkeypatch):
    y = chain(3000)
    walked = []
    size = display._size
    monkeypatch.setattr(display, "_size", lambda array: walked.append(array) or size(array))
    assert y._repr_svg_() is None
    assert len(walked) <= 4 * display.MOST


def test_it_can_be_switched_off():
    f = leaf(2.0) * 3
    try:
        ag.set_printoptions(graph=False)
        assert f._repr_svg_() is None
        ag.set_printoptions(precision=2)
        assert f._repr_svg_() is None
        ag.set_printoptions(graph=True)
        assert f._repr_svg_() is not None
    finally:
        ag.set_printoptions(profile="default")


def test_without_graphviz_there_is_text_alone(monkeypatch, tmp_path):
    f = leaf(2.0) * 3
    assert f._repr_svg_() is not None
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sysconfig, "get_path", lambda *_, **__: str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert f._repr_svg_() is None


@pytest.mark.parametrize("error", [ValueError, RecursionError, MemoryError])
def test_whatever_goes_wrong_there_is_text(monkeypatch, error):
    def fail(*_):
        raise error("no")

    f = leaf(2.0) * 3
    monkeypatch.setattr("autograd_fr.viz.pictures.element.render", fail)
    assert f._repr_svg_() is None


def test_inside_vmap_there_is_text_alone():
    shown = []

    def look(x):
        y = x * w
        shown.append(y._repr_svg_())
        return y

    w = leaf(2.0)
    ag.vmap(look)(ag.ones(3))
    assert shown == [None]


def test_looking_changes_nothing():
    x = leaf([1.0, 2.0])
    y = (x.exp() * 2).sum()
    y.backward(retain_graph=True)
    gradient, notes = x.grad.clone(), len(readings.taken)
    before = copy.copy((y.node.number, x._peeked, x.written, y.node.grad))
    assert y._repr_svg_() is not None
    assert len(readings.taken) == notes
    assert (y.node.number, x._peeked, x.written, y.node.grad) == before
    y.backward()
    assert np.array_equal((2 * gradient).numpy(), x.grad.numpy())


def test_a_program_that_showed_a_tensor_can_be_replayed():
    x = leaf(2.0)
    y = x * x
    assert y._repr_svg_() is not None
    z = y * 3
    assert float(ag.replay(z, {x: 5.0})) == 75.0


CELLS = [
    "import autograd_fr as ag\nfrom autograd_fr import viz\n"
    "u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))\n"
    "f = (u + v) * w\nf",
    "f.backward()\nviz.draw(f)",
    "u",
]


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A folder with a notebook that was run by Jupyter, and what it was exported to."""
    for package in ("nbconvert", "nbclient", "ipykernel"):
        pytest.importorskip(package, exc_type=ImportError)
    folder = tmp_path_factory.mktemp("notebook")
    cells = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "source": source, "outputs": [],
         "execution_count": None}
        for i, source in enumerate(CELLS)
    ]  # fmt: skip
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    book = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (folder / "book.ipynb").write_text(json.dumps(book))
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    places = {name: str(folder / name.lower()) for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR")}
    for options in (["notebook", "--execute", "--inplace"], ["html"], ["markdown"]):
        subprocess.run(
            [sys.executable, "-m", "nbconvert", "--to", *options, "book.ipynb"],
            cwd=folder, check=True, capture_output=True, timeout=120,
            env=os.environ | places | {"PYTHONPATH": os.pathsep.join(paths)},
        )  # fmt: skip
    return folder


def outputs(folder):
    cells = json.loads((folder / "book.ipynb").read_text(encoding="utf-8"))["cells"]
    data = [output["data"] for cell in cells for output in cell["outputs"]]
    return [{kind: "".join(text) for kind, text in one.items()} for one in data]


@pytest.mark.slow
def test_a_notebook_holds_the_text_and_the_picture(executed):
    tensor, drawing, parameter = outputs(executed)
    assert tensor["text/plain"] == "tensor(20., grad_fn=<MulBackward0>)"
    assert drawing["text/plain"].startswith("<Drawing of f")
    assert parameter == {"text/plain": "tensor(2., requires_grad=True)"}
    assert tensor["text/plain"] in texts(tensor["image/svg+xml"])
    assert "∂f/∂u = 4" in texts(drawing["image/svg+xml"])
    for shown in (tensor, drawing):  # as an image file of its own, on a ground of its own
        root = ElementTree.fromstring(shown["image/svg+xml"])
        assert root.tag == f"{SVG}svg"
        assert next(root.iter(f"{SVG}polygon")).get("fill") == "white"


@pytest.mark.slow
def test_the_pictures_are_in_its_exports(executed):
    page = (executed / "book.html").read_text(encoding="utf-8")
    found = re.findall('src="data:image/svg[+]xml;base64,([^"]*)"', page)
    tensor, drawing = (texts(base64.b64decode(text)) for text in found)
    assert "tensor(20., grad_fn=<MulBackward0>)" in tensor
    assert "∂f/∂u = 4" in drawing
    pictures = re.findall(r"!\[svg\]\((.*)\)", (executed / "book.md").read_text(encoding="utf-8"))
    assert len(pictures) == 2
    assert all(
        (executed / path).read_text(encoding="utf-8").startswith("<svg") for path in pictures
    )
