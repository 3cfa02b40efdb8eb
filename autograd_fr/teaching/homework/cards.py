"""How tasks and reports look: a light card, whatever the page around it is.

Notebooks have rules of their own for tables, stronger than those of a class: hence `!important`.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from ...viz.pictures.colours import BLUE, FAINT, GREEN, GRID, INK, PALE_GREY, RED

STYLE = f"""
.ag-kit {{ background: #fff; color: {INK}; border: 1px solid {GRID}; border-radius: 8px;
  padding: 14px 20px; margin: 6px 0; font: 16px/1.5 system-ui, sans-serif; max-width: 1240px; }}
.ag-kit h3 {{ margin: 0 0 6px; font-size: 21px; color: {INK}; }}
.ag-kit h3 small {{ font-weight: 400; color: {FAINT}; font-size: 15px; margin-left: 8px; }}
.ag-kit h4 {{ margin: 12px 0 2px; font-size: 14px; color: {FAINT}; font-weight: 600; }}
.ag-kit p {{ margin: 4px 0; color: {INK}; }}
.ag-kit pre, .ag-kit code {{ font: 15px/1.45 ui-monospace, Consolas, monospace;
  background: {PALE_GREY}; color: {INK}; border-radius: 5px; }}
.ag-kit pre {{ padding: 8px 12px; margin: 2px 0; overflow-x: auto; white-space: pre-wrap; }}
.ag-kit table {{ border-collapse: collapse; table-layout: auto !important; margin: 6px 0;
  width: 100%; max-width: none !important; color: {INK}; background: #fff !important; }}
.ag-kit td, .ag-kit th {{ border: 0 !important; border-bottom: 1px solid {GRID} !important;
  padding: 4px 14px 4px 0 !important; text-align: left !important; vertical-align: top;
  font-size: 15px; max-width: none !important; white-space: normal !important;
  background: #fff !important; color: {INK}; }}
.ag-kit th {{ width: 1%; white-space: nowrap !important; font-weight: 600; }}
.ag-kit .bad {{ color: {RED}; font-weight: 600; }}
.ag-kit .good {{ color: {GREEN}; font-weight: 600; }}
.ag-kit .hint {{ border-left: 5px solid {BLUE}; background: #eef4fd; padding: 8px 14px;
  margin-top: 10px; }}
.ag-kit .pair {{ display: flex; flex-wrap: wrap; gap: 16px; margin-top: 10px; }}
.ag-kit .pair figure {{ margin: 0; flex: 1 1 420px; border: 1px solid {GRID}; border-radius: 6px;
  padding: 8px 12px; overflow-x: auto; }}
.ag-kit .pair figcaption {{ font-weight: 600; margin-bottom: 6px; }}
.ag-kit summary {{ cursor: pointer; color: {FAINT}; margin-top: 10px; font-size: 15px; }}
"""


def framed(body: str) -> str:
    """HTML on a card of its own."""
    return f'<style>{STYLE}</style><div class="ag-kit">{body}</div>'


def saved(path: str | PathLike[str], title: str, body: str) -> Path:
    """Write cards as a page of HTML, folders included, and return its path.

    Raises ValueError for a suffix other than .html.
    """
    from ...viz.pictures.page import document

    path = Path(path)
    if path.suffix != ".html":
        raise ValueError(f"it is saved as .html, not {path.suffix or 'without a suffix'}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document(title, body, ""), encoding="utf-8")
    return path
