"""Pictures as PDF, by whatever there is."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.viz.pictures import pdf

posix = pytest.mark.skipif(os.name == "nt", reason="writes shell scripts")


@pytest.fixture
def drawing():
    u, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 4.0))
    f = u * w
    return viz.draw(f)


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """No program is on the PATH, and there is no cairosvg: a folder for programs of one's own."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setitem(sys.modules, "cairosvg", None)
    return folder


def program(folder, name, script):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_without_any_converter_the_error_tells_what_to_install(alone, drawing, tmp_path):
    with pytest.raises(viz.RenderError, match=r"pip install \"autograd_fr\[pdf\]\""):
        drawing.save(tmp_path / "graph.pdf")
    assert not (tmp_path / "graph.pdf").exists()


@posix
def test_dot_goes_first(alone, drawing, tmp_path):
    program(alone, "rsvg-convert", "echo %PDF from SVG")
    program(alone, "dot", "echo %PDF $*")
    drawing.__dict__["svg"] = '<svg width="9pt" height="9pt"></svg>'
    assert drawing.save(tmp_path / "graph.pdf").read_bytes() == b"%PDF -Tpdf\n"


@posix
def test_a_converter_gets_the_svg(alone, drawing, tmp_path):
    program(alone, "rsvg-convert", 'echo %PDF $*; while read -r line; do echo "$line"; done')
    made = drawing.save(tmp_path / "graph.pdf").read_bytes().decode()
    assert made.startswith("%PDF --format=pdf\n<svg width=")
    assert 'font-family="Helvetica"' in made


@posix
def test_one_that_fails_is_passed_over_and_all_complaints_are_told(alone, drawing):
    program(alone, "rsvg-convert", "echo out of ink >&2; exit 3")
    with pytest.raises(viz.RenderError, match=r"rsvg-convert failed \(3\): out of ink\ncairosvg"):
        pdf.to_pdf(drawing.dot, drawing.svg)
    program(alone, "inkscape", "echo %PDF by Inkscape")
    assert pdf.to_pdf(drawing.dot, drawing.svg) == b"%PDF by Inkscape\n"


def test_the_same_picture_is_the_same_file_later_on(drawing, monkeypatch):
    late = iter(range(2))

    def convert(svg):
        return b"%%PDF /CreationDate (D:2026010100000%dZ) /ModDate (20260101000001) 7" % next(late)

    monkeypatch.setattr(pdf, "render", lambda *_: b"")
    monkeypatch.setattr(pdf, "_ways", lambda svg: [lambda: convert(svg)])
    one, two = (pdf.to_pdf(drawing.dot, drawing.svg) for _ in range(2))
    assert one == two
    assert len(one) == len(b"%PDF /CreationDate (D:20260101000000Z) /ModDate (20260101000001) 7")


@pytest.mark.skipif(shutil.which("rsvg-convert") is None, reason="rsvg-convert is not installed")
def test_rsvg_convert(drawing):
    made = pdf._converted(pdf._plain(drawing.svg), ["rsvg-convert", "--format=pdf"])
    assert made.startswith(b"%PDF") and len(made) > 2000
    assert pdf.DATE.search(made)


def test_cairosvg(drawing):
    pytest.importorskip("cairosvg", exc_type=ImportError)
    made = pdf._by_cairosvg(pdf._plain(drawing.svg))
    assert made.startswith(b"%PDF") and len(made) > 2000  # an empty page has 850
    assert pdf.DATE.search(made)
