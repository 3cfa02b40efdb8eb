"""Progress: a bar on a terminal, lines without tqdm, silence elsewhere; results in any case."""

from __future__ import annotations

import io
import sys

import pytest

from autograd_fr.training import Epoch
from autograd_fr.training.progress import say, silent, visible


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def train_for_show(display) -> None:
    """Two epochs of three steps each, as the training loop tells of them."""
    with display(2, 3) as shown:
        for epoch in (1, 2):
            for _ in range(3):
                shown.step(epoch, 0.5 / epoch)
            shown.epoch(Epoch(epoch, 0.75 / epoch, 0.1))
            say(f"result {epoch}")


@pytest.fixture
def without_tqdm(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)


def test_a_bar_with_epoch_and_loss_on_a_terminal(monkeypatch, capsys):
    pytest.importorskip("tqdm", reason="tqdm, which draws the bar, is not installed")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    train_for_show(visible)
    last = terminal.getvalue().split("\r")[-1]
    for text in ("epoch 2/2", "6/6", "100%", "loss=0.2500"):
        assert text in last
    assert capsys.readouterr().out == "result 1\nresult 2\n"


def test_no_bar_where_standard_error_is_no_terminal(capsys):
    pytest.importorskip("tqdm", reason="tqdm, which draws the bar, is not installed")
    train_for_show(visible)
    captured = capsys.readouterr()
    assert captured.out == "result 1\nresult 2\n"
    assert captured.err == ""


@pytest.mark.usefixtures("without_tqdm")
def test_a_line_per_epoch_and_one_hint_without_tqdm(capsys):
    train_for_show(visible)
    captured = capsys.readouterr()
    assert captured.out == "result 1\nresult 2\n"
    hint, *lines = captured.err.splitlines()
    assert "pip install 'autograd_fr[progress]'" in hint
    assert lines == ["epoch 1/2: loss 0.7500", "epoch 2/2: loss 0.3750"]


def test_silence(capsys):
    train_for_show(silent)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("result 1\nresult 2\n", "")
