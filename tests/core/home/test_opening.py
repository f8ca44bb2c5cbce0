"""Homes of another version: moved, gone on with, or refused in words."""

import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core.clips.folders import collection_folder, listed_ids
from core.collections.annotations import Annotation, Exclusion, annotations_path, load_annotations, load_exclusions
from core.collections.registry import list_collections, load_collection
from core.errors import CollectionError, NewerVersionError, StorageError
from core.files import write_json
from core.home import opening
from core.home.opening import open_home
from core.importing.register import import_folder
from core.runs.folders import run_folder
from core.settings import REPOSITORY, load_settings

RUN = "0a1b2c"
PLACES = {
    "data/features/{id}/mel-123/rows.bin": "data/collections/{id}/features/mel-123/rows.bin",
    "data/features/orphan/mel-123/rows.bin": "data/collections/orphan/features/mel-123/rows.bin",
    "data/quality/{id}/report.json": "data/collections/{id}/quality/report.json",
    "data/collections/splits/{id}/5e.csv": "data/collections/{id}/splits/5e.csv",
    f"models/artifacts/{RUN}/artifacts/split.json": f"models/runs/{RUN}/artifacts/split.json",
    f"models/checkpoints/{RUN}/state.npz": f"models/runs/{RUN}/checkpoint/state.npz",
    "models/checkpoints/ffff/state.npz": "models/runs/ffff/checkpoint/state.npz",
    f"models/cache/{RUN}/split.json": f"models/runs/{RUN}/cache/split.json",
    "models/queue.json": "models/queue.json",
}


@pytest.fixture
def old(home: Path, tiny_folder: Path) -> str:
    """Id of the one whole collection of a home laid out as before, with a damaged one and parts of others beside it."""
    collection = import_folder(tiny_folder)
    manifest = (collection_folder(collection.id) / "manifest.json").read_bytes()
    shutil.rmtree(home / "data" / "collections")
    (home / "data" / "home.json").unlink()
    for place in PLACES:
        path = home / place.format(id=collection.id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(place)
    collections = home / "data" / "collections"
    (collections / f"{collection.id}.json").write_bytes(manifest)
    (collections / "broken.json").write_text("{")
    clips = {"bass.00003": {"reason": "too loud", "excluded_at": 5.0}}
    write_json(collections / "exclusions" / f"{collection.id}.json", {"version": 1, "clips": clips})
    (collections / "exclusions" / f"{collection.id}.lock").touch()
    (collections / "exclusions" / "broken.json").write_text("[")
    with closing(sqlite3.connect(home / "models" / "runs.db")) as connection, connection:
        connection.execute("CREATE TABLE experiments (experiment_id INTEGER, name TEXT, artifact_location TEXT)")
        connection.execute("CREATE TABLE runs (run_uuid TEXT, experiment_id INTEGER, artifact_uri TEXT)")
        # As of a home that was moved here from elsewhere, and beside somebody else's.
        connection.execute("INSERT INTO experiments VALUES (1, 'genre-lab', 'file:///elsewhere/models/artifacts')")
        connection.execute("INSERT INTO experiments VALUES (2, 'other', 'file:///elsewhere/models/artifacts')")
        for experiment in (1, 2):
            uri = f"file:///elsewhere/models/artifacts/{RUN}/artifacts"
            connection.execute("INSERT INTO runs VALUES (?, ?, ?)", (RUN, experiment, uri))
    return collection.id


def addresses(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "models" / "runs.db")) as connection:
        locations = connection.execute("SELECT artifact_location FROM experiments ORDER BY experiment_id").fetchall()
        uris = connection.execute("SELECT artifact_uri FROM runs ORDER BY experiment_id").fetchall()
    return [row[0] for row in (*locations, *uris)]


def tree(home: Path) -> dict[str, bytes]:
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def assert_moved(home: Path, collection_id: str) -> None:
    """All of `old` is in its new place, and nothing is left in the former ones."""
    assert json.loads((home / "data" / "home.json").read_bytes()) == {"version": 2}
    for before, after in PLACES.items():
        assert (home / after.format(id=collection_id)).read_text() == before
    assert {path.name for path in (home / "data").iterdir()} == {"collections", "home.json", "home.lock", "tiny"}
    assert {path.name for path in (home / "data" / "collections").iterdir()} == {collection_id, "broken", "orphan"}
    assert {path.name for path in (home / "models").iterdir()} == {"queue.json", "runs", "runs.db"}
    collection = load_collection(collection_id)
    assert len(collection.clips) == 23
    assert len(load_collection(collection_id, with_excluded=True).clips) == 24
    assert load_annotations(collection_id) == {"bass.00003": Annotation(exclusion=Exclusion("too loud", 5.0))}
    runs = (home / "models" / "runs").as_uri()
    assert addresses(home) == [
        runs,
        "file:///elsewhere/models/artifacts",
        f"{runs}/{RUN}/artifacts",
        f"file:///elsewhere/models/artifacts/{RUN}/artifacts",
    ]


def test_an_older_home_is_moved_when_it_is_opened(old: str, home: Path) -> None:
    open_home()
    assert_moved(home, old)


def test_the_places_of_collections_and_runs_open_it_too(old: str, home: Path) -> None:
    assert set(listed_ids()) == {old, "broken"}
    assert_moved(home, old)
    assert run_folder(RUN) == home / "models" / "runs" / RUN


def test_what_was_damaged_is_told_as_before(old: str, home: Path) -> None:
    by_id = {summary.id: summary for summary in list_collections()}
    assert by_id["broken"].title == "broken (damaged)"
    assert annotations_path("broken").read_text() == "["
    with pytest.raises(CollectionError, match=r"excluded clips .* is damaged"):
        load_exclusions("broken")


KILLED = """
import os, signal, sys
from pathlib import Path
from core.home import layout_1
from core.home.opening import open_home
left = int(sys.argv[1])
def step(*_):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
for owner, name in ((Path, "rename"), (Path, "unlink"), (Path, "rmdir"), (Path, "mkdir"), (os, "replace")):
    def counted(*given, _real=getattr(owner, name), **options):
        step()
        return _real(*given, **options)
    setattr(owner, name, counted)
real = layout_1._readdress
layout_1._readdress = lambda settings: (step(), real(settings), step())
open_home()
"""


def test_a_move_that_is_killed_anywhere_goes_on_where_it_was(old: str, home: Path) -> None:
    before = home.with_name("before")
    shutil.copytree(home, before)
    n_killed = 0
    # Later and later in the same home: each goes on where the one before it was killed.
    for n_steps in (0, 3, 1, 2, 5, 1, 8, 1, 1, 1, 2, 1, 3):
        done = subprocess.run([sys.executable, "-c", KILLED, str(n_steps)], cwd=REPOSITORY, check=False)
        n_killed += done.returncode == -signal.SIGKILL
    assert n_killed >= 8
    open_home()
    assert_moved(home, old)


def _preceded(step: Callable[[], None], real: Callable[..., object]) -> Callable[..., object]:
    def call(*given: object, **options: object) -> object:
        step()
        return real(*given, **options)

    return call


@pytest.mark.parametrize("n_steps", range(0, 40, 3))
def test_no_step_of_the_move_loses_anything(
    old: str, home: Path, monkeypatch: pytest.MonkeyPatch, n_steps: int
) -> None:
    class Killed(BaseException):
        """Like the end of the process, it is caught by nobody."""

    left = n_steps

    def step() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed

    with monkeypatch.context() as patch:
        for owner, name in ((Path, "rename"), (Path, "unlink"), (Path, "rmdir"), (Path, "mkdir"), (os, "replace")):
            patch.setattr(owner, name, _preceded(step, getattr(owner, name)))
        try:
            open_home()
        except Killed:
            assert not (home / "data" / "home.json").exists()
    open_home()
    assert_moved(home, old)


def test_two_processes_may_open_it_at_once(old: str, home: Path) -> None:
    code = "from core.home.opening import open_home; open_home()"
    children = [subprocess.Popen([sys.executable, "-c", code], cwd=REPOSITORY) for _ in range(3)]
    assert [child.wait(timeout=120) for child in children] == [0, 0, 0]
    assert_moved(home, old)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_where_nothing_can_be_written_the_old_home_stays_as_it_was(
    old: str, home: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    before = tree(home)

    def full(_: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match=r"older Genre Lab and cannot be moved .* Nothing is lost") as caught:
            open_home()
    assert str(home) in str(caught.value)
    assert ("the disk is full" if number == errno.ENOSPC else "Read-only") in str(caught.value)
    after = tree(home)
    after.pop("data/home.lock", None)
    assert after == before
    open_home()
    assert_moved(home, old)


def test_a_home_that_may_only_be_read_is_refused_when_it_is_old(
    old: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(home)

    def closed(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(home / "data"))

    monkeypatch.setattr(Path, "mkdir", closed)
    with pytest.raises(StorageError, match=r"cannot be moved to today's layout: .*Permission denied"):
        open_home()
    after = tree(home)
    after.pop("data/home.lock", None)
    assert after == before


def test_a_new_home_that_may_only_be_read_opens(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "data").mkdir()

    def closed(*_: object) -> None:
        raise StorageError("closed")

    monkeypatch.setattr("core.home.opening.write_json", closed)
    open_home()
    assert [summary.id for summary in list_collections()] == ["demo"]


def test_a_home_that_holds_nothing_is_left_alone(home: Path) -> None:
    open_home()
    assert list(home.iterdir()) == []
    (home / "data").mkdir()
    open_home()
    assert tree(home) == {"data/home.json": b'{\n "version": 2\n}'}


def test_a_person_s_own_folders_are_not_taken_for_parts_of_layout_1(home: Path, tiny_template: Path) -> None:
    for name in ("features", "quality"):
        shutil.copytree(tiny_template, home / "data" / name)
    before = tree(home)
    open_home()
    after = tree(home)
    del after["data/home.json"]
    assert after == before


def test_a_database_that_is_damaged_is_left_to_who_reads_it(old: str, home: Path) -> None:
    (home / "models" / "runs.db").write_bytes(b"no database" * 1000)
    open_home()
    assert (home / "models" / "runs.db").read_bytes() == b"no database" * 1000
    assert (home / "models" / "runs" / RUN / "artifacts").is_dir()


def test_folders_on_another_disk_are_not_copied(old: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tree(home)
    real = Path.lstat

    def elsewhere(self: Path) -> os.stat_result:
        found = real(self)
        if self.parent.name != "features":
            return found
        values = list(found)
        values[2] += 1  # st_dev
        return os.stat_result(values)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "lstat", elsewhere)
        with pytest.raises(StorageError, match=r"features/.* is on another disk than .* Move .*features itself"):
            open_home()
    after = tree(home)
    after.pop("data/home.lock", None)
    assert after == before


def test_a_newer_home_is_refused_in_words(home: Path) -> None:
    write_json(home / "data" / "home.json", {"version": 3})
    message = "newer Genre Lab: expected version 2, got version 3. Update Genre Lab, or set GENRE_LAB_HOME"
    for reads in (open_home, list_collections, lambda: load_collection("demo"), lambda: run_folder(RUN)):
        with pytest.raises(NewerVersionError, match=message):
            reads()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": "2"}', '{"version": 1}', '{"version": true}'])
def test_a_damaged_version_is_told_and_can_be_deleted(home: Path, content: str) -> None:
    path = home / "data" / "home.json"
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(StorageError, match=r"home\.json is damaged .* Delete this file"):
        open_home()
    path.unlink()
    open_home()
    assert json.loads(path.read_bytes()) == {"version": 2}


def test_the_version_is_read_again_when_another_process_has_changed_it(home: Path) -> None:
    (home / "data").mkdir()
    open_home()
    open_home()
    write_json(home / "data" / "home.json", {"version": 3})
    with pytest.raises(NewerVersionError):
        open_home()


def test_opening_costs_one_look_where_there_is_nothing_to_do(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "data").mkdir()
    open_home()
    open_home()
    looked: list[str] = []
    real = os.stat

    def counted(path: str | Path, **options: bool) -> os.stat_result:
        looked.append(Path(path).relative_to(home).as_posix())
        return real(path, **options)

    settings = load_settings()
    monkeypatch.setattr(opening, "load_settings", lambda: settings)  # which resolves links
    monkeypatch.setattr(os, "stat", counted)
    for name in ("read_bytes", "iterdir"):
        monkeypatch.setattr(Path, name, lambda self: pytest.fail(f"looks into {self}"))
    open_home()
    assert looked == ["data/home.json"]


def test_every_entry_refuses_a_newer_home(home: Path) -> None:
    write_json(home / "data" / "home.json", {"version": 3})
    job = home / "models" / "jobs" / "one"
    write_json(job / "spec.json", {"kind": "demo"})
    entries = (["core", "collections"], ["core", "queue"], ["core.worker", str(job)], ["core.queue"])
    children = [
        subprocess.Popen([sys.executable, "-m", *entry], cwd=REPOSITORY, stderr=subprocess.PIPE, text=True)
        for entry in entries
    ]
    for entry, child in zip(entries, children, strict=True):
        _, said = child.communicate(timeout=120)
        assert child.returncode, entry
        assert "expected version 2, got version 3" in said, entry
        if entry[0] == "core":
            assert said.startswith("error: ")
            assert "Traceback" not in said
    progress = json.loads((job / "progress.json").read_bytes())
    assert progress["state"] == "failed"
    assert "got version 3" in progress["detail"]
