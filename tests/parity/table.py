"""The table of all operators: `python -m tests.parity.table` writes it to operators.md.

Per operator and dtype the samples that are equal to PyTorch's and those that are refused; then the
reasons of the refusals. The tests compare every entry with what they find.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import torch

from .compare import Tally, examine, examine_errors
from .opdb import CAP, DTYPES, FAMILIES, dtypes, family, operators

PATH = Path(__file__).with_name("operators.md")
COLUMNS = (*DTYPES, "errors")
Reasons = dict[str, int]

HEAD = """# The operators, compared with PyTorch {version}

Written by `python -m tests.parity.table`; the tests find it so, or fail.

Per operator and dtype: the number of PyTorch's own samples (at most {cap}) on which function,
method, in-place method, and all these under their aliases, give the same values, shapes, dtypes and
`requires_grad`; of random results only shape and dtype. In float64 and float32 first derivatives
are compared, too, and second ones where PyTorch has them, and not nan: a column counts these, in
float64. A refused call raises a clear error; the reasons stand below. The last column counts the
calls that raise in PyTorch and here; those with Python numbers where PyTorch insists on tensors are
taken here.
"""


def tally(title: str, column: str) -> Tally:
    """What became of the samples of one entry of the table."""
    info = operators()[title]
    return examine_errors(info) if column == "errors" else examine(info, column)


def columns(title: str) -> list[str]:
    """The columns in which an operator has an entry."""
    info = operators()[title]
    return dtypes(info) + (["errors"] if info.error_inputs_func else [])


def entry(found: Tally) -> str:
    """A cell: how many are equal, refused, taken, wrong."""
    if found.missing and not (found.equal or found.taken or found.wrong or found.refused):
        return "missing"
    parts = [str(found.equal)]
    parts += [f"{found.refused.total()} refused"] if found.refused else []
    parts += [f"{found.taken} taken"] if found.taken else []
    parts += [f"{len(found.wrong)} wrong"] if found.wrong else []
    return ", ".join(parts)


def written(tallies: dict[str, dict[str, Tally]]) -> str:
    """The whole page."""
    lines = [HEAD.format(version=torch.__version__.split("+")[0], cap=CAP)]
    header = ("operator", *DTYPES, "second order", "errors")
    for name in FAMILIES:
        titles = [t for t in tallies if family(operators()[t]) == name]
        lines += [
            f"## {name.capitalize()}",
            "",
            table_row(header),
            table_row(["---"] * len(header)),
        ]
        lines += [table_row(_cells(title, tallies[title])) for title in titles]
        lines.append("")
    lines += [
        "## Refused, and why",
        "",
        table_row(("operator", "reason", "samples")),
        table_row(["---"] * 3),
    ]
    lines += [table_row(cells) for title, row in tallies.items() for cells in _refusals(title, row)]
    lines += ["", "## In all", "", totals(tallies), ""]
    return "\n".join(lines)


def _cells(title: str, row: dict[str, Tally]) -> list[str]:
    second = row["float64"].second if "float64" in row else 0
    cells = [entry(row[dtype]) if dtype in row else "" for dtype in DTYPES]
    return [
        f"`{title}`",
        *cells,
        str(second or ""),
        entry(row["errors"]) if "errors" in row else "",
    ]


def _refusals(title: str, row: dict[str, Tally]) -> Iterator[tuple[str, str, str]]:
    where: dict[str, list[str]] = {}
    for column, found in row.items():
        for reason, times in found.refused.items():
            where.setdefault(reason, []).append(f"{column}: {times}")
    for reason, places in where.items():
        yield f"`{title}`", reason, ", ".join(places)


def totals(tallies: dict[str, dict[str, Tally]]) -> str:
    """The sums over all operators and dtypes, the errors apart."""
    counts, second = sums(tallies, "samples")
    return f"{len(tallies)} operators; {counts}; second derivatives compared on {second}."


def sums(tallies: dict[str, dict[str, Tally]], cases: str) -> tuple[str, int]:
    """What became of a whole table, the errors apart, in words; and its second derivatives."""
    every = [found for line in tallies.values() for c, found in line.items() if c != "errors"]
    equal, second = sum(f.equal for f in every), sum(f.second for f in every)
    refused, wrong = sum(f.refused.total() for f in every), sum(len(f.wrong) for f in every)
    counts = f"{equal + refused + wrong} {cases}: {equal} equal, {refused} refused, {wrong} wrong"
    return counts, second


def table_row(cells: object) -> str:
    """A line of a table."""
    return f"| {' | '.join(cells)} |"  # type: ignore[call-overload]


def stored() -> tuple[dict[str, dict[str, str]], dict[tuple[str, str], Reasons], str]:
    """The stored page: entries by operator and column, reasons by both, and the version."""
    text = PATH.read_text()
    version = re.search(r"PyTorch ([\d.]+)", text)
    entries: dict[str, dict[str, str]] = {}
    reasons: dict[tuple[str, str], Reasons] = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if not line.startswith("| `"):
            continue
        title = cells[0].strip("`")
        if len(cells) == 3:
            for place in cells[2].split(", "):
                column, times = place.split(": ")
                reasons.setdefault((title, column), {})[cells[1]] = int(times)
        else:
            found = dict(zip((*DTYPES, "second order", "errors"), cells[1:]))
            entries[title] = {column: cell for column, cell in found.items() if cell}
    return entries, reasons, version[1] if version else ""


def main() -> None:
    tallies: dict[str, dict[str, Tally]] = {}
    for title in operators():
        tallies[title] = {column: tally(title, column) for column in columns(title)}
        for column, found in tallies[title].items():
            if found.wrong or found.missing:
                print(title, column, entry(found), *found.missing, file=sys.stderr)
    PATH.write_text(written(tallies))
    print(totals(tallies))


if __name__ == "__main__":
    main()
