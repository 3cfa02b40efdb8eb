"""The player in an executed notebook, exported to HTML and opened in a browser."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import autograd_fr as ag
from tests.viz.player.programs import lecture
from tests.viz.player.test_browser import Shown, written

pytestmark = pytest.mark.slow

CELLS = (
    "import autograd_fr as ag\nfrom autograd_fr import viz\n"
    "u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))\n"
    "f = (u + v) * w",
    "viz.play(f)",
    "f.backward()\nviz.play(f)",
)
EXPORT = """
import sys
import nbclient, nbconvert, nbformat
cells = [nbformat.v4.new_code_cell(source) for source in {cells!r}]
notebook = nbformat.v4.new_notebook(cells=cells)
nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
print(nbconvert.HTMLExporter(theme=sys.argv[1]).from_notebook_node(notebook)[0])
"""


@pytest.fixture(scope="module", params=["light", "dark"])
def exported(request, tmp_path_factory):
    for package in ("nbclient", "nbconvert", "ipykernel"):
        pytest.importorskip(package, reason=f"{package} is not installed")
    root = str(Path(ag.__file__).parents[1])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    page = subprocess.run(
        [sys.executable, "-c", EXPORT.format(cells=CELLS), request.param],
        env=os.environ | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout
    path = tmp_path_factory.mktemp("notebook") / f"{request.param}.html"
    path.write_text(page, "utf-8")
    return path


def test_players_are_played_in_an_exported_notebook(browser, exported):
    browser.get(exported.as_uri())
    players = [Shown(browser, root) for root in browser.find_elements("class name", "ag-player")]
    assert len(players) == 2
    expected = lecture()
    for shown in players:
        seen = [shown.numbers("gradient")]
        for step in expected.steps[1:]:
            if shown is players[0]:
                shown.click("Next step")
            else:
                shown.focus()
                shown.press("ARROW_RIGHT")
            assert shown.progress == step.progress
            if step.phase == "backward":
                seen.append(shown.numbers("gradient"))
        assert seen == list(map(written, expected.frames))


def test_it_takes_the_notebooks_theme(browser, exported):
    browser.get(exported.as_uri())
    (root, *_) = browser.find_elements("class name", "ag-player")
    dark = "invert" in root.find_element("tag name", "svg").value_of_css_property("filter")
    assert dark == (exported.stem == "dark")
    assert root.value_of_css_property("background-color") == (
        "rgba(0, 0, 0, 1)" if dark else "rgba(255, 255, 255, 1)"
    )
