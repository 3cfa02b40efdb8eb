"""What is said under the picture, in the language of Graphviz: for films, which have no HTML."""

from __future__ import annotations

from collections.abc import Iterable

from ..pictures.canvas import FONT
from ..pictures.colours import INK
from ..pictures.html import SIZE, markup
from .lines import Line, Piece


def captions(lines: Iterable[Line]) -> str:
    """Lines as DOT text: nodes v0, v1, ..., each a table on white ground."""
    from graphviz import Digraph  # only when something is drawn

    look = {"shape": "plain", "fontname": FONT, "fontsize": str(SIZE), "fontcolor": INK}
    dot = Digraph("captions", node_attr=look)
    for i, line in enumerate(lines):
        cells = "".join(f"<TD>{_piece(piece)}</TD>" for piece in line)
        table = 'BORDER="0" BGCOLOR="white" CELLSPACING="0" CELLPADDING="2"'
        dot.node(f"v{i}", f"<<TABLE {table}><TR>{cells}</TR></TABLE>>")
    return str(dot.source)


def _piece(piece: Piece) -> str:
    if isinstance(piece, str):
        return markup(piece)
    rows = piece if isinstance(piece[0], list) else [piece]
    lines = "".join(f"<TR>{''.join(map(_entry, row))}</TR>" for row in rows)
    plain = 'BORDER="0" CELLBORDER="0" CELLSPACING="0"'
    inner = f'<TABLE {plain} CELLPADDING="2">{lines}</TABLE>'
    cells = f"{_bracket('TLB')}<TD>{inner}</TD>{_bracket('TRB')}"
    return f'<TABLE {plain} CELLPADDING="0"><TR>{cells}</TR></TABLE>'


def _bracket(sides: str) -> str:
    return f'<TD BORDER="1" SIDES="{sides}" WIDTH="4"></TD>'


def _entry(text: str) -> str:
    return f'<TD ALIGN="RIGHT">{text}</TD>'
