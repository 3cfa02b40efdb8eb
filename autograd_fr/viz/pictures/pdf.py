"""A picture as PDF: by Graphviz where it can, else by a program that converts SVG."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from .render import PATIENCE, RenderError, render

# Programs that read SVG from their input and write PDF to their output.
CONVERTERS = (
    ("rsvg-convert", "--format=pdf"),
    ("inkscape", "--pipe", "--export-type=pdf", "--export-filename=-"),
)
MAGIC = b"%PDF"

# When a file was made; another date of the same length leaves the places in the file as they are.
DATE = re.compile(rb"(/(?:CreationDate|ModDate) *\((?:D:)?)\d{14}")
UNDATED = b"19700101000000"


def to_pdf(dot: str, svg: str) -> bytes:
    """The picture as one page of PDF, from the DOT text or from the SVG text of it: the same bytes
    whenever it is made.

    Raises RenderError where nothing is there to make it, or all fail, with what each has to say.
    """
    complaints = []
    ways: Iterable[Callable[[], bytes]] = (partial(render, dot, "pdf"), *_ways(_plain(svg)))
    for way in ways:
        try:
            made = way()
        except RenderError as error:
            complaints.append(str(error))
            continue
        if made.startswith(MAGIC):
            return DATE.sub(rb"\g<1>" + UNDATED, made)
    raise RenderError(
        "for PDF there has to be Graphviz's own `dot`, rsvg-convert, Inkscape or cairosvg, and "
        'none of them made one: pip install "autograd_fr[pdf]", or install Graphviz from your '
        "system's packages" + "".join(f"\n{complaint}" for complaint in complaints)
    )


def _plain(svg: str) -> str:
    """An SVG without what converters stumble over: the style that is meant for a page, on which
    cairosvg draws nothing, and lists of fonts, of which rsvg-convert takes the last."""
    svg = re.sub('<svg style="[^"]*"', "<svg", svg, count=1)
    return re.sub('font-family="([^",]*),[^"]*"', r'font-family="\1"', svg)


def _ways(svg: str) -> Iterator[Callable[[], bytes]]:
    """What can convert SVG here."""
    for program, *options in CONVERTERS:
        if found := shutil.which(program):
            yield partial(_converted, svg, [found, *options])
    yield partial(_by_cairosvg, svg)


def _converted(svg: str, command: list[str]) -> bytes:
    try:
        done = subprocess.run(
            command, input=svg.encode(), capture_output=True, check=False, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RenderError(f"{command[0]} failed: {error}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise RenderError(f"{command[0]} failed ({done.returncode}): {said}")
    return done.stdout


def _by_cairosvg(svg: str) -> bytes:
    try:
        import cairosvg
    except (ImportError, OSError) as error:  # OSError: without the system's Cairo library
        raise RenderError(f"cairosvg: {error}") from error
    pdf: bytes = cairosvg.svg2pdf(bytestring=svg.encode())
    return pdf
