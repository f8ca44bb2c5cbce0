"""Writing that fails: what is said, and what is left."""

import errno
import os

import pytest

from core.errors import StorageError
from core.files import storage_error, write_atomically, write_json
from core.jobs.start import start_job
from core.jobs.watch import read_progress


def test_a_full_disk_is_named_and_leaves_the_old_content(tmp_path, monkeypatch):
    path = tmp_path / "kept" / "value.json"
    write_json(path, 1)

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"the disk is full\. Free some space") as caught:
        write_json(path, 2)
    assert str(path.parent) in str(caught.value)
    assert path.read_text() == "1"
    assert [entry.name for entry in path.parent.iterdir()] == ["value.json"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "a-file").touch()
    with pytest.raises(StorageError, match="GENRE_LAB_HOME"):
        write_atomically(tmp_path / "a-file" / "below" / "x", b"")


@pytest.mark.parametrize("number", [errno.ENOENT, errno.ENAMETOOLONG, errno.ELOOP])
def test_a_folder_that_cannot_exist_is_named_and_a_missing_file_is_not_taken_for_one(tmp_path, number):
    error = OSError(number, os.strerror(number))
    assert "cannot be written" in str(storage_error(error, tmp_path / "never"))
    assert storage_error(error, tmp_path) is None


def test_a_job_in_a_home_that_cannot_be_written_says_so(tmp_path, monkeypatch):
    (tmp_path / "a-file").touch()
    monkeypatch.setenv("GENRE_LAB_HOME", str(tmp_path / "a-file"))
    with pytest.raises(StorageError, match="cannot be written"):
        start_job("demo", {"kind": "demo"})


def test_an_error_of_reading_is_not_taken_for_one_of_writing():
    assert storage_error(PermissionError(errno.EACCES, "Permission denied", "song.wav")) is None
    assert storage_error(ValueError("no")) is None


def test_a_damaged_record_of_a_job_lets_it_be_started_again(home):
    folder = home / "models" / "jobs" / "one"
    folder.mkdir(parents=True)
    (folder / "progress.json").write_text('{"state"')
    progress = read_progress("one")
    assert progress.state == "interrupted"
    assert "damaged" in progress.detail
    assert start_job("one", {"kind": "dance"}).state == "starting"
