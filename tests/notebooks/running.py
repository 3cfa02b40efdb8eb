"""A notebook in a kernel of its own: its cells from top to bottom, then its hidden solutions."""

from __future__ import annotations

import copy
import os
import re
from pathlib import Path
from typing import Any

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"

# A solution stands behind a fold, as GitHub and Jupyter show it: <details> with a block of code.
FOLD = re.compile(r"<details>.*?</details>", re.S)
BLOCK = re.compile(r"```python\n(.*?)```", re.S)

# What runs shows the differences between machines as little as can be.
ENVIRONMENT = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OPENBLAS_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


def paths() -> list[Path]:
    return sorted(NOTEBOOKS.glob("*.ipynb"))


def read(path: Path) -> Any:
    import nbformat

    return nbformat.read(path, as_version=4)


def executed(notebook: Any) -> Any:
    """A copy with the outputs that its cells have now.

    Raises nbclient's CellExecutionError for a cell or a solution that fails.
    """
    import nbclient
    from nbformat.v4 import new_code_cell

    run = copy.deepcopy(notebook)
    count = len(run.cells)
    run.cells += [new_code_cell(code) for code in solutions(notebook)]
    client = nbclient.NotebookClient(run, timeout=240, kernel_name="python3")
    client.execute(env={**os.environ, **ENVIRONMENT})
    del run.cells[count:]
    return run


def solutions(notebook: Any) -> list[str]:
    """The hidden solutions, as code."""
    return [
        block
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for fold in FOLD.findall(cell.source)
        for block in BLOCK.findall(fold)
    ]


def stored(notebook: Any) -> Any:
    """What is kept of a run: sources and outputs, without times and without the machine's name."""
    kept = copy.deepcopy(notebook)
    kept.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for index, cell in enumerate(kept.cells):
        cell.id = f"cell-{index}"
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
        cell.metadata = {
            name: value for name, value in cell.metadata.items() if name in ("tags", "jupyter")
        }
    return kept


def joined(outputs: list[Any]) -> list[Any]:
    """Outputs in which streams that follow each other are one: where they were cut is chance."""
    result: list[Any] = []
    for output in outputs:
        last = result[-1] if result else None
        if last and output.output_type == "stream" == last.output_type and output.name == last.name:
            last.text += output.text
        else:
            result.append(output)
    return result
