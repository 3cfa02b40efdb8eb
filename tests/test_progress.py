"""A bar for who watches, the items in any case."""

from __future__ import annotations

import sys
import types

import pytest

from autograd_fr.progress import bar, in_notebook, progress, say


def test_all_items_come_and_nothing_is_written_where_nobody_watches(capsys):
    assert list(progress([3, 1, 2], "counting")) == [3, 1, 2]
    assert capsys.readouterr() == ("", "")


def test_it_goes_without_tqdm(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert list(progress(iter("ab"), "counting")) == ["a", "b"]


def test_lines_are_said_with_and_without_tqdm(monkeypatch, capsys):
    say("one")
    monkeypatch.delitem(sys.modules, "tqdm", raising=False)
    say("two")
    assert capsys.readouterr() == ("one\ntwo\n", "")


def test_in_a_kernel_of_jupyter_there_is_one_bar_written_anew(monkeypatch, capsys):
    pytest.importorskip("tqdm")
    shown = []

    class Handle:
        def update(self, data, raw):
            shown[-1] = data["text/plain"]

    def display(data, raw, display_id):
        shown.append(data["text/plain"])
        return Handle()

    ipython = types.ModuleType("IPython")
    ipython.display = types.ModuleType("IPython.display")
    shell = types.SimpleNamespace(kernel=None)
    ipython.get_ipython, ipython.display.display = lambda: shell, display
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", ipython.display)
    monkeypatch.setattr("autograd_fr.progress.find_spec", lambda name: None)  # no widgets
    assert in_notebook()
    with bar(total=3, desc="counting", mininterval=0) as steps:
        for _ in range(3):
            steps.update()
    assert len(shown) == 1 and shown[0].startswith("counting: 100%") and "3/3" in shown[0]
    assert capsys.readouterr() == ("", "")
    del shell.kernel  # as in a shell of IPython
    assert not in_notebook()
