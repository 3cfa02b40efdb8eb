"""Finding and running the program that draws."""

from __future__ import annotations

import os
import sys
import sysconfig

import pytest

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.viz.pictures.render import find_program, render

DOT = "digraph { a -> b }"

posix = pytest.mark.skipif(os.name == "nt", reason="writes shell scripts")


@pytest.fixture
def nothing_installed(monkeypatch, tmp_path):
    """Neither of the programs is where it could be found."""
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    monkeypatch.setattr(sysconfig, "get_path", lambda *_, **__: str(tmp_path / "none"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none" / "python"))


def program(folder, name, script):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_without_dot_the_wheel_draws(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert os.path.basename(find_program()).startswith("graphviz-pure")
    x = ag.tensor(2.0, requires_grad=True)
    assert viz.draw(x * x).svg.startswith("<svg")
    assert render(DOT, "png").startswith(b"\x89PNG")


@posix
def test_dot_on_the_path_goes_first(monkeypatch, tmp_path):
    dot = program(tmp_path, "dot", "echo drawn by $0 with $*")
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + os.environ["PATH"])
    assert find_program() == dot
    assert render(DOT, "svg", "-Gdpi=9") == f"drawn by {dot} with -Tsvg -Gdpi=9\n".encode()


@posix
@pytest.mark.usefixtures("nothing_installed")
def test_the_wheel_is_found_beside_python_and_on_the_path(monkeypatch, tmp_path):
    beside = program(tmp_path / "venv", "graphviz-pure", "")
    on_path = program(tmp_path / "bin", "graphviz-pure", "")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert find_program() == on_path
    monkeypatch.setattr(sys, "executable", str(tmp_path / "venv" / "python"))
    assert find_program() == beside


@pytest.mark.usefixtures("nothing_installed")
def test_without_any_program_the_error_tells_what_to_install(tmp_path):
    x = ag.tensor(2.0, requires_grad=True)
    drawing = viz.draw(x * x)
    with pytest.raises(viz.RenderError, match="pip install graphviz-pure"):
        drawing._repr_mimebundle_()
    assert drawing.save(tmp_path / "graph.dot").exists()  # this needs no program


@posix
@pytest.mark.usefixtures("nothing_installed")
def test_what_the_program_complains_of_is_shown(monkeypatch, tmp_path):
    program(tmp_path, "dot", "echo 'no such format' >&2; exit 3")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(viz.RenderError, match=r"\(3\): no such format"):
        render(DOT, "svg")


def test_text_that_is_no_graph_is_complained_of():
    with pytest.raises(viz.RenderError, match="syntax error"):
        render("digraph {", "svg")


@posix
@pytest.mark.usefixtures("nothing_installed")
def test_a_program_that_draws_nothing_has_failed(monkeypatch, tmp_path):
    program(tmp_path, "dot", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(viz.RenderError, match=r"failed \(0\): it wrote no picture"):
        render(DOT, "svg")


@posix
@pytest.mark.parametrize("script", ["exit 0", "echo 'no plugin for png' >&2; exit 1"])
def test_where_dot_fails_the_wheel_draws(monkeypatch, tmp_path, script):
    program(tmp_path, "dot", script)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert render(DOT, "png").startswith(b"\x89PNG")
    with pytest.raises(viz.RenderError, match=r"/dot failed(.|\n)*graphviz-pure failed"):
        render("digraph {", "svg")


@pytest.mark.parametrize("style", ["slide", "variables", "operations", "modules"])
def test_without_the_package_graphviz_the_error_tells_what_to_install(monkeypatch, style):
    x = ag.tensor(2.0, requires_grad=True)
    drawing = viz.draw((x * x).mean(dim=0), style=style)
    monkeypatch.setitem(sys.modules, "graphviz", None)
    for text in ("dot", "tikz"):
        with pytest.raises(viz.RenderError, match=r"pip install graphviz$"):
            getattr(drawing, text)


@posix
@pytest.mark.usefixtures("nothing_installed")
def test_a_program_that_does_not_start(monkeypatch, tmp_path):
    (tmp_path / "dot").write_bytes(b"\x7fELF")
    (tmp_path / "dot").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(viz.RenderError, match="does not start"):
        render(DOT, "svg")


def test_a_layout_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr("autograd_fr.viz.pictures.render.PATIENCE", -1)  # up before it has begun
    with pytest.raises(viz.RenderError, match="too large to draw whole"):
        render("digraph { a -> b }", "svg")


def test_a_variable_used_all_along_a_long_chain_is_drawn_all_the_same(monkeypatch):
    # In its search for the best layout, Graphviz would take minutes.
    monkeypatch.setattr("autograd_fr.viz.pictures.render.PATIENCE", 20)
    x = ag.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(100):
        y = y * 1.01 + x
    drawing = viz.draw(y, limit=None)
    parts = len(drawing.graph.variables) + len(drawing.graph.operations)
    assert drawing.svg.count('class="node"') == parts > 500
