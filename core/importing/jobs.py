"""Imports in the background: of folders, archives and feature files, and of what has changed in a folder since."""

import os
import shutil
from pathlib import Path
from typing import Any

from core.clips.collection import Collection
from core.clips.passages import Excerpting, excerpting_from_dict
from core.collections.registry import load_collection, manifest_stamps
from core.extraction.extract import start_extraction
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.importing.counting import StopImportError, listening, stopping
from core.importing.features.file import is_feature_file
from core.importing.features.register import import_feature_path, import_features
from core.importing.imported import import_archive
from core.importing.readings.spec import GenreFrom, genre_from_dict
from core.importing.register import import_folder, rescan_collection
from core.importing.uploads import UNPACK_JOB
from core.jobs.folder import new_job_id
from core.jobs.reporter import ProgressReporter
from core.jobs.start import start_job
from core.jobs.watch import read_progress
from core.names import readable_name
from core.settings import load_settings

LARGEST_AT_ONCE_BYTES = 5_000_000
"""A larger feature file is imported in the background."""
_MOST_AT_ONCE = 2_000


def takes_long(path: Path) -> bool:
    """Whether what lies there is better imported in the background: archives, large feature files, many files."""
    if path.is_file():
        return not is_feature_file(path.name) or path.stat().st_size > LARGEST_AT_ONCE_BYTES
    n_entries = 0
    for _, folders, files in os.walk(path):
        n_entries += len(folders) + len(files)
        if n_entries > _MOST_AT_ONCE:
            return True
    return False


def start_import(
    path: Path,
    *,
    title: str | None = None,
    uploaded: bool = False,
    excerpting: Excerpting | None = None,
    genre_from: GenreFrom | None = None,
) -> str:
    """Register an archive, a folder or a feature file in the background; returns the job's id.

    Parameters
    ----------
    path : Path
    title : str, optional
        The file's name when not given.
    uploaded : bool
        The file lies in a folder made by `new_upload`, which is removed at the end.
    excerpting : Excerpting, optional
        As of `core.importing.register.import_folder`.
    genre_from : GenreFrom, optional
        Where the genre stands, for folders and archives; as of `core.importing.register.import_folder`.
    """
    job_id = path.parent.name if uploaded else new_job_id(UNPACK_JOB)
    spec = {"kind": "unpack", "path": str(path), "title": title or "", "uploaded": uploaded}
    if excerpting is not None:
        spec["excerpting"] = excerpting.to_dict()
    if genre_from is not None:
        spec["genre_from"] = genre_from.to_dict()
    start_job(job_id, spec)
    return job_id


def start_rescan(collection_id: str, *, genre_from: GenreFrom | None = None) -> str:
    """Scan a collection's folder again in the background; returns the job's id.

    Parameters
    ----------
    collection_id : str
    genre_from : GenreFrom, optional
        Where the genre stands from now on; as before when not given.
    """
    job_id = new_job_id(UNPACK_JOB)
    spec = {"kind": "unpack", "rescan": collection_id, "uploaded": False}
    if genre_from is not None:
        spec["genre_from"] = genre_from.to_dict()
    start_job(job_id, spec)
    return job_id


def running_imports() -> tuple[str, ...]:
    """Ids of the jobs that import something now, the oldest first."""
    folder = load_settings().jobs_dir
    found = sorted(path.name for path in folder.glob(f"{UNPACK_JOB}-*")) if folder.is_dir() else []
    return tuple(job_id for job_id in found if (progress := read_progress(job_id)) is not None and not progress.ended)


def run_import(spec: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    """The job of `start_import`."""
    path = Path(spec.get("path", ""))
    before = manifest_stamps()
    try:
        genre_from = genre_from_dict(spec["genre_from"]) if "genre_from" in spec else None
        if "rescan" in spec:
            collection: Collection | None = _scanned_again(spec["rescan"], genre_from, reporter)
        else:
            excerpting = excerpting_from_dict(spec["excerpting"]) if "excerpting" in spec else None
            collection = _import_any(
                path,
                spec["title"] or None,
                reporter,
                uploaded=spec["uploaded"],
                excerpting=excerpting,
                genre_from=genre_from,
            )
    except StopImportError:
        return None
    finally:
        if spec["uploaded"]:
            shutil.rmtree(path.parent, ignore_errors=True)
    if collection is None:
        return None
    unchanged = manifest_stamps()[collection.id] == before.get(collection.id)
    return analyse_registered(collection) | {"unchanged": unchanged}


def _import_any(
    path: Path,
    title: str | None,
    reporter: ProgressReporter,
    *,
    uploaded: bool,
    excerpting: Excerpting | None,
    genre_from: GenreFrom | None,
) -> Collection | None:
    shown = readable_name(path.name)
    advance = stopping(reporter, f"Importing {shown}")
    if path.is_dir():
        reporter.phase(f"Importing {shown}")
        return import_folder(
            path,
            title=title,
            excerpting=excerpting,
            genre_from=genre_from,
            on_progress=advance,
            on_listened=stopping(reporter, listening(shown)),
        )
    if is_feature_file(path.name):
        reporter.phase(f"Importing {shown}")
        if not uploaded:
            return import_feature_path(path, title=title, on_clips=advance)
        with path.open("rb") as stream:
            return import_features(stream, path.name, title=title, on_clips=advance)
    return import_archive(path, title=title, excerpting=excerpting, genre_from=genre_from, reporter=reporter)


def _scanned_again(collection_id: str, genre_from: GenreFrom | None, reporter: ProgressReporter) -> Collection:
    title = load_collection(collection_id).title
    phase = f"Scanning {title}"
    reporter.phase(phase)
    return rescan_collection(
        collection_id,
        genre_from=genre_from,
        on_progress=stopping(reporter, phase),
        on_listened=stopping(reporter, listening(title)),
    )


def analyse_registered(collection: Collection) -> dict[str, Any]:
    """Start the extraction of the features that pages show, as importing a folder does; the result of the job."""
    if collection.has_audio:
        start_extraction(collection.id, [MelSpectrogram(), NumericFeatures()])
    return {"collection_id": collection.id}
