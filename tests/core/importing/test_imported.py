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

from core.collections.registry import forget_collection, load_collection, manifest_stamps
from core.errors import CollectionError, StorageError
from core.importing import published
from core.importing.imported import delete_own_copy, import_archive, imported_folder, own_copy
from core.importing.jobs import run_import, running_imports, takes_long
from core.importing.paths import require_importable, resolve_import_path
from core.importing.register import import_folder
from core.importing.uploads import new_upload, remove_old_uploads, store_upload
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
    monkeypatch.setattr("core.importing.jobs.start_extraction", lambda identity, _: asked.append(identity))
    upload = new_upload("../../my <b>genres</b>.tar.GZ")
    assert upload.parent.parent == home / "data" / "uploads"
    assert upload.parent.stat().st_mode & 0o077 == 0
    assert upload.name == "b_.tar.gz"
    upload = new_upload("Mein Archiv.zip")
    shutil.copy(archive, upload)
    spec = {"path": str(upload), "title": "", "uploaded": True}
    result = run_import(spec, ProgressReporter())
    assert load_collection(result["collection_id"]).title == "Mein Archiv"
    assert asked == [result["collection_id"]]
    assert not upload.parent.exists()
    broken = new_upload("broken.zip")
    broken.write_bytes(b"PK nonsense")
    with pytest.raises(CollectionError, match="damaged"):
        run_import(spec | {"path": str(broken)}, ProgressReporter())
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
        "from core.importing.uploads import new_upload\n"
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


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("x.npy", r"numpy\.savez\(file, level=array, clip=names, genre=genres\)"),
        ("x.json", "Save it as a table"),
        ("x.XLSX", "Save it as a table"),
        ("x.pkl", "never opened, since that can run code"),
        ("x.txt", "call it .csv or .tsv"),
        ("x.rar", "Unpack it yourself"),
        ("x.wav", "One sound file is no collection"),
        ("README", r"arrays \(\.csv, \.tsv, \.npz\)\.$"),
    ],
)
def test_what_is_accepted_is_said_of_other_files(home, name, said):
    path = home / "data" / name
    path.parent.mkdir()
    path.write_bytes(b"x")
    with pytest.raises(CollectionError, match=said) as refused:
        resolve_import_path(name)
    assert "not a folder" not in str(refused.value)
    assert str(refused.value).startswith(f"{name} cannot be imported. Expected a folder")
    with pytest.raises(CollectionError, match="cannot be imported"):
        require_importable(name)


def test_folders_and_tables_can_be_imported_in_the_background(tiny_folder, home, monkeypatch):
    asked = []
    monkeypatch.setattr("core.importing.jobs.start_extraction", lambda identity, _: asked.append(identity))
    spec = {"path": str(tiny_folder), "title": "Mine", "uploaded": False}
    first = run_import(spec, ProgressReporter())
    assert load_collection(first["collection_id"]).title == "Mine"
    assert first["unchanged"] is False
    assert run_import(spec, ProgressReporter()) == first | {"unchanged": True}
    (tiny_folder / "bass" / "bass.00000.flac").unlink()
    assert run_import(spec, ProgressReporter()) == first
    assert asked == [first["collection_id"]] * 3
    upload = new_upload("my table.tsv")
    upload.write_text("clip\tlow\tclass\na\t1\tx\n")
    result = run_import({"path": str(upload), "title": "", "uploaded": True}, ProgressReporter())
    collection = load_collection(result["collection_id"])
    assert (collection.title, collection.genres, len(asked)) == ("my table", ("x",), 3)
    assert not upload.parent.exists()


def test_an_import_in_the_background_can_be_stopped(tiny_folder, tmp_path):
    (tmp_path / "job").mkdir()
    (tmp_path / "job" / "stop").touch()
    spec = {"path": str(tiny_folder), "title": "", "uploaded": False}
    assert run_import(spec, ProgressReporter(tmp_path / "job")) is None
    assert manifest_stamps() == {}


def test_what_takes_long_is_told_beforehand(tiny_folder, archive, home, monkeypatch):
    table = home / "data" / "t.csv"
    table.write_text("clip,low,genre\na,1,x\n")
    assert [takes_long(path) for path in (tiny_folder, archive, table)] == [False, True, False]
    monkeypatch.setattr("core.importing.jobs._MOST_AT_ONCE", 20)
    monkeypatch.setattr("core.importing.jobs.LARGEST_AT_ONCE_BYTES", 10)
    assert [takes_long(path) for path in (tiny_folder, archive, table)] == [True, True, True]


def test_the_message_is_about_the_folder_that_was_meant(home, tmp_path):
    path = tmp_path / "fma_small.zip"
    with zipfile.ZipFile(path, "w") as opened:
        for n in range(3):
            opened.writestr(f"fma_small/{n:03d}/{n:06d}.mp3", b"x")
        opened.writestr("fma_small/README.txt", b"x")
    with pytest.raises(CollectionError, match=r"are numbered \(000, 001, 002\), so they name no genres"):
        import_archive(path)


def test_no_genre_of_an_archive_is_lost(home, tiny_template, tmp_path):
    nested = tmp_path / "nested.zip"
    with zipfile.ZipFile(nested, "w") as opened:
        for genre in ("bass", "hiss"):
            for n in range(2):
                opened.write(tiny_template / genre / f"{genre}.{n:05d}.flac", f"set/{genre}/album/{n}.flac")
    with pytest.raises(CollectionError, match=r"4 sound files lie deeper than that: 2 in bass/album, 2 in hiss/album"):
        import_archive(nested)
    documented = tmp_path / "documented.zip"
    with zipfile.ZipFile(documented, "w") as opened:
        opened.writestr("set/docs/paper.pdf", b"x")
        for genre in ("bass", "hiss"):
            opened.write(tiny_template / genre / f"{genre}.00000.flac", f"set/audio/{genre}/a.flac")
    assert import_archive(documented).counts == {"bass": 1, "hiss": 1}
