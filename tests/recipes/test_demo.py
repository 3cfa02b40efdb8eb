"""The demonstration, part by part and as a whole."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.errors import GradcheckError
from autograd_fr.recipes import demo


def test_the_table_shows_what_was_computed_not_what_is_known():
    a = ag.tensor(1.5, requires_grad=True, name="a")
    b = ag.tensor(-2.0, requires_grad=True, name="b")
    y = a * b
    y.name = "y"
    y.backward()
    rows = [line.split() for line in demo.table(viz.trace(y)).splitlines()]
    assert rows[1:] == [["a", "1.5", "-2"], ["b", "-2", "1.5"], ["y", "a", "×", "b", "-3", "1"]]


def test_the_table_of_the_example():
    rows = [line.split() for line in demo.table(viz.trace(demo.worked_example())).splitlines()]
    found = {row[0]: (float(row[-2]), float(row[-1])) for row in rows[1:]}
    assert found == {"u": (2, 4), "v": (3, 4), "t1": (5, 4), "w": (4, 5), "f": (20, 1)}


def test_all_derivatives_of_the_small_net_are_checked():
    ag.manual_seed(0)
    assert demo.check_small_net() == 3 * 4 + 4 + 4 * 2 + 2


def test_a_wrong_derivative_is_found(monkeypatch):
    monkeypatch.setattr(demo, "Tanh", WrongTanh)
    ag.manual_seed(0)
    with pytest.raises(GradcheckError):
        demo.check_small_net()


class WrongTanh(ag.nn.Module):
    """Tanh of which a part is hidden from the gradient."""

    def forward(self, x):
        return x.tanh() + x.detach() * x.detach()


@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_the_whole(tmp_path, capsys, seed):
    demo.run_demo(tmp_path, seed, epochs=2)
    shown = capsys.readouterr().out
    assert demo.table(viz.trace(demo.worked_example())) in shown
    assert "all 26 derivatives agree" in shown
    assert re.search(r"test accuracy 0\.\d{4} on the 359 images held out", shown)
    written = [tmp_path / "graph.svg", tmp_path / "graph.png"]
    assert shown.splitlines()[-2:] == [f"  {path}" for path in written]
    assert sorted(tmp_path.iterdir()) == sorted(written)
    assert written[1].read_bytes().startswith(b"\x89PNG\r\n")
    texts = [t.text for t in ElementTree.parse(written[0]).iter() if t.tag.endswith("text")]
    assert {"∂f/∂u = 4", "∂f/∂w = 5"} <= set(texts)


def test_a_drawing_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def fail(*_: object) -> bytes:
        raise viz.RenderError("no program")

    monkeypatch.setattr("autograd_fr.viz.pictures.render.programs", fail)
    with pytest.raises(viz.RenderError):
        demo.save_drawing(demo.worked_example(), tmp_path)
    assert list(tmp_path.iterdir()) == []
