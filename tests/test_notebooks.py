"""Every notebook runs from a clean kernel, and gives what is stored with it, number by number."""

from __future__ import annotations

import pytest

from .notebooks.outputs import differences, same
from .notebooks.running import BLOCK, FOLD, executed, paths, read

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
