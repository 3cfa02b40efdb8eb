"""The film: as many pictures as steps, each of the same size, filling up step by step."""

from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np
import pytest

from autograd_fr.errors import MissingExtra
from autograd_fr.viz.player.gif import Print
from autograd_fr.viz.player.svg import Box, cells, nodes
from tests.viz.player.programs import branching, lecture


@pytest.fixture
def opened(tmp_path):
    Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")

    def frames(player):
        with Image.open(player.save(tmp_path / "film.gif")) as film:
            found = []
            for i in range(film.n_frames):
                film.seek(i)
                found.append((np.asarray(film.convert("RGB"), np.int16), film.info["duration"]))
        return found

    return frames


def coloured(picture, colour):
    """How many points have a colour, or nearly."""
    return int((np.abs(picture - colour).max(-1) < 24).sum())


def test_a_frame_for_each_step(opened):
    player = lecture()
    frames = opened(player)
    assert len(frames) == len(player.steps)
    assert len({picture.shape for picture, _ in frames}) == 1
    times = [time for _, time in frames]
    lines = [len(step.lines) for step in player.steps]
    assert times[:-1] == [800 + 500 * count for count in lines[:-1]]
    assert times[-1] > 3000 + times[0]


def test_forward_is_blue_backward_orange(opened):
    pictures = [picture for picture, _ in opened(lecture())]
    blue = [coloured(picture, (0x1D, 0x5F, 0xD1)) for picture in pictures]
    orange = [coloured(picture, (0xD9, 0x48, 0x0F)) for picture in pictures]
    assert min(blue[1:3]) > 500 > max(blue[0], *blue[3:])
    assert min(orange[4:]) > 2 * max(orange[:3])  # the frames of the boxes are nearly as orange


def test_each_box_changes_when_something_new_stands_in_it(opened):
    player = branching(order="naive")
    pictures = [picture for picture, _ in opened(player)]
    fresh = Print(player.stage.dot)
    gap = round(8 * fresh.fine)
    left = (pictures[0].shape[1] * 2 - fresh.image.width) // 2
    for k in player.stage.contents:
        box = cells(nodes(fresh.svg)[f"v{k}"])["gradient"].box
        x1, y1, x2, y2 = fresh.pixels(Box(box.left + 4, box.top + 4, box.right - 4, box.bottom - 4))
        rows, columns = (
            slice((y1 + gap) // 2, (y2 + gap) // 2),
            slice((x1 + left) // 2, (x2 + left) // 2),
        )
        inner = [picture[rows, columns] for picture in pictures]
        changes = [i for i, (a, b) in enumerate(pairwise(inner), 1) if differ(a, b)]
        states = [state[k] for state in player.stage.states]
        assert changes == [i for i, (a, b) in enumerate(pairwise(states), 1) if a != b]


def differ(a, b):
    return (np.abs(a - b).max(-1) > 60).sum() > 5


def test_what_is_wrong_is_red(opened):
    pictures = [picture for picture, _ in opened(branching(order="naive"))]
    red = [coloured(picture, (0xC8, 0x1E, 0x1E)) for picture in pictures]
    assert red[-1] > 500 > max(red[:-1])


def test_without_pillow_it_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(MissingExtra, match=r"pip install 'autograd_fr\[gif\]'"):
        lecture().save(tmp_path / "film.gif")
    assert not list(tmp_path.iterdir())
