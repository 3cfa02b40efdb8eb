"""The block of HTML that plays the scenes, and the page around it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from xml.etree import ElementTree

from ..graph.model import Graph
from ..pictures.page import policy
from .cues import cues
from .scenes import Scene
from .stage import Stage
from .wording import name

LEAST = 0.4  # the scale to which a wide picture shrinks before it is scrolled


def block(graph: Graph, scenes: Sequence[Scene], stage: Stage) -> str:
    """Picture, buttons and script as one `<div>` that needs nothing from elsewhere.

    Where no script runs it is the picture, with all values and gradients.
    """
    data = json.dumps(cues(graph, scenes, stage.states), separators=(",", ":"))
    title = escape(title_of(graph))
    return f"""\
<div class="ag-player" role="group" aria-label="{title}" tabindex="0"
 data-lm-suppress-shortcuts="true">
<style>
{_file("player.css")}</style>
<div class="ag-controls" hidden>
<button type="button" aria-label="Previous step">←</button>
<button type="button" aria-label="Play">▶</button>
<button type="button" aria-label="Next step">→</button>
<input type="range" min="0" value="0" aria-label="Step">
<output></output>
</div>
<div class="ag-picture">
{picture(graph, stage)}
</div>
<div class="ag-caption" aria-live="polite" hidden></div>
<script type="application/json" class="ag-data">{_inert(data)}</script>
<script>{_script()}</script>
</div>
"""


def page(graph: Graph, block: str) -> str:
    """A whole page around a block, in which no other script runs, and nothing is fetched."""
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy(_script())}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title_of(graph))}</title>
</head>
<body>
{block}</body>
</html>
"""


def title_of(graph: Graph) -> str:
    """What a block is about."""
    return f"Backpropagation of {name(graph, graph.output)}, step by step"


def picture(graph: Graph, stage: Stage) -> str:
    """The picture as one `<svg>` element, as it is in the end."""
    svg = stage.svg()
    width = float(svg.get("width", "0pt").removesuffix("pt"))
    svg.set("style", f"min-width: {width * LEAST:.0f}pt")
    svg.set("role", "img")
    svg.set("aria-label", f"The graph of {name(graph, graph.output)}")
    return ElementTree.tostring(svg, encoding="unicode")


def _script() -> str:
    return f"\n(() => {{\n{_file('player.js')}}})();\n"


def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def _inert(data: str) -> str:
    """JSON that ends no script, whatever stands in it."""
    return data.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")
