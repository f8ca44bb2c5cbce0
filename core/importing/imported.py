"""Collections unpacked from archives: copies of Genre Lab's own, each in ``data/imported/<id>``.

An archive comes from a download, an upload, or a path. It is known by its content: the same one again is the same
collection, and GTZAN's archives are recognised by their checksums wherever they come from. The copies lie outside the
collections' folders, since sound stays when a collection is forgotten.
"""

import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from filelock import FileLock

from core.clips.collection import Collection
from core.clips.passages import Excerpting, excerpting_from_dict
from core.collections.registry import manifest_stamps
from core.errors import CollectionError
from core.extraction.extract import start_extraction
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.files import known_fields, read_json, storage_errors, write_json
from core.importing.archives import archive_stem, is_archive_name, remove_leftovers, unpack_archive
from core.importing.features.file import is_feature_file
from core.importing.features.register import import_feature_path, import_features
from core.importing.published import published_by_md5
from core.importing.register import Provenance, import_folder
from core.importing.seen import sounds_below
from core.jobs.folder import new_job_id
from core.jobs.process import is_alive, node_name, process_created, process_identity
from core.jobs.progress import Progress
from core.jobs.reporter import ProgressReporter
from core.jobs.start import start_job
from core.jobs.watch import read_progress
from core.names import readable_name, slug
from core.settings import load_settings

UNPACK_JOB = "unpack"
_MAX_FOLDERS_TRIED = 200
_MAX_DEPTH = 3
_CHUNK = 1 << 20
_TAKER = "taker.json"
"""Which process stores an upload."""
_MAKING_S = 60.0
LARGEST_AT_ONCE_BYTES = 5_000_000
"""A larger feature file is imported in the background."""
_MOST_AT_ONCE = 2_000


def imported_folder(collection_id: str) -> Path:
    """Where the clips of an unpacked collection lie."""
    return load_settings().data_dir / "imported" / collection_id


def own_copy(collection: Collection) -> Path | None:
    """The folder that Genre Lab itself unpacked for a collection; None where the clips are the user's own files."""
    copies = imported_folder("x").parent
    try:
        first = collection.root.relative_to(copies).parts[:1]
    except ValueError:
        return None
    return copies / first[0] if first else None


def delete_own_copy(collection: Collection) -> None:
    """Delete the clips that Genre Lab itself unpacked; a user's own files are never touched."""
    if (copy := own_copy(collection)) is not None:
        shutil.rmtree(copy, ignore_errors=True)


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
    path: Path, *, title: str | None = None, uploaded: bool = False, excerpting: Excerpting | None = None
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
    """
    job_id = path.parent.name if uploaded else new_job_id(UNPACK_JOB)
    spec = {"kind": "unpack", "path": str(path), "title": title or "", "uploaded": uploaded}
    if excerpting is not None:
        spec["excerpting"] = excerpting.to_dict()
    start_job(job_id, spec)
    return job_id


def new_upload(name: str) -> Path:
    """A private place for a file that arrives through the browser; what ended imports left there is removed.

    Parameters
    ----------
    name : str
        Of the file, as the browser calls it; only its extension and what is plain in it are kept.
    """
    uploads = load_settings().data_dir / "uploads"
    remove_old_uploads()
    with storage_errors(uploads):
        uploads.mkdir(parents=True, exist_ok=True)
        extension = name[len(archive_stem(name)) :].lower()
        stem = re.sub(r"[^\w. -]+", "_", archive_stem(Path(name).name)).strip(". ")[:80] or "archive"
        folder = uploads / new_job_id(UNPACK_JOB)
        folder.mkdir(mode=0o700)
        own = os.getpid()
        taker = Progress(
            host=node_name(),
            pid=own,
            process_identity=process_identity(own),
            process_created=process_created(own),
            updated_at=time.time(),
        )
        write_json(folder / _TAKER, asdict(taker))
        return folder / f"{stem}{extension}"


def store_upload(stream: IO[bytes], name: str) -> Path:
    """Store an archive that arrives through the browser, whole or not at all.

    Parameters
    ----------
    stream : binary stream
    name : str
        See `new_upload`.

    Raises
    ------
    StorageError
        The disk is full, or the folder closed.
    """
    archive = new_upload(name)
    try:
        with storage_errors(archive.parent), archive.open("xb") as stored:
            shutil.copyfileobj(stream, stored)
    except BaseException:
        shutil.rmtree(archive.parent, ignore_errors=True)
        raise
    return archive


def remove_old_uploads() -> None:
    """Remove uploaded archives that nobody will import any more.

    Those are of imports that have ended, and those that a server was storing when it was killed.
    """
    uploads = load_settings().data_dir / "uploads"
    with suppress(OSError):
        for folder in uploads.iterdir():
            if not _is_awaited(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_awaited(upload: Path) -> bool:
    """Whether an upload is being imported, or stored to be."""
    if not re.fullmatch(r"[\w-]+", upload.name):
        return True  # nothing of ours
    progress = read_progress(upload.name)
    if progress is not None:
        return not progress.ended
    try:
        return is_alive(Progress(**known_fields(Progress, read_json(upload / _TAKER))))
    except (OSError, ValueError, TypeError):
        # Between the making of its folder and that record; of an older version, or of a server killed there.
        return time.time() - upload.stat().st_mtime < _MAKING_S


def running_imports() -> tuple[str, ...]:
    """Ids of the jobs that import something now, the oldest first."""
    folder = load_settings().jobs_dir
    found = sorted(path.name for path in folder.glob(f"{UNPACK_JOB}-*")) if folder.is_dir() else []
    return tuple(job_id for job_id in found if (progress := read_progress(job_id)) is not None and not progress.ended)


def import_archive(
    archive: Path,
    *,
    title: str | None = None,
    excerpting: Excerpting | None = None,
    reporter: ProgressReporter | None = None,
) -> Collection | None:
    """Unpack an archive under ``data/imported`` and register what is in it.

    Parameters
    ----------
    archive : Path
        Zip or tar; only read.
    title : str, optional
        The file's name when not given.
    excerpting : Excerpting, optional
        As of `core.importing.register.import_folder`.
    reporter : ProgressReporter, optional

    Returns
    -------
    Collection or None
        None when it was asked to stop; nothing of it remains then.

    Raises
    ------
    CollectionError
        Not an archive, damaged, refused (see `core.importing.archives`), or without clips.
    """
    reporter = reporter or ProgressReporter()
    shown = readable_name(archive.name)
    if not is_archive_name(archive.name) or not archive.is_file():
        raise CollectionError(
            f"{shown} is not an archive that Genre Lab can read. Expected a .zip, .tar or .tar.gz file."
        )
    digests = _digests(archive, reporter)
    if digests is None:
        return None
    md5, sha256 = digests
    published = published_by_md5(md5)
    name = (title or "").strip()[:80] or readable_name(archive_stem(archive.name))[:80]
    folder_name = slug(archive_stem(archive.name), fallback="archive")
    provenance = (
        published.provenance
        if published is not None
        else Provenance(id=f"{folder_name}-{sha256[:8]}", title=name, origin=shown)
    )
    target = imported_folder(provenance.id)
    with storage_errors(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.parent / f".{provenance.id}.lock"):
            fresh = not target.exists()
            if fresh and not unpack_imported(archive, target, reporter, title=name):
                return None
            try:
                return register_imported(target, provenance, reporter, excerpting=excerpting)
            except (CollectionError, _StopImportError) as error:
                if fresh:
                    shutil.rmtree(target, ignore_errors=True)
                if isinstance(error, CollectionError):
                    raise
                return None


class _StopImportError(Exception):
    """Somebody asked to stop."""


def run_import(spec: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    """The job of `start_import`."""
    path = Path(spec["path"])
    before = manifest_stamps()
    try:
        excerpting = excerpting_from_dict(spec["excerpting"]) if "excerpting" in spec else None
        collection = _import_any(
            path, spec["title"] or None, reporter, uploaded=spec["uploaded"], excerpting=excerpting
        )
    except _StopImportError:
        return None
    finally:
        if spec["uploaded"]:
            shutil.rmtree(path.parent, ignore_errors=True)
    if collection is None:
        return None
    unchanged = manifest_stamps()[collection.id] == before.get(collection.id)
    return analyse_registered(collection) | {"unchanged": unchanged}


def _import_any(
    path: Path, title: str | None, reporter: ProgressReporter, *, uploaded: bool, excerpting: Excerpting | None
) -> Collection | None:
    shown = readable_name(path.name)
    advance = _stopping(reporter, f"Importing {shown}")
    if path.is_dir():
        reporter.phase(f"Importing {shown}")
        listened = _stopping(reporter, _listening(shown))
        return import_folder(path, title=title, excerpting=excerpting, on_progress=advance, on_listened=listened)
    if is_feature_file(path.name):
        reporter.phase(f"Importing {shown}")
        if not uploaded:
            return import_feature_path(path, title=title, on_clips=advance)
        with path.open("rb") as stream:
            return import_features(stream, path.name, title=title, on_clips=advance)
    return import_archive(path, title=title, excerpting=excerpting, reporter=reporter)


def _listening(shown: str) -> str:
    return f"Finding the loudest parts of the songs of {shown}"


def _stopping(reporter: ProgressReporter, phase: str) -> Callable[[int, int], None]:
    """`_counting` that ends the import where it was asked to stop."""
    count = _counting(reporter, phase)

    def advance(done: int, total: int) -> None:
        count(done, total)
        if reporter.stop_requested:
            raise _StopImportError

    return advance


def _counting(reporter: ProgressReporter, phase: str) -> Callable[[int, int], None]:
    """What tells a reporter how many are done; the phase begins anew where their number turns out another."""
    known = 0

    def advance(done: int, total: int) -> None:
        nonlocal known
        if total != known:
            known = total
            reporter.phase(phase, total=total)
        reporter.advance(done)

    return advance


def analyse_registered(collection: Collection) -> dict[str, Any]:
    """Start the extraction of the features that pages show, as importing a folder does; the result of the job."""
    if collection.has_audio:
        start_extraction(collection.id, [MelSpectrogram(), NumericFeatures()])
    return {"collection_id": collection.id}


def unpack_imported(archive: Path, target: Path, reporter: ProgressReporter, *, title: str) -> bool:
    """Unpack with progress; False when it was asked to stop."""
    remove_leftovers(target)
    reporter.phase(f"Unpacking {title}", total=archive.stat().st_size)
    size = 0

    def advance(done: int, total: int) -> None:
        nonlocal size
        if total != size:
            size = total
            reporter.phase(f"Unpacking {title}", total=total)
        reporter.advance(done, detail=f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB")

    unpacked = unpack_archive(archive, target, on_bytes=advance, should_stop=lambda: reporter.stop_requested)
    return unpacked is not None


def register_imported(
    target: Path, provenance: Provenance, reporter: ProgressReporter, *, excerpting: Excerpting | None = None
) -> Collection:
    """Find the clips in an unpacked folder, however deep they lie, and register them.

    Raises
    ------
    CollectionError
        No clips in a known layout.
    """
    try:
        return _register(target, provenance, reporter, excerpting)
    except CollectionError:
        inner = _only_archive(target)
        if inner is None:
            raise
        # Some archives hold nothing but an archive.
        if not unpack_imported(
            inner, target / f"{archive_stem(inner.name)}.unpacked", reporter, title=provenance.title
        ):
            raise
        inner.unlink()
        return _register(target, provenance, reporter, excerpting)


def _register(
    target: Path, provenance: Provenance, reporter: ProgressReporter, excerpting: Excerpting | None
) -> Collection:
    reporter.phase(f"Scanning the files of {provenance.title}")
    advance = _counting(reporter, f"Scanning the files of {provenance.title}")
    listened = (_counting if excerpting is None else _stopping)(reporter, _listening(provenance.title))
    refused: CollectionError | None = None
    is_wrapped = True
    holding = sounds_below(target).sounds
    for folder in _folders(target):
        parts = folder.relative_to(target).parts
        if any(place[: len(parts)] != parts for place in holding):
            continue  # sound lies outside it, which would be lost
        try:
            return import_folder(
                folder, provenance=provenance, excerpting=excerpting, on_progress=advance, on_listened=listened
            )
        except CollectionError as error:
            # What wraps the folder meant, as most archives do, has nothing to say about it.
            refused = error if is_wrapped else refused
            is_wrapped = is_wrapped and _is_wrapper(folder)
    raise refused or CollectionError(f"{target} contains no folder.")


def _is_wrapper(folder: Path) -> bool:
    """Whether a folder holds another one and nothing else."""
    held = [path for path in folder.iterdir() if not path.name.startswith(".") and path.name != "__MACOSX"]
    return len(held) == 1 and held[0].is_dir()


def _folders(target: Path) -> Iterator[Path]:
    """The folder and those in it, the nearest first."""
    level = [target]
    n_tried = 0
    for _ in range(_MAX_DEPTH + 1):
        for folder in level[: _MAX_FOLDERS_TRIED - n_tried]:
            n_tried += 1
            yield folder
        level = [
            path
            for folder in level
            for path in sorted(folder.iterdir())
            if path.is_dir() and not path.name.startswith(".")
        ]


def _only_archive(target: Path) -> Path | None:
    found = [path for path in target.rglob("*") if path.is_file() and is_archive_name(path.name)]
    return found[0] if len(found) == 1 else None


def _digests(archive: Path, reporter: ProgressReporter) -> tuple[str, str] | None:
    """MD5 and SHA-256 of a file, hexadecimal; None when it was asked to stop."""
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    reporter.phase(f"Checking {readable_name(archive.name)}", total=archive.stat().st_size)
    with archive.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            md5.update(chunk)
            sha256.update(chunk)
            reporter.advance(stream.tell(), detail=f"{stream.tell() / 1e6:,.0f} MB")
            if reporter.stop_requested:
                return None
    return md5.hexdigest(), sha256.hexdigest()
