"""The block of HTML that plays the scenes, and the page around it."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from html import escape
from pathlib import Path
from xml.etree import ElementTree

from ..graph.model import Graph
from ..pictures.canvas import FONT
from ..pictures.page import document
from .cues import cues
from .lines import text
from .scenes import Scene
from .stage import Stage
from .wording import name

WRONG = {"stroke": "#c81e1e", "stroke-width": "2.6", "stroke-dasharray": "5 3"}
LETTER = 6.5  # points: about the width of a letter
LEAST = 0.4  # the scale to which a wide picture shrinks before it is scrolled


def block(graph: Graph, scenes: Sequence[Scene], stage: Stage) -> str:
    """Picture, buttons and script as one `<div>` that needs nothing from elsewhere.

    Where no script runs it is the picture, with all values and gradients, and what is wrong of
    these.
    """
    data = json.dumps(cues(graph, scenes, stage.states), separators=(",", ":"))
    title = escape(title_of(graph))
    said = _said(scenes[-1]) if scenes[-1].wrong else ""
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
<select aria-label="Speed">
<option value="0.5">½×</option><option value="1" selected>1×</option>
<option value="2">2×</option><option value="4">4×</option>
</select>
<output></output>
</div>
<div class="ag-picture">
{picture(graph, stage, scenes[-1].wrong)}
</div>
<div class="ag-caption" aria-live="polite"{"" if said else " hidden"}>{said}</div>
<script type="application/json" class="ag-data">{_inert(data)}</script>
<script>{_script()}</script>
</div>
"""


def _said(scene: Scene) -> str:
    return "".join(f"<p>{escape(text(line))}</p>" for line in scene.lines)


def page(graph: Graph, block: str) -> str:
    """A whole page around a block, in which no other script runs, and nothing is fetched."""
    return document(title_of(graph), block, _script())


def title_of(graph: Graph) -> str:
    """What a block is about."""
    return f"Backpropagation of {name(graph, graph.output)}, step by step"


def picture(graph: Graph, stage: Stage, wrong: Collection[int] = ()) -> str:
    """The picture as one `<svg>` element, as it is in the end, what turned out wrong marked."""
    svg = _labelled(graph, stage)
    width = float(svg.get("width", "0pt").removesuffix("pt"))
    svg.set("style", f"min-width: {width * LEAST:.0f}pt; --width: {width:.0f}pt")
    for box in _boxes(svg, wrong):
        box.set("class", f"{box.get('class')} ag-wrong")
    return ElementTree.tostring(svg, encoding="unicode")


def still(graph: Graph, stage: Stage, last: Scene) -> str:
    """The same for where there is no style sheet and no caption: what is wrong is marked, and said
    below."""
    svg = _labelled(graph, stage)
    if last.wrong:
        for frame in (e for box in _boxes(svg, last.wrong) for e in box.iter()):
            if frame.get("class") == "frame" and frame.get("stroke") != "none":
                frame.attrib.update(WRONG)
        _add_line(svg, text(last.lines[0]))
    return ElementTree.tostring(svg, encoding="unicode")


def _labelled(graph: Graph, stage: Stage) -> ElementTree.Element:
    svg = stage.svg()
    svg.set("role", "img")
    svg.set("aria-label", f"The graph of {name(graph, graph.output)}")
    return svg


def _boxes(svg: ElementTree.Element, variables: Collection[int]) -> list[ElementTree.Element]:
    """The boxes of gradients."""
    names = {f"v{k}.gradient" for k in variables}
    return [box for box in svg.iter("g") if box.get("data-part") in names]


def _add_line(svg: ElementTree.Element, said: str) -> None:
    """Write a line below a picture."""
    left, top, width, height = map(float, svg.get("viewBox", "").split())
    width, below = max(width, LETTER * len(said) + 16), height + 24
    svg.attrib.update({
        "width": f"{width:.0f}pt", "height": f"{below:.0f}pt",
        "viewBox": f"{left:.2f} {top:.2f} {width:.2f} {below:.2f}",
    })  # fmt: skip
    look = {"font-family": f"{FONT},sans-Serif", "font-size": "13", "fill": WRONG["stroke"]}
    place = {"x": f"{left + 8:.2f}", "y": f"{top + height + 12:.2f}"}
    ElementTree.SubElement(svg, "text", look | place).text = said


def _script() -> str:
    return f"\n(() => {{\n{_file('player.js')}}})();\n"


def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def _inert(data: str) -> str:
    """JSON that ends no script, whatever stands in it."""
    return data.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")
