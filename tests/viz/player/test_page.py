"""The block of HTML: what is in it without a script, what the script is told, and no injections."""

from __future__ import annotations

import json
import math
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.viz.player.lines import text
from autograd_fr.viz.player.svg import extent, points
from tests.viz.player.programs import PROGRAMS, branching, leaf, lecture, perceptron
from tests.viz.processes import printed

SVG = "{http://www.w3.org/2000/svg}"


class Page(HTMLParser):
    """The tags of a page, each with its attributes, and the texts of its scripts."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.scripts = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.tags and self.tags[-1][0] == "script" and data.strip():
            self.scripts.append(data)


def parts(svg):
    """The parts of a picture by name."""
    return {e.get("data-part"): e for e in ElementTree.fromstring(svg).iter() if e.get("data-part")}


def visible(element):
    """The text of an element without what is hidden."""
    if element.get("display") == "none":
        return ""
    return (element.text or "") + "".join(visible(e) + (e.tail or "") for e in element)


def told(player):
    """What the script is told of the scenes."""
    return json.loads(Page(player.html).scripts[0])


def test_without_a_script_it_is_the_picture_in_the_end():
    found = {name: " ".join(visible(part).split()) for name, part in parts(lecture().svg).items()}
    assert found["v0.value"] == "u = 2"
    assert found["v2.gradient"] == "∂f/∂t1 = 4"
    assert found["o1"].endswith("×")
    controls = next(a for _, a in Page(lecture().html).tags if a.get("class") == "ag-controls")
    assert "hidden" in controls


def test_every_part_that_a_scene_lights_is_in_the_picture():
    for program in PROGRAMS:
        player = program()
        named = parts(player.svg)
        for cue in told(player):
            changed = [*cue["lit"], *cue["wrong"], *cue["values"], *cue["gradients"]]
            assert set(changed) <= set(named)


def test_the_states_of_a_box_are_all_in_it():
    player = branching(order="naive")
    box = parts(player.svg)["v0.gradient"]
    states = {g.get("data-state"): " ".join("".join(g.itertext()).split())
              for g in box if g.get("class") == "gradient"}  # fmt: skip
    assert {k: text for k, text in states.items() if k != "0"} == {
        "1": "∂c/∂a = 1", "2": "∂c/∂a = 2", "3": "∂c/∂a = 4", "4": "∂c/∂a = 6",
    }  # fmt: skip
    assert not re.search(r"\d", states["0"])


def test_the_lit_parts_of_a_step():
    cues = told(lecture())
    assert cues[1]["lit"] == ["o0", "i0.0", "i0.1", "r0.2", "v2.value"]
    assert cues[4]["lit"] == [
        "o1", "r1.4", "i1.0", "i1.1", "v4.gradient", "v2.gradient", "v3.gradient",
    ]  # fmt: skip
    assert cues[4]["gradients"] == {"v2.gradient": 1, "v3.gradient": 1}


def test_the_name_of_a_parameter_is_painted_over_its_frames():
    q = ag.nn.Parameter(ag.tensor(2.0))
    f = q * 3
    box = parts(viz.play(f).svg)["v0.value"]
    painted = list(box.iter())
    (name,) = [i for i, e in enumerate(painted) if (e.text or "").strip() == "q"]
    grounds = [i for i, e in enumerate(painted) if e.get("fill") == "white"]
    assert len(grounds) == 2 and max(grounds) < name


def test_the_way_back_is_drawn_from_the_other_end():
    for name, edge in parts(lecture().svg).items():
        if name[0] in "ir":
            (back,) = [e for e in edge if e.get("class") == "back"]
            (line,), (arrow,) = (edge.findall(f"{SVG}{tag}") for tag in ("path", "polygon"))
            tail, head = (points(e) for e in back)
            assert back.get("display") == "none"
            assert head[0] == points(line)[0] and tail[0] == points(line)[-1]
            assert tail[1] in points(arrow)
            assert math.dist(head[0], points(arrow)[1]) > 20


def test_what_came_out_wrong_is_marked_without_a_script_too():
    player = branching(order="naive")
    wrong = [name for name, part in parts(player.svg).items()
             if any(e.get("stroke-dasharray") == "5 3" for e in part)]  # fmt: skip
    assert wrong == ["v0.gradient"]
    assert "came out wrong" in "".join(ElementTree.fromstring(player.svg).itertext())
    assert 'class="gradient-box ag-wrong" data-part="v0.gradient"' in player.html
    assert "<p>∂c/∂a = 6 is wrong, right is 4.</p>" in player.html
    for right in (lecture(order="naive"), branching()):
        assert "wrong" not in right.svg and '"5 3"' not in right.svg
        assert ' ag-wrong"' not in right.html and "<p>" not in right.html


def test_nothing_comes_from_elsewhere():
    text = perceptron().html
    assert not re.search(r"(?:src|href)\s*=|@import|url\(|fetch\(|import\(", text)
    assert set(re.findall(r"https?://[^\s\"']+", text)) <= {"http://www.w3.org/2000/svg"}


def test_no_element_has_an_id():
    assert not [tag for tag, attributes in Page(perceptron().html).tags if "id" in attributes]


HOSTILE = [
    "</script><script>alert(1)</script>", "</svg><img src=x onerror=alert(1)>", "<!--", "]]>",
    '"onload="alert(1)', "it's é & <b>日本</b>", "a\nb\tc", "\\N \\u003c $x_1$ %d {y} #&~^",
    "a\x00b\u2028c\ud800", "\ue000\ue001",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_names_inject_nothing(name):
    def played(x):
        f = x * x.exp()
        return viz.play(f)

    plain, named = (played(leaf(2.0, name=each)) for each in ("x", name))
    harmless, hostile = Page(plain.html), Page(named.html)
    assert [tag for tag, _ in hostile.tags if tag != "text"] == [
        tag for tag, _ in harmless.tags if tag != "text"
    ]
    keys = [set(a) - {"width"} for _, a in hostile.tags if a.get("class", "").startswith("ag-")]
    assert not any(key.startswith("on") for each in keys for key in each)
    titles = [e.text for e in ElementTree.fromstring(named.svg).iter(f"{SVG}title")]
    shown = re.sub("[\0\ud800]", "\ufffd", " ".join(name.split()))
    assert shown in titles
    assert any(f"∂f/∂{shown}" in text(cue["lines"][-1]) for cue in told(named))


def test_a_box_is_as_wide_as_the_widest_that_will_stand_in_it():
    def width(coefficients):
        x = leaf(1.0)
        y = sum(x * c for c in coefficients)
        box = parts(viz.play(y, names={"x": x, "y": y}).svg)["v0.gradient"]
        return max(extent(e).width for e in box if e.get("class") == "frame")

    assert width((1000.25, -999.25)) > width((1.0, 2.0)) + 10


def test_the_same_program_plays_the_same():
    program = (
        "import autograd_fr as ag; from autograd_fr import viz; ag.manual_seed(0)\n"
        "W = ag.randn(3, 2).requires_grad_(); x = ag.randn(40, 2)\n"
        "f = ag.linear(x, W).relu().sum()\n"
        "print(ascii(viz.play(f, names={'f': f}).html))"
    )
    runs = printed(program)
    assert runs[0] == runs[1]
    assert len(runs[0]) > 1000


def test_it_shows_itself_with_the_picture_beside():
    player = lecture()
    bundle = player._repr_mimebundle_()
    assert bundle["text/html"] == player.html == player._repr_html_()
    assert bundle["image/svg+xml"] == player.svg
    assert bundle["text/plain"] == "<Player of f: 6 steps, topological order>"


def test_a_saved_page_is_whole(tmp_path):
    player = lecture()
    path = player.save(tmp_path / "sub" / "f.html")
    text = path.read_text("utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert player.html in text
    with pytest.raises(ValueError, match=r"'f\.pdf'.*\.html, \.gif"):
        player.save(tmp_path / "f.pdf")


def test_a_block_is_small():
    assert len(lecture().html) < 25_000
