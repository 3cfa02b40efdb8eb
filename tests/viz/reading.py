"""Reading pictures back: what stands in the boxes of an SVG or a DOT file, and what joins them."""

from __future__ import annotations

import re
from html import unescape
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"


def groups(svg, kind):
    """The nodes or the edges of an SVG, each as its title and its elements."""
    root = ElementTree.fromstring(svg)
    found = [g for g in root.iter(f"{SVG}g") if g.get("class") == kind]
    return [(g.findtext(f"{SVG}title"), list(g.iter())) for g in found]


def boxes(svg):
    """The texts in each node of an SVG, by the node's number in the graph."""
    return {title: written(elements) for title, elements in groups(svg, "node")}


def written(elements):
    return [e.text for e in elements if e.tag == f"{SVG}text" and e.text.strip()]


def arrows(svg):
    return [re.sub(":[a-z]+", "", title) for title, _ in groups(svg, "edge")]


def beside_arrows(svg):
    """The texts at the arrows that have some."""
    found = {re.sub(":[a-z]+", "", title): written(e) for title, e in groups(svg, "edge")}
    return {title: texts for title, texts in found.items() if texts}


def texts(svg):
    """The texts in all the nodes."""
    return [text for box in boxes(svg).values() for text in box]


def fills(svg, node):
    """The colours of the boxes in a node."""
    shapes = [e for e in dict(groups(svg, "node"))[node] if e.tag != f"{SVG}text"]
    return {e.get("fill") for e in shapes} - {None, "none"}


def legend(svg):
    """The texts under the picture."""
    (page,) = (g for g in ElementTree.fromstring(svg).iter(f"{SVG}g") if g.get("class") == "graph")
    return written(page)


def dot_boxes(dot):
    """The texts in each node of a DOT file."""
    nodes = re.findall(r'^\t+(\w+) \[label=(?:<(.*?)>|"(.*?)") ?(?: \w+=.*)?\]$', dot, re.M)
    nodes = [node for node in nodes if node[0] not in ("graph", "node", "edge")]
    return {name: _between_tags(label or plain) for name, label, plain in nodes}


def dot_arrows(dot):
    return [f"{a}->{b}" for a, b in re.findall(r"^\t(\w+)(?::\w+)* -> (\w+)", dot, re.M)]


def _between_tags(label):
    return [unescape(text) for text in re.split("<[^>]*>", label) if text.strip()]
