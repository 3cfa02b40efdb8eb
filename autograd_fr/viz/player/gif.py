"""The scenes as a film: Graphviz draws the picture, all contents and the captions once each, and
Pillow puts together what belongs to a scene."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from ...errors import MissingExtra
from ..graph.model import Graph
from ..pictures.render import render
from .captions import captions
from .cues import cues
from .scenes import Scene
from .stage import Stage
from .svg import Box, Cell, Point, Turned, cells, drawn, edges, extent, nodes, points, turned

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

FINE, WIDEST = 3, 1400  # pixels per point while drawing; pixels of the film, half as fine
PAUSE, READING, LAST = 800, 500, 3000  # milliseconds: each scene, each of its lines, the last one
LIT = {"forward": "#1d5fd1", "backward": "#d9480f"}
READABLE = 2  # pixels per point of the captions, however wide the picture
WRONG = "#c81e1e"
THICK, MARGIN, ROUND = 2.6, 4, 9  # points: a lit line, what a box keeps free, its corners


def film(graph: Graph, scenes: Sequence[Scene], stage: Stage) -> bytes:
    """The scenes as an animated GIF that begins anew after the last.

    Raises MissingExtra where Pillow is not installed.
    """
    try:
        from PIL.Image import Dither, Resampling
    except ImportError:
        raise MissingExtra("Pillow", "gif") from None
    frames = []
    for frame in _watched(Film(graph, scenes, stage), len(scenes)):
        small = frame.resize((frame.width // 2, frame.height // 2), Resampling.LANCZOS)
        frames.append(small.quantize(128, dither=Dither.NONE))
    written = io.BytesIO()
    durations = [PAUSE + READING * len(scene.lines) for scene in scenes]
    durations[-1] += LAST
    frames[0].save(
        written, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0
    )
    return written.getvalue()


def _watched(frames: Iterable[Image], count: int) -> Iterable[Image]:
    """The frames, behind a progress bar where standard error is a terminal and tqdm installed."""
    try:
        from tqdm import tqdm
    except ImportError:
        return frames
    watched: Iterable[Image] = tqdm(frames, total=count, unit="frame", disable=None, delay=2)
    return watched


class Print:
    """DOT text drawn twice: as an SVG, which tells where everything is, and as pixels."""

    def __init__(self, dot: str, fine: float | None = None) -> None:
        from PIL import Image

        self.svg = drawn(dot)
        width = float(self.svg.get("width", "0pt").removesuffix("pt"))
        self.fine = min(FINE, 2 * WIDEST / width) if fine is None else fine
        png = render(dot, "png", f"-Gdpi={72 * self.fine}")
        self.image = Image.open(io.BytesIO(png)).convert("RGB")
        graph = self.svg.find("g")
        transform = "" if graph is None else graph.get("transform", "")
        self.right, self.down = map(float, re.findall(r"-?[\d.]+", transform)[-2:])

    def place(self, x: float, y: float) -> tuple[int, int]:
        """The pixel of a point of the SVG."""
        return round((x + self.right) * self.fine), round((y + self.down) * self.fine)

    def pixels(self, box: Box) -> tuple[int, int, int, int]:
        return *self.place(box.left, box.top), *self.place(box.right, box.bottom)


class Film:
    """The frames of a film, one for each scene."""

    def __init__(self, graph: Graph, scenes: Sequence[Scene], stage: Stage) -> None:
        self.picture = Print(stage.dot)
        fine = self.picture.fine
        self.sheet = Print(stage.sheet_dot, fine)
        self.texts = list(_texts(scenes, max(fine, READABLE)))
        self.stage, self.cues = stage, cues(graph, scenes, stage.states)
        found = nodes(self.picture.svg)
        self.cells = {
            f"{name}.{kind}": cell
            for name, node in found.items() for kind, cell in cells(node).items()
        }  # fmt: skip
        self.outlines: dict[str, Element] = {
            **{name: node for name, node in found.items() if name.startswith("o")},
            **edges(self.picture.svg, graph),
            **{name: cell.group for name, cell in self.cells.items()},
        }

    def __iter__(self) -> Iterator[Image]:
        from PIL import Image

        above, gap = self.picture.image.size, round(8 * self.picture.fine)
        width = max(above[0], *(text.width for text in self.texts)) + 2 * gap
        height = above[1] + max(text.height for text in self.texts) + 3 * gap
        values: set[str] = set()
        for cue, states, text in zip(self.cues, self.stage.states, self.texts):
            values.update(cue["values"])
            frame = Image.new("RGB", (width, height), "white")
            frame.paste(self._picture(cue, states, values), ((width - above[0]) // 2, gap))
            frame.paste(text, (gap, above[1] + 2 * gap))
            yield frame

    def _picture(self, cue: dict[str, Any], states: dict[int, int], values: set[str]) -> Image:
        """The picture in one scene."""
        from PIL import ImageDraw

        image = self.picture.image.copy()
        draw = ImageDraw.Draw(image)
        for name, cell in self.cells.items():
            if name.endswith(".value") and name not in values:
                for box in _extents(cell):
                    draw.rectangle(self.picture.pixels(box), _ground(cell))
        for k, state in states.items():
            cell, other = self.cells[f"v{k}.gradient"], self.stage.sheet[k][state]
            draw.rectangle(self.picture.pixels(_within(cell.box)), _ground(cell))
            content = self.sheet.image.crop(self.sheet.pixels(_within(other.box)))
            scale, right, down = other.box.into(cell.box)
            if scale < 1:
                content = content.resize(
                    (round(content.width * scale), round(content.height * scale))
                )
            left, top = (scale * (side + MARGIN) for side in other.box[:2])
            image.paste(content, self.picture.place(left + right, top + down))
        for name in cue["lit"]:
            back = cue["phase"] == "backward" and turned(self.outlines[name])
            if back:
                self._way_back(draw, self.outlines[name], back)
            else:
                self._outline(draw, self.outlines[name], LIT[cue["phase"]])
        for name in cue["wrong"]:
            self._outline(draw, self.outlines[name], WRONG)
        return image

    def _way_back(self, draw: ImageDraw, edge: Element, way: Turned) -> None:
        """Draw an edge again, with its arrowhead at the other end."""
        for shape in edge.iter("polygon"):
            draw.polygon(self._places(points(shape)), "white", "white", self._thick)
        lines = [curve(points(path)) for path in edge.iter("path")]
        for line in (*lines, way.tail):
            draw.line(self._places(line), LIT["backward"], self._thick, joint="curve")
        draw.polygon(self._places(way.head), LIT["backward"])

    @property
    def _thick(self) -> int:
        return round(THICK * self.picture.fine)

    def _places(self, corners: Iterable[Point]) -> list[tuple[int, int]]:
        return [self.picture.place(x, y) for x, y in corners]

    def _outline(self, draw: ImageDraw, group: Element, colour: str) -> None:
        """Draw the lines of a node, of a box, or of an edge again, thick and in a colour."""
        width = self._thick
        is_edge = "edge" in group.get("class", "")
        for shape in group:
            box = extent(shape)
            if box is None or shape.get("stroke") == "none":
                continue
            if is_edge and shape.tag == "path":
                draw.line(self._places(curve(points(shape))), colour, width, joint="curve")
            elif is_edge:
                draw.polygon(self._places(points(shape)), colour)
            elif shape.tag == "ellipse":
                draw.ellipse(self.picture.pixels(box), outline=colour, width=width)
            elif shape.get("class") == "frame" or shape.tag == "path":
                radius = ROUND * self.picture.fine if shape.tag == "path" else 0
                draw.rounded_rectangle(
                    self.picture.pixels(box), radius, outline=colour, width=width
                )


def _texts(scenes: Sequence[Scene], fine: float) -> Iterator[Image]:
    """What is said in each scene, its lines under each other."""
    from PIL import Image

    spoken = [((f"{scene.progress}",), *scene.lines) for scene in scenes]
    print_ = Print(captions(line for lines in spoken for line in lines), fine)
    boxes = (extent(next(group.iter("polygon"))) for group in nodes(print_.svg).values())
    cuts = (print_.image.crop(print_.pixels(box)) for box in boxes if box is not None)
    for lines in spoken:
        rows = [next(cuts) for _ in lines]
        size = max(row.width for row in rows), sum(row.height for row in rows)
        text, top = Image.new("RGB", size, "white"), 0
        for row in rows:
            text.paste(row, (0, top))
            top += row.height
        yield text


def curve(controls: Sequence[tuple[float, float]], parts: int = 12) -> list[tuple[float, float]]:
    """Points along joined Bézier curves of the third degree."""
    found = [controls[0]]
    for i in range(0, len(controls) - 3, 3):
        four = controls[i : i + 4]
        for step in range(1, parts + 1):
            t = step / parts
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            x, y = (sum(w * p[axis] for w, p in zip(weights, four)) for axis in (0, 1))
            found.append((x, y))
    return found


def _within(box: Box) -> Box:
    """A box without its frame."""
    return Box(box.left + MARGIN, box.top + MARGIN, box.right - MARGIN, box.bottom - MARGIN)


def _ground(cell: Cell) -> str:
    """The colour that a box is filled with."""
    fills = (shape.get("fill", "none") for shape in cell.group if shape.get("class") == "frame")
    return next((fill for fill in fills if fill != "none"), "white")


def _extents(cell: Cell) -> Iterator[Box]:
    """Where the numbers of a box stand; a text may reach as far as the box does."""
    for element in cell.numbers:
        if element.tag == "text":
            size, x, y = (float(element.get(key, 0)) for key in ("font-size", "x", "y"))
            yield Box(x, y - size, cell.box.right - MARGIN, y + size / 3)
        elif (box := extent(element)) is not None:
            yield box
