"""Writing that fails: what is said, and what is left."""

import errno
import os
import shutil
import stat
from pathlib import Path

import pytest

from core.collections.registry import load_collection
from core.errors import StorageError
from core.extraction.extract import extract
from core.files import storage_error, write_atomically, write_json
from core.importing.archives import unpack_archive
from core.importing.register import import_folder
from core.jobs.start import start_job
from core.jobs.watch import read_progress
from core.quality.check import check_collection
from core.runs.writer import RunWriter, create_run
from core.search.spec import SearchSpec, parse_ranges, save_spec
from core.search.study import open_study
from tests.core.conftest import SMALL_MEL, small_config
from tests.waiting import until


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


@pytest.fixture(params=[0o002, 0o022, 0o077])
def mask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_records_have_the_permissions_of_the_user_s_mask_and_keep_those_given(tmp_path, mask):
    path = tmp_path / "kept" / "value.json"
    write_json(path, 1)
    assert mode(path) == 0o666 & ~mask
    assert mode(path.parent) == 0o777 & ~mask
    for given in (0o640, 0o664, 0o600):
        path.chmod(given)
        write_json(path, 2)
        assert mode(path) == given


def test_all_of_a_home_is_as_open_as_the_user_s_mask(home, tiny_folder, tmp_path, mask):
    given = set(home.rglob("*"))
    config = small_config(import_folder(tiny_folder))
    collection = load_collection(config.collection_id)
    extract(collection, [SMALL_MEL], n_workers=1)
    check_collection(collection.id)
    run_id = create_run(config, collection)
    with RunWriter(run_id) as writer, writer.artifacts() as folder:
        write_json(folder / "split.json", {})
    spec = SearchSpec(config=config, ranges=parse_ranges(["batch_size=2:4"]), n_trials=1)
    save_spec("one", spec)
    open_study("one", spec).ask()
    start_job("job", {"kind": "none"})
    until(lambda: read_progress("job").ended)
    archive = shutil.make_archive(str(tmp_path / "clips"), "zip", tiny_folder)
    unpack_archive(Path(archive), home / "data" / "unpacked")
    made = set(home.rglob("*")) - given
    assert len(made) > 30
    open_to = {str(path.relative_to(home)): oct(mode(path) & (0o777 if path.is_dir() else 0o666)) for path in made}
    expected = {str(path.relative_to(home)): oct((0o777 if path.is_dir() else 0o666) & ~mask) for path in made}
    assert open_to == expected


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
