"""Pictures as files: an older one stays until the new one is whole."""

from __future__ import annotations

import errno
import os

import pytest

import autograd_fr as ag
from autograd_fr import viz


@pytest.fixture
def square():
    x = ag.tensor(3.0, requires_grad=True)
    return x * x


SAVERS = {
    **{f"x{suffix}": viz.draw for suffix in (".svg", ".png", ".pdf", ".dot", ".tex", ".mmd")},
    "x.html": viz.play,
}


@pytest.mark.parametrize("name", SAVERS)
def test_a_full_disk_leaves_the_older_file_and_is_told_with_its_name(
    name, square, tmp_path, monkeypatch, request
):
    if name.endswith(".pdf"):
        request.getfixturevalue("makes_pdf")
    path = tmp_path / name
    path.write_bytes(b"the older one")

    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=f"No space left on device.*{name}"):
        SAVERS[name](square).save(path)
    assert path.read_bytes() == b"the older one"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("show", [viz.draw, viz.play])
def test_home_is_the_users_folder(show, square, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert show(square).save("~/pictures/x.html") == tmp_path / "pictures" / "x.html"
    assert [path.name for path in tmp_path.iterdir()] == ["pictures"]
