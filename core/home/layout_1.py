"""Layout 1, in which a collection and a run lay in several folders, and its move to layout 2.

=========================================  ================================================
Layout 1                                   Layout 2
=========================================  ================================================
``data/collections/<id>.json``             ``data/collections/<id>/manifest.json``
``data/collections/exclusions/<id>.json``  ``data/collections/<id>/annotations.json``, written
``data/collections/splits/<id>/``          ``data/collections/<id>/splits/``
``data/features/<id>/``                    ``data/collections/<id>/features/``
``data/quality/<id>/``                     ``data/collections/<id>/quality/``
``models/artifacts/<run>/artifacts/``      ``models/runs/<run>/artifacts/``
``models/checkpoints/<run>/``              ``models/runs/<run>/checkpoint/``
``models/cache/<run>/``                    ``models/runs/<run>/cache/``
=========================================  ================================================

What needs room on the disk comes first, beside the old, which stays whole until then; the rest are renamings within the
disk. Each step can be taken again, so that a move that was killed goes on where it was.
"""

import json
import logging
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from core.errors import StorageError
from core.files import write_atomically, write_json
from core.settings import Settings

_log = logging.getLogger(__name__)
_EXPERIMENT = "genre-lab"
_BUSY_S = 60.0
_UNWRITABLE = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
)


def is_found(settings: Settings) -> bool:
    """Whether anything lies where only layout 1 has it."""
    found = (*_parts(settings), *_manifests(settings), *_exclusions(settings))
    return bool(found)


def move_to_layout_2(settings: Settings) -> None:
    """Move what there is to its new place.

    Raises
    ------
    StorageError, OSError
        The disk is full, may not be written, or is not the one of the new place.
    """
    for source, target in (*_parts(settings), *_manifests(settings)):
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.lstat().st_dev != target.parent.stat().st_dev:
            raise StorageError(
                f"{source} is on another disk than {target.parent}. Move {source.parent} itself to the disk of "
                f"{settings.home}."
            )
    for path in _exclusions(settings):
        _write_annotations(path, settings.collections_dir / path.stem / "annotations.json")
    _readdress(settings)

    _rename(_parts(settings))
    for path in _exclusions(settings):
        path.unlink()
    shutil.rmtree(settings.collections_dir / "exclusions", ignore_errors=True)  # locks
    for folder in _emptied(settings):
        with suppress(OSError):
            folder.rmdir()
    # Last, so that until all else is done there is something by which layout 1 is known.
    _rename(_manifests(settings))


def _rename(moves: list[tuple[Path, Path]]) -> None:
    for source, target in moves:
        if os.path.lexists(target):
            _log.warning("%s stays where it is: there is a %s already.", source, target)
        else:
            source.rename(target)


def _manifests(settings: Settings) -> list[tuple[Path, Path]]:
    """Manifests: from, to."""
    found = [path for path in _entries(settings.collections_dir) if path.suffix == ".json"]
    return [(path, settings.collections_dir / path.stem / "manifest.json") for path in found]


def _parts(settings: Settings) -> list[tuple[Path, Path]]:
    """What belongs to collections and runs besides: from, to. What a person put under ``data`` is not among it."""
    collections, data, models, runs = (
        settings.collections_dir,
        settings.data_dir,
        settings.models_dir,
        settings.runs_dir,
    )
    return [
        *(
            (path, collections / path.name / "features")
            for path in _entries(data / "features")
            if _holds_features(path)
        ),
        *((path, collections / path.name / "quality") for path in _entries(data / "quality") if _holds_checks(path)),
        *((path, collections / path.name / "splits") for path in _entries(collections / "splits")),
        *(
            (path, runs / folder.name / path.name)
            for folder in _entries(models / "artifacts")
            for path in _entries(folder)
        ),
        *((path, runs / path.name / "checkpoint") for path in _entries(models / "checkpoints")),
        *((path, runs / path.name / "cache") for path in _entries(models / "cache")),
    ]


def _holds_features(folder: Path) -> bool:
    return any(True for _ in folder.glob("*/rows.bin"))


def _holds_checks(folder: Path) -> bool:
    return any((folder / name).exists() for name in ("check.lock", "report.json"))


def _exclusions(settings: Settings) -> list[Path]:
    return [path for path in _entries(settings.collections_dir / "exclusions") if path.suffix == ".json"]


def _emptied(settings: Settings) -> tuple[Path, ...]:
    """Folders of layout 1 that layout 2 does not have, those within others first."""
    data, models = settings.data_dir, settings.models_dir
    return (
        settings.collections_dir / "splits",
        data / "features",
        data / "quality",
        *_entries(models / "artifacts"),
        models / "artifacts",
        models / "checkpoints",
        models / "cache",
    )


def _entries(folder: Path) -> list[Path]:
    """What is in a folder, without what a killed process left half written; nothing where there is no folder."""
    return sorted(path for path in folder.iterdir() if not path.name.startswith(".")) if folder.is_dir() else []


def _write_annotations(path: Path, target: Path) -> None:
    """Exclusions as annotations of version 1; a damaged file is taken over as it is, since reading it says so."""
    content = path.read_bytes()
    try:
        clips = json.loads(content)["clips"]
        entries = {name: {"exclusion": dict(entry), "tags": [], "note": ""} for name, entry in clips.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        write_atomically(target, content)
        return
    write_json(target, {"version": 1, "clips": entries})


def _readdress(settings: Settings) -> None:
    """Let MLflow's own pages find the files of the runs at their new place, also where the home was moved before."""
    database = settings.models_dir / "runs.db"
    if not database.is_file():
        return
    new = settings.runs_dir.as_uri()
    try:
        with closing(sqlite3.connect(database, timeout=_BUSY_S)) as connection, connection:
            found = connection.execute(
                "SELECT experiment_id, artifact_location FROM experiments WHERE name = ?", (_EXPERIMENT,)
            ).fetchone()
            if found is None or not found[1].endswith("/models/artifacts"):
                return
            experiment, old = found
            connection.execute(
                "UPDATE experiments SET artifact_location = ? WHERE experiment_id = ?", (new, experiment)
            )
            connection.execute(
                "UPDATE runs SET artifact_uri = ? || substr(artifact_uri, ?) "
                "WHERE experiment_id = ? AND substr(artifact_uri, 1, ?) = ?",
                (new, len(old) + 1, experiment, len(old) + 1, f"{old}/"),
            )
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _UNWRITABLE:
            raise StorageError(f"{database} cannot be written ({error}).") from error
        # Damaged, or not a run store: who lists the runs is told.
        _log.warning("The addresses in %s were not changed: %s", database, error)
