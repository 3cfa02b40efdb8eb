"""Writing: whole files or none."""

from __future__ import annotations

import pytest

from autograd_fr.training.files import replacing, writable_folder


def test_what_was_written_takes_the_place(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with replacing(path) as unfinished:
        unfinished.write_text("new")
        assert path.read_text() == "old"
        assert unfinished.suffix == ".txt"
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.txt", "new")]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failure_leaves_things_as_they_were(tmp_path, error):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(error), replacing(path) as unfinished:  # noqa: PT012
        unfinished.write_text("half")
        raise error
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.txt", "old")]


def test_a_place_taken_by_a_folder(tmp_path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(OSError), replacing(tmp_path / "a.txt") as unfinished:
        unfinished.write_text("new")
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


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
