"""Every notebook runs from top to bottom, its assertions included, and stores what it prints."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_its_stored_results_are_right(path, request):
    text = path.read_text(encoding="utf-8")
    if "viz.plot_" in text:
        plt = pytest.importorskip("matplotlib.pyplot", reason="its plots need matplotlib")
        request.addfinalizer(lambda: plt.close("all"))
    names: dict[str, object] = {}
    for cell in json.loads(text)["cells"]:
        if cell["cell_type"] != "code":
            continue
        result = run("".join(cell["source"]), names)
        stored = [
            "".join(output["data"]["text/plain"])
            for output in cell["outputs"]
            if output["output_type"] == "execute_result"
        ]
        assert stored == ([] if result is None else [repr(result)])


def run(source: str, names: dict[str, object]) -> object:
    """Execute a cell; the value of its last line, if that is an expression and ends without ;."""
    tree = ast.parse(source)
    shown = tree.body and isinstance(tree.body[-1], ast.Expr) and not source.endswith(";")
    last = tree.body.pop() if shown else None
    exec(compile(tree, "<cell>", "exec"), names)
    return (
        None if last is None else eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
    )
