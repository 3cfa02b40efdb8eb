"""Drawings as files: every suffix, and what is in the file."""

from __future__ import annotations

import json

import pytest

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.viz import saving

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def drawing():
    u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
    f = (u + v) * w
    f.backward()
    return viz.draw(f, names={"u": u, "v": v, "w": w, "f": f})


@pytest.mark.parametrize(
    ("suffix", "text"),
    [(".svg", "svg"), (".dot", "dot"), (".gv", "dot"), (".mmd", "mermaid"), (".html", "html")],
)
def test_text_is_saved_as_it_is(drawing, suffix, text, tmp_path):
    path = drawing.save(tmp_path / f"graph{suffix}")
    assert path.read_bytes().decode() == getattr(drawing, text)


def test_folders_are_made_and_the_case_of_a_suffix_does_not_matter(drawing, tmp_path):
    path = drawing.save(str(tmp_path / "new" / "folder" / "graph.DOT"))
    assert path == tmp_path / "new" / "folder" / "graph.DOT"
    assert path.read_text(encoding="utf-8") == drawing.dot


def test_png(drawing, tmp_path):
    assert drawing.save(tmp_path / "graph.png").read_bytes().startswith(PNG)


def test_a_wide_picture_is_a_png_of_bounded_size():
    assert saving._resolution('<svg width="400pt" height="90pt">') == 160
    assert saving._resolution('<svg width="90pt" height="12000pt">') == 72


@pytest.mark.parametrize(
    ("suffix", "side", "said"), [("png", 300, "39 dots per inch"), ("pdf", 210, "15128 points")]
)
def test_a_picture_that_cannot_be_read_is_warned_of(drawing, suffix, side, said, tmp_path, request):
    if suffix == "pdf":
        request.getfixturevalue("makes_pdf")
    wide = viz.Drawing(drawing.graph)
    wide.__dict__["dot"] = f"digraph {{ a [shape=box width={side}] }}"
    with pytest.warns(UserWarning, match=f"{said}.*`limit=`") as caught:
        wide.save(tmp_path / f"x.{suffix}")
    assert caught[0].filename == __file__
    assert (tmp_path / f"x.{suffix}").exists()


def test_tex_is_a_whole_document_with_the_picture(drawing, tmp_path):
    text = drawing.save(tmp_path / "graph.tex").read_text(encoding="ascii")
    assert text.startswith("\\documentclass")
    assert drawing.tikz in text
    assert text.endswith("\\end{document}\n")


def test_markdown_is_one_block_of_mermaid(drawing, tmp_path):
    text = drawing.save(tmp_path / "graph.md").read_text(encoding="utf-8")
    assert text == f"```mermaid\n{drawing.mermaid}```\n"


@pytest.mark.parametrize("name", ["graph.jpeg", "graph", "graph.svg.gz"])
def test_an_unknown_suffix_is_told_all_known_ones(drawing, name, tmp_path):
    with pytest.raises(ValueError, match="cannot save") as caught:
        drawing.save(tmp_path / name)
    assert all(suffix in str(caught.value) for suffix in saving.FORMATS)
    assert not list(tmp_path.iterdir())


def test_every_text_is_the_same_each_time(drawing):
    again = viz.Drawing(drawing.graph, drawing.direction)
    texts = ("svg", "dot", "tikz", "mermaid", "html")
    assert [json.dumps(getattr(again, t)) for t in texts] == [
        json.dumps(getattr(drawing, t)) for t in texts
    ]
