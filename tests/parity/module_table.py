"""The table of all modules: `python -m tests.parity.module_table` writes it to modules.md.

The tests compare every entry with what they find.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import torch

from .compare import Tally
from .module_compare import examine, examine_errors
from .moduledb import CAP, cases, entries, faulty, names
from .table import entry, sums, table_row

PATH = Path(__file__).with_name("modules.md")
COLUMNS = ("float64", "float32", "second order", "errors")

HEAD = """# The modules, compared with PyTorch {version}

Written by `python -m tests.parity.module_table`; the tests find it so, or fail.

Per module and dtype: the number of cases (at most about {cap}; those of PyTorch's own database of
modules, then cases of our own) in which, from the same state, text, state_dict keys, outputs,
gradients by inputs and parameters, and buffers after three calls are PyTorch's, in training and,
where it matters, in evaluation. Dropout is set to 0, for chance is not comparable. Second
derivatives are compared where PyTorch has them: a column counts these, in float64. The last one
counts the calls that raise in PyTorch and, clearly, here.
"""


def tally(name: str, column: str) -> Tally:
    """What became of the cases of one entry of the table."""
    return examine_errors(name) if column == "errors" else examine(name, column)


def columns(name: str) -> list[str]:
    """The columns in which a module has an entry."""
    found = [dtype for dtype in ("float64", "float32") if cases(name, dtype)]
    return found + (["errors"] if faulty(name) else [])


def written(tallies: dict[str, dict[str, Tally]]) -> str:
    """The whole page."""
    version = torch.__version__.split("+")[0]
    lines = [HEAD.format(version=version, cap=CAP)]
    parts = {"Of PyTorch's database": True, "Others": False}
    for title, within in parts.items():
        lines += [f"## {title}", "", table_row(("module", *COLUMNS)), table_row(["---"] * 5)]
        lines += [_line(n, found) for n, found in tallies.items() if (n in entries()) is within]
        lines.append("")
    lines += ["## In all", "", totals(tallies), ""]
    return "\n".join(lines)


def _line(name: str, found: dict[str, Tally]) -> str:
    second = found["float64"].second if "float64" in found else 0
    cells = {c: entry(t) for c, t in found.items()} | {"second order": str(second or "")}
    return table_row([f"`{name}`", *(cells.get(column, "") for column in COLUMNS)])


def totals(tallies: dict[str, dict[str, Tally]]) -> str:
    """The sums over all modules and dtypes, the errors apart."""
    counts, second = sums(tallies, "cases")
    missing = sum(bool(line["float64"].missing) for line in tallies.values())
    return (
        f"{len(tallies)} modules, {missing} of them missing; {counts}; "
        f"second derivatives compared in {second}."
    )


def stored() -> tuple[dict[str, dict[str, str]], str]:
    """The stored page: entries by module and column, and the version of PyTorch."""
    text = PATH.read_text()
    version = re.search(r"PyTorch ([\d.]+)", text)
    found: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        if line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            found[cells[0].strip("`")] = {c: x for c, x in zip(COLUMNS, cells[1:]) if x}
    return found, version[1] if version else ""


def main() -> None:
    tallies: dict[str, dict[str, Tally]] = {}
    for name in names():
        tallies[name] = {column: tally(name, column) for column in columns(name)}
        for column, found in tallies[name].items():
            if found.wrong or found.missing:
                print(name, column, entry(found), file=sys.stderr)
    PATH.write_text(written(tallies))
    print(totals(tallies))


if __name__ == "__main__":
    main()
