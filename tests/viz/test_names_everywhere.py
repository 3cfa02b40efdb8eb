"""Names with anything in them: in every format they can be read, and nothing of them is markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.viz.pictures.layout import layout

SVG = "{http://www.w3.org/2000/svg}"

NAMES = [
    "été", "naïve ça", "日本", "Ж", "שלום", "مرحبا", "😀", "a<b>c", "x & y", "&amp;", "&#60;b&#62;",
    'say "hi"', "it's", "`x`", "one\ntwo", "one\r\ntwo", "a\tb", "\\N \\G \\l", "C:\\dir\\",
    "a\\nb", "</TD>", "</title>", "]]>", "-->", "<!-- x -->", "<script>alert(1)</script>",
    "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)",
    '"]; evil [label="', '" --> v9', "v0:x", "{r}|{s}", "#quot;#35;", "%%{init: {}}%%", "end",
    "1. one", "- one", "**b** __d__", "$x$", "$%_#&{}~^", "\\end{tikzpicture}\\input{x}",
    "^^5cinput", "${title}", "%s %d", "nul\0", "\x1b[31m", "half \ud83d", "\ufffe", "\u202eltr",
    " ", "x" * 300,
]  # fmt: skip


def seen(name):
    """What is to be read of a name: control characters and the like replaced, lines apart."""
    short = name if len(name) <= 40 else f"{name[:20]}…{name[-19:]}"
    return lines(short)


def lines(text):
    """Text as it is shown where there is room for all of it."""
    shown = re.sub("[\x00\x1b\ud83d\ufffe\u202e]", "\ufffd", text)
    return shown.replace("\t", " ").splitlines()


@pytest.fixture(params=NAMES, ids=ascii)
def name(request):
    return request.param


@pytest.fixture
def f(name):
    u = ag.tensor(2.0, requires_grad=True, name=name)
    f = u * u
    f.backward()
    return f


@pytest.fixture
def drawing(f):
    return viz.draw(f, names={"f": f})


def drawn(svg):
    """The texts in the node of the variable, in one line."""
    root = ElementTree.fromstring(svg)
    (node,) = [g for g in root.iter(f"{SVG}g") if g.findtext(f"{SVG}title") == "v0"]
    return [e.text for e in node.iter(f"{SVG}text")], {e.tag.removeprefix(SVG) for e in root.iter()}


def test_svg(name, drawing):
    texts, tags = drawn(drawing.svg)
    assert "".join(texts).replace(" ", "").startswith("".join(seen(name)).replace(" ", ""))
    assert tags <= {"svg", "g", "title", "text", "path", "polygon", "ellipse", "polyline"}
    heading, _ = drawn(drawing.svg_under(name))
    assert heading == texts


def test_text_above_the_picture(name, drawing):
    root = ElementTree.fromstring(drawing.svg_under(name))
    (graph,) = [g for g in root.iter(f"{SVG}g") if g.get("class") == "graph"]
    texts = [e.text or "" for e in graph.findall(f"{SVG}text")]
    assert [text.rstrip() for text in texts] == [line.rstrip() for line in lines(name)]


def test_dot(drawing):
    """Graphviz itself reads it as the three nodes and three arrows that are meant."""
    found = layout(drawing.dot)
    assert found.centres.keys() == {"v0", "v1", "o0"}
    arrows = sorted((edge.tail, edge.head) for edge in found.edges)
    assert arrows == [("o0", "v1"), ("v0", "o0"), ("v0", "o0")]


def test_tikz(drawing):
    tikz = drawing.tikz
    assert tikz.isascii()
    (label,) = re.findall(r"\(v0\) at \([^)]*\) \{(.*)\};$", tikz, re.MULTILINE)
    assert label.endswith(" = 2$")
    known = {
        "text", "mathit", "textbackslash", "textasciitilde", "textasciicircum", "textless",
        "textgreater", "textbar", "textasciigrave", "texttt", "shortstack", "ifnum", "ifdefined",
        "Umathchar", "iffontchar", "font", "fi", "char", "else", "c", "dots",
    }  # fmt: skip
    words = re.findall(r"\\\\|\\([A-Za-z]+)|\\.", label)
    assert set(words) - {""} <= known
    bare = re.sub(r"\\.", "", label)
    assert bare.count("{") == bare.count("}") and bare.count("$") == 2
    assert not re.search(r"[%#&~]|\^\^", bare)


def test_mermaid(name, drawing):
    lines = drawing.mermaid.splitlines()
    (label,) = [line for line in lines if line.strip().startswith("v0(")]
    assert re.fullmatch(r' +v0\("[^"]*"\):::leaf', label)
    told = re.search('"(.*)"', label)[1]
    assert not re.search(r"<(?!br/>)|[`$%{}|;]|#(?![0-9]+;)", re.sub("#[0-9]+;", "", told))
    read = re.sub("#([0-9]+);", lambda code: chr(int(code[1])), told).split("<br/>")
    assert [line.strip() for line in " ".join(read).split(" = 2")[:1]] == [
        " ".join(seen(name)).strip()
    ]


def test_where_operations_are_arrows(f, drawing):
    literal = viz.draw(f, names={"f": f}, style="variables")
    texts, tags = drawn(literal.svg)
    assert texts == drawn(drawing.svg)[0]
    assert tags <= drawn(drawing.svg)[1]
    found = layout(literal.dot)
    assert [(edge.tail, edge.head) for edge in found.edges] == [("v0", "v1")] * 2
    for text, node in (("mermaid", r"^ +v0(.*)"), ("tikz", r"\(v0\) at \S+ (.*)")):
        label, expected = (re.search(node, getattr(d, text), re.M)[1] for d in (literal, drawing))
        assert label == expected


class Reader(HTMLParser):
    """The tags of a page, and the texts in its SVG."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.texts, self.attributes = [], [], set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {attribute for attribute, _ in attrs}

    def handle_data(self, data):
        if self.tags and self.tags[-1] == "text":
            self.texts.append(data)


def test_html(name, drawing):
    page = Reader(drawing.html)
    plain = Reader(viz.Drawing(viz.draw(ag.tensor(2.0, requires_grad=True) * 2).graph).html)
    assert page.tags.count("script") == 1
    assert set(page.tags) <= set(plain.tags)
    assert page.attributes <= plain.attributes
    told = "".join("".join(page.texts).split())
    assert "".join("".join(seen(name)).split()) in told
