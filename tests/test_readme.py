"""What the README shows is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import autograd_fr as ag
from autograd_fr import viz

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.S)


def test_the_python_in_it_runs_and_gives_what_it_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # it saves a drawing
    names: dict[str, object] = {}
    for block in blocks("python"):
        exec(compile(block, "README.md", "exec"), names)
    assert [names[k].grad.item() for k in "uvw"] == [4, 4, 5]
    assert names["dy"].item() == names["ddy"].item() == 12
    assert names["accuracy"].item() >= 0.98
    assert names["each"]["0.weight"].shape == (300, 16, 2)
    shown = next(block for block in blocks("text") if "bad.2.weight" in block)
    assert f"ShapeError: {names['message']}\n" in shown
    assert names["message"].__notes__[0] in shown


def test_its_picture_is_the_drawing_of_its_first_example():
    u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
    f = (u + v) * w
    f.backward()
    drawn = viz.draw(f, names={"u": u, "v": v, "w": w, "f": f})
    stored = (ROOT / "notebooks/pictures/f.svg").read_text(encoding="utf-8")
    texts = [re.findall(r"<text.*?>(.*?)</text>", svg) for svg in (stored, drawn.svg)]
    assert texts[0] == texts[1]
    assert len(texts[0]) > 10


@pytest.mark.parametrize("path", re.findall(r"\]\(([\w./-]+)\)", README))
def test_its_links_lead_somewhere(path):
    assert (ROOT / path).exists()


def test_the_two_commands_are_marked_for_whoever_runs_them():
    for name in ("demo", "test"):
        assert re.search(rf"<!-- command: {name} -->\n```sh\n.+\n```", README)
