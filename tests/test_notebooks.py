"""Every notebook runs from a clean kernel, and gives what is stored with it, number by number."""

from __future__ import annotations

import re

import pytest

from .lectures.items import ITEMS
from .notebooks.outputs import differences, same
from .notebooks.running import BLOCK, FOLD, NOTEBOOKS, executed, paths, read

pytestmark = pytest.mark.filterwarnings("ignore")  # those of Jupyter's own packages


def test_there_are_notebooks():
    assert paths()


@pytest.mark.slow
@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_a_notebook_gives_what_is_stored(path):
    for package in ("nbclient", "nbformat", "ipykernel", "matplotlib", "sklearn", "scipy"):
        pytest.importorskip(package, reason=f"notebooks are executed with {package}")
    notebook = read(path)
    for number, (cell, stored) in enumerate(zip(executed(notebook).cells, notebook.cells)):
        if cell.cell_type == "code":
            assert cell.execution_count == stored.execution_count, f"cell {number} is not executed"
            assert not differences(cell, stored), "\n".join(
                [f"cell {number}", cell.source, *differences(cell, stored)]
            )


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_a_notebook_stores_neither_warnings_nor_failures(path):
    pytest.importorskip("nbformat", reason="notebooks are read with nbformat")
    for cell in read(path).cells:
        for output in cell.get("outputs", ()):
            assert output.output_type != "error"
            assert output.get("name") != "stderr"


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("loss 0.125", "loss 0.126", True),
        ("loss 0.125", "loss 0.127", False),
        ("(3, 4)", "(3, 5)", False),
        ("1.2e-05 and 7", "1.3e-05 and 7", True),
        ("1.2e-05", "1.2e-06", False),
        ("tensor(4.)", "tensor(5.)", True),
        ("tensor(4.)", "tensor(6.)", False),
        ("right", "wrong", False),
    ],
)
def test_numbers_agree_to_the_digits_printed(one, other, answer):
    assert same(one, other) is answer


def test_a_hidden_solution_is_found():
    text = "x ?\n<details><summary>Solution</summary>\n\n```python\nx = 1\n```\n</details>"
    assert BLOCK.findall(FOLD.findall(text)[0]) == ["x = 1\n"]


def numbered(text: str) -> set[str]:
    """Items as the pages name them: S002 (30 à 34, 45) is S002-30 to S002-34 and S002-45."""
    found = set()
    for lecture, listed in re.findall(r"\b(U|X|S00\d) \(([\d, à]+)\)", text):
        for first, last in re.findall(r"(\d+)(?: à (\d+))?", listed):
            found |= {f"{lecture}-{n:02d}" for n in range(int(first), int(last or first) + 1)}
    return found


def told(word: str) -> set[str]:
    """The items whose trap, or whose contradiction, a page tells."""
    paragraphs = re.compile(rf"\*\*{word} \(([^)]*)\)")
    pages = [cell.source for path in paths() for cell in read(path).cells]
    pages.append((NOTEBOOKS / "glossaire.md").read_text(encoding="utf-8"))
    return {
        name for page in pages for names in paragraphs.findall(page) for name in names.split(", ")
    }


def test_every_trap_and_every_contradiction_is_told():
    pytest.importorskip("nbformat", reason="notebooks are read with nbformat")
    traps = {item.name for item in ITEMS.values() if item.trap}
    contradictions = {name for name in ITEMS if name.startswith("X-")}
    assert len(traps) == 52 and len(contradictions) == 30
    assert traps <= told("Piège")
    assert contradictions <= told("Contradiction")


def test_every_item_is_in_a_notebook_that_the_table_names():
    pytest.importorskip("nbformat", reason="notebooks are read with nbformat")
    page = (NOTEBOOKS / "README.md").read_text(encoding="utf-8")
    listed: dict[str, set[str]] = {}
    for lecture, rows in re.findall(r"^### (\w+) : .*?\n(.*?)(?=^###|\Z)", page, re.S | re.M):
        for place, items in re.findall(r"^\| (.*?) \| ([\d, à]+) \|$", rows, re.M):
            listed.setdefault(place, set()).update(numbered(f"{lecture} ({items})"))
    taught = {item.name for item in ITEMS.values() if item.priority != "P3"}
    assert set().union(*listed.values()) == taught
    for path in paths():
        place = f"[{path.stem}]({path.name})"
        assert numbered(read(path).cells[0].source) == listed.get(place, set()), place
