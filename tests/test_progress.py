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


def test_in_a_kernel_of_jupyter_there_is_a_bar_though_it_has_no_terminal(monkeypatch, capsys):
    pytest.importorskip("tqdm")
    ipython = types.ModuleType("IPython")
    shell = types.SimpleNamespace(kernel=None)
    ipython.get_ipython = lambda: shell
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    assert in_notebook()
    bar(total=3, desc="counting").close()
    assert "counting" in capsys.readouterr().err
    del shell.kernel  # as in a shell of IPython
    assert not in_notebook()
