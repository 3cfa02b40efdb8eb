"""Folders for results."""

from __future__ import annotations

import pytest

from autograd_fr.recipes.folders import writable_folder


def test_a_folder_is_made_and_left_empty(tmp_path):
    folder = tmp_path / "a/b"
    assert writable_folder(folder) == folder
    assert list(folder.iterdir()) == []
    writable_folder(folder)  # once more, now that it is there


@pytest.mark.parametrize("inside", ["", "deeper"])
def test_a_file_is_no_folder(tmp_path, inside):
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        writable_folder(tmp_path / "file" / inside)


def test_a_folder_that_takes_no_file(tmp_path, monkeypatch):
    def denied(dir):
        raise PermissionError(13, "Permission denied", str(dir))

    monkeypatch.setattr("tempfile.TemporaryFile", denied)
    with pytest.raises(PermissionError):
        writable_folder(tmp_path)
