"""A bar for who watches, the items in any case."""

from __future__ import annotations

import sys

from autograd_fr.progress import progress


def test_all_items_come_and_nothing_is_written_where_nobody_watches(capsys):
    assert list(progress([3, 1, 2], "counting")) == [3, 1, 2]
    assert capsys.readouterr() == ("", "")


def test_it_goes_without_tqdm(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert list(progress(iter("ab"), "counting")) == ["a", "b"]
