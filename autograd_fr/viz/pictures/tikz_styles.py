"""The frames and colours of the pictures as TikZ styles."""

from __future__ import annotations

from collections.abc import Iterator

from .colours import (
    BLUE,
    FAINT,
    GREY,
    INK,
    LINE,
    ORANGE,
    PALE_BLUE,
    PALE_GREY,
    PALE_ORANGE,
    VIOLET,
)  # fmt: skip
from .labels import FRAMES, REFERENCE, Frame
from .typeset import SIZE

LOOKS = {"rounded": "rounded corners=3bp", "dashed": "dashed", "dotted": "dotted"}
FAMILIES = {
    **{kind.name.lower(): frame for kind, frame in FRAMES.items()},
    "reference": REFERENCE,
    "gradient": Frame(ORANGE, PALE_ORANGE),
    "no gradient": Frame(GREY, PALE_GREY),
    "operation": Frame(BLUE, PALE_BLUE),
}


def colour_definitions() -> Iterator[str]:
    """Every colour in use, under the name that styles know it by."""
    frames = [colour for frame in FAMILIES.values() for colour in frame[:2]]
    for colour in dict.fromkeys([*frames, INK, FAINT, LINE, VIOLET]):
        if colour.startswith("#"):
            code = colour[1:].upper()
            yield rf"\definecolor{{{colour_name(colour)}}}{{HTML}}{{{code}}}"


def styles() -> Iterator[str]:
    """The options of the picture."""
    yield f"x=1bp, y=1bp, font={SIZE}, every node/.style={{align=left, inner sep=0pt}}"
    for name, frame in FAMILIES.items():
        yield f"{name}/.style={{{_framed(frame)}}}"
    yield f"arrow/.style={{draw={colour_name(LINE)}, -stealth}}"
    yield f"argument/.style={{text={colour_name(FAINT)}}}"
    yield f"local/.style={{text={colour_name(VIOLET)}}}"
    yield f"sign/.style={{text={colour_name(BLUE)}}}"


def looks(frame: Frame) -> list[str]:
    """How the line of a frame runs."""
    found = [LOOKS[word] for word in frame.style.split(",") if word in LOOKS]
    return [*found, "double"] if frame.inner == "TRBL" else found


def bar(node: str, colour: str) -> str:
    """The second line at the left side of a node."""
    ends = " -- ".join(f"([xshift=2bp]{node}.{end})" for end in ("north west", "south west"))
    return rf"\draw[draw={colour_name(colour)}] {ends};"


def colour_name(colour: str) -> str:
    """What a colour is called in LaTeX."""
    return colour.replace("#", "ag")


def _framed(frame: Frame) -> str:
    line = colour_name(frame.colour) if frame.width else "none"
    colours = f"draw={line}, fill={colour_name(frame.ground)}, text={colour_name(INK)}"
    return ", ".join([colours, *looks(frame)])
