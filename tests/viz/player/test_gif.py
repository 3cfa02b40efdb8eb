"""The film: as many pictures as steps, each of the same size, filling up step by step."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from autograd_fr.errors import MissingExtra
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


def dark(picture):
    return int((picture.max(-1) < 130).sum())


def test_a_frame_for_each_step(opened):
    player = lecture()
    frames = opened(player)
    assert len(frames) == len(player.steps)
    assert len({picture.shape for picture, _ in frames}) == 1
    times = [time for _, time in frames]
    assert times[-1] > times[0] > 1000


def test_forward_is_blue_backward_orange(opened):
    pictures = [picture for picture, _ in opened(lecture())]
    blue = [coloured(picture, (0x1D, 0x5F, 0xD1)) for picture in pictures]
    orange = [coloured(picture, (0xD9, 0x48, 0x0F)) for picture in pictures]
    assert min(blue[1:3]) > 500 > max(blue[0], *blue[3:])
    assert min(orange[4:]) > 2 * max(orange[:3])  # the frames of the boxes are nearly as orange


def test_the_boxes_fill(opened):
    pictures = [picture for picture, _ in opened(lecture())]
    height, width, _ = pictures[0].shape
    left = [dark(picture[: height // 2, : width // 4]) for picture in pictures]  # u and v
    right = [dark(picture[: height // 2, width * 3 // 4 :]) for picture in pictures]  # f
    assert max(left[:5]) + 100 < left[5]
    assert right[0] + 50 < right[3]  # its value; in between, its frame is lit


def test_what_is_wrong_is_red(opened):
    pictures = [picture for picture, _ in opened(branching(order="naive"))]
    red = [coloured(picture, (0xC8, 0x1E, 0x1E)) for picture in pictures]
    assert red[-1] > 500 > max(red[:-1])


def test_without_pillow_it_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(MissingExtra, match=r"pip install 'autograd_fr\[gif\]'"):
        lecture().save(tmp_path / "film.gif")
    assert not list(tmp_path.iterdir())
