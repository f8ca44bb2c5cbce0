"""Archives of clips as collections."""

import errno
import io
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from core.collections.registry import forget_collection, load_collection
from core.errors import CollectionError, StorageError
from core.importing import published
from core.importing.imported import (
    delete_own_copy,
    import_archive,
    imported_folder,
    new_upload,
    own_copy,
    remove_old_uploads,
    run_archive_import,
    running_imports,
    store_upload,
)
from core.importing.register import import_folder, resolve_import_path
from core.jobs.reporter import ProgressReporter
from core.settings import REPOSITORY


def zipped(path, folder, prefix=""):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as opened:
        for file in sorted(folder.rglob("*")):
            opened.write(file, f"{prefix}{file.relative_to(folder)}")
    return path


@pytest.fixture
def archive(home, tiny_template):
    return zipped(home / "data" / "My set.zip", tiny_template, "wrapped/Data/genres_original/")


def test_an_archive_becomes_a_collection_and_twice_the_same_one(archive):
    collection = import_archive(archive)
    assert collection == load_collection(collection.id)
    assert collection.title == "My set"
    assert collection.id.startswith("my-set-")
    assert collection.source == "My set.zip"
    assert len(collection.clips) == 24
    assert own_copy(collection) == imported_folder(collection.id)
    again = import_archive(Path(shutil.copy(archive, archive.parent / "other.zip")), title="Other")
    assert again.fingerprint == collection.fingerprint
    assert import_archive(archive).id == collection.id
    assert archive.exists()


def test_gtzans_archive_is_known_by_its_checksum_wherever_it_comes_from(archive, monkeypatch):
    import hashlib

    md5 = hashlib.md5(archive.read_bytes()).hexdigest()
    monkeypatch.setitem(published.PUBLISHED, "gtzan", replace(published.GTZAN, md5=md5))
    collection = import_archive(archive)
    assert (collection.id, collection.title) == ("gtzan", "GTZAN")
    assert collection.root.is_relative_to(imported_folder("gtzan"))


def test_an_archive_in_an_archive_is_opened_once(home, tiny_template):
    inner = zipped(home / "data" / "genres.zip", tiny_template)
    outer = home / "data" / "outer.tar"
    with tarfile.open(outer, "w") as opened:
        opened.add(inner, "repository/genres.zip")
    assert len(import_archive(outer).clips) == 24
    assert list((home / "data" / "imported").rglob("*.zip")) == []


def test_an_archive_without_clips_leaves_nothing(home, tmp_path):
    (tmp_path / "empty" / "blues").mkdir(parents=True)
    (tmp_path / "empty" / "blues" / "notes.txt").write_text("no sound")
    bad = zipped(home / "data" / "bad.zip", tmp_path / "empty")
    with pytest.raises(CollectionError, match="No clips found"):
        import_archive(bad)
    assert [path.name for path in (home / "data" / "imported").iterdir() if not path.name.endswith(".lock")] == []
    with pytest.raises(CollectionError, match="not an archive"):
        import_archive(tmp_path / "empty" / "blues" / "notes.txt")


def test_stopped_it_leaves_nothing(archive, home):
    class Impatient(ProgressReporter):
        @property
        def stop_requested(self):
            return self._progress.phase.startswith("Unpacking")

    assert import_archive(archive, reporter=Impatient()) is None
    assert [path.name for path in (home / "data" / "imported").iterdir() if not path.name.endswith(".lock")] == []


def test_forgetting_may_delete_our_copy_and_never_the_users_files(archive, tiny_folder):
    ours, theirs = import_archive(archive), import_folder(tiny_folder)
    for collection in (ours, theirs):
        forget_collection(collection.id)
        delete_own_copy(collection)
    assert own_copy(theirs) is None
    assert not imported_folder(ours.id).exists()
    assert len(list(tiny_folder.rglob("*.flac"))) == 24


def test_an_upload_is_private_and_removed_at_the_end(archive, home, monkeypatch):
    asked = []
    monkeypatch.setattr("core.importing.imported.start_extraction", lambda identity, _: asked.append(identity))
    upload = new_upload("../../my <b>genres</b>.tar.GZ")
    assert upload.parent.parent == home / "data" / "uploads"
    assert upload.parent.stat().st_mode & 0o077 == 0
    assert upload.name == "b_.tar.gz"
    upload = new_upload("Mein Archiv.zip")
    shutil.copy(archive, upload)
    spec = {"archive": str(upload), "title": "", "uploaded": True}
    result = run_archive_import(spec, ProgressReporter())
    assert load_collection(result["collection_id"]).title == "Mein Archiv"
    assert asked == [result["collection_id"]]
    assert not upload.parent.exists()
    broken = new_upload("broken.zip")
    broken.write_bytes(b"PK nonsense")
    with pytest.raises(CollectionError, match="damaged"):
        run_archive_import(spec | {"archive": str(broken)}, ProgressReporter())
    assert not broken.parent.exists()
    assert running_imports() == ()


def test_an_upload_that_cannot_be_stored_leaves_nothing(home):
    class Full(io.BytesIO):
        def read(self, size=-1):
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(StorageError, match="disk is full"):
        store_upload(Full(), "music.zip")
    assert list((home / "data" / "uploads").iterdir()) == []


def test_what_a_killed_server_was_storing_is_removed(home):
    code = (
        "import os, signal\n"
        "from core.importing.imported import new_upload\n"
        "new_upload('killed.zip').write_bytes(b'x' * 1000)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False)
    (killed,) = (home / "data" / "uploads").iterdir()
    living = store_upload(io.BytesIO(b"PK"), "living.zip")
    assert not killed.exists()
    remove_old_uploads()
    assert living.read_bytes() == b"PK"


def test_an_archive_may_be_typed_where_folders_may(archive, tmp_path):
    assert resolve_import_path("My set.zip") == archive
    outside = Path(shutil.copy(archive, tmp_path / "outside.zip"))
    with pytest.raises(CollectionError, match="not a folder, archive or feature file"):
        resolve_import_path(str(outside))
